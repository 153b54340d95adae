import { createRandom } from '../../../random.ts';
import type { SyntheticProduct } from '../../synthetic-transfer.ts';
import { createChoice } from '../choice.ts';
import type { ArticleType } from './articles.ts';

/** The columns of Kaggle's styles.csv. */
export const STYLES_COLUMNS = [
  'id',
  'gender',
  'masterCategory',
  'subCategory',
  'articleType',
  'baseColour',
  'season',
  'year',
  'usage',
  'productDisplayName',
] as const;

/** Every so many products have commas in their name, which Kaggle's table does not quote. */
const COMMA_EVERY = 40;

/** Whether the name of a product has commas. */
export const hasCommas = (id: string): boolean => Number(id) % COMMA_EVERY === COMMA_EVERY - 1;

/** The line of a product in styles.csv, without the line feed, as Kaggle writes them: unquoted. */
export function stylesRow({ id, articleType, baseColour }: SyntheticProduct, seed: number): string {
  const choice = createChoice(createRandom(seed, 'synthetic', 'transfer-row', id));
  const [masterCategory, subCategory, people] = PLACES[articleType];
  const gender = choice.pick({
    Men: people === 'women' ? 0 : 3,
    Women: 2,
    Unisex: people === 'all' ? 1 : 0,
  });
  const season = choice.pick({ Summer: 5, Fall: 3, Winter: 2, Spring: 1 });
  const year = Math.floor(choice.between(2008, 2020));
  const usage = choice.pick({ Casual: 8, Formal: 1, Sports: 1, NA: 0.3 });
  const extra = hasCommas(id) ? ', new, drawn by a program' : '';
  const name = `Foldwise ${gender} ${baseColour} ${articleType}${extra}`;
  return [
    id,
    gender,
    masterCategory,
    subCategory,
    articleType,
    baseColour,
    season,
    year,
    usage,
    name,
  ].join(',');
}

type Place = readonly [
  masterCategory: string,
  subCategory: string,
  people: 'all' | 'women' | 'adults',
];

const top: Place = ['Apparel', 'Topwear', 'adults'];
const bottom: Place = ['Apparel', 'Bottomwear', 'adults'];
const shoes: Place = ['Footwear', 'Shoes', 'adults'];

/** Where Kaggle's table has each article type, and whom it is for. */
const PLACES: Readonly<Record<ArticleType, Place>> = {
  Tshirts: top,
  Tops: ['Apparel', 'Topwear', 'women'],
  Shirts: top,
  Jeans: bottom,
  Trousers: bottom,
  Shorts: bottom,
  Sweaters: top,
  Sweatshirts: top,
  Dresses: ['Apparel', 'Dress', 'women'],
  Kurtas: top,
  Jackets: top,
  Sandals: ['Footwear', 'Sandal', 'adults'],
  'Flip Flops': ['Footwear', 'Flip Flops', 'adults'],
  'Casual Shoes': shoes,
  'Sports Shoes': shoes,
  Handbags: ['Accessories', 'Bags', 'women'],
  Backpacks: ['Accessories', 'Bags', 'all'],
  Heels: ['Footwear', 'Shoes', 'women'],
  'Formal Shoes': shoes,
  Watches: ['Accessories', 'Watches', 'adults'],
  Sunglasses: ['Accessories', 'Eyewear', 'all'],
  Belts: ['Accessories', 'Belts', 'adults'],
  Socks: ['Accessories', 'Socks', 'all'],
};
