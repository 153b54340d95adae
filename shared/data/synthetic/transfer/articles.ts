import { belts, socks, sunglasses, watches } from './accessories.ts';
import { backpacks, handbags } from './bags.ts';
import { BRIGHT, CHINO, CLOTHES, DENIM, LEATHER, SPORT } from './colours.ts';
import type { ColourWeights } from './colours.ts';
import { casualShoes, formalShoes, sportsShoes } from './footwear.ts';
import { heels } from './heels.ts';
import { flipFlops, sandals } from './sandals.ts';
import type { Scene, Studio } from './scene.ts';
import * as wardrobe from './wardrobe.ts';

/** A kind of article as a shop lists it. */
export interface Article {
  /** How common it is, out of about a thousand. */
  readonly weight: number;
  readonly colours: ColourWeights;
  readonly arrange: (studio: Studio) => Scene;
}

const article = (
  weight: number,
  colours: ColourWeights,
  arrange: (studio: Studio) => Scene,
): Article => ({ weight, colours, arrange });

/** By the names of Kaggle's Fashion Product Images; the last four have no class. */
export const ARTICLES = {
  Tshirts: article(165, CLOTHES, wardrobe.tShirts),
  Tops: article(50, BRIGHT, wardrobe.blouses),
  Shirts: article(85, CLOTHES, wardrobe.shirts),
  Jeans: article(45, DENIM, wardrobe.jeans),
  Trousers: article(25, CHINO, wardrobe.trousers),
  Shorts: article(30, CHINO, wardrobe.shorts),
  Sweaters: article(40, CLOTHES, wardrobe.sweaters),
  Sweatshirts: article(25, CLOTHES, wardrobe.sweatshirts),
  Dresses: article(40, BRIGHT, wardrobe.dresses),
  Kurtas: article(60, BRIGHT, wardrobe.kurtas),
  Jackets: article(45, CLOTHES, wardrobe.jackets),
  Sandals: article(40, LEATHER, sandals),
  'Flip Flops': article(35, BRIGHT, flipFlops),
  'Casual Shoes': article(70, SPORT, casualShoes),
  'Sports Shoes': article(55, SPORT, sportsShoes),
  Handbags: article(60, LEATHER, handbags),
  Backpacks: article(30, CLOTHES, backpacks),
  Heels: article(45, LEATHER, heels),
  'Formal Shoes': article(35, LEATHER, formalShoes),
  Watches: article(45, LEATHER, watches),
  Sunglasses: article(25, LEATHER, sunglasses),
  Belts: article(20, LEATHER, belts),
  Socks: article(20, CLOTHES, socks),
} as const satisfies Record<string, Article>;

export type ArticleType = keyof typeof ARTICLES;
