import { readFileSync } from 'node:fs';
import test from 'ava';
import { SETTINGS } from '../../cli/settings.ts';

const guide = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8');
const flags = new Set([...guide.matchAll(/`--([a-z-]+)/g)].map(([, name = '']) => name));

for (const name of Object.keys(SETTINGS)) {
  test(`the guide explains --${name}`, (t) => {
    t.true(flags.has(name) || flags.has(`no-${name}`));
  });
}

test('the guide explains no option that does not exist', (t) => {
  const known = new Set([...Object.keys(SETTINGS), 'config', 'resume', 'no-stratify']);
  t.deepEqual(
    [...flags].filter((name) => !known.has(name)),
    [],
  );
});
