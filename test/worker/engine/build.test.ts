import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { nodeHeaders } from '../../../worker/engine/build.ts';

test('headers that come with Node are preferred to those of the npm package', async (t) => {
  const prefix = await mkdtemp(path.join(os.tmpdir(), 'foldwise-node-'));
  const node = path.join(prefix, 'bin', 'node');
  const packaged = nodeHeaders(node);
  t.true(packaged.includes('node-api-headers'));
  t.true(existsSync(path.join(packaged, 'node_api.h')));

  const own = path.join(prefix, 'include', 'node');
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, 'node_api.h'), '');
  t.is(nodeHeaders(node), own);
  await rm(prefix, { recursive: true });
});
