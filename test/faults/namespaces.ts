import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import type { Places } from './world.ts';

/**
 * Two network namespaces joined by a cable: the coordinator in one, its first worker in the other.
 * The cable is cut by a neighbour that is not there: packets vanish without a word, as behind a
 * switch that died. Needs root, and `ip` of iproute2.
 */

const COORDINATOR = '10.99.0.1';
const WORKER = '10.99.0.2';
const NOBODY = '02:00:00:00:00:99';

export type Direction = 'to the coordinator' | 'to the worker' | 'both ways';

export interface Cable {
  /** The first worker is at the other end; others are with the coordinator. */
  readonly places: Places;
  readonly cut: (direction: Direction) => Promise<void>;
  readonly heal: () => Promise<void>;
}

/** Why there can be no namespaces here; undefined where there can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `foldwise-probe-${process.pid}`;
  const made = await execa('ip', ['netns', 'add', probe], { reject: false });
  if (made.exitCode === 0) {
    await ip('netns', 'del', probe);
    return undefined;
  }
  // Whoever is root can install it.
  if (made.code === 'ENOENT' && process.env['FOLDWISE_REQUIRE_TOOLS']) return undefined;
  return `network namespaces are not to be had: ${made.stderr || made.shortMessage}`;
}

/** Makes both namespaces, and removes them whatever happens. */
export async function withCable(use: (cable: Cable) => Promise<void>): Promise<void> {
  const mark = `foldwise-${randomBytes(4).toString('hex')}`;
  const near = { namespace: `${mark}-near`, own: COORDINATOR, other: WORKER };
  const far = { namespace: `${mark}-far`, own: WORKER, other: COORDINATOR };
  const ends = [near, far] as const;
  try {
    for (const { namespace } of ends) await ip('netns', 'add', namespace);
    await ip(
      ...['link', 'add', 'cable', 'netns', near.namespace, 'type', 'veth'],
      ...['peer', 'name', 'cable', 'netns', far.namespace],
    );
    for (const { namespace, own } of ends) {
      await ip('-n', namespace, 'address', 'add', `${own}/24`, 'dev', 'cable');
      for (const device of ['lo', 'cable']) await ip('-n', namespace, 'link', 'set', device, 'up');
    }
    await use(cableOf(ends));
  } finally {
    for (const { namespace } of ends) await ip('netns', 'del', namespace).catch(() => undefined);
  }
}

interface End {
  readonly namespace: string;
  readonly own: string;
  readonly other: string;
}

function cableOf([near, far]: readonly [End, End]): Cable {
  const inside = ({ namespace }: End): string[] => ['ip', 'netns', 'exec', namespace];
  const lost: Record<Direction, readonly End[]> = {
    'to the coordinator': [far],
    'to the worker': [near],
    'both ways': [near, far],
  };
  let isCut: readonly End[] = [];
  return {
    places: {
      host: COORDINATOR,
      coordinator: inside(near),
      worker: (index) => inside(index === 0 ? far : near),
    },
    cut: async (direction) => {
      isCut = lost[direction];
      for (const { namespace, other } of isCut) {
        const nowhere = ['lladdr', NOBODY, 'dev', 'cable', 'nud', 'permanent'];
        await ip('-n', namespace, 'neighbour', 'replace', other, ...nowhere);
      }
    },
    heal: async () => {
      for (const { namespace, other } of isCut) {
        await ip('-n', namespace, 'neighbour', 'del', other, 'dev', 'cable');
      }
    },
  };
}

const ip = (...args: readonly string[]) => execa('ip', args);
