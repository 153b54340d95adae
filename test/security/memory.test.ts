import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { createToken } from '../../shared/security/token.ts';
import { childrenOf, resultOf, withWorld, type World } from '../faults/world.ts';
import { makeData } from '../helpers/random-data.ts';
import {
  crowd,
  fuzzedGreetings,
  garbage,
  loris,
  oversize,
  type Target,
  wrongTokens,
} from './attackers.ts';

/** MEMORY_ROUNDS says how often all of it is done to one coordinator; CI does a few. */
const ROUNDS = Number(process.env['MEMORY_ROUNDS'] ?? 3);
const SIZE = { folds: 2, epochs: 10 + 6 * ROUNDS, workers: 1 };
const PRELOAD = pathToFileURL(
  path.join(import.meta.dirname, '../helpers/programs/tell-memory.js'),
).href;
const MB = 2 ** 20;

interface Memory {
  readonly rss: number;
  readonly inUse: number;
}

/** Asks the coordinator how much memory it has in use, garbage aside. */
async function memoryOf(world: World): Promise<Memory> {
  const told = (): string[] => world.words.join('').match(/^memory \{.*\}$/gm) ?? [];
  const before = told().length;
  world.coordinator().stdin!.write('\n');
  while (told().length === before) await new Promise((resolve) => setTimeout(resolve, 10));
  return JSON.parse(told().at(-1)!.slice('memory '.length)) as Memory;
}

const untilEpoch = (world: World): Promise<void> =>
  new Promise((resolve) => world.onEvent(({ type }) => type === 'fold.epoch' && resolve()));

/** Lets the training go on for an epoch, or more; its worker's heartbeats never stop. */
async function oneEpoch(world: World): Promise<void> {
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    for (const pid of await childrenOf(world.workers[0]!().pid)) process.kill(pid, name);
  };
  const next = untilEpoch(world);
  await signal('SIGCONT');
  await next;
  await signal('SIGSTOP');
}

async function attack(target: Target, round: number): Promise<void> {
  await garbage(target);
  await crowd(target);
  await wrongTokens(target);
  await oversize(target);
  await fuzzedGreetings(target, round);
}

test('the memory of a coordinator under attack stays as it is, and its run goes on', async (t) => {
  t.timeout(300_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-memory-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const data = path.join(folder, 'data');
  await makeData(data);
  const token = createToken();
  const tokenFile = path.join(folder, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const options = {
    ...{ ...SIZE, flags: ['--token-file', tokenFile, '--lease-ms', '30000'] },
    workerEnv: { FOLDWISE_TOKEN: token },
  };
  const undisturbed = await withWorld(data, options, async (world) => {
    t.is(await world.finished, 0, world.words.join(''));
    return resultOf(world.outDir);
  });
  const env = { NODE_OPTIONS: `--import ${PRELOAD}` };
  await withWorld(data, { ...options, env }, async (world) => {
    const target = { port: world.port, token };
    await untilEpoch(world);
    const shutOut = loris(target);
    const seen: Memory[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      t.timeout(300_000);
      await attack(target, round);
      await oneEpoch(world);
      seen.push(await memoryOf(world));
    }
    await shutOut;
    for (const { rss, inUse } of seen)
      t.log(`${megabytes(rss)} resident, ${megabytes(inUse)} used`);
    const [warm, last] = [seen[0]!, seen.at(-1)!];
    t.true(last.inUse - warm.inUse < 4 * MB, 'what is in use');
    t.true(last.rss - warm.rss < 40 * MB, 'what is resident');
    for (const pid of await childrenOf(world.workers[0]!().pid)) process.kill(pid, 'SIGCONT');
    t.is(await world.finished, 0, world.words.join(''));
    t.deepEqual(await resultOf(world.outDir), undisturbed);
  });
});

const megabytes = (sizeBytes: number): string => `${(sizeBytes / MB).toFixed(1)} MB`;
