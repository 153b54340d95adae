import { tmpdir } from 'node:os';
import { cacheFolder } from '../shared/cache-folder.ts';
import type { FailureKind } from '../shared/wire/enums.ts';
import { OutOfMemory } from './child-death.ts';
import { detailsOf } from './persist.ts';
import type { ChildMessage } from './trainer/messages.ts';

type ChildFailure = Extract<ChildMessage, { type: 'failed' }>;

/** The training process reported that it failed, and how. */
export class ReportedFailure extends Error {
  override readonly name = 'ReportedFailure';
  readonly kind: FailureKind;

  constructor({ kind, message }: Pick<ChildFailure, 'kind' | 'message'>) {
    super(message);
    this.kind = WIRE_KINDS[kind];
  }
}

/** Wrong data or a diverging loss would be the same on any worker. */
const WIRE_KINDS: Readonly<Record<ChildFailure['kind'], FailureKind>> = {
  training: 'training',
  data: 'training',
  checkpoint: 'checkpoint',
  engine: 'infrastructure',
  'out-of-memory': 'out-of-memory',
  internal: 'infrastructure',
};

/** The checkpoint to go on from cannot be had as it was stored. */
export class UnusableCheckpoint extends Error {
  override readonly name = 'UnusableCheckpoint';
}

/** What the coordinator is told of an attempt that failed. */
export function describeFailure(error: Error): {
  readonly kind: FailureKind;
  readonly message: string;
} {
  const [kind, details] = [kindOf(error), detailsOf(error)];
  if (kind !== 'infrastructure' || !NO_SPACE.test(details)) return { kind, message: details };
  const places = `data lie in ${cacheFolder()}, temporary files in ${tmpdir()}`;
  return { kind, message: `a disk of this machine is full (${details}): ${places}` };
}

/** As Node words the operating system's errors. */
const NO_SPACE = /\b(ENOSPC|EDQUOT)\b/;

function kindOf(error: Error): FailureKind {
  if (error instanceof ReportedFailure) return error.kind;
  if (error instanceof UnusableCheckpoint) return 'checkpoint';
  return error instanceof OutOfMemory ? 'out-of-memory' : 'infrastructure';
}
