import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import test from 'ava';
import { childProgram } from '../../../shared/program/child-program.ts';

const PROGRAM = path.join(import.meta.dirname, '../../helpers/programs/busy-orphan.ts');

test('a process that is busy for good dies with its parent', async (t) => {
  const { file, loader } = childProgram(PROGRAM);
  const parent = spawn(process.execPath, [...loader, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = await once(parent.stdout, 'data');
  t.is(String(words[0]), 'busy\n');
  // Its end of the pipe, which the child has too, is closed once both are gone.
  const closed = once(parent.stdout, 'close');
  parent.kill('SIGKILL');
  await t.notThrowsAsync(closed);
});
