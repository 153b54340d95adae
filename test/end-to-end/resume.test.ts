import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { eventsOf, foldwise, resultOf, untilEvent, withWorkshop } from '../helpers/foldwise.ts';

/** Small, but long enough to be interrupted; the same in every run below. */
const seeded = (data: string): string[] => [
  ...['train', '--data', data, '--folds', '3', '--epochs', '3', '--batch-size', '64'],
  ...['--seed', '11', '--threads', '1', '--nats', 'none'],
];

/** The types of all events of a run, and how often folds were completed. */
async function storyOf(out: string) {
  const text = await readFile(path.join(out, 'events.ndjson'), 'utf8');
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const completed = events.filter(({ type }) => type === 'fold.completed');
  return {
    sequences: events.map(({ sequence }) => sequence),
    completed: completed.map(({ fold }) => fold).sort(),
    resumed: events.filter(({ type }) => type === 'run.resumed').length,
    fromEpochs: events
      .filter(({ type }) => type === 'fold.started')
      .map((event) => event['fromEpoch']),
  };
}

test.serial('a run that was killed, then interrupted, ends as one that was not', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const out = (name: string): string => path.join(dir, name);
    const whole = await foldwise([...seeded(data), '--out', out('whole')], env);
    t.is(whole.exitCode, 0, whole.stderr);
    const expected = await resultOf(out('whole'), 3);

    const first = foldwise(
      [...seeded(data), '--workers', '1', '--json', '--out', out('broken')],
      env,
    );
    await untilEvent(eventsOf(first), 'fold.checkpointed');
    first.kill('SIGKILL');
    await first;
    const again = ['train', '--resume', out('broken'), '--json'];
    const second = foldwise([...again, '--workers', '1'], env);
    await untilEvent(eventsOf(second), 'fold.completed');
    second.kill('SIGINT');
    t.is((await second).exitCode, 130);
    const third = await foldwise(again, env);
    t.is(third.exitCode, 0, third.stderr);
    t.deepEqual(await resultOf(out('broken'), 3), expected);

    const { sequences, completed, resumed, fromEpochs } = await storyOf(out('broken'));
    t.deepEqual(
      sequences,
      sequences.map((_, index) => index + 1),
    );
    t.deepEqual(completed, [0, 1, 2], 'no fold is trained again');
    t.is(resumed, 2);
    t.true(
      fromEpochs.some((epoch) => Number(epoch) > 0),
      'a checkpoint was gone on from',
    );

    const printed = await foldwise(['train', '--resume', out('broken')], env);
    t.is(printed.exitCode, 0);
    t.regex(printed.stdout, /Validation .*\n[^]*report\.html/);
    t.is((await storyOf(out('broken'))).resumed, 2, 'a finished run is only told of');

    // Whoever died between the last event and the report finds the run finished.
    await rm(path.join(out('broken'), 'report.json'));
    t.is((await foldwise(['train', '--resume', out('broken')], env)).exitCode, 0);
    t.deepEqual(await resultOf(out('broken'), 3), expected);
  });
});

test.serial('what would change the result of a run is refused when it is resumed', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const out = path.join(dir, 'out');
    const first = foldwise([...seeded(data), '--json', '--out', out], env);
    await untilEvent(eventsOf(first), 'fold.started');

    const twice = await foldwise(['train', '--resume', out], env);
    t.is(twice.exitCode, 1);
    t.regex(twice.stderr, /record\.db.*(in use|another)/);
    first.kill('SIGKILL');
    await first;

    const refused = async (args: readonly string[], pattern: RegExp): Promise<void> => {
      const { exitCode, stderr } = await foldwise(['train', '--resume', out, ...args], env);
      t.is(exitCode, 2, stderr);
      t.regex(stderr, pattern);
      t.is(stderr.trim().split('\n').length, 1, stderr);
    };
    await refused(['--epochs', '7'], /--epochs 7: the run in .* was begun with 3/);
    await refused(['--threads', '2'], /--threads 2: .* was begun with 1/);
    await refused(['--out', path.join(dir, 'other')], /two folders/);
    const empty = await foldwise(['train', '--resume', path.join(dir, 'nowhere')], env);
    t.is(empty.exitCode, 2);
    t.regex(empty.stderr, /no record of a run/);
    t.is((await foldwise([...seeded(data), '--out', out], env)).exitCode, 2, 'a run is there');

    const record = await readFile(path.join(out, 'record.db'));
    await writeFile(path.join(out, 'record.db'), record.subarray(0, record.length - 5000));
    const damaged = await foldwise(['train', '--resume', out], env);
    t.true(damaged.exitCode === 1 || damaged.exitCode === 2, damaged.stderr);
    t.regex(damaged.stderr, /record\.db.*damaged/);
    await writeFile(path.join(out, 'record.db'), record);
    await appendFile(path.join(out, 'events.ndjson'), 'half a li');
    t.is((await foldwise(['train', '--resume', out, '--workers', '2'], env)).exitCode, 0);
  });
});
