import test, { type ExecutionContext } from 'ava';
import { playSchedule, type Report } from './schedule.ts';

/**
 * The production coordinator (sessions, loop, scheduler, recorder, restoring) in a simulated world:
 * its clock, network, disk and workers. Each schedule follows from its seed.
 *
 *   FOLDWISE_SIMULATION_SCHEDULES=100  plays so many, of 10,000
 *   FOLDWISE_SIMULATION_SEED=7         plays this one alone, and tells its story
 */
const SCHEDULES = Number(process.env['FOLDWISE_SIMULATION_SCHEDULES'] ?? 10_000);
const ONLY = process.env['FOLDWISE_SIMULATION_SEED'];
const BLOCKS = 10;
const BLOCK = Math.ceil(SCHEDULES / BLOCKS);

/** What a schedule may run into; a thousand of them run into all of it. */
const VISITED = [
  ...['run.resumed', 'run.cancelled', 'run.worker-returned', 'run.worker-left', 'fold.failed'],
  ...['fold.lost, preempted', 'fold.lost, machine', 'fold.lost, checkpoint'],
  ...['fold.lost, superseded', 'fold.lost, out-of-memory', 'fold.started, from a checkpoint'],
  ...['run.evaluation-lost, preempted', 'run.transfer-completed', 'run.finished', 'run.failed'],
];

const reports: Report[] = [];
const found = new Set<string>();

function hold(t: ExecutionContext, report: Report): void {
  const { seed, violations, story } = report;
  if (violations.length === 0) return;
  t.log(story.join('\n'));
  t.fail(
    `seed ${seed}: ${violations.join('; ')}. Again: ` +
      `FOLDWISE_SIMULATION_SEED=${seed} npx ava test/simulation/simulation.test.ts`,
  );
}

async function play(t: ExecutionContext, from: number): Promise<void> {
  t.timeout(300_000);
  const begunMs = performance.now();
  const block: Report[] = [];
  for (let seed = from; seed < from + BLOCK; seed += 1) {
    const report = await playSchedule(seed);
    hold(t, report);
    for (const title of report.story) found.add(title);
    block.push({ ...report, story: [] });
  }
  reports.push(...block);
  const sum = (of: (report: Report) => number): string =>
    block.reduce((total, report) => total + of(report), 0).toLocaleString('en');
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  t.log(
    `${block.length} schedules, ${sum(({ events }) => events)} events, ` +
      `${sum(({ steps }) => steps)} steps of the scheduler, ` +
      `${sum(({ messages }) => messages)} messages, ` +
      `${sum(({ crashes }) => crashes)} crashes of the coordinator, ${seconds} s`,
  );
  t.pass();
}

if (ONLY === undefined) {
  for (let block = 0; block < BLOCKS; block += 1) {
    const from = 1 + block * BLOCK;
    test.serial(
      `whatever happens, the promises are kept and the results are those of the undisturbed run: ` +
        `schedules ${from} to ${from + BLOCK - 1}`,
      (t) => play(t, from),
    );
  }
  test.serial('the schedules run into all that may happen', (t) => {
    const missed = VISITED.filter((title) => !found.has(title));
    if (SCHEDULES >= 1000) t.deepEqual(missed, []);
    const finished = reports.filter(({ status }) => status === 'finished').length;
    t.log(`${finished} of ${reports.length} runs finished; the others failed as they had to`);
    t.true(finished > 0.9 * reports.length);
  });
} else {
  test(`schedule ${ONLY}`, async (t) => {
    const report = await playSchedule(Number(ONLY));
    t.log(report.story.join('\n'));
    t.deepEqual(report.violations, []);
  });
}

test('the same seed gives the same schedule', async (t) => {
  for (const seed of [1, 2, 3]) t.deepEqual(await playSchedule(seed), await playSchedule(seed));
});
