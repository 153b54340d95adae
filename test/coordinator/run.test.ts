import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, credentials, status } from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import test from 'ava';
import { encodePart } from '../../shared/data/part-file.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import { encodeDatasetRequest } from '../../shared/wire/transfers.ts';
import { chunksFrom } from '../../worker/models.ts';
import { fakeModel, hello, resultFor, ScriptedWorker } from '../helpers/scripted-worker.ts';
import { codeOf, dataset, fetched, run, withCoordinator } from '../helpers/with-coordinator.ts';

/** What a run leaves for its user: all but its record, which is open. */
const resultsIn = async (outDir: string): Promise<string[]> =>
  (await readdir(outDir)).filter((name) => !name.startsWith('record.db')).sort();

test('a run from the first worker to the written report', async (t) => {
  await withCoordinator({ k: 3 }, async ({ client, report, outDir, events, plan }) => {
    const worker = await ScriptedWorker.join(client);
    await worker.finish();
    t.true((await worker.hear('done')).succeeded);
    t.is(await worker.end(), 'ended');
    const { run: told, folds, summary, test: final } = await report;
    t.true(told.startedAt > '2026-01-01T00:00:00.000Z');
    t.true(told.startedAt <= events[0]!.time);
    t.deepEqual(
      folds.map(({ fold, attempt }) => [fold, attempt]),
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    );
    t.is(
      summary.meanValidationAccuracy,
      folds.reduce((sum, f) => sum + f.validation.accuracy, 0) / 3,
    );
    t.is(final.accuracy, 0.5);
    t.deepEqual(await resultsIn(outDir), [
      'cv_results.csv',
      'events.ndjson',
      'folds',
      'folds.json',
      'model',
      'report.html',
      'report.json',
    ]);
    const best = await readFile(path.join(outDir, 'model', 'weights.bin'));
    t.deepEqual(best, fakeModel(summary.bestFold).weights);
    const lines = (await readFile(path.join(outDir, 'events.ndjson'), 'utf8')).trim().split('\n');
    t.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      events as unknown[],
    );
    t.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index + 1),
    );
    t.is(plan.k, 3);
  });
});

test('the fold of a worker that vanishes goes to another after its lease', async (t) => {
  await withCoordinator({ k: 2, limits: { leaseMs: 3000 } }, async ({ client, report, events }) => {
    const first = await ScriptedWorker.join(client);
    await first.hear('fold');
    first.stream.cancel();
    const second = await ScriptedWorker.join(client);
    await second.finish();
    const attempts = (await report).folds.map(({ attempt }) => attempt).sort();
    t.deepEqual(attempts, [1, 2]);
    t.is(events.filter(({ type }) => type === 'fold.lost').length, 1);
  });
});

test('what a worker warns of is an event, once, and stands in the report', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, events }) => {
    const worker = await ScriptedWorker.join(client);
    for (;;) {
      const work = await worker.hearWork();
      if (work.body === 'done') break;
      if (work.body === 'evaluation') worker.evaluate(work.assignment);
      else {
        const { fold, attempt } = work.assignment;
        const id = { task: 'fold', fold, attempt } as const;
        worker.say({ body: 'warning', id, message: 'op Foo cannot be traced' });
        await worker.complete(work.assignment);
      }
    }
    t.deepEqual((await report).warnings, ['op Foo cannot be traced']);
    t.is(events.filter(({ type }) => type === 'run.warning').length, 1);
  });
});

test('a worker that falls silent is given up after its lease', async (t) => {
  const limits = { leaseMs: 2000 };
  await withCoordinator({ k: 2, limits }, async ({ client, report, events }) => {
    const silent = await ScriptedWorker.join(client, true);
    const ended = await silent.end();
    t.is(ended === 'ended' ? ended : ended.code, status.DEADLINE_EXCEEDED);
    await (await ScriptedWorker.join(client)).finish();
    await report;
    t.true(events.some((event) => event.type === 'fold.lost' && event.worker === silent.id));
  });
});

