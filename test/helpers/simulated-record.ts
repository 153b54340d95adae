import { RecordInUse } from '../../coordinator/record/refusals.ts';
import {
  type Fact,
  RecordFull,
  type RunHeader,
  type RunRecord,
} from '../../coordinator/record/record.ts';
import { continuedSequence, movedCursor } from '../../coordinator/record/sequence.ts';

/**
 * A disk with the record of one run, in memory: what is written stays in its cache until it is
 * synced, and a crash takes the cache away.
 */
export interface SimulatedDisk {
  readonly exists: () => boolean;
  readonly create: (header: RunHeader) => Promise<RunRecord>;
  /** @throws RecordInUse while another has it open */
  readonly open: () => Promise<RunRecord>;
  /**
   * The power goes: all that was open is dead, and its promises never settle.
   *
   * @param unsynced - whether a transaction that was not synced is lost, as by default, or by
   *   chance was on the disk already; never a part of it
   */
  readonly crash: (unsynced?: 'lost' | 'kept') => void;
  readonly setFull: (isFull: boolean) => void;
  /** What the disk holds for certain. */
  readonly durableFacts: () => readonly Fact[];
}

export interface SimulatedDiskOptions {
  /** How long the disk takes; by default until the next microtask. */
  readonly sync?: () => Promise<void>;
  /** A disk that lies: it acknowledges what it has only in its cache. */
  readonly acknowledgesBeforeSync?: boolean;
}

interface Disk {
  header?: RunHeader;
  durable: Fact[];
  /** Written, not synced. */
  cached: Fact[];
  delivered: number;
  isFull: boolean;
  /** The one that has it open; an object of its own for each opening. */
  holder?: object | undefined;
}

/** An empty simulated disk. */
export function createSimulatedDisk(options: SimulatedDiskOptions = {}): SimulatedDisk {
  const disk: Disk = { durable: [], cached: [], delivered: 0, isFull: false };
  const open = (): Promise<RunRecord> => {
    if (disk.header === undefined) return Promise.reject(new Error('there is no record'));
    if (disk.holder !== undefined) return Promise.reject(new RecordInUse('the record is in use'));
    return Promise.resolve(openOn(disk, disk.header, options));
  };
  return {
    exists: () => disk.header !== undefined,
    create: (header) => {
      if (disk.header !== undefined) return Promise.reject(new Error('there is a record already'));
      disk.header = header;
      return open();
    },
    open,
    crash: (unsynced = 'lost') => {
      if (unsynced === 'kept') disk.durable = [...disk.durable, ...disk.cached];
      disk.cached = [];
      disk.holder = undefined;
    },
    setFull: (isFull) => void (disk.isFull = isFull),
    durableFacts: () => disk.durable,
  };
}

/** What the dead get; a new one each time, for a shared one would keep all who wait for it. */
const never = (): Promise<never> => new Promise(() => undefined);

function openOn(disk: Disk, header: RunHeader, options: SimulatedDiskOptions): RunRecord {
  const { sync = () => Promise.resolve(), acknowledgesBeforeSync = false } = options;
  const holder = {};
  disk.holder = holder;
  const isDead = (): boolean => disk.holder !== holder;
  const last = (): number => disk.durable.length + disk.cached.length;
  let saved: Promise<void> = Promise.resolve();
  let { delivered } = disk;

  const flush = (): void => {
    disk.durable = [...disk.durable, ...disk.cached];
    disk.cached = [];
    disk.delivered = Math.min(delivered, disk.durable.length);
  };
  const write = async (facts: readonly Fact[]): Promise<void> => {
    if (isDead()) return never();
    if (disk.isFull) throw new RecordFull('the disk is full');
    // What an earlier call has left in the cache is older than this by now.
    if (acknowledgesBeforeSync) flush();
    disk.cached = [...disk.cached, ...facts];
    if (acknowledgesBeforeSync) return;
    await sync();
    if (isDead()) return never();
    flush();
  };
  return {
    header,
    facts: [...disk.durable],
    append: async (facts) => {
      // One after the other, as a database does it.
      const before = saved;
      const writing = before.then(() => {
        if (isDead()) return never();
        continuedSequence(last(), facts);
        return write(facts);
      });
      saved = writing.catch(() => undefined);
      return writing;
    },
    delivered: () => delivered,
    markDelivered: (sequence) =>
      new Promise((resolve) => {
        if (isDead()) return;
        delivered = movedCursor(delivered, sequence, last());
        resolve();
      }),
    close: async () => {
      await saved;
      if (isDead()) return;
      flush();
      disk.holder = undefined;
    },
  };
}
