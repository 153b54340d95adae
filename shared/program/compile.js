// Plain JavaScript: it runs before any TypeScript can. docs/decisions/loading-typescript.md
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folders whose TypeScript makes the program. */
export const PROGRAM = ['cli', 'coordinator', 'worker', 'shared'];

/** What a module asks where it is by, and the constants that answer instead. */
const SELF = {
  'import.meta.url': 'foldwise_url',
  'import.meta.dirname': 'foldwise_dirname',
  'import.meta.filename': 'foldwise_filename',
};
/** Names and sizes of all that was compiled. */
const MANIFEST = 'manifest.json';
/** What nobody has started from for so long goes, as does what somebody began to compile. */
const KEPT_MS = 30 * 86_400_000;
const DRAFT_MS = 3_600_000;

/**
 * Compiles the TypeScript of some folders, file by file, unless that has been done. What comes of it
 * is kept in node_modules/.cache, where Node finds the packages that it imports, in a folder named
 * by the digest of all that went in; it appears there whole or not at all, whoever else compiles at
 * the same time or is killed meanwhile.
 *
 * One at a time in a process: it ends the compiler after it.
 *
 * @param {string} root - the project's
 * @param {readonly string[]} folders - in it
 * @returns {Promise<string>} the folder that mirrors the root
 * @throws where node_modules cannot be written to, or a file has a syntax error, or what another
 *   user has compiled cannot be read
 */
export async function compile(root, folders) {
  const files = folders.flatMap((folder) => sourcesIn(root, folder));
  const shelf = path.join(root, 'node_modules', '.cache', 'foldwise');
  const place = path.join(shelf, digestOf(root, files));
  if (isWhole(place)) {
    const now = new Date();
    // It may be somebody else's.
    await utimes(place, now, now).catch(() => null);
    return place;
  }
  const compiler = await import('esbuild');
  await mkdir(shelf, { recursive: true });
  await clear(shelf);
  const draft = path.join(shelf, `draft-${randomUUID()}`);
  try {
    await compileInto(draft, { root, files, compiler });
    // What is damaged is of no use to anybody; what is whole, somebody else runs from by now.
    if (existsSync(place) && !isWhole(place)) renameSync(place, `${draft}-damaged`);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was first.
    if (!isWhole(place)) throw error;
  }
  return place;
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths from the root, in order
 */
function sourcesIn(root, folder) {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name))
    .sort();
}

/**
 * @param {string} root
 * @param {readonly string[]} files
 */
function digestOf(root, files) {
  const hash = createHash('sha256').update(`${root}\n`);
  // What is compiled in another way is another program.
  hash.update(readFileSync(new URL(import.meta.url)));
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 32);
}

/**
 * @param {string} draft
 * @param {{ root: string, files: readonly string[], compiler: typeof import('esbuild') }} how
 */
async function compileInto(draft, { root, files, compiler: { build, stop } }) {
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [...files],
      outbase: '.',
      outdir: draft,
      tsconfig: 'tsconfig.json',
      ...{ format: 'esm', platform: 'node', target: 'node20', keepNames: true },
      ...{ bundle: true, write: false, sourcemap: 'linked', sourcesContent: false },
      define: SELF,
      logLevel: 'silent',
      plugins: [inPlace(root, new Set(files))],
    });
    const sizes = outputFiles.map(({ path: file, contents }) => [
      path.relative(draft, file),
      contents.length,
    ]);
    const manifest = Buffer.from(JSON.stringify(Object.fromEntries(sizes)));
    await Promise.all(outputFiles.map(writeDurably));
    await writeDurably({ path: path.join(draft, MANIFEST), contents: manifest });
  } finally {
    await stop();
  }
}

/**
 * Each file stays a file of its own: one module, evaluated in its turn, that takes itself to be where
 * its source is.
 *
 * @param {string} root
 * @param {ReadonlySet<string>} files
 * @returns {import('esbuild').Plugin}
 */
const inPlace = (root, files) => ({
  name: 'in-place',
  setup(build) {
    build.onResolve({ filter: /^/ }, ({ kind, path: name, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      if (!name.startsWith('.')) return { path: name, external: true };
      const target = path.join(resolveDir, name);
      const isCompiled = files.has(path.relative(root, target));
      const found = isCompiled ? name.replace(/\.ts$/, '.js') : pathToFileURL(target).href;
      return { path: found, external: true };
    });
    build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const source = readFileSync(file, 'utf8');
      if (!source.includes('import.meta')) return { contents: source, loader: 'ts' };
      const self = [pathToFileURL(file).href, path.dirname(file), file];
      const names = Object.values(SELF).map(
        (name, index) => `${name}=${JSON.stringify(self[index])}`,
      );
      return { contents: `const ${names.join()};${source}`, loader: 'ts' };
    });
  },
});

/**
 * After a loss of power, the name of a file may be there without its bytes.
 *
 * @param {Pick<import('esbuild').OutputFile, 'path' | 'contents'>} output
 */
async function writeDurably({ path: file, contents }) {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(contents);
    if (!file.endsWith('.map')) await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Whether all that was compiled into a folder is there, of its size.
 *
 * @param {string} place
 * @throws where it is there, and cannot be read
 */
export function isWhole(place) {
  if (!existsSync(place)) return false;
  const manifest = path.join(place, MANIFEST);
  if (!existsSync(manifest)) return false;
  return sizesIn(readFileSync(manifest, 'utf8')).every(
    ([name, size]) => statSync(path.join(place, name), { throwIfNoEntry: false })?.size === size,
  );
}

/**
 * @param {string} manifest
 * @returns {[name: string, sizeBytes: unknown][]}
 */
function sizesIn(manifest) {
  try {
    /** @type {unknown} */
    const sizes = JSON.parse(manifest);
    return Object.entries(/** @type {Record<string, unknown>} */ (sizes));
  } catch {
    return [[MANIFEST, 'of one that is none']];
  }
}

/**
 * Removes what nobody has used, or gone on with, for long.
 *
 * @param {string} shelf
 */
async function clear(shelf) {
  for (const name of await readdir(shelf)) {
    const entry = path.join(shelf, name);
    const found = await stat(entry).catch(() => null);
    const ageMs = found === null ? 0 : Date.now() - found.mtimeMs;
    const keptMs = name.startsWith('draft-') ? DRAFT_MS : KEPT_MS;
    if (ageMs > keptMs) await rm(entry, { recursive: true, force: true });
  }
}