test('uploads and results of an attempt that is not live are refused and change nothing', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, outDir }) => {
    const worker = await ScriptedWorker.join(client);
    const { assignment } = await worker.hear('fold');
    const { topology, weights, model } = fakeModel(0);
    const content = { kind: 'model', info: model, topology } as const;
    const header = { run, worker: worker.id, content };
    const stale = { ...header, id: { task: 'fold', fold: 0, attempt: 2 } as const };
    t.is(await codeOf(worker.upload(stale, chunksOf(weights))), status.ABORTED);
    const foreign = {
      ...header,
      worker: 'someone-else' as never,
      id: { task: 'fold', fold: 0, attempt: 1 } as const,
    };
    t.is(await codeOf(worker.upload(foreign, chunksOf(weights))), status.ABORTED);
    t.false(existsSync(path.join(outDir, 'folds', '0')));
    worker.say({ body: 'foldResult', result: { ...resultFor(assignment), attempt: 7 } });
    await worker.complete(assignment);
    await worker.finish();
    t.is((await report).folds[0]!.attempt, 1);
  });
});

test('a damaged upload is refused, leaves nothing behind and can be sent again', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, outDir }) => {
    const worker = await ScriptedWorker.join(client);
    const { assignment } = await worker.hear('fold');
    const { topology, weights, model } = fakeModel(0, 600_000);
    const id = { task: 'fold', fold: 0, attempt: 1 } as const;
    const content = { kind: 'model', info: model, topology } as const;
    const header = { run, worker: worker.id, id, content };
    const other = { ...content, topology: Buffer.from('{"fold":9}') };
    const chunks = [...chunksOf(weights)];
    const spoiled: [string, typeof header, typeof chunks][] = [
      ['a wrong checksum', header, chunks.map((chunk) => ({ ...chunk, crc32: 1 }))],
      ['a chunk left out', header, chunks.slice(1)],
      ['a chunk twice', header, [chunks[0]!, ...chunks]],
      ['an early end', header, chunks.slice(0, 1)],
      ['more than announced', header, [...chunks, { ...chunks[0]!, offset: weights.length }]],
      ['other weights', header, [...chunksOf(Buffer.alloc(600_000, 9))]],
      ['another topology', { ...header, content: other }, chunks],
    ];
    for (const [what, start, pieces] of spoiled) {
      const code = await codeOf(worker.upload(start, pieces));
      const refusals = [status.INVALID_ARGUMENT, status.DATA_LOSS, status.OUT_OF_RANGE];
      t.true(refusals.includes(code as status), what);
      const left = await readdir(path.join(outDir, '.staging')).catch(() => []);
      t.deepEqual(
        left.filter((name) => name.startsWith('fold-')),
        [],
        what,
      );
    }
    await worker.complete(assignment);
    await worker.finish();
    await t.notThrowsAsync(report);
  });
});

test('the dataset comes by digest, the test part only once the folds are done', async (t) => {
  await withCoordinator({ k: 2 }, async (running) => {
    const worker = await ScriptedWorker.join(running.client);
    t.deepEqual(await fetched(running, 'train'), Buffer.from(encodePart(dataset.train)));
    t.is(await codeOf(fetched(running, 'test')), status.FAILED_PRECONDITION);
    await worker.complete((await worker.hear('fold')).assignment);
    t.is(await codeOf(fetched(running, 'test')), status.FAILED_PRECONDITION);
    await worker.complete((await worker.hear('fold')).assignment);
    const { assignment } = await worker.hear('evaluation');
    t.deepEqual(await fetched(running, 'test'), Buffer.from(encodePart(dataset.test)));
    const { digest } = running.plan.dataset.test;
    const wrong = encodeDatasetRequest({ run, part: 'train', digest, offset: 0 });
    const call = running.client.fetchDataset(wrong);
    t.is(await codeOf(chunksFrom(call).next()), status.NOT_FOUND);
    worker.evaluate(assignment);
    await running.report;
  });
});

const ends = test.macro(
  async (t, expected: status, pattern: RegExp, talk: (worker: ScriptedWorker) => void) => {
    await withCoordinator({ k: 2 }, async ({ client, report }) => {
      const hostile = new ScriptedWorker(client);
      talk(hostile);
      const ended = await hostile.end();
      if (ended === 'ended') return t.fail('the session was not refused');
      t.is(ended.code, expected);
      t.regex(ended.details, pattern);
      await (await ScriptedWorker.join(client)).finish();
      await t.notThrowsAsync(report, 'the coordinator goes on serving');
    });
  },
);

