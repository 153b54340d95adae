import type { TestFn } from 'ava';
import fc from 'fast-check';
import { RecordFull, type RunHeader, type RunRecord } from '../../../coordinator/record/record.ts';
import { RecordInUse } from '../../../coordinator/record/refusals.ts';
import { factsFrom, header } from './facts.ts';

/** What a record lies on: a folder of a real disk, or a simulated one. */
export interface Medium {
  readonly create: (header: RunHeader) => Promise<RunRecord>;
  readonly open: () => Promise<RunRecord>;
  /** Ends whoever has it open, without their doing; what follows is opened as they left it. */
  readonly crash: () => Promise<void>;
  /** Absent where the disk cannot be filled here. */
  readonly setFull?: (isFull: boolean) => Promise<void>;
}

export type WithMedium = (use: (medium: Medium) => Promise<void>) => Promise<void>;

/** What whoever uses a record may rely on, whichever it is. */
export function recordContract(test: TestFn, name: string, withMedium: WithMedium): void {
  test(`${name}: what was appended is there when it is opened again, as it was`, async (t) => {
    await withMedium(async (medium) => {
      const record = await medium.create(header);
      t.deepEqual([record.header, record.facts, record.delivered()], [header, [], 0]);
      await record.append(factsFrom(1, 13));
      await record.append(factsFrom(14, 14));
      await record.append([]);
      await record.close();
      const again = await medium.open();
      t.deepEqual(again.header, header);
      t.deepEqual(again.facts, factsFrom(1, 14));
      t.deepEqual(
        again.facts.map(({ event }) => JSON.stringify(event)),
        factsFrom(1, 14).map(({ event }) => JSON.stringify(event)),
        'keys in the same order',
      );
      await again.append(factsFrom(15, 15));
      t.is(again.facts.length, 14, 'the facts of its opening');
      await again.close();
    });
  });

  test(`${name}: a sequence with a gap, a repetition or a wrong start is refused whole`, async (t) => {
    await withMedium(async (medium) => {
      const record = await medium.create(header);
      await t.throwsAsync(record.append(factsFrom(2, 3)), { instanceOf: RangeError });
      await record.append(factsFrom(1, 2));
      await t.throwsAsync(record.append(factsFrom(2, 4)), { instanceOf: RangeError });
      const gap = [...factsFrom(3, 4), ...factsFrom(6, 6)];
      await t.throwsAsync(record.append(gap), { instanceOf: RangeError });
      await record.append(factsFrom(3, 3));
      await record.close();
      t.deepEqual((await medium.open()).facts, factsFrom(1, 3));
    });
  });

  test(`${name}: what was acknowledged outlives a crash`, async (t) => {
    await withMedium(async (medium) => {
      let record = await medium.create(header);
      for (const last of [1, 2, 7, 40]) {
        await record.append(factsFrom(record.facts.length + 1, last));
        await medium.crash();
        record = await medium.open();
        t.deepEqual(record.facts, factsFrom(1, last));
      }
      await record.close();
    });
  });

  test(`${name}: appends in flight are there whole and in order, or not at all`, async (t) => {
    await withMedium(async (medium) => {
      const record = await medium.create(header);
      const acknowledged: number[] = [];
      for (const [first, last] of [
        [1, 3],
        [4, 4],
        [5, 9],
      ] as const) {
        // What comes after the crash finds no file.
        void record.append(factsFrom(first, last)).then(
          () => acknowledged.push(last),
          () => undefined,
        );
      }
      await Promise.resolve();
      const before = [...acknowledged];
      await medium.crash();
      const { facts } = await medium.open();
      t.true([0, 3, 4, 9].includes(facts.length), `${facts.length} facts`);
      t.true(facts.length >= Math.max(0, ...before));
      t.deepEqual(facts, factsFrom(1, facts.length));
    });
  });

  test(`${name}: only one has it open`, async (t) => {
    await withMedium(async (medium) => {
      const record = await medium.create(header);
      await t.throwsAsync(medium.open(), { instanceOf: RecordInUse });
      await record.append(factsFrom(1, 2));
      await record.close();
      await record.close();
      const next = await medium.open();
      t.is(next.facts.length, 2);
      await t.throwsAsync(medium.open(), { instanceOf: RecordInUse });
      await next.close();
    });
  });

  test(`${name}: the cursor of delivery never goes back, nor ahead of the facts`, async (t) => {
    await withMedium(async (medium) => {
      const record = await medium.create(header);
      await t.throwsAsync(record.markDelivered(1), { instanceOf: RangeError });
      await record.append(factsFrom(1, 9));
      await record.markDelivered(5);
      await record.markDelivered(3);
      t.is(record.delivered(), 5);
      await t.throwsAsync(record.markDelivered(10), { instanceOf: RangeError });
      await record.close();
      const again = await medium.open();
      t.is(again.delivered(), 5);
      await again.markDelivered(9);
      await medium.crash();
      const last = (await medium.open()).delivered();
      t.true(last >= 5 && last <= 9, 'it may lag after a crash');
    });
  });

  test(`${name}: a full disk takes nothing, and goes on when there is space`, async (t) => {
    await withMedium(async (medium) => {
      const { setFull } = medium;
      if (setFull === undefined) return void t.pass('this disk cannot be filled here');
      const record = await medium.create(header);
      await record.append(factsFrom(1, 5));
      await setFull(true);
      // A little may still fit into pages that are there.
      const kept = await fill(record, 5);
      await t.throwsAsync(medium.open(), { instanceOf: RecordInUse }, 'it is held meanwhile');
      await setFull(false);
      await record.append(factsFrom(kept + 1, kept + 60));
      await record.close();
      t.deepEqual((await medium.open()).facts, factsFrom(1, kept + 60));
    });
  });

  test(`${name}: any story of appends, crashes and deliveries keeps what was acknowledged`, async (t) => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constantFrom('crash' as const, 'reopen' as const, 'deliver' as const) }),
    );
    const story = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await withMedium(async (medium) => {
        let record = await medium.create(header);
        let last = 0;
        for (const each of steps) {
          if (each.kind === 'append') {
            await record.append(factsFrom(last + 1, last + each.count));
            last += each.count;
          } else if (each.kind === 'deliver') {
            await record.markDelivered(last);
          } else {
            await (each.kind === 'crash' ? medium.crash() : record.close());
            record = await medium.open();
            t.deepEqual(record.facts, factsFrom(1, last));
            t.true(record.delivered() <= last);
          }
        }
        await record.close();
      });
    });
    await fc.assert(story, { numRuns: 30 });
    t.pass();
  });
}

/** Appends until the disk is full. @returns how many facts it has */
async function fill(record: RunRecord, last: number): Promise<number> {
  for (let kept = last; ; kept += 40) {
    try {
      await record.append(factsFrom(kept + 1, kept + 40));
    } catch (error) {
      if (!(error instanceof RecordFull)) throw error;
      // A second try fails as the first.
      const again: unknown = await record
        .append(factsFrom(kept + 1, kept + 40))
        .catch((e: unknown) => e);
      if (!(again instanceof RecordFull))
        throw new Error('the disk is not full any more', { cause: error });
      return kept;
    }
  }
}
