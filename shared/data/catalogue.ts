import type { Digest } from '../domain.ts';

/** A file of a published dataset, as published. */
export interface PublishedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** What the publisher gives to check a download with. */
  readonly md5: string;
  readonly sha256: string;
}

interface PublishedContent {
  readonly count: number;
  readonly contentDigest: string;
}

/** A dataset that `foldwise data fetch` can get, and `--data` then takes by name. */
export interface PublishedDataset {
  readonly name: string;
  /** Of the whole dataset. */
  readonly digest: string;
  /** Of its parts, in whatever order their images lie. */
  readonly content: { readonly train: PublishedContent; readonly test: PublishedContent };
  /** Addresses that the names of files are appended to, in the order they are tried. */
  readonly sources: readonly string[];
  readonly files: readonly PublishedFile[];
}

/** Xiao, Rasul and Vollgraf 2017; https://github.com/zalandoresearch/fashion-mnist, MIT licence. */
export const FASHION_MNIST: PublishedDataset = {
  name: 'fashion-mnist',
  digest: 'a7b880f9fd03949d1db39a96b62d8dd0763271f0d201defb6e0fd559e58a2a61',
  content: {
    train: {
      count: 60_000,
      contentDigest: '53b34d70c671317ab6e19bfef4a9fab538074e16f2d1e69fdcd5c87fe13853f5',
    },
    test: {
      count: 10_000,
      contentDigest: '776f535c5f0ce6eb36b9f27daf2ee675aa10785ead3083c67d6cba183de4eb65',
    },
  },
  sources: [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  ],
  files: [
    {
      name: 'train-images-idx3-ubyte.gz',
      sizeBytes: 26_421_880,
      md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    },
    {
      name: 'train-labels-idx1-ubyte.gz',
      sizeBytes: 29_515,
      md5: '25c81989df183df01b3e8a0aad5dffbe',
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    },
    {
      name: 't10k-images-idx3-ubyte.gz',
      sizeBytes: 4_422_102,
      md5: 'bef4ecab320f06d8554ea6380940ec79',
      sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    },
    {
      name: 't10k-labels-idx1-ubyte.gz',
      sizeBytes: 5_148,
      md5: 'bb300cfdad3c16e7a12a480ee83cd310',
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    },
  ],
};

/** In the order in which messages list them. */
export const PUBLISHED_DATASETS: readonly PublishedDataset[] = [FASHION_MNIST];

/** Name of the dataset that Foldwise draws by itself. */
export const EMBEDDED_NAME = 'synthetic';
/** Of the whole embedded dataset. */
export const EMBEDDED_DIGEST = '68935d2a48621a8d83ca994646415590fef9cccdbb0c9b11d0bf8ab7fa03aaa1';

/** Every name that `--data` takes. */
export const DATASET_NAMES: readonly string[] = [
  EMBEDDED_NAME,
  ...PUBLISHED_DATASETS.map(({ name }) => name),
];

/** A dataset known by its content, whatever its folder is called. */
export function knownByDigest(
  digest: Digest,
): { readonly name: string; readonly synthetic: boolean } | undefined {
  if (digest === EMBEDDED_DIGEST) return { name: EMBEDDED_NAME, synthetic: true };
  const published = PUBLISHED_DATASETS.find((each) => each.digest === digest);
  return published && { name: published.name, synthetic: false };
}
