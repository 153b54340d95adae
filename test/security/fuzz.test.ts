import test from 'ava';
import fc from 'fast-check';
import { asRunId } from '../../shared/domain.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { loadContract } from '../../shared/wire/contract.ts';
import { decodeCoordinatorMessage, decodeWorkerMessage } from '../../shared/wire/session.ts';
import {
  decodeCheckpointRequest,
  decodeChunk,
  decodeDatasetRequest,
  decodeModelRequest,
  decodeUpload,
  decodeUploadHeader,
} from '../../shared/wire/transfers.ts';

const { service } = loadContract().Coordinator;
const run = asRunId('fuzzed');
const decodeForWorker = (message: unknown) => decodeCoordinatorMessage(message, run);

/** What each decoder is given by grpc-js: bytes of the wire, made into a message by protobufjs. */
const DECODERS = [
  ['a message of a worker', decodeWorkerMessage, service.Session.requestDeserialize],
  ['a message of a coordinator', decodeForWorker, service.Session.responseDeserialize],
  ['a request for data', decodeDatasetRequest, service.FetchDataset.requestDeserialize],
  ['a request for a model', decodeModelRequest, service.FetchModel.requestDeserialize],
  [
    'a request for a checkpoint',
    decodeCheckpointRequest,
    service.FetchCheckpoint.requestDeserialize,
  ],
  ['an upload', decodeUpload, service.Upload.requestDeserialize],
  ['the header of an upload', decodeUploadHeader, service.FindUpload.requestDeserialize],
  ['a chunk', decodeChunk, service.FetchDataset.responseDeserialize],
] as const;

/** Messages that have some of the right keys, and values of any kind below them. */
const bodies = [
  ...['hello', 'heartbeat', 'epoch', 'warning', 'foldResult', 'evaluationResult', 'failed'],
  ...['handBack', 'welcome', 'fold', 'evaluation', 'cancel', 'accepted', 'done', 'renewal'],
  ...['header', 'chunk'],
];
const keys = fc.constantFrom(
  ...['id', 'run', 'fold', 'attempt', 'task', 'worker', 'digest', 'offset', 'data', 'crc32'],
  ...['model', 'checkpoint', 'topology', 'number', 'reattachment', 'message', 'kind', 'protocol'],
  ...['confusion', 'validation', 'predicted', 'epochs', 'environment', '__proto__', 'constructor'],
);
const values = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withNullPrototype: true }),
  fc.constantFrom(NaN, Infinity, -0, -1, 2 ** 53, '', 'TASK_FOLD', null, Buffer.alloc(3)),
);
const like = fc.dictionary(keys, fc.oneof(values, fc.dictionary(keys, values)), { maxKeys: 8 });
const messages = fc.oneof(
  values,
  like,
  fc
    .tuple(fc.constantFrom(...bodies), fc.oneof(like, values))
    .map(([body, content]) => ({ body, [body]: content })),
);

/** Whether it was refused; anything else that it throws is a fault of ours. */
function isRefused(decode: (message: unknown) => unknown, message: unknown): boolean {
  try {
    decode(message);
    return false;
  } catch (error) {
    if (error instanceof ProtocolError) return true;
    throw error;
  }
}

for (const [what, decode, deserialize] of DECODERS) {
  test(`whatever poses as ${what} is decoded or refused, and nothing else happens`, (t) => {
    let refused = 0;
    fc.assert(
      fc.property(messages, (message) => {
        if (isRefused(decode, message)) refused += 1;
      }),
      { numRuns: 1000 },
    );
    t.true(refused > 900, String(refused));
    t.is(({} as Record<string, unknown>)['fold'], undefined);
  });

  test(`whatever bytes pose as ${what} are decoded or refused, and nothing else happens`, (t) => {
    fc.assert(
      fc.property(wire(), (bytes) => {
        let message: unknown;
        try {
          message = deserialize(bytes);
        } catch {
          // grpc-js answers INTERNAL; no handler sees it.
          return;
        }
        isRefused(decode, message);
      }),
      { numRuns: 1000 },
    );
    t.pass();
  });
}

/** Bytes that are fields of protobuf more often than chance would have it, nested three deep. */
function wire(depth = 3): fc.Arbitrary<Buffer> {
  const field = fc.integer({ min: 1, max: 20 });
  const varint = fc
    .tuple(field, fc.integer({ min: 0, max: 127 }))
    .map(([number, value]) => Buffer.from([(number << 3) & 0x7f, value]));
  const fixed = fc.tuple(field, fc.double()).map(([number, value]) => {
    const bytes = Buffer.alloc(9);
    bytes[0] = ((number & 15) << 3) | 1;
    bytes.writeDoubleLE(value, 1);
    return bytes;
  });
  const content =
    depth === 0
      ? fc.oneof(
          fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
          fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
        )
      : fc.oneof(
          wire(depth - 1),
          fc.string({ maxLength: 64 }).map((text) => Buffer.from(text)),
        );
  const nested = fc
    .tuple(field, content)
    .map(([number, bytes]) =>
      Buffer.concat([Buffer.from([((number & 15) << 3) | 2, bytes.length & 0x7f]), bytes]),
    );
  return fc
    .array(fc.oneof(varint, fixed, nested), { maxLength: 6 })
    .map((fields) => Buffer.concat(fields));
}
