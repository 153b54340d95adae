import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
  type LocalWorkersOptions,
  startLocalWorkers,
  takeHelperMark,
} from '../../cli/local-workers.ts';
import { withFolder } from './command-line.ts';

type Script = Partial<LocalWorkersOptions> & { readonly source: string };

/** Starts workers that run a script of the test's own, and stops them whatever happens. */
async function withWorkers(
  { source, ...options }: Script,
  use: (world: {
    readonly workers: ReturnType<typeof startLocalWorkers>;
    readonly restarts: readonly string[];
    readonly gaveUp: Promise<Error>;
    readonly log: (index: number) => Promise<string>;
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const program = path.join(folder, 'worker.mjs');
    await writeFile(program, source);
    const restarts: string[] = [];
    const logDir = path.join(folder, 'logs');
    let giveUp: (error: Error) => void = () => undefined;
    const gaveUp = new Promise<Error>((resolve) => (giveUp = resolve));
    const workers = startLocalWorkers({
      ...{ count: 1, coordinator: '127.0.0.1:1', gpus: [], env: process.env, logDir, program },
      onGone: () => undefined,
      onRestart: (message) => restarts.push(message),
      onGiveUp: giveUp,
      ...options,
    });
    const log = (index: number) => readFile(path.join(logDir, `worker-${index}.log`), 'utf8');
    try {
      await use({ workers, restarts, gaveUp, log });
    } finally {
      await workers.stop();
    }
  });
}

