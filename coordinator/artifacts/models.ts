import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../shared/data/digest.ts';
import type { FoldResult, ModelInfo, WorkerId } from '../../shared/domain.ts';
import { hasCode, makeFolder, syncDirectory, writeSynced } from '../../shared/durable-files.ts';
import { FoldwiseError, ProtocolError } from '../../shared/errors.ts';
import type { Incoming } from './incoming.ts';
import { modelProblem, TOPOLOGY, WEIGHTS } from './model-problem.ts';
import { openFiles, type Source } from './source.ts';
import {
  entriesOf,
  removeUnlessFolder,
  Staging,
  type IsLive,
  type StagedUpload,
} from './staging.ts';
import { onDisk } from './storage.ts';

/** The model of an attempt at a fold. */
export type FoldModel = Pick<FoldResult, 'fold' | 'attempt' | 'model'>;
export type UploadedModel = FoldModel & { readonly worker: WorkerId };

/**
 * The models of a run, below its output folder. Uploads are staged by attempt and digest and become
 * `folds/<i>/model` only when the scheduler accepts that attempt.
 */
export class ModelStore {
  readonly #root: string;
  readonly #folder: string;
  readonly #staging: Staging;
  /** What is complete, and on its way from one place to the other. */
  readonly #storing = new Map<string, Promise<void>>();
  /** What this process has staged, after it had verified it as it came. */
  readonly #sound = new Set<string>();
  #isRootSynced = false;
  /** The models of folds, as far as this process knows what they must be. */
  readonly #kept = new Map<number, ModelInfo>();

  constructor(outDir: string) {
    this.#root = outDir;
    this.#folder = path.join(outDir, '.staging');
    this.#staging = new Staging(path.join(this.#folder, 'models'));
  }

