import type { EvaluationPart, Plan, Preprocessing } from '../../shared/domain.ts';
import type { DatasetPartName } from '../../shared/wire/enums.ts';

/** Something of each part of a run: its images, or what identifies them. */
export interface Parts<Part> {
  readonly dataset: { readonly train: Part; readonly test: Part };
  readonly transfer?: { readonly paper: Part; readonly fit: Part } | undefined;
}

/** What belongs to a part; undefined where the run has no such part. */
export function partOf<Part>(
  { dataset, transfer }: Parts<Part>,
  name: DatasetPartName,
): Part | undefined {
  switch (name) {
    case 'train':
      return dataset.train;
    case 'test':
      return dataset.test;
    case 'transfer-paper':
      return transfer?.paper;
    case 'transfer-fit':
      return transfer?.fit;
  }
}

/** What the selected model of a run is evaluated on, in this order. */
export function evaluationParts({ transfer }: Plan): readonly EvaluationPart[] {
  return transfer === undefined ? ['test'] : ['test', 'transfer-paper', 'transfer-fit'];
}

export type TransferPart = Exclude<EvaluationPart, 'test'>;

/** How the pictures of a part were made. */
export const PREPROCESSING = {
  'transfer-paper': 'paper',
  'transfer-fit': 'fit',
} as const satisfies Record<TransferPart, Preprocessing>;

export const PREPROCESSED_AS = {
  paper: 'transfer-paper',
  fit: 'transfer-fit',
} as const satisfies Record<Preprocessing, TransferPart>;
