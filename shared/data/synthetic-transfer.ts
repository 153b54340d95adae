import { createRandom } from '../random.ts';
import type { Picture } from './products/picture.ts';
import { createChoice } from './synthetic/choice.ts';
import { ARTICLES } from './synthetic/transfer/articles.ts';
import type { Article, ArticleType } from './synthetic/transfer/articles.ts';
import type { ColourName } from './synthetic/transfer/colours.ts';
import { photograph } from './synthetic/transfer/photograph.ts';

export interface SyntheticTransferOptions {
  /** Default 0: one fixed set, the same everywhere, whatever the seed of the run. */
  readonly seed?: number;
  /** Default {@link TRANSFER_COUNT}. */
  readonly count?: number;
}

/** A product and its photograph. */
export interface SyntheticProduct {
  readonly id: string;
  /** As in Kaggle's Fashion Product Images: "Tshirts", "Casual Shoes", … */
  readonly articleType: ArticleType;
  readonly baseColour: ColourName;
  /** 60×80, RGB. */
  readonly picture: Picture;
}

export const TRANSFER_COUNT = 1000;

const FIRST_ID = 10_000;

/**
 * Draws photographs as a shop might show them: coloured articles on white, 60×80, many worn by
 * somebody, in another style than `syntheticDataset` and as unequally frequent as in shops; some
 * article types belong to none of the ten classes. Pure: the same options give the same bytes on
 * every machine. Product n depends on (seed, n) alone, so more products begin with the same ones.
 */
export function* syntheticTransfer(
  options: SyntheticTransferOptions = {},
): Generator<SyntheticProduct> {
  const { seed = 0, count = TRANSFER_COUNT } = options;
  for (let index = 0; index < count; index++) yield drawProduct(seed, index);
}

function drawProduct(seed: number, index: number): SyntheticProduct {
  const random = createRandom(seed, 'synthetic', 'transfer', index);
  const choice = createChoice(random);
  const articleType = choice.pick<ArticleType>(WEIGHTS);
  const { colours, arrange }: Article = ARTICLES[articleType];
  const baseColour = choice.pick<ColourName>(colours);
  const scene = arrange({ choice, random, colour: baseColour });
  const picture = photograph(scene, choice, random);
  return { id: String(FIRST_ID + index), articleType, baseColour, picture };
}

const WEIGHTS = Object.fromEntries(
  Object.entries(ARTICLES).map(([name, { weight }]) => [name, weight]),
) as Record<ArticleType, number>;