  /** Makes way for what will be staged, at the start of a run. */
  async prepare(): Promise<void> {
    for (const name of ['.', 'models', 'checkpoints']) {
      await removeUnlessFolder(path.join(this.#folder, name));
    }
  }

  #whole = ({ fold, attempt, model }: FoldModel): string =>
    path.join(this.#folder, `fold-${fold}.attempt-${attempt}.${digestOf(model)}`);

  foldDir = (fold: number): string => path.join(this.#root, 'folds', String(fold), 'model');

  /** How much of an upload is there: all, where the model is stored. */
  async storedBytes(upload: UploadedModel): Promise<number> {
    await this.#storing.get(this.#whole(upload))?.catch(() => undefined);
    const arrivedBytes = await this.#staging.storedBytes(stagedOf(upload));
    return (await this.isStaged(upload)) ? upload.model.weightsBytes : arrivedBytes;
  }

  /** @throws ProtocolError where the topology is not what is announced; Superseded */
  async receive(upload: UploadedModel, topology: Uint8Array, isLive: IsLive): Promise<Incoming> {
    const { topologyBytes, topologyDigest } = upload.model;
    if (topology.byteLength !== topologyBytes || sha256(topology) !== topologyDigest) {
      throw new ProtocolError('the topology differs from its digest');
    }
    const incoming = await this.#staging.receive(stagedOf(upload), isLive);
    return {
      signal: incoming.signal,
      write: (chunk) => incoming.write(chunk),
      commit: async () => {
        // Its answer was lost.
        if (!incoming.hasBegun && (await this.isStaged(upload))) return;
        const weights = await incoming.complete();
        const storing = onDisk(() => this.#store(upload, topology, weights));
        const whole = this.#whole(upload);
        this.#storing.set(whole, storing);
        await storing.finally(() => this.#storing.delete(whole));
        this.#sound.add(whole);
      },
      close: () => incoming.close(),
    };
  }

  async #store(upload: UploadedModel, topology: Uint8Array, weights: string): Promise<void> {
    const whole = this.#whole(upload);
    const making = `${whole}.making`;
    try {
      await makeEmpty(making);
      await writeSynced(path.join(making, TOPOLOGY), topology);
      await rename(weights, path.join(making, WEIGHTS));
      await syncDirectory(making);
      await replaceFolder(making, whole);
      await syncDirectory(this.#folder);
      // So that accepting it takes no more space.
      await makeFolder(path.dirname(this.foldDir(upload.fold)));
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      throw error;
    }
  }

  /** True once the whole model of this attempt is stored and is the announced one. */
  async isStaged(upload: FoldModel): Promise<boolean> {
    return (await this.#whereIs(upload)) !== null;
  }

  /** A coordinator that ended before it could say so may have made it the fold's already. */
  async #whereIs(upload: FoldModel): Promise<string | null> {
    const whole = this.#whole(upload);
    if (this.#sound.has(whole)) return whole;
    for (const folder of [whole, this.foldDir(upload.fold)]) {
      if ((await modelProblem(folder, upload.model)) === undefined) return folder;
    }
    return null;
  }

  /** Makes the staged model of an accepted attempt the fold's. May be done again. */
  async keep(accepted: FoldModel): Promise<void> {
    const { fold, model } = accepted;
    const target = this.foldDir(fold);
    const folder = await this.#whereIs(accepted);
    if (folder === null) throw new FoldwiseError(`the model of fold ${fold} is no longer there`);
    if (folder !== target) {
      this.#sound.delete(folder);
      await makeFolder(path.dirname(target));
      await replaceFolder(folder, target);
    }
    for (const changed of [path.dirname(target), path.join(this.#root, 'folds')]) {
      await syncDirectory(changed);
    }
    // It changes with the first fold alone.
    if (!this.#isRootSynced) await syncDirectory(this.#root);
    this.#isRootSynced = true;
    this.#kept.set(fold, model);
  }

  /** Removes what other attempts at a fold have staged, once its acceptance is recorded. */
  async forget(fold: number): Promise<void> {
    for (const name of await entriesOf(this.#folder)) {
      if (!name.startsWith(`fold-${fold}.`)) continue;
      const whole = path.join(this.#folder, name.replace(/\.making$/, ''));
      // An attempt that was not accepted may be about to end its upload; it goes with the run.
      if (this.#storing.has(whole)) continue;
      this.#sound.delete(whole);
      await rm(path.join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /**
   * Looks whether the model of an accepted result is there and is the accepted one.
   * @returns what is wrong, in words; undefined where nothing is.
   */
  async verify({ fold, model }: FoldModel): Promise<string | undefined> {
    const problem = await modelProblem(this.foldDir(fold), model);
    if (problem === undefined) this.#kept.set(fold, model);
    return problem;
  }

  /** First the topology, then the weights; null where the fold has no such model. */
  async open(fold: number, weightsDigest: string): Promise<Source | null> {
    if (this.#kept.get(fold)?.weightsDigest !== weightsDigest) return null;
    return openFiles([TOPOLOGY, WEIGHTS].map((name) => path.join(this.foldDir(fold), name)));
  }

  /** Copies the selected fold's model to `model/`. May be done again. */
  async deliver(fold: number): Promise<void> {
    const [making, target] = [path.join(this.#folder, 'model'), path.join(this.#root, 'model')];
    await rm(making, { recursive: true, force: true });
    await makeFolder(making);
    for (const name of [TOPOLOGY, WEIGHTS]) {
      await copySynced(path.join(this.foldDir(fold), name), path.join(making, name));
    }
    await syncDirectory(making);
    await rm(target, { recursive: true, force: true });
    await rename(making, target);
    await syncDirectory(this.#root);
  }

  /** Drops what was staged and never accepted: at the end of a run. */
  async sweep(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Makes a folder that has nothing in it, whatever was there. */
async function makeEmpty(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch {
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder);
  }
}

/** Gives a folder another name, that of a folder that may be there already. */
async function replaceFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
}

/** Of both its files. */
const digestOf = ({ topologyDigest, weightsDigest }: ModelInfo): string =>
  sha256(topologyDigest, weightsDigest);

function stagedOf({ worker, fold, attempt, model }: UploadedModel): StagedUpload {
  return { worker, fold, attempt, digest: model.weightsDigest, sizeBytes: model.weightsBytes };
}

async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
