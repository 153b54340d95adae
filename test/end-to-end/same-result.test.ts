import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
  drawData,
  eventsOf,
  foldwise,
  processesWith,
  resultOf,
  untilEvent,
  withWorkshop,
} from '../helpers/foldwise.ts';

/** A small plan that trains in seconds; the same in every run below. */
const plan = ['--folds', '3', '--epochs', '2', '--batch-size', '64'];
/** With pictures to try the model on. */
const seeded = (drawn: string): string[] => [
  ...[...plan, '--seed', '11', '--threads', '1'],
  ...['--data', drawn, '--transfer', path.join(drawn, 'products')],
];

test.serial(
  'one worker, three workers, and workers that are killed while they train or evaluate agree to the bit',
  async (t) => {
    await withWorkshop(async ({ dir, env }) => {
      const drawn = await drawData(dir, 300);
      const out = (name: string): string => path.join(dir, name);
      const one = await foldwise(
        ['train', ...seeded(drawn), '--workers', '1', '--out', out('one')],
        env,
      );
      t.is(one.exitCode, 0, one.stderr);
      const expected = await resultOf(out('one'), 3);

      const three = await foldwise(
        ['train', ...seeded(drawn), '--workers', '3', '--out', out('three')],
        env,
      );
      t.is(three.exitCode, 0, three.stderr);
      t.deepEqual(await resultOf(out('three'), 3), expected, 'three workers');

      const byHand = foldwise(
        [
          ...['coordinator', ...seeded(drawn), '--listen', '127.0.0.1:0'],
          ...['--json', '--out', out('hand')],
        ],
        env,
      );
      const address = await listening(byHand);
      const events = eventsOf(byHand);
      const victim = foldwise(['worker', '--coordinator', address], env);
      const { attempt, fold } = await untilEvent(events, 'fold.epoch');
      victim.kill('SIGKILL');
      const lost = await untilEvent(events, 'fold.lost');
      t.deepEqual([lost['fold'], lost['attempt']], [fold, attempt]);
      const helpers = [0, 1].map(() => foldwise(['worker', '--coordinator', address], env));
      // To the end: who stops reading closes the pipe.
      const types: unknown[] = [];
      let interrupted: unknown;
      for await (const event of events) {
        types.push(event['type']);
        if (event['type'] !== 'run.transfer-started' || interrupted !== undefined) continue;
        interrupted = event['preprocessing'];
        const pid = Number(/-(\d+)$/.exec(String(event['worker']))?.[1]);
        t.true(helpers.find((helper) => helper.pid === pid)?.kill('SIGKILL'));
      }
      t.is(interrupted, 'paper');
      t.is(types.at(-1), 'run.finished');
      t.is(types.filter((type) => type === 'run.test-completed').length, 1);
      t.is(types.filter((type) => type === 'run.transfer-completed').length, 2);
      t.is((await byHand).exitCode, 0, (await byHand).stderr);
      const exits = await Promise.all(helpers);
      t.deepEqual(exits.map(({ exitCode }) => exitCode ?? 'killed').toSorted(), [0, 'killed']);
      t.deepEqual(await resultOf(out('hand'), 3), expected, 'by hand, two workers killed');
      const report = JSON.parse(await readFile(out('hand/report.json'), 'utf8')) as {
        folds: { attempt: number }[];
        transfer: { paper: { attempt: number } };
      };
      t.is(report.folds[fold as number]!.attempt, 2);
      t.is(report.transfer.paper.attempt, 2);
    });
  },
);

test.serial('another seed gives other folds and other weights', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const results = [];
    for (const seed of ['1', '2']) {
      const out = path.join(dir, seed);
      const run = await foldwise(
        [
          'train',
          ...[...plan, '--data', data, '--folds', '2', '--epochs', '1'],
          ...['--seed', seed, '--out', out],
        ],
        env,
      );
      t.is(run.exitCode, 0, run.stderr);
      results.push(await resultOf(out, 2));
    }
    const [first, second] = results;
    t.not(first!['folds.json'], second!['folds.json']);
    t.not(first!['model/weights.bin'], second!['model/weights.bin']);
  });
});

test.serial('the processes of a finished run are gone', async (t) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const run = await foldwise(
      ['train', ...plan, '--data', data, '--epochs', '1', '--workers', '2', '--out', out],
      env,
    );
    t.is(run.exitCode, 0, run.stderr);
    t.deepEqual(await processesWith(mark), []);
  });
});

/** Reads the address from what the coordinator tells people. */
async function listening(running: ReturnType<typeof foldwise>): Promise<string> {
  let text = '';
  for await (const chunk of running.stderr) {
    text += String(chunk);
    const found = /127\.0\.0\.1:\d+/.exec(text);
    if (found && !found[0].endsWith(':0')) return found[0];
  }
  throw new Error(`no address in: ${text}`);
}
