import type { Preprocessing } from '../../domain.ts';
import { DataError } from '../../errors.ts';
import type { Coverage, TransferSource } from '../../transfer.ts';
import { countCoverage } from './coverage.ts';
import type { Outcome } from './coverage.ts';
import type { Picture, Size } from './picture.ts';
import { prepare } from './prepare.ts';

/** Labelled images, each made in the ways asked for, and what became of every row. */
export interface Products {
  /** Class of each image, [count]. */
  readonly labels: Uint8Array;
  /** By way, [count, height, width]. */
  readonly pixels: Readonly<Partial<Record<Preprocessing, Uint8Array>>>;
  /** Where image i comes from. */
  readonly sources: readonly TransferSource[];
  readonly coverage: Coverage;
}

/** One picture made into an image in each of several ways, in their order. */
export type Images = readonly Uint8Array[];

export interface ProductRow extends TransferSource {
  readonly outcome: Exclude<Outcome, { kind: 'mapped' }> | MappedOutcome;
}

export interface MappedOutcome {
  readonly kind: 'mapped';
  readonly label: number;
  readonly images: Images;
}

export const makeImages = (
  picture: Picture,
  ways: readonly Preprocessing[],
  image: Size,
): Promise<Images> => Promise.all(ways.map((way) => prepare(picture, way, image)));

/**
 * Puts the images together, in the order of the rows.
 *
 * @param shownAs - names the rows in the message
 * @throws DataError where no row has an image
 */
export function labelledImages(
  rows: readonly ProductRow[],
  ways: readonly Preprocessing[],
  shownAs: string,
): Products {
  const coverage = countCoverage(rows);
  const mapped = rows.flatMap(({ id, articleType, outcome }) =>
    outcome.kind === 'mapped' ? [{ id, articleType, ...outcome }] : [],
  );
  if (mapped.length === 0) throw nothingLeft(coverage, shownAs);
  return {
    labels: Uint8Array.from(mapped, ({ label }) => label),
    pixels: Object.fromEntries(
      ways.map((way, place) => [way, joined(mapped.map(({ images }) => images[place]))]),
    ),
    sources: mapped.map(({ id, articleType }) => ({ id, articleType })),
    coverage,
  };
}

function joined(images: readonly (Uint8Array | undefined)[]): Uint8Array {
  const sizeBytes = images.reduce((sum, image) => sum + (image?.length ?? 0), 0);
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const image of images) {
    if (image === undefined) continue;
    bytes.set(image, offset);
    offset += image.length;
  }
  return bytes;
}

function nothingLeft({ rows, unmapped, missing, unreadable }: Coverage, shownAs: string): Error {
  const [reason] = Object.keys(unreadable.byReason);
  const why = reason === undefined ? '' : `, most often for: ${reason}`;
  return new DataError(
    `${shownAs} gives no image: of ${rows} rows, ${unmapped.count} have an article type without ` +
      `a class, ${missing.count} no picture, ${unreadable.count} one that cannot be read${why}; ` +
      'check the folder, and the table of article types (--label-map)',
  );
}
