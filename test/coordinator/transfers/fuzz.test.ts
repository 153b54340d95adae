import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import fc from 'fast-check';
import { codeOf } from '../../helpers/with-coordinator.ts';
import {
  checkpointOf,
  checkpointStart,
  find,
  openUpload,
  someBytes,
  withTransfers,
} from '../../helpers/with-transfers.ts';

const SIZE = 40;

/** One call: chunks that are right, wrong in any way, or no chunks at all, and how it ends. */
const aCall = fc.record({
  messages: fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('right'), size: fc.integer({ min: 1, max: 20 }) }),
      },
      fc.record({
        kind: fc.constant('any'),
        offset: fc.integer({ min: 0, max: SIZE + 5 }),
        data: fc.uint8Array({ maxLength: SIZE + 5 }),
        isHarmed: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('empty') }),
    ),
    { maxLength: 12 },
  ),
  ends: fc.constantFrom('ends', 'ends', 'breaks'),
});

test('whatever comes, a checkpoint is stored right or not at all, and the next call brings it in', async (t) => {
  let seed = 1;
  await withTransfers({}, async ({ client, outDir, told }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(aCall, { maxLength: 4 }), async (calls) => {
        seed += 1;
        const bytes = someBytes(SIZE, seed);
        const start = checkpointStart(bytes);
        const { digest } = checkpointOf(bytes);
        for (const { messages, ends } of calls) {
          let offset = await find(client, start);
          const upload = openUpload(client, start);
          for (const message of messages) {
            if ('size' in message) {
              const data = bytes.subarray(offset, offset + message.size);
              upload.send({ offset, data, crc32: crc32(data) });
              offset += data.length;
            } else if ('data' in message) {
              const { data, isHarmed } = message;
              upload.send({ offset: message.offset, data, crc32: crc32(data) ^ Number(isHarmed) });
            } else upload.write({});
          }
          if (ends === 'ends') upload.end();
          else upload.cancel();
          const code = await codeOf(upload.answer);
          const allowed = ['none', status.INVALID_ARGUMENT, status.DATA_LOSS, status.CANCELLED];
          if (!allowed.includes(code)) throw new Error(`ended with ${code}`);
          const isStored = told.stored.some((info) => info.digest === digest);
          if (code === 'none' && !isStored) throw new Error('answered, but not stored');
        }
        const from = await find(client, start);
        const last = openUpload(client, start);
        const rest = bytes.subarray(from);
        if (rest.length > 0) last.send({ offset: from, data: rest, crc32: crc32(rest) });
        last.end();
        const code = await codeOf(last.answer);
        // What lay there may have been wrong, and is then begun again.
        if (code === status.DATA_LOSS) {
          const again = openUpload(client, start);
          again.send({ offset: 0, data: bytes, crc32: crc32(bytes) });
          again.end();
          await again.answer;
        } else await last.answer;
        const file = path.join(outDir, 'checkpoints', 'fold-0', `${digest}.state`);
        if (!(await readFile(file)).equals(bytes)) throw new Error('other bytes are stored');
      }),
      { numRuns: 100 },
    );
    t.deepEqual(told.failures, []);
  });
});
