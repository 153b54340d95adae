import type { Dataset, Digest } from '../domain.ts';
import { syntheticDataset } from './synthetic.ts';

/** A dataset that `--data` takes by name. */
export interface NamedDataset {
  readonly name: string;
  readonly open: () => Dataset | Promise<Dataset>;
}

/** In the order in which messages list them. */
export const NAMED_DATASETS: readonly NamedDataset[] = [
  { name: 'synthetic', open: () => syntheticDataset() },
];

/** Published datasets, told by their digest whatever the folder is called. */
const PUBLISHED: readonly { readonly name: string; readonly digest: string }[] = [
  {
    name: 'fashion-mnist',
    digest: 'a7b880f9fd03949d1db39a96b62d8dd0763271f0d201defb6e0fd559e58a2a61',
  },
];

/** The name a complete dataset is published under, if it is. */
export function publishedName(digest: Digest): string | undefined {
  return PUBLISHED.find((published) => published.digest === digest)?.name;
}
