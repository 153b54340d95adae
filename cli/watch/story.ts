import type { RunId } from '../../shared/domain.ts';
import type { RecordedEvent } from '../../shared/events.ts';

export type Heard =
  /** Of another run, or heard before. */
  | { readonly kind: 'old' }
  | {
      readonly kind: 'new';
      /** Sequence numbers that were skipped before it, first and last. */
      readonly missing?: readonly [number, number];
    };

/** The story of one run as it is heard: each event once, in order, and what is missing noticed. */
export interface Story {
  /** Undefined until the first event, where any run will do. */
  readonly run: () => RunId | undefined;
  readonly hear: (event: RecordedEvent) => Heard;
}

export function createStory(wanted?: RunId): Story {
  let run = wanted;
  let last = 0;
  return {
    run: () => run,
    hear: (event) => {
      run ??= event.run;
      const { sequence } = event;
      if (event.run !== run || sequence <= last) return { kind: 'old' };
      const first = last + 1;
      last = sequence;
      return sequence === first ? { kind: 'new' } : { kind: 'new', missing: [first, sequence - 1] };
    },
  };
}
