import type { ChildProcess } from 'node:child_process';
import { createRandom } from '../../shared/random.ts';
import type { NatsServer } from '../helpers/with-nats-server.ts';
import { childrenOf, type World } from './world.ts';

/** SIGKILL of the processes of a world, at moments that follow from a seed. */

export type Victim = 'coordinator' | 'worker' | 'trainer' | 'nats-server';

export interface Strike {
  /** How many events of the coordinator are waited for. */
  readonly after: number;
  readonly victim: Victim;
  readonly which: number;
}

/** Strikes of a seed, in order; each kind of victim is as likely as another. */
export function drawStrikes(
  seed: number,
  { victims, count, events }: { victims: readonly Victim[]; count: number; events: number },
): Strike[] {
  const random = createRandom(seed, 'synthetic');
  const draw = (below: number): number => random.nextUint32() % below;
  return Array.from({ length: count }, () => ({
    after: 2 + draw(events),
    victim: victims[draw(victims.length)]!,
    which: draw(100),
  })).sort((a, b) => a.after - b.after);
}

/** Carries them out as events come; returns the list of what was done, which grows. */
export function strikeAll(world: World, strikes: readonly Strike[], nats?: NatsServer): string[] {
  const waiting = [...strikes];
  const done: string[] = [];
  let seen = 0;
  world.onEvent(({ type }) => {
    if (type === 'run.finished') return;
    seen += 1;
    while (waiting[0] && waiting[0].after <= seen) {
      const strike = waiting.shift()!;
      done.push(`${strike.victim} after ${String(type)}`);
      void carryOut(world, strike, nats);
    }
  });
  return done;
}

async function carryOut(world: World, { victim, which }: Strike, nats?: NatsServer) {
  const worker: ChildProcess = world.workers[which % world.workers.length]!();
  if (victim === 'coordinator') return void world.coordinator().kill('SIGKILL');
  if (victim === 'worker') return void worker.kill('SIGKILL');
  if (victim === 'nats-server') return nats?.restart();
  for (const pid of await childrenOf(worker.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
