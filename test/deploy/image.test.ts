import { readFileSync } from 'node:fs';
import { cp, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { root } from '../helpers/foldwise.ts';
import { run, testWith, withFolder } from './tools.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const dockerfile = read('deploy/Dockerfile');

testWith(['hadolint'], 'hadolint has nothing against the Dockerfile', async (t) => {
  const config = path.join(root, '.hadolint.yaml');
  const file = path.join(root, 'deploy', 'Dockerfile');
  await t.notThrowsAsync(run('hadolint', ['--config', config, file]));
});

test('the image starts node itself, as a user without rights', (t) => {
  const stage = dockerfile.slice(dockerfile.indexOf(' AS runtime'));
  t.regex(stage, /^ENTRYPOINT \["node", "\/app\/cli\/foldwise\.js"\]$/m);
  t.regex(stage, /^USER 10001:10001$/m);
  t.regex(stage, /^STOPSIGNAL SIGTERM$/m);
  t.notRegex(stage, /apt-get|g\+\+|python/);
});

test('the base image is pinned, to a Node that the program takes', (t) => {
  const bases = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map(([, base = '']) => base);
  t.is(new Set(bases).size, 1);
  t.regex(bases[0]!, /^node:22\.\d+\.\d+-bookworm-slim$/);
});

test('the newest tags of docs and overlays name the version of the program', (t) => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const tags = ['deploy/Dockerfile', 'docs/container.md', 'docs/kubernetes.md'].flatMap((file) =>
    [...read(file).matchAll(/\bfoldwise:(\d+\.\d+\.\d+)/g)].map(([, tag]) => tag),
  );
  t.true(tags.length > 3);
  t.deepEqual([...new Set(tags)], [version]);
});

test('what goes into the image is enough to train', async (t) => {
  await ensureEngine({ onProgress: () => undefined });
  await withFolder(async (folder) => {
    const app = path.join(folder, 'app');
    for (const name of imageContent()) {
      await cp(path.join(root, name), path.join(app, name), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules'), path.join(app, 'node_modules'));
    const small = ['--limit', '60', '--epochs', '1', '--folds', '2', '--transfer', 'none'];
    const { exitCode, stderr } = await execa(
      process.execPath,
      [path.join(app, 'cli', 'foldwise.js'), 'train', ...small, '--quiet'],
      { cwd: folder, reject: false },
    );
    t.is(exitCode, 0, stderr);
    t.is((await readdir(path.join(folder, 'runs'))).length, 1);
  });
});

/** The files and folders that .dockerignore lets through. */
function imageContent(): string[] {
  const lines = read('.dockerignore').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}
