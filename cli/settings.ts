import { z } from 'zod';
import { EMBEDDED_NAME } from '../shared/data/catalogue.ts';
import { ID_PATTERN } from '../shared/domain.ts';
import { MACHINE_SETTINGS } from './machine-settings.ts';
import { SECURITY_SETTINGS } from './security/security-settings.ts';
import { integer, number, text, toggle } from './setting.ts';

const ANY_INTEGER = [0, Number.MAX_SAFE_INTEGER] as const;

const DATA_SETTINGS = {
  data: text('the name of a dataset or a folder', (name) => name.default(EMBEDDED_NAME), {
    group: 'Data',
    takes: 'name|dir',
    help: `"${EMBEDDED_NAME}", "fashion-mnist" once fetched, or a folder of IDX, CSV or image files`,
  }),
  limit: integer([1, 2 ** 31 - 1], (count) => count.optional(), {
    group: 'Data',
    takes: 'n',
    help: 'use n training and at most n test images, in the same mix of classes',
    defaultText: 'all',
  }),
  folds: integer([2, 10_000], (k) => k.default(3), {
    group: 'Data',
    takes: 'k',
    help: 'folds of the cross-validation',
  }),
  stratify: toggle(true, { group: 'Data', help: 'split without regard to classes' }),
  'test-fraction': number(
    'a number above 0 and below 1',
    (share) =>
      share
        .gt(0)
        .lt(1)
        .default(1 / 7),
    {
      group: 'Data',
      takes: 'x',
      help: 'share of the images held out for the test, where the data have no test part',
      defaultText: '1/7',
    },
  ),
  'image-size': integer([8, 512], (side) => side.optional(), {
    group: 'Data',
    takes: 'n',
    help: 'make the pictures of a folder of images n×n pixels',
    defaultText: '28',
  }),
  transfer: text('the name of a set of pictures or a folder', (name) => name.optional(), {
    group: 'Data',
    takes: 'dir|none',
    help: 'try the selected model on the pictures of this folder, after the test',
    defaultText: `none; with "${EMBEDDED_NAME}" a set drawn in another style`,
  }),
  'label-map': text('a path', (path) => path.optional(), {
    group: 'Data',
    takes: 'file',
    help: 'CSV table from article types to classes, for folders of images',
    defaultText: "the paper's",
  }),
  'fold-map': text('a path', (path) => path.optional(), {
    group: 'Data',
    takes: 'file',
    help: 'take the folds from the folds.json of an earlier run',
  }),
};

const TRAINING_SETTINGS = {
  seed: integer(ANY_INTEGER, (seed) => seed.default(0), {
    group: 'Training',
    takes: 'n',
    help: 'all that is drawn at random follows from it',
  }),
  epochs: integer([1, 100_000], (count) => count.default(15), {
    group: 'Training',
    takes: 'n',
    help: 'passes over the training images',
    embeddedDefault: 5,
  }),
  'batch-size': integer([1, 1_000_000], (size) => size.default(1000), {
    group: 'Training',
    takes: 'n',
    help: 'images in a training step',
    embeddedDefault: 100,
  }),
  lr: number('a number above 0 and at most 10', (rate) => rate.gt(0).max(10).default(1e-3), {
    group: 'Training',
    takes: 'x',
    help: 'learning rate at the start',
  }),
  'lr-schedule': text(
    'constant or cosine',
    () => z.enum(['constant', 'cosine']).default('cosine'),
    { group: 'Training', takes: 'constant|cosine', help: 'how the learning rate changes' },
  ),
  'weight-decay': number('a number from 0 to 1', (l2) => l2.min(0).max(1).default(1e-5), {
    group: 'Training',
    takes: 'x',
    help: 'L2 coefficient, added to the gradient',
  }),
  dropout: number('a number from 0 to below 1', (share) => share.min(0).lt(1).default(0.25), {
    group: 'Training',
    takes: 'x',
    help: 'share of activations dropped by the network of the paper',
  }),
};

const STEP_SETTINGS = {
  architecture: text('a path', (path) => path.optional(), {
    group: 'Training',
    takes: 'file',
    help: 'train the network of this tfjs model.json',
    defaultText: "the paper's",
  }),
  step: text('compiled or eager', () => z.enum(['compiled', 'eager']).default('compiled'), {
    group: 'Training',
    takes: 'compiled|eager',
    help: 'train by one graph, or op by op',
  }),
  xla: toggle(false, {
    group: 'Machine',
    help: 'on a GPU, let XLA compile what it can of the step',
  }),
};

