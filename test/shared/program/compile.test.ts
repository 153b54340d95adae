import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { execa, execaNode } from 'execa';
import { compile, isWhole } from '../../../shared/program/compile.js';
import { root as project } from '../../helpers/foldwise.ts';
import { withFolder } from '../../cli/command-line.ts';

const SOURCES: Readonly<Record<string, string>> = {
  'package.json': '{"type": "module"}',
  'tsconfig.json': '{"compilerOptions": {"target": "es2023", "verbatimModuleSyntax": true}}',
  'app/main.ts': `
    import { greeting, type Name } from '../lib/greeting.ts';
    import { suffix } from 'some-package';
    import { plain } from './plain.js';
    const name: Name = 'world';
    console.log(greeting(name) + suffix + plain, import.meta.url, import.meta.dirname);`,
  'app/plain.js': 'export const plain = import.meta.url.slice(-8);',
  'lib/greeting.ts': `
    export type Name = string;
    export const greeting = (name: Name): string => 'hello ' + name;`,
  'node_modules/some-package/package.json': '{"type": "module", "exports": "./index.js"}',
  'node_modules/some-package/index.js': `export const suffix = '! ';`,
};

/** A small project in a folder of its own. */
async function withProject(use: (root: string) => Promise<void>): Promise<void> {
  await withFolder(async (root) => {
    for (const [name, text] of Object.entries(SOURCES)) {
      const file = path.join(root, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await use(root);
  });
}

const folders = ['app', 'lib'];
const kept = (root: string): Promise<string[]> =>
  readdir(path.join(root, 'node_modules/.cache/foldwise'));

test.serial(
  'what was compiled finds packages, its parts, and takes itself to be its source',
  async (t) => {
    await withProject(async (root) => {
      const place = await compile(root, folders);
      const { stdout } = await execaNode(path.join(place, 'app/main.js'), { nodeOptions: [] });
      const source = path.join(root, 'app/main.ts');
      t.is(stdout, `hello world! plain.js ${pathToFileURL(source).href} ${path.dirname(source)}`);
    });
  },
);

test.serial('it is compiled once, and anew when a source has changed', async (t) => {
  await withProject(async (root) => {
    const first = await compile(root, folders);
    const { mtimeMs } = await stat(path.join(first, 'app/main.js'));
    t.is(await compile(root, folders), first);
    t.is((await stat(path.join(first, 'app/main.js'))).mtimeMs, mtimeMs);
    await writeFile(path.join(root, 'lib/greeting.ts'), 'export const greeting = () => "bye";');
    const second = await compile(root, folders);
    t.not(second, first);
    t.regex(await readFile(path.join(second, 'lib/greeting.js'), 'utf8'), /bye/);
    t.true(existsSync(first), 'what runs from it goes on');
  });
});

test.serial('the same sources elsewhere are another program', async (t) => {
  await withProject(async (one) => {
    await withProject(async (other) => {
      const first = await compile(one, folders);
      const second = await compile(other, folders);
      t.not(path.basename(first), path.basename(second));
    });
  });
});

test.serial('several that compile at once all get it, and leave nothing else', async (t) => {
  await withProject(async (root) => {
    const module = pathToFileURL(path.join(project, 'shared/program/compile.js')).href;
    const code = `import { compile } from ${JSON.stringify(module)};
      console.log(await compile(${JSON.stringify(root)}, ${JSON.stringify(folders)}));`;
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => execa(process.execPath, ['--input-type=module', '--eval', code])),
    );
    const places = new Set(runs.map(({ stdout }) => stdout));
    t.is(places.size, 1);
    t.deepEqual(
      await kept(root),
      [...places].map((place) => path.basename(place)),
    );
  });
});

test.serial('a syntax error is told, and nothing is kept of it', async (t) => {
  await withProject(async (root) => {
    await writeFile(path.join(root, 'lib/greeting.ts'), 'export const greeting = ;');
    await t.throwsAsync(compile(root, folders), { message: /greeting\.ts:1:24/ });
    t.deepEqual(await kept(root), []);
  });
});

test.serial(
  'what has lain there for long goes when something new comes, what is younger stays',
  async (t) => {
    await withProject(async (root) => {
      const shelf = path.join(root, 'node_modules/.cache/foldwise');
      const old = new Date('2020-01-01');
      for (const name of ['draft-old', 'abandoned', 'draft-new']) {
        await mkdir(path.join(shelf, name), { recursive: true });
        if (name !== 'draft-new') await utimes(path.join(shelf, name), old, old);
      }
      const place = await compile(root, folders);
      t.deepEqual((await kept(root)).sort(), [path.basename(place), 'draft-new'].sort());
    });
  },
);

const damages: Record<string, (place: string) => Promise<unknown>> = {
  'a file is missing': (place) => rm(path.join(place, 'lib/greeting.js')),
  'a file is cut short': (place) => writeFile(path.join(place, 'app/main.js'), ''),
  'the list of files is missing': (place) => rm(path.join(place, 'manifest.json')),
  'the list of files is none': (place) => writeFile(path.join(place, 'manifest.json'), '{"app'),
  'all is missing but the folder': async (place) => {
    await rm(place, { recursive: true });
    await mkdir(place);
  },
};
for (const [name, damage] of Object.entries(damages)) {
  test.serial(`where ${name}, it is compiled anew`, async (t) => {
    await withProject(async (root) => {
      const place = await compile(root, folders);
      t.true(isWhole(place));
      await damage(place);
      t.false(isWhole(place));
      t.is(await compile(root, folders), place);
      t.true(isWhole(place));
      const { stdout } = await execaNode(path.join(place, 'app/main.js'), { nodeOptions: [] });
      t.regex(stdout, /^hello world!/);
    });
  });
}

test.serial('what is started from stays, however old it is', async (t) => {
  await withProject(async (root) => {
    const old = new Date('2020-01-01');
    const first = await compile(root, folders);
    await utimes(first, old, old);
    await compile(root, folders);
    await writeFile(path.join(root, 'lib/greeting.ts'), 'export const greeting = () => "bye";');
    await compile(root, folders);
    t.true(existsSync(first));
  });
});

test.serial('where nothing can be written, that is said', async (t) => {
  await withProject(async (root) => {
    await rm(path.join(root, 'node_modules/.cache'), { recursive: true, force: true });
    await writeFile(path.join(root, 'node_modules/.cache'), 'no folder');
    await t.throwsAsync(compile(root, folders), { code: 'ENOTDIR' });
  });
});
