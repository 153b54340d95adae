import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { eventsOf, foldwise, root, untilEvent, withWorkshop } from '../helpers/foldwise.ts';

const short = (data: string): string[] => [
  ...['train', '--data', data, '--limit', '60', '--folds', '2', '--epochs', '1'],
  ...['--batch-size', '20'],
];

test.serial('a run whose output is lost is no success', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const program = [process.execPath, path.join(root, 'cli/foldwise.js')];
    for (const [name, flags] of Object.entries({ summary: ['--quiet'], events: ['--json'] })) {
      const line = [...program, ...short(data), ...flags, '--out', path.join(dir, name)];
      const { exitCode, stderr } = await execa('sh', ['-c', '"$@" > /dev/full', 'sh', ...line], {
        env,
        reject: false,
      });
      t.is(exitCode, 1, name);
      t.is(
        stderr.split('\n').at(-1),
        'error: standard output cannot be written: no space left on device',
      );
    }
  });
});

test.serial('without a terminal, a run outlives the login', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const out = path.join(dir, 'run');
    const running = foldwise([...short(data), '--json', '--out', out], env);
    const events = eventsOf(running);
    await untilEvent(events, 'run.started');
    running.kill('SIGHUP');
    await untilEvent(events, 'run.finished');
    t.is((await running).exitCode, 0);
    t.true(readFileSync(path.join(out, 'report.html')).length > 0);
  });
});
