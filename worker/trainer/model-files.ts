import { sha256 } from '../../shared/data/digest.ts';
import type { ModelInfo } from '../../shared/domain.ts';

/** The two files of a saved model. */
export const MODEL_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.bin';

/** The content of a saved model. */
export interface ModelFiles {
  /** UTF-8 JSON. */
  readonly topology: Uint8Array;
  readonly weights: Uint8Array;
}

/** What identifies a saved model. */
export function describeModel({ topology, weights }: ModelFiles): ModelInfo {
  return {
    topologyBytes: topology.length,
    topologyDigest: sha256(topology),
    weightsBytes: weights.length,
    weightsDigest: sha256(weights),
  };
}
