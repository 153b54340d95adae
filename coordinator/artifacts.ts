import { createHash, randomUUID } from 'node:crypto';
import { cp, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../shared/data/digest.ts';
import type { FoldResult, ModelInfo } from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import { makeFolder, syncDirectory, writeFully, writeSynced } from '../shared/durable-files.ts';
import { checkChunk } from '../shared/wire/chunks.ts';
import type { Chunk } from '../shared/wire/transfers.ts';

/** A model on its way in: its topology is checked, its weights arrive chunk by chunk. */
export interface IncomingModel {
  /** @throws ProtocolError where the chunk does not continue the last one. */
  readonly write: (chunk: Chunk) => Promise<void>;
  /** Verifies the whole and makes it durable. @throws ProtocolError where the digest differs. */
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/**
 * The models of a run, below its output folder. Uploads are staged by attempt and become
 * `folds/<i>/model` only when the scheduler accepts that attempt.
 */
export class ModelStore {
  readonly #root: string;
  readonly #staging: string;

  constructor(outDir: string) {
    this.#root = outDir;
    this.#staging = path.join(outDir, '.staging');
  }

  #staged = (fold: number, attempt: number): string =>
    path.join(this.#staging, `fold-${fold}-attempt-${attempt}`);

  foldDir = (fold: number): string => path.join(this.#root, 'folds', String(fold), 'model');

  /** @throws ProtocolError where the topology is not what the header announces. */
  async receive(
    fold: number,
    attempt: number,
    model: ModelInfo,
    topology: Uint8Array,
  ): Promise<IncomingModel> {
    if (topology.byteLength !== model.topologyBytes || sha256(topology) !== model.topologyDigest) {
      throw new ProtocolError('the topology differs from its digest');
    }
    const target = this.#staged(fold, attempt);
    const partial = `${target}.${randomUUID()}.partial`;
    await makeFolder(partial);
    await writeSynced(path.join(partial, 'model.json'), topology);
    const weights = await open(path.join(partial, 'weights.bin'), 'w');
    return incoming(weights, model, partial, target);
  }

  /** True once the whole model of this attempt is stored and is the announced one. */
  async isStaged({ fold, attempt, model }: Omit<FoldResult, 'worker'>): Promise<boolean> {
    const dir = this.#staged(fold, attempt);
    try {
      const files = await Promise.all(
        ['model.json', 'weights.bin'].map((file) => readFile(path.join(dir, file))),
      );
      const digests = files.map((file) => sha256(file));
      return digests[0] === model.topologyDigest && digests[1] === model.weightsDigest;
    } catch {
      return false;
    }
  }

  /** Makes the staged model of an accepted attempt the fold's. */
  async keep(fold: number, attempt: number): Promise<void> {
    const target = this.foldDir(fold);
    await makeFolder(path.dirname(target));
    await rm(target, { recursive: true, force: true });
    await rename(this.#staged(fold, attempt), target);
    await syncDirectory(path.dirname(target));
  }

  /** Copies the selected fold's model to `model/`. */
  async deliver(fold: number): Promise<void> {
    const partial = path.join(this.#staging, 'model');
    await makeFolder(this.#staging);
    await cp(this.foldDir(fold), partial, { recursive: true });
    await rename(partial, path.join(this.#root, 'model'));
    await syncDirectory(this.#root);
  }

  /** Drops what was staged and never accepted. */
  async sweep(): Promise<void> {
    await rm(this.#staging, { recursive: true, force: true });
  }
}

function incoming(
  weights: FileHandle,
  model: ModelInfo,
  partial: string,
  target: string,
): IncomingModel {
  const hash = createHash('sha256');
  let receivedBytes = 0;
  const discard = async (): Promise<void> => {
    await weights.close();
    await rm(partial, { recursive: true, force: true });
  };
  return {
    write: async (chunk) => {
      const end = checkChunk(chunk, receivedBytes, model.weightsBytes);
      await writeFully(weights, chunk.data);
      hash.update(chunk.data);
      receivedBytes = end;
    },
    commit: async () => {
      if (receivedBytes !== model.weightsBytes || hash.digest('hex') !== model.weightsDigest) {
        throw new ProtocolError(
          `the weights differ from their digest (${receivedBytes} of ${model.weightsBytes} bytes)`,
        );
      }
      await weights.sync();
      await weights.close();
      await rm(target, { recursive: true, force: true });
      await rename(partial, target);
      await syncDirectory(path.dirname(target));
    },
    discard,
  };
}
