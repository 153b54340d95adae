import type { ModelStore } from '../../coordinator/artifacts/models.ts';
import type { CheckpointInfo, Digest, FoldResult, ModelInfo } from '../../shared/domain.ts';

export type FoldModel = Parameters<ModelStore['keep']>[0];

/** The files of a run: each is durable once it is written, as those of the coordinator are. */
export interface Storage {
  readonly stage: (fold: number, attempt: number, model: ModelInfo) => void;
  readonly isStaged: (result: FoldModel) => boolean;
  readonly keep: (result: FoldModel) => void;
  /** The kept model of a fold. */
  readonly modelOf: (fold: number) => ModelInfo | undefined;
  readonly store: (fold: number, checkpoint: CheckpointInfo, content: Digest) => void;
  readonly fetch: (fold: number, digest: Digest) => Digest | undefined;
  readonly drop: (fold: number, digests: readonly Digest[]) => void;
  /** Damages a stored checkpoint, if there is one. */
  readonly corrupt: (choose: (count: number) => number) => void;
}

export function createStorage(): Storage {
  const staged = new Map<string, ModelInfo>();
  const kept = new Map<number, ModelInfo>();
  const checkpoints = new Map<string, Digest>();
  const nameOf = ({ fold, model }: Pick<FoldResult, 'fold' | 'model'>): string =>
    `${fold} ${model.weightsDigest}`;
  return {
    stage: (fold, _, model) => void staged.set(nameOf({ fold, model }), model),
    isStaged: (result) => staged.has(nameOf(result)),
    keep: (result) => {
      if (!staged.has(nameOf(result))) throw new Error(`no model of fold ${result.fold} to keep`);
      kept.set(result.fold, result.model);
    },
    modelOf: (fold) => kept.get(fold),
    store: (fold, { digest }, content) => void checkpoints.set(`${fold} ${digest}`, content),
    fetch: (fold, digest) => checkpoints.get(`${fold} ${digest}`),
    drop: (fold, digests) => digests.forEach((digest) => checkpoints.delete(`${fold} ${digest}`)),
    corrupt: (choose) => {
      const name = [...checkpoints.keys()][choose(checkpoints.size)];
      const content = name && checkpoints.get(name);
      if (name && content) checkpoints.set(name, `0${content.slice(1)}0` as Digest);
    },
  };
}
