#!/usr/bin/env node
// Plain JavaScript in git, so that `npx foldwise` works right after `npm ci` with install scripts
// off. It loads the TypeScript beside it in this very process, so signals need no forwarding.
// docs/decisions/loading-typescript.md says why and how; even an old Node must be able to parse it.
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: Foldwise needs Node 20.19 or newer, this is ${process.version}\n`);
  process.exit(1);
}

// Until the program listens: by default Node opens its debugger on SIGUSR1, by which schedulers
// announce the end of a job. A worker of "foldwise train" leaves it to whoever started it.
let isLoading = true;
process.on('SIGUSR1', () => {
  if (isLoading && process.env['FOLDWISE_HELPER'] === undefined) process.exit(138);
});

// Libraries ask for a home as they are loaded; a user of a container's may have none.
try {
  homedir();
} catch {
  process.env['HOME'] = tmpdir();
}

// For this process and those it starts. Without it, the loader would take the tsconfig.json of
// whatever folder one stands in, and run what others may have put into a cache under /tmp.
process.env['TSX_TSCONFIG_PATH'] = path.join(root, 'tsconfig.json');
process.env['TSX_DISABLE_CACHE'] = '1';

const { compile, isWhole, PROGRAM } = await import('../shared/program/compile.js');
/** A helper runs what runs who started it, whatever has become of the sources. */
const given = process.env['FOLDWISE_HELPER'] && process.env['FOLDWISE_COMPILED'];
const folder = given && isWhole(given) ? given : await compile(root, PROGRAM).catch(() => null);
if (folder === null) {
  // Where node_modules is read-only, each start compiles for itself.
  delete process.env['FOLDWISE_COMPILED'];
  const loader = await import('tsx/esm/api').catch(() => {
    process.stderr.write(`error: packages are missing; run "npm ci" in ${root}\n`);
    process.exit(1);
  });
  loader.register();
} else {
  process.env['FOLDWISE_COMPILED'] = folder;
}
/** @type {unknown} */
const loaded = await import(
  folder === null ? './main.ts' : pathToFileURL(path.join(folder, 'cli/main.js')).href
);
const { main } = /** @type {typeof import('./main.ts')} */ (loaded);
isLoading = false;
await main(process.argv);
