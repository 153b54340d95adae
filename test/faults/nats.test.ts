import type { ExecutionContext } from 'ava';
import {
  natsTest,
  storedIn,
  withNatsServer,
  type NatsServer,
} from '../helpers/with-nats-server.ts';
import { foldwise } from '../helpers/foldwise.ts';
import { IS_FULL, makeSetting } from './setting.ts';
import { eventLinesOf, resultOf, withWorld, type World } from './world.ts';

const SIZE = { folds: 3, epochs: 4, workers: 2 };

const setting = makeSetting(SIZE);

/** Resolves at the so-manyth event of a type. */
const untilEvent = (world: World, type: string, count = 1): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0;
    world.onEvent((event) => {
      if (event['type'] === type) seen += 1;
      if (seen === count) resolve();
    });
  });

const said = ({ words }: World, pattern: RegExp): number =>
  [...words.join('').matchAll(pattern)].length;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const AWAY = /progress does not reach NATS/g;
const BACK = /progress reaches NATS at \S+ now/g;

/** The run ended as an undisturbed one, and the stream has each of its events once, in order. */
async function nothingIsMissing(t: ExecutionContext, world: World, nats: NatsServer) {
  t.is(await world.finished, 0, world.words.join(''));
  t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
  const lines = await eventLinesOf(world.outDir);
  t.deepEqual(await storedIn(nats), lines);
  t.deepEqual(
    lines.map((line) => (JSON.parse(line) as { sequence: number }).sequence),
    lines.map((_, index) => index + 1),
  );
}

const inWorld = (nats: NatsServer, use: (world: World) => Promise<void>): Promise<void> =>
  withWorld(setting.data, { ...SIZE, nats: nats.url }, use);

natsTest('a server that is not there at first has every event once it is', async (t) => {
  await withNatsServer(
    async (nats) => {
      await inWorld(nats, async (world) => {
        await untilEvent(world, 'fold.completed');
        t.is(said(world, AWAY), 1);
        await nats.start();
        await nothingIsMissing(t, world, nats);
        t.is(said(world, AWAY), 1, 'told once');
        t.is(said(world, BACK), 1);
      });
    },
    { isStarted: false },
  );
});

natsTest(
  'a server that is killed again and again has every event, once and in order',
  async (t) => {
    await withNatsServer(async (nats) => {
      await inWorld(nats, async (world) => {
        let kills = 0;
        world.onEvent(({ type }) => {
          if (type !== 'fold.checkpointed') return;
          kills += 1;
          void nats.restart();
        });
        await nothingIsMissing(t, world, nats);
        t.log(`killed ${kills} times`);
        t.true(kills >= 5);
      });
    });
  },
);

natsTest('server and coordinator killed together miss nothing', async (t) => {
  await withNatsServer(async (nats) => {
    await inWorld(nats, async (world) => {
      const [first, resumed] = [
        untilEvent(world, 'fold.checkpointed'),
        untilEvent(world, 'run.resumed'),
      ];
      await first;
      await nats.kill();
      await untilEvent(world, 'fold.checkpointed');
      world.coordinator().kill('SIGKILL');
      await resumed;
      await until(() => said(world, AWAY) > 0);
      await nats.start();
      await nothingIsMissing(t, world, nats);
      t.is(world.lives(), 2);
    });
  });
});

if (IS_FULL)
  natsTest('what a killed coordinator sends again lies in the stream once', async (t) => {
    await withNatsServer(async (nats) => {
      const heard: string[] = [];
      const connection = await nats.client();
      await inWorld(nats, async (world) => {
        let kills = 0;
        connection.subscribe('foldwise.v1.>', {
          callback: (_error, message) => {
            heard.push(message.string());
            // Its cursor is saved with the facts that come next: it has not moved behind this event.
            if (!/"type":"fold.completed"/.test(message.string()) || kills >= 2) return;
            kills += 1;
            world.coordinator().kill('SIGKILL');
          },
        });
        await connection.flush();
        await nothingIsMissing(t, world, nats);
        const lines = await eventLinesOf(world.outDir);
        t.deepEqual(new Set(heard), new Set(lines));
        t.log(`${heard.length - lines.length} of ${lines.length} events came twice`);
        t.true(heard.length > lines.length);
        t.is(world.lives(), 3);
      });
    });
  });

natsTest('a server that comes back after the run gets what is missing from --resume', async (t) => {
  await withNatsServer(async (nats) => {
    await inWorld(nats, async (world) => {
      await untilEvent(world, 'fold.started');
      await nats.kill();
      t.is(await world.finished, 0, world.words.join(''));
      t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
      t.regex(world.words.join(''), /\d+ events did not reach NATS at \S+; events\.ndjson has all/);
      await nats.start();
      const again = ['coordinator', '--out', world.outDir, '--resume', '--nats', nats.url];
      const { exitCode, stderr } = await foldwise(again);
      t.is(exitCode, 0, stderr);
      t.deepEqual(await storedIn(nats), await eventLinesOf(world.outDir));
    });
  });
});
