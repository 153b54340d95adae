import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FASHION_CLASSES } from '../../shared/data/classes.ts';
import type { DatasetPart, ImageShape } from '../../shared/domain.ts';
import { asError } from '../../shared/errors.ts';
import { describeEngine, loadTensorFlow, type TensorFlow } from '../../worker/engine/load.ts';
import { deviceName } from '../../worker/engine/device.ts';
import type { Answer, Command, Ready } from '../side.ts';

/** What the sides written in TypeScript have in common. */

export const IMAGE: ImageShape = { height: 28, width: 28, channels: 1 };
export const CLASS_COUNT = FASHION_CLASSES.length;

/** The images that all sides share. */
export function readBytes(folder: string): DatasetPart {
  return {
    labels: readFileSync(path.join(folder, 'labels.bin')),
    pixels: readFileSync(path.join(folder, 'pixels.bin')),
  };
}

/**
 * Loads TensorFlow and what the side needs with it, says so, then answers command after command
 * until there are no more. What goes wrong ends the process, with its message as last words.
 */
export async function runSide(
  load: (tf: TensorFlow) => (command: Command) => Promise<unknown>,
): Promise<void> {
  try {
    const tf = loadTensorFlow();
    await serveCommands(tf, load(tf));
  } catch (error) {
    process.stderr.write(`${asError(error).message}\n`);
    process.exit(1);
  }
}

async function serveCommands(
  tf: TensorFlow,
  perform: (command: Command) => Promise<unknown>,
): Promise<void> {
  const { tensorflow, engine } = describeEngine();
  const versions = { node: process.versions.node, engine, tensorflow };
  send({ versions, device: deviceName(tf) });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as Command;
    const start = performance.now();
    await perform(command);
    send({ seconds: (performance.now() - start) / 1000 });
  }
}

function send(message: Ready | Answer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
