import type { Preprocessing } from '../../domain.ts';
import type { Coverage, TransferSource } from '../../transfer.ts';
import type { LabelMap } from './label-map.ts';
import type { Size } from './prepare.ts';

export interface ProductsOptions {
  /** Holds `styles.csv` and `images/<id>.jpg`. */
  readonly folder: string;
  readonly labelMap: LabelMap;
  /** The ways to make each picture into an image. */
  readonly ways: readonly Preprocessing[];
  readonly image: Size;
  /** Told now and then how many of the pictures are done. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Products {
  /** Class of each image, [count]. */
  readonly labels: Uint8Array;
  /** The images made each of the ways asked for, [count, height, width]. */
  readonly pixels: Readonly<Partial<Record<Preprocessing, Uint8Array>>>;
  /** Where image i comes from. */
  readonly sources: readonly TransferSource[];
  readonly coverage: Coverage;
}

/** Reads a folder of product photographs, in the order of its table. */
export function readProducts(_options: ProductsOptions): Promise<Products> {
  return Promise.reject(new Error('to come'));
}
