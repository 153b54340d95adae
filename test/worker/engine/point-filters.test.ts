import path from 'node:path';
import test from 'ava';
import { execaNode } from 'execa';
import { childProgram } from '../../../shared/program/child-program.ts';
import { threadEnvironment } from '../../../worker/engine/environment.ts';
import { realEngine } from './real-engine.ts';

const { file, loader } = childProgram(path.join(import.meta.dirname, 'programs/point-filters.ts'));

test.before(async () => {
  await realEngine();
});

for (const threads of [1, 2]) {
  test.serial(
    `filters of one pixel with strides have their gradients, by ${threads} threads`,
    async (t) => {
      // Memory that is written beyond its end kills the process, at the latest when it ends.
      const { stdout } = await execaNode(file, {
        nodeOptions: [...loader],
        env: threadEnvironment(threads),
      });
      const found = JSON.parse(stdout) as { readonly name: string; readonly difference: number }[];
      t.is(found.length, 200);
      t.deepEqual(
        found.filter(({ difference }) => !(difference < 1e-4)),
        [],
      );
    },
  );
}