const RUN_SETTINGS = {
  out: text('a path', (path) => path.optional(), {
    group: 'Run',
    takes: 'dir',
    help: 'where results go; must be new or empty',
    defaultText: 'runs/<run id>',
  }),
  run: text(
    '1 to 63 characters of a-z, 0-9, "_" and "-", the first a letter or a digit',
    (id) => id.regex(ID_PATTERN).optional(),
    { group: 'Run', takes: 'id', help: 'name of the run', defaultText: 'date and time' },
  ),
  nats: text('auto, none or a URL such as nats://127.0.0.1:4222', (url) => url.optional(), {
    group: 'Run',
    takes: 'auto|none|url',
    help: 'where progress is published',
    defaultText: 'auto for train, else none',
  }),
  'lease-ms': integer([1_000, 3_600_000], (ms) => ms.default(15_000), {
    group: 'Run',
    takes: 'ms',
    help: 'a worker not heard of for so long has lost its work',
  }),
  'max-attempts': integer([1, 1_000], (count) => count.default(5), {
    group: 'Run',
    takes: 'n',
    help: 'failures of machines at a fold that give it up; preemption does not count',
  }),
  'checkpoint-epochs': integer([0, 100_000], (count) => count.default(1), {
    group: 'Run',
    takes: 'n',
    help: 'keep a checkpoint after every n epochs; 0 for none',
  }),
  'allow-partial': toggle(false, {
    group: 'Run',
    help: 'go on without folds that are given up, and label the results incomplete',
  }),
  'nats-creds': text('a path', (path) => path.optional(), {
    group: 'Run',
    takes: 'file',
    help: 'credentials for the NATS server, a .creds file',
    defaultText: 'NATS_CREDS and others, docs/progress.md',
  }),
  json: toggle(false, { group: 'Run', help: 'print events as lines of JSON, nothing else' }),
  quiet: toggle(false, { group: 'Run', help: 'print only errors and where the report lies' }),
};

/** Every setting: the key is the flag without its dashes, and the key in a configuration file. */
export const SETTINGS = {
  ...DATA_SETTINGS,
  ...TRAINING_SETTINGS,
  ...STEP_SETTINGS,
  ...MACHINE_SETTINGS,
  ...SECURITY_SETTINGS,
  ...RUN_SETTINGS,
};

export type SettingName = keyof typeof SETTINGS;
export type Settings<Name extends SettingName = SettingName> = {
  readonly [Key in Name]: z.output<(typeof SETTINGS)[Key]['schema']>;
};

const SECURED = ['tls-cert', 'tls-key', 'tls-ca', 'token-file', 'insecure'] as const;

/** The settings each command takes. */
export const COMMAND_SETTINGS = {
  train: [...runNames(), 'workers', 'folds-per-gpu'],
  coordinator: [...runNames(), 'listen', ...SECURED],
  worker: [
    ...(['coordinator', 'data', 'grace-ms', 'drain-exit-code', 'quiet'] as const),
    ...SECURED,
    'tls-server-name',
  ],
  watch: ['nats', 'nats-creds', 'run', 'json'],
} as const satisfies Record<string, readonly SettingName[]>;

export type TrainSettings = Settings<(typeof COMMAND_SETTINGS.train)[number]>;
export type CoordinatorSettings = Settings<(typeof COMMAND_SETTINGS.coordinator)[number]>;
export type WorkerSettings = Settings<(typeof COMMAND_SETTINGS.worker)[number]>;
/** What `train` and `coordinator` have in common. */
export type RunSettings = Settings<ReturnType<typeof runNames>[number]>;

function runNames() {
  return [
    ...namesOf(DATA_SETTINGS),
    ...namesOf(TRAINING_SETTINGS),
    ...namesOf(STEP_SETTINGS),
    'threads' as const,
    ...namesOf(RUN_SETTINGS),
  ];
}

function namesOf<Table extends object>(table: Table): (keyof Table)[] {
  return Object.keys(table) as (keyof Table)[];
}
