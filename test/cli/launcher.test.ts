import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { PROGRAM } from '../../shared/program/compile.js';
import { foldwiseVersion } from '../../shared/version.ts';
import { root } from '../helpers/foldwise.ts';
import { foldwise, withFolder } from './command-line.ts';

const BIN = path.join(root, 'cli/foldwise.js');

test('the program runs through a link, as npm makes one, and prints no warnings', async (t) => {
  await withFolder(async (cwd) => {
    await symlink(BIN, path.join(cwd, 'foldwise'));
    const { stdout, stderr } = await execa(path.join(cwd, 'foldwise'), ['--version'], { cwd });
    t.is(stdout, foldwiseVersion());
    t.is(stderr, '');
  });
});

test('the program does not mind the TypeScript settings of the folder it is run in', async (t) => {
  await withFolder(async (cwd) => {
    const elsewhere = { paths: { commander: ['./other.ts'], zod: ['./other.ts'] }, baseUrl: '.' };
    const settings = { compilerOptions: elsewhere, include: ['/**/*'] };
    await writeFile(path.join(cwd, 'tsconfig.json'), JSON.stringify(settings));
    await writeFile(path.join(cwd, 'other.ts'), 'throw new Error("this is not commander");');
    await writeFile(path.join(cwd, 'package.json'), '{"type": "commonjs", !');
    t.like(await foldwise(['--version'], { cwd }), { exitCode: 0, stderr: '' });
  });
});

test('nothing that others put into the loader’s cache is run, and nothing is put there', async (t) => {
  await withFolder(async (cwd) => {
    const temporary = path.join(cwd, 'tmp');
    await mkdir(temporary);
    const ran = await foldwise(['--version'], { cwd, env: { TMPDIR: temporary } });
    t.is(ran.exitCode, 0);
    const { stdout } = await execa('find', [temporary, '-type', 'f']);
    t.is(stdout, '');
  });
});

test('where packages are missing, the program says what to do', async (t) => {
  await withFolder(async (folder) => {
    for (const file of ['cli/foldwise.js', 'shared/program/compile.js']) {
      await cp(path.join(root, file), path.join(folder, file));
    }
    for (const name of PROGRAM) await mkdir(path.join(folder, name), { recursive: true });
    await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
    const { exitCode, stderr } = await execa(
      process.execPath,
      [path.join(folder, 'cli/foldwise.js')],
      { reject: false },
    );
    t.is(exitCode, 1);
    t.is(stderr, `error: packages are missing; run "npm ci" in ${folder}/`);
    t.false(existsSync(path.join(folder, 'node_modules')));
  });
});

/** A copy of the project, in a folder of that name. */
async function withCopy(called: string, use: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (parent) => {
    const folder = path.join(parent, called);
    for (const name of [...PROGRAM, 'proto', 'package.json', 'tsconfig.json']) {
      await cp(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    const packages = path.join(root, 'node_modules');
    await mkdir(path.join(folder, 'node_modules'));
    for (const name of await readdir(packages)) {
      if (name.startsWith('.')) continue;
      await symlink(path.join(packages, name), path.join(folder, 'node_modules', name));
    }
    await use(folder);
  });
}

async function versionOf(folder: string, env: Record<string, string> = {}): Promise<unknown> {
  const program = path.join(folder, 'cli/foldwise.js');
  const { stdout, stderr } = await execa(process.execPath, [program, '--version'], { env });
  return { stdout, stderr };
}

test('the program is compiled once, whatever the folder is called', async (t) => {
  await withCopy('a #1, 100% done?', async (folder) => {
    const kept = path.join(folder, 'node_modules/.cache/foldwise');
    for (const start of ['first', 'again']) {
      t.deepEqual(await versionOf(folder), { stdout: foldwiseVersion(), stderr: '' }, start);
      t.is((await readdir(kept)).length, 1);
    }
    // A start that fell back on the sources would find nothing wrong.
    const [place = ''] = await readdir(kept);
    const main = path.join(kept, place, 'cli/main.js');
    const other = 'export const main = () => console.log("compiled");';
    await writeFile(main, other.padEnd((await stat(main)).size));
    t.deepEqual(await versionOf(folder), { stdout: 'compiled', stderr: '' });
    await cp(path.join(kept, place), path.join(kept, 'of-a-run'), { recursive: true });
    await writeFile(main, '');
    t.deepEqual(await versionOf(folder), { stdout: foldwiseVersion(), stderr: '' }, 'it heals');
    const ofARun = { FOLDWISE_HELPER: '1', FOLDWISE_COMPILED: path.join(kept, 'of-a-run') };
    t.deepEqual(await versionOf(folder, ofARun), { stdout: 'compiled', stderr: '' }, 'a helper');
  });
});

test('where nothing can be kept in node_modules, the program works all the same', async (t) => {
  await withCopy('copy', async (folder) => {
    await writeFile(path.join(folder, 'node_modules', '.cache'), 'no folder');
    t.deepEqual(await versionOf(folder), { stdout: foldwiseVersion(), stderr: '' });
  });
});

test('several can start at once', async (t) => {
  await withFolder(async (cwd) => {
    const runs = await Promise.all([1, 2, 3].map(() => foldwise(['--version'], { cwd })));
    for (const ran of runs) t.like(ran, { exitCode: 0, stdout: foldwiseVersion(), stderr: '' });
  });
});

test('output that nobody reads to its end is no error', async (t) => {
  const { stdout, stderr } = await execa('sh', [
    '-c',
    `"${process.execPath}" "${BIN}" --help | head -n 1`,
  ]);
  t.true(stdout.startsWith('Usage: foldwise'));
  t.is(stderr, '');
});

test('npx finds the program in the project itself, without a registry', async (t) => {
  await withFolder(async (cache) => {
    const env = { npm_config_cache: cache, npm_config_registry: 'http://127.0.0.1:9/' };
    const options = { cwd: path.dirname(path.dirname(BIN)), env };
    const runs = [1, 2].map(() => execa('npx', ['foldwise', '--version'], options));
    for (const { stdout } of await Promise.all(runs)) t.is(stdout, foldwiseVersion());
  });
});

/** Sends a signal to the program at the moment at which it begins to load. */
const signalled = (signal: string): string => {
  const hooks = `export async function resolve(name, context, next) {
    if (name.endsWith('compile.js')) process.kill(process.pid, '${signal}');
    return next(name, context);
  }`;
  const inline = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const hook = `import { register } from 'node:module'; register(${JSON.stringify(inline(hooks))});`;
  return `--import=${inline(hook)}`;
};

test('a scheduler’s signal stops it also while it is being loaded, and opens no debugger', async (t) => {
  const env = { NODE_OPTIONS: signalled('SIGUSR1') };
  const ran = await foldwise(['--version'], { cwd: import.meta.dirname, env });
  t.is(ran.exitCode, 138);
  t.notRegex(ran.stderr, /Debugger/);
});

test('a helper leaves such signals to whom it helps', async (t) => {
  const env = { NODE_OPTIONS: signalled('SIGUSR1'), FOLDWISE_HELPER: '1' };
  const ran = await foldwise(['--version'], { cwd: import.meta.dirname, env });
  t.notRegex(ran.stderr, /Debugger/);
  t.not(ran.exitCode, 138);
});
