import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '..');

/** What each room of the house may import from. Arrows point one way. */
const ALLOWED: Record<string, readonly string[]> = {
  shared: ['shared', 'proto'],
  coordinator: ['coordinator', 'shared', 'proto'],
  worker: ['worker', 'shared', 'proto'],
  cli: ['cli', 'coordinator', 'worker', 'shared', 'proto'],
};

/** The domain: no I/O, no clock, no randomness, no library but what is listed. */
const PURE = [
  'shared/domain.ts',
  'shared/ids.ts',
  'shared/errors.ts',
  'shared/plain.ts',
  'shared/events.ts',
  'shared/events-schema.ts',
  'shared/event-message.ts',
  'shared/subjects.ts',
  'shared/network.ts',
  'shared/random.ts',
  'shared/folds.ts',
  'shared/fold-map.ts',
  'shared/subset.ts',
  'shared/hold-out.ts',
  'shared/duplicates.ts',
  'shared/identical-images.ts',
  'shared/metrics.ts',
  'shared/statistics.ts',
  'shared/data/classes.ts',
  'shared/data/describe-bytes.ts',
  'shared/data/folder-data.ts',
  'shared/data/idx-format.ts',
  'shared/data/synthetic.ts',
  'shared/data/synthetic-transfer.ts',
  'shared/data/products/coverage.ts',
  'shared/data/products/find-garment.ts',
  'shared/data/products/grey.ts',
  'shared/data/products/picture.ts',
  'shared/data/products/signature.ts',
  'coordinator/record/header-schema.ts',
  'coordinator/record/result-schema.ts',
  'coordinator/record/schema.ts',
  'coordinator/record/sequence.ts',
  'coordinator/report/report-json.ts',
  'coordinator/report/report-text.ts',
  'coordinator/report/evaluation-json.ts',
  'coordinator/report/transfer-json.ts',
  'coordinator/report/choose-samples.ts',
  'coordinator/report/report-schema.ts',
  'coordinator/report/transfer-schema.ts',
  'coordinator/report/schema-parts.ts',
  'coordinator/report/format.ts',
  'shared/wire/bounds.ts',
  'shared/security/environment.ts',
  'shared/security/worker-name.ts',
  'coordinator/security/identity.ts',
  'coordinator/security/rate.ts',
  'cli/nats/server-config.ts',
  'cli/watch/story.ts',
  'worker/outbox.ts',
  'worker/patience.ts',
  'worker/engine/cuda/libraries.ts',
  'worker/trainer/messages.ts',
  'worker/trainer/model-weights.ts',
  'worker/trainer/network-json.ts',
  'worker/trainer/architecture/complete.ts',
  'worker/trainer/architecture/inspect-messages.ts',
  'worker/trainer/architecture/read-architecture.ts',
  'worker/trainer/architecture/standardise.ts',
  'worker/trainer/architecture/numbers.ts',
  'worker/trainer/architecture/unsupported.ts',
  'worker/trainer/read-metadata.ts',
  'worker/trainer/schedule.ts',
  'worker/trainer/training-state.ts',
  'worker/trainer/training-state-header.ts',
];
/** All that lies in these is pure too. */
const PURE_FOLDERS = ['coordinator/scheduler/', 'shared/data/synthetic/'];
const PURE_LIBRARIES = ['@stdlib/stats-base-dists-t-quantile', 'zod'];
const IMPURE_NAMES = [
  'process',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
];

const files = Object.keys(ALLOWED).flatMap((room) => sourcesIn(room));

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((entry) => {
    const file = `${folder}/${entry}`;
    if (entry === 'generated') return [];
    if (statSync(path.join(root, file)).isDirectory()) return sourcesIn(file);
    return entry.endsWith('.ts') ? [file] : [];
  });
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(path.join(root, file), 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

interface Import {
  readonly from: string;
  readonly isTypeOnly: boolean;
}

/** Static imports, re-exports and dynamic imports with a literal name. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const from = node.moduleSpecifier;
      const isTypeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      if (from && ts.isStringLiteral(from)) found.push({ from: from.text, isTypeOnly });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [from] = node.arguments;
      if (from && ts.isStringLiteral(from)) found.push({ from: from.text, isTypeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

const resolved = (file: string, from: string): string =>
  path.posix.normalize(path.posix.join(path.posix.dirname(file), from));

test('every room imports only from the rooms it may', (t) => {
  t.true(files.length > 50, 'the walk found the sources');
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ from }) => from.startsWith('.'))
      .map(({ from }) => resolved(file, from))
      .filter((target) => !ALLOWED[file.split('/')[0]!]!.includes(target.split('/')[0]!))
      .map((target) => `${file} → ${target}`),
  );
  t.deepEqual(wrong, []);
});

test('no source imports itself by a detour', (t) => {
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => resolved(file, from)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (trail.includes(file) || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.deepEqual(circles, []);
});

test('only shared/wire knows the generated messages', (t) => {
  const wrong = files.filter(
    (file) =>
      !file.startsWith('shared/wire/') &&
      importsOf(file).some(({ from }) => from.includes('generated/')),
  );
  t.deepEqual(wrong, []);
});

test('only one file knows the NATS client', (t) => {
  const knowing = files.filter((file) =>
    importsOf(file).some(({ from }) => from === 'nats' || from.startsWith('@nats-io/')),
  );
  t.deepEqual(knowing, ['shared/nats/client.ts']);
});

test('TensorFlow stays behind its seam', (t) => {
  const wrong = files.filter(
    (file) =>
      !file.startsWith('worker/') &&
      importsOf(file).some(
        ({ from, isTypeOnly }) => !isTypeOnly && from.startsWith('@tensorflow/'),
      ),
  );
  t.deepEqual(wrong, []);
});

const isPure = (file: string): boolean =>
  PURE.includes(file) || PURE_FOLDERS.some((folder) => file.startsWith(folder));

test('the domain imports nothing but the domain', (t) => {
  const missing = PURE.filter((file) => !files.includes(file));
  t.deepEqual(missing, [], 'the list of pure modules names files that exist');
  const wrong = files.filter(isPure).flatMap((file) =>
    importsOf(file)
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ from }) => (from.startsWith('.') ? resolved(file, from) : from))
      .filter((target) => !isPure(target) && !PURE_LIBRARIES.includes(target))
      .map((target) => `${file} → ${target}`),
  );
  t.deepEqual(wrong, []);
});

test('the domain reads no clock, draws no chance and touches no process', (t) => {
  const wrong = files.filter(isPure).flatMap((file) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const text = node.getText();
      if (ts.isPropertyAccessExpression(node) && ['Math.random', 'Date.now'].includes(text)) {
        found.push(`${file}: ${text}`);
      }
      const isClock = ts.isNewExpression(node) && !node.arguments?.length;
      if (isClock && node.expression.getText() === 'Date') {
        found.push(`${file}: new Date`);
      }
      const isName = ts.isIdentifier(node) && IMPURE_NAMES.includes(node.text);
      const isUse =
        isName &&
        !ts.isPropertyAccessExpression(node.parent) &&
        !ts.isPropertyAssignment(node.parent) &&
        !ts.isPropertySignature(node.parent);
      if (isUse) found.push(`${file}: ${text}`);
      ts.forEachChild(node, visit);
    };
    visit(parse(file));
    return found;
  });
  t.deepEqual(wrong, []);
});

test('no source is longer than a reader can take in', (t) => {
  const long = files
    .map((file) => ({
      file,
      lines: readFileSync(path.join(root, file), 'utf8').split('\n').length,
    }))
    .filter(({ lines }) => lines > 250);
  t.deepEqual(long, []);
});
