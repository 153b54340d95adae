import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import fc from 'fast-check';
import type { CoordinatorClient } from '../../../shared/wire/contract.ts';
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
const REFUSALS = [status.INVALID_ARGUMENT, status.DATA_LOSS, status.OUT_OF_RANGE];

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

/** What lay there may have been wrong, or is about to go, and is then begun again. */
async function bring(client: CoordinatorClient, bytes: Uint8Array): Promise<void> {
  const start = checkpointStart(bytes);
  for (let tries = 0; tries < 4; tries += 1) {
    const offset = await find(client, start);
    const data = bytes.subarray(offset);
    const upload = openUpload(client, start);
    if (data.length > 0) upload.send({ offset, data, crc32: crc32(data) });
    upload.end();
    const code = await codeOf(upload.answer);
    if (code === 'none') return;
    if (code !== status.DATA_LOSS && code !== status.OUT_OF_RANGE) await upload.answer;
  }
  throw new Error('it does not come in');
}

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
          const allowed = ['none', ...REFUSALS, status.CANCELLED];
          if (!allowed.includes(code)) throw new Error(`ended with ${code}`);
          const isStored = told.stored.some((info) => info.digest === digest);
          if (code === 'none' && !isStored) throw new Error('answered, but not stored');
        }
        await bring(client, bytes);
        const file = path.join(outDir, 'checkpoints', 'fold-0', `${digest}.state`);
        if (!(await readFile(file)).equals(bytes)) throw new Error('other bytes are stored');
      }),
      { numRuns: 100 },
    );
    t.deepEqual(told.failures, []);
  });
});
