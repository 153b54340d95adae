import { fileURLToPath } from 'node:url';
import path from 'node:path';
import type { Program, Session } from '../session.ts';

const FOLDWISE = fileURLToPath(new URL('../../cli/foldwise.js', import.meta.url));

/** `foldwise train` as a user starts it, but for its data and where it writes. */
export function trainProgram(
  { data, step, temporary }: Session,
  name: string,
  settings: Readonly<Record<string, number>>,
): Program {
  const args = Object.entries(settings).flatMap(([setting, value]) => [
    `--${setting}`,
    String(value),
  ]);
  return {
    file: process.execPath,
    args: [
      ...[FOLDWISE, 'train', '--data', data.folder, '--out', path.join(temporary, name)],
      ...['--step', step, ...args],
    ],
    environment: {},
  };
}