/** Resolves when the text of a log has what is looked for; the test's timeout bounds the wait. */
async function untilLogged(read: () => Promise<string>, expected: string): Promise<string> {
  for (;;) {
    const text = await read();
    if (text.includes(expected)) return text;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What worker `index` would see of CUDA's variables, started in an environment. */
async function visibleTo(
  index: number,
  options: Pick<Script, 'gpus'> & { readonly env: Record<string, string> },
): Promise<string> {
  const source = `const { env } = process;
    console.log(env.CUDA_VISIBLE_DEVICES, env.CUDA_DEVICE_ORDER, 'end'); ${STAYS}`;
  let said = '';
  const env = { PATH: process.env['PATH'], ...options.env };
  await withWorkers({ source, count: index + 1, ...options, env }, async ({ log }) => {
    said = await untilLogged(() => log(index), 'end');
  });
  return said.replace(/ end\n$/, '');
}

const STAYS = 'setInterval(() => {}, 1000);';

test('each worker is told the coordinator, the data and its GPU', async (t) => {
  const source = `console.log(process.argv.slice(2).join(' '), process.env.CUDA_VISIBLE_DEVICES, 'end'); ${STAYS}`;
  const options = { count: 3, gpus: ['0', 'MIG-1'], data: '/images' };
  await withWorkers({ source, ...options }, async ({ log }) => {
    for (const [index, gpu] of ['0', 'MIG-1', '0'].entries()) {
      const said = await untilLogged(() => log(index), 'end');
      t.is(said, `worker --coordinator 127.0.0.1:1 --data /images ${gpu} end\n`);
    }
  });
});

test('GPUs that the driver numbers are counted by their place on the bus', async (t) => {
  const gpus = ['0', '1'];
  t.is(await visibleTo(2, { gpus, env: {} }), '0 PCI_BUS_ID');
  t.is(
    await visibleTo(1, { gpus, env: { CUDA_DEVICE_ORDER: 'FASTEST_FIRST' } }),
    '1 FASTEST_FIRST',
  );
});

test('GPUs that the environment lists keep the meaning they have there', async (t) => {
  const gpus = ['3', 'GPU-8a1b'];
  const env = { CUDA_VISIBLE_DEVICES: gpus.join(',') };
  t.is(await visibleTo(1, { gpus, env }), 'GPU-8a1b undefined');
});

test('without a GPU nothing is pinned', async (t) => {
  t.is(await visibleTo(0, { gpus: [], env: {} }), 'undefined undefined');
  t.is(await visibleTo(0, { gpus: [], env: { CUDA_VISIBLE_DEVICES: '' } }), ' undefined');
});

test('workers that die without getting anywhere are given up, with their last words', async (t) => {
  const source = 'console.error("no engine here"); process.exit(3);';
  await withWorkers({ source }, async ({ gaveUp, restarts }) => {
    const { message } = await gaveUp;
    t.regex(
      message,
      /^workers ended 5 times .* exit code 3.*worker-0\.log:\n(.*\n)*no engine here$/,
    );
    t.is(restarts.length, 4);
    t.is(restarts[0], 'worker process 0 ended (exit code 3); starting it again');
  });
});

test('a worker that is killed is started again', async (t) => {
  const source = `
    import { existsSync, writeFileSync } from 'node:fs';
    const mark = new URL('./died', import.meta.url);
    if (existsSync(mark)) { console.log('back'); ${STAYS} }
    else { writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL'); }`;
  await withWorkers({ source }, async ({ log, restarts }) => {
    await untilLogged(() => log(0), 'back');
    t.deepEqual(restarts, ['worker process 0 ended (SIGKILL); starting it again']);
  });
});

test('progress forgives earlier deaths', async (t) => {
  const source = 'process.exit(1);';
  let deaths = 0;
  let workers: ReturnType<typeof startLocalWorkers> | undefined;
  const onRestart = (): void => {
    deaths += 1;
    if (deaths <= 3) workers?.noteProgress();
  };
  await withWorkers({ source, onRestart }, async (world) => {
    workers = world.workers;
    await world.gaveUp;
    t.is(deaths, 3 + 4);
  });
});

test('workers that end with 0, or after the run, are not started again', async (t) => {
  await withWorkers({ source: 'console.log("done")' }, async ({ log, restarts, workers }) => {
    await untilLogged(() => log(0), 'done');
    await workers.stop();
    t.deepEqual(restarts, []);
  });
  await withWorkers({ source: 'process.exit(1)' }, async ({ restarts, workers }) => {
    workers.noteEnd();
    await workers.stop();
    t.deepEqual(restarts, []);
  });
});

test('a worker that does not heed SIGTERM is killed', async (t) => {
  const source = `process.on('SIGTERM', () => console.log('no')); console.log('up', process.pid, 'end'); ${STAYS}`;
  await withWorkers({ source }, async ({ log, workers }) => {
    const pid = Number((await untilLogged(() => log(0), 'end')).split(' ')[1]);
    await workers.stop();
    t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    t.regex(await log(0), /no/);
  });
});

test.serial(
  'a worker knows by its environment that it helps, and does not pass that on',
  async (t) => {
    const source = `console.log('as', process.env.FOLDWISE_HELPER, 'end'); ${STAYS}`;
    await withWorkers({ source }, async ({ log }) => {
      t.is(await untilLogged(() => log(0), 'end'), 'as 1 end\n');
    });
    const env: Record<string, string> = { FOLDWISE_HELPER: '1', HOME: '/home' };
    t.true(takeHelperMark(env));
    t.deepEqual(env, { HOME: '/home' });
    t.false(takeHelperMark(env));
  },
);

test.serial(
  'a worker that may not take part is not started again, and is told of in one line',
  async (t) => {
    const source = `console.error("INFO: looking\\nerror: this run trains with A,\\nthis worker with B");
    process.exit(2);`;
    await withFolder(async (logDir) => {
      const log = path.join(logDir, 'worker-0.log');
      await writeFile(log, 'error: of long ago\n');
      await withWorkers({ source, logDir }, async ({ gaveUp, restarts }) => {
        const { message } = await gaveUp;
        const words = 'this run trains with A, this worker with B';
        t.is(message, `a worker here cannot take part: ${words} (log: ${log})`);
        t.deepEqual(restarts, []);
      });
    });
  },
);

test.serial('last words are those of the last start', async (t) => {
  await withFolder(async (logDir) => {
    await writeFile(path.join(logDir, 'worker-0.log'), 'of long ago\n');
    const source = 'console.error("no engine"); process.exit(3);';
    await withWorkers({ source, logDir }, async ({ gaveUp }) => {
      t.regex((await gaveUp).message, /log:\nno engine$/);
    });
  });
});
