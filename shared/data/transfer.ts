import type { DatasetPart, ImageShape, PartInfo, TransferInfo } from '../domain.ts';
import type { TransferSet } from '../transfer.ts';
import { partDigest } from './digest.ts';
import type { ProductsOptions } from './products/read-products.ts';

export interface TransferOptions extends Pick<ProductsOptions, 'onProgress' | 'signal'> {
  /** `--transfer`: a folder, or "synthetic". */
  readonly transfer: string;
  /** Of the training data. */
  readonly classes: readonly string[];
  /** Of the training data; grey. */
  readonly image: ImageShape;
  /** `--label-map`; default the paper's table. */
  readonly labelMap?: string;
}

/** Loads the pictures of the transfer evaluation. */
export function loadTransfer(_options: TransferOptions): Promise<TransferSet> {
  return Promise.reject(new Error('to come'));
}

/** What identifies the images of a transfer evaluation without holding them. */
export function transferInfo(set: TransferSet): TransferInfo {
  return {
    name: set.name,
    synthetic: set.synthetic,
    paper: partInfo(set.paper),
    fit: partInfo(set.fit),
  };
}

const partInfo = (part: DatasetPart): PartInfo => ({
  count: part.labels.length,
  digest: partDigest(part),
});
