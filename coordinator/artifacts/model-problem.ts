import { stat } from 'node:fs/promises';
import path from 'node:path';
import { digestOfFile } from '../../shared/data/digest-file.ts';
import type { Digest, ModelInfo } from '../../shared/domain.ts';
import { hasCode } from '../../shared/durable-files.ts';

export const TOPOLOGY = 'model.json';
export const WEIGHTS = 'weights.bin';

/**
 * Looks whether a folder holds exactly this model.
 * @returns what is wrong, in words; undefined where nothing is.
 */
export async function modelProblem(folder: string, model: ModelInfo): Promise<string | undefined> {
  const files = [
    { name: TOPOLOGY, sizeBytes: model.topologyBytes, digest: model.topologyDigest },
    { name: WEIGHTS, sizeBytes: model.weightsBytes, digest: model.weightsDigest },
  ];
  for (const { name, ...expected } of files) {
    const problem = await fileProblem(path.join(folder, name), expected);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function fileProblem(
  file: string,
  expected: { readonly sizeBytes: number; readonly digest: Digest },
): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size !== expected.sizeBytes) {
      return `${file} has ${size} bytes, expected ${expected.sizeBytes}`;
    }
    const digest = await digestOfFile(file);
    if (digest !== expected.digest) {
      return `${file} has SHA-256 ${digest}, expected ${expected.digest}`;
    }
    return undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return `${file} is missing`;
    throw error;
  }
}