test(
  'a worker of another protocol is refused, naming both',
  ends,
  status.FAILED_PRECONDITION,
  /protocol 4.*protocol 99/,
  (worker) => worker.say({ body: 'hello', hello: { ...hello, protocol: 99 } }),
);
test(
  'a session that does not open with a greeting is refused',
  ends,
  status.INVALID_ARGUMENT,
  /greeting/,
  (worker) =>
    worker.say({ body: 'heartbeat', heartbeat: { number: 1, epoch: 0, checkpointEpoch: 0 } }),
);
test('a second greeting is refused', ends, status.INVALID_ARGUMENT, /second greeting/, (worker) => {
  worker.say({ body: 'hello', hello });
  worker.say({ body: 'hello', hello });
});
test('an empty message is refused', ends, status.INVALID_ARGUMENT, /body/, (worker) => {
  worker.stream.write({});
});

test('what follows in a session that was ended is not read', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, events }) => {
    const offender = await ScriptedWorker.join(client, true);
    offender.stream.write({});
    offender.say({ body: 'hello', hello: { ...hello, pid: 77 } });
    await offender.end();
    await (await ScriptedWorker.join(client)).finish();
    await report;
    const joined = events.filter(({ type }) => type === 'run.worker-joined');
    t.is(joined.length, 2, JSON.stringify(joined));
  });
});

const lies = test.macro(
  async (t, pattern: RegExp, lie: (result: ReturnType<typeof resultFor>) => object) => {
    await withCoordinator({ k: 2 }, async ({ client, report }) => {
      const liar = await ScriptedWorker.join(client);
      const { assignment } = await liar.hear('fold');
      const honest = resultFor(assignment);
      liar.say({ body: 'foldResult', result: { ...honest, ...lie(honest) } });
      const ended = await liar.end();
      t.regex(ended === 'ended' ? '' : ended.details, pattern);
      await (await ScriptedWorker.join(client)).finish();
      t.is((await report).folds[0]!.attempt, 2);
    });
  },
);

test('a result without its model is refused', lies, /not uploaded whole/, () => ({}));
test(
  'an accuracy that its confusion matrix denies is refused',
  lies,
  /accuracy is 1/,
  ({ validation }) => ({
    validation: { ...validation, accuracy: 1 },
  }),
);
test(
  'a confusion matrix over other images is refused',
  lies,
  /images of class/,
  ({ validation }) => ({
    validation: {
      ...validation,
      confusion: [
        [100, 0],
        [100, 0],
      ],
    },
  }),
);
test('a result with too few epochs is refused', lies, /epochs/, ({ epochs }) => ({
  epochs: [...epochs, { ...epochs[0]!, epoch: 2 }],
}));

test('a training failure fails the run, names the fold and writes no report', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, outDir }) => {
    const worker = await ScriptedWorker.join(client);
    const { fold, attempt } = (await worker.hear('fold')).assignment;
    const id = { task: 'fold', fold, attempt } as const;
    worker.say({ body: 'failed', id, kind: 'training', message: 'loss is NaN at epoch 1' });
    const error = await t.throwsAsync(report, { instanceOf: FoldwiseError });
    t.regex(error.message, /fold 0 .*loss is NaN/);
    const done = await worker.hear('done');
    t.false(done.succeeded);
    t.deepEqual(await resultsIn(outDir), ['events.ndjson', 'folds.json']);
  });
});

test('an aborted run ends its sessions, which may be resumed, and ends with the reason', async (t) => {
  await withCoordinator({ k: 2 }, async ({ client, report, abort, events }) => {
    const worker = await ScriptedWorker.join(client);
    await worker.hear('fold');
    abort(new Error('interrupted by SIGINT'));
    const ended = await worker.end();
    t.is(ended === 'ended' ? ended : ended.code, status.UNAVAILABLE);
    await t.throwsAsync(report, { message: 'interrupted by SIGINT' });
    t.is(events.at(-1)?.type, 'run.cancelled');
  });
});

test('a port in use is refused with what to do', async (t) => {
  await withCoordinator({}, async ({ port }) => {
    const { listen } = await import('../../coordinator/server.ts');
    const taken = listen({ host: '127.0.0.1', port }, {});
    await t.throwsAsync(taken, { instanceOf: FoldwiseError, message: /in use.*--listen/ });
  });
});

test('grpc health answers', async (t) => {
  await withCoordinator({}, async ({ port }) => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const { path: method, requestSerialize, responseDeserialize } = healthDefinition['Check']!;
    for (const service of ['', 'foldwise.v1.Coordinator']) {
      const answer = await new Promise((resolve, reject) =>
        client.makeUnaryRequest(
          method,
          requestSerialize,
          responseDeserialize,
          { service },
          (error: Error | null, reply: unknown) => (error ? reject(error) : resolve(reply)),
        ),
      );
      t.like(answer, { status: 'SERVING' });
    }
    client.close();
  });
});
