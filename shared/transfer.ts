import type { DatasetPart } from './domain.ts';

/** Pictures of another origin, labelled with the classes of the dataset by way of a table. Pure. */
export interface TransferSet {
  readonly name: string;
  readonly synthetic: boolean;
  /** The images made the paper's way; labels and order are those of `fit`. */
  readonly paper: DatasetPart;
  readonly fit: DatasetPart;
  /** Where image i of both parts comes from. */
  readonly sources: readonly TransferSource[];
  readonly coverage: Coverage;
}

export interface TransferSource {
  readonly id: string;
  readonly articleType: string;
}

/** A count, broken down by article type, most frequent first, ties by name. */
export interface Tally {
  readonly count: number;
  readonly byArticleType: Readonly<Record<string, number>>;
}

/**
 * What became of each row of `styles.csv`. Each row counts once, as the first that applies:
 * its article type has no class (unmapped); its image is not there (missing); its image cannot be
 * decoded (unreadable); it was evaluated (mapped). So the four counts add up to `rows`.
 */
export interface Coverage {
  readonly rows: number;
  readonly mapped: Tally;
  /** `withoutImage`: how many of them have no image either. */
  readonly unmapped: Tally & { readonly withoutImage: number };
  readonly missing: Tally;
  readonly unreadable: Tally & {
    /** What the decoder said, most frequent first. */
    readonly byReason: Readonly<Record<string, number>>;
    /** The first 20, by their place in the table. */
    readonly examples: readonly { readonly file: string; readonly reason: string }[];
  };
}
