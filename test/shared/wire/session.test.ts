import { loadSync } from '@grpc/proto-loader';
import test from 'ava';
import fc from 'fast-check';
import path from 'node:path';
import { asDigest, asRunId, asWorkerId, type DatasetInfo } from '../../../shared/domain.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import {
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  encodeWorkerMessage,
  type CoordinatorSaid,
  type WorkerSaid,
} from '../../../shared/wire/session.ts';
import { decodeChunk, decodeUpload } from '../../../shared/wire/transfers.ts';
import { evaluationResult, foldResult, model, someDigest } from '../../helpers/results.ts';

const proto = path.join(import.meta.dirname, '../../../proto/foldwise.proto');
const definition = loadSync(proto, { longs: Number, enums: String, defaults: true, oneofs: true });
const service = definition['foldwise.v1.Coordinator'] as unknown as {
  Session: {
    requestSerialize: (value: object) => Buffer;
    requestDeserialize: (bytes: Buffer) => object;
    responseSerialize: (value: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => object;
  };
};
const { Session } = service;

const run = asRunId('a-run');
const worker = asWorkerId('somewhere-1');
const dataset: DatasetInfo = {
  name: 'synthetic',
  synthetic: true,
  classes: ['coat', 'bag'],
  image: { height: 28, width: 28, channels: 1 },
  train: { count: 300, digest: someDigest('1') },
  test: { count: 100, digest: someDigest('2') },
  digest: someDigest('3'),
};
const withoutWorker = <T extends { worker: unknown }>(result: T): Omit<T, 'worker'> => {
  const copy: Partial<T> = { ...result };
  delete copy.worker;
  return copy as Omit<T, 'worker'>;
};
const reportedFold = withoutWorker(foldResult({ worker, fold: 0, attempt: 2 }));
const reportedTest = withoutWorker(evaluationResult({ worker, fold: 1, attempt: 1 }));

/** As many characters as a ticket has. */
const ticket = 'T'.repeat(43);

const said = {
  hello: {
    body: 'hello',
    hello: {
      ...{ protocol: 1, foldwise: '0.1.0', host: 'h', pid: 7, engine: 'cpu', cores: 2 },
      reattachment: { run, worker, ticket, attempt: { task: 'fold', fold: 0, attempt: 3 } },
    },
  },
  heartbeat: {
    body: 'heartbeat',
    heartbeat: {
      ...{ number: 7, epoch: 2, checkpointEpoch: 1 },
      attempt: { task: 'fold', fold: 0, attempt: 1 },
    },
  },
  epoch: {
    body: 'epoch',
    id: { task: 'fold', fold: 0, attempt: 1 },
    report: reportedFold.epochs[0]!,
  },
  warning: {
    body: 'warning',
    id: { task: 'fold', fold: 2, attempt: 1 },
    message: 'op Foo cannot be traced',
  },
  foldResult: { body: 'foldResult', result: reportedFold },
  evaluationResult: { body: 'evaluationResult', result: reportedTest },
  failed: {
    body: 'failed',
    id: { task: 'transfer-fit', fold: 3, attempt: 9 },
    kind: 'training',
    message: 'NaN',
  },
  handBack: { body: 'handBack', id: { task: 'fold', fold: 0, attempt: 1 }, reason: 'SIGTERM' },
} satisfies Record<WorkerSaid['body'], WorkerSaid>;

const training = {
  epochs: 15,
  batchSize: 1000,
  learningRate: 1e-3,
  learningRateSchedule: 'cosine',
  weightDecay: 0,
  dropout: 0,
} as const;
const common = { run, fold: 0, attempt: 1, dataset, threads: 1, step: 'eager' } as const;
const answered = {
  welcome: { body: 'welcome', run, worker, heartbeatMs: 3000, leaseMs: 15_000, ticket },
  renewal: { body: 'renewal', number: 7, verdict: 'lost' },
  fold: {
    body: 'fold',
    assignment: {
      ...{ ...common, xla: true, seed: 2 ** 53 - 1, validation: [0, 5, 299], training },
      ...{ checkpointEpochs: 2, checkpoint: { epoch: 4, sizeBytes: 99, digest: someDigest('5') } },
    },
  },
  evaluation: {
    body: 'evaluation',
    assignment: {
      ...common,
      part: 'transfer-paper',
      images: { count: 40, digest: someDigest('4') },
      dataset: { ...dataset, limit: 300, holdOut: { fraction: 1 / 7, seed: 2 ** 53 - 1 } },
      model,
    },
  },
  cancel: { body: 'cancel', id: { task: 'fold', fold: 0, attempt: 1 }, reason: 'enough' },
  accepted: { body: 'accepted', id: { task: 'fold', fold: 0, attempt: 1 } },
  done: { body: 'done', succeeded: false, reason: 'failed' },
} satisfies Record<CoordinatorSaid['body'], CoordinatorSaid>;

for (const [name, message] of Object.entries(said)) {
  test(`what a worker says crosses the wire unchanged: ${name}`, (t) => {
    const bytes = Session.requestSerialize(encodeWorkerMessage(message));
    t.deepEqual(decodeWorkerMessage(Session.requestDeserialize(bytes)), message);
  });
}

for (const [name, message] of Object.entries(answered)) {
  test(`what a coordinator says crosses the wire unchanged: ${name}`, (t) => {
    const bytes = Session.responseSerialize(encodeCoordinatorMessage(message));
    t.deepEqual(decodeCoordinatorMessage(Session.responseDeserialize(bytes), run), message);
  });
}

/** The wire form of a good message with one field replaced. */
function spoiled(message: WorkerSaid, path_: readonly string[], value: unknown): unknown {
  const bytes = Session.requestSerialize(encodeWorkerMessage(message));
  const received = Session.requestDeserialize(bytes) as Record<string, unknown>;
  const last = path_.at(-1)!;
  const holder = path_
    .slice(0, -1)
    .reduce((at, key) => at[key] as Record<string, unknown>, received);
  holder[last] = value;
  return received;
}

const refuses = test.macro((t, field: string, message: unknown) => {
  const error = t.throws(() => decodeWorkerMessage(message), { instanceOf: ProtocolError });
  t.true(error.message.includes(field), error.message);
});

test('an empty message is refused', refuses, 'body', {});
test(
  'a loss that is not a number is refused',
  refuses,
  'validation.loss',
  spoiled(said.foldResult, ['foldResult', 'validation', 'loss'], Number.NaN),
);
test(
  'an infinite loss is refused',
  refuses,
  'trainLoss',
  spoiled(said.epoch, ['epoch', 'epoch', 'trainLoss'], Infinity),
);
test(
  'an accuracy above one is refused',
  refuses,
  'accuracy',
  spoiled(said.foldResult, ['foldResult', 'validation', 'accuracy'], 1.01),
);
test(
  'an attempt that was never set is refused',
  refuses,
  'attempt',
  spoiled(said.failed, ['failed', 'id', 'attempt'], 0),
);
test(
  'an unspecified enum is refused',
  refuses,
  'kind',
  spoiled(said.failed, ['failed', 'kind'], 'FAILURE_KIND_UNSPECIFIED'),
);
test(
  'an enum this version does not know is refused',
  refuses,
  'task',
  spoiled(said.failed, ['failed', 'id', 'task'], 'constructor'),
);
test(
  'a confusion matrix that is not square is refused',
  refuses,
  'confusion',
  spoiled(said.foldResult, ['foldResult', 'validation', 'confusion'], [1, 2, 3]),
);
test(
  'a digest that is none is refused',
  refuses,
  'weightsDigest',
  spoiled(said.foldResult, ['foldResult', 'model', 'weightsDigest'], '../../etc/passwd'),
);
test(
  'an endless host name is refused',
  refuses,
  'host',
  spoiled(said.hello, ['hello', 'host'], 'x'.repeat(10_000)),
);
test(
  'a missing result is refused',
  refuses,
  'foldResult',
  spoiled(said.foldResult, ['foldResult'], null),
);

test(
  'a fold as the task of an evaluation is refused',
  refuses,
  'task',
  spoiled(said.evaluationResult, ['evaluationResult', 'id', 'task'], 'TASK_FOLD'),
);
test(
  'more predictions than one message may hold are refused',
  refuses,
  'predicted',
  spoiled(said.evaluationResult, ['evaluationResult', 'predicted'], Buffer.alloc(2 ** 21 + 1)),
);

test('more predictions than one message may hold are left out', (t) => {
  const predictedOf = (count: number) => {
    const result = { ...reportedTest, predicted: new Uint8Array(count) };
    const bytes = Session.requestSerialize(
      encodeWorkerMessage({ body: 'evaluationResult', result }),
    );
    const decoded = decodeWorkerMessage(Session.requestDeserialize(bytes));
    return decoded.body === 'evaluationResult' ? decoded.result.predicted.length : undefined;
  };
  t.is(predictedOf(2 ** 21), 2 ** 21);
  t.is(predictedOf(2 ** 21 + 1), 0);
});

test('a hold-out of nothing is refused', (t) => {
  const encoded = encodeCoordinatorMessage(answered.evaluation);
  const bytes = Session.responseSerialize(encoded);
  const received = Session.responseDeserialize(bytes) as {
    evaluation: { dataset: { holdOut: { fraction: number } } };
  };
  received.evaluation.dataset.holdOut.fraction = 0;
  const error = t.throws(() => decodeCoordinatorMessage(received, run), {
    instanceOf: ProtocolError,
  });
  t.regex(error.message, /holdOut\.fraction/);
});

test('a part that is larger than anybody reads is refused', (t) => {
  const bytes = Session.responseSerialize(encodeCoordinatorMessage(answered.evaluation));
  const received = Session.responseDeserialize(bytes) as {
    evaluation: { dataset: { train: { count: number } } };
  };
  received.evaluation.dataset.train.count = 3_000_000;
  const error = t.throws(() => decodeCoordinatorMessage(received, run), {
    instanceOf: ProtocolError,
  });
  t.regex(error.message, /a part has more than 2147483647 bytes/);
});

test('an architecture crosses the wire unchanged; an empty or endless one is refused', (t) => {
  const sent = (architecture: string) => {
    const assignment = { ...answered.fold.assignment, architecture };
    const encoded = encodeCoordinatorMessage({ body: 'fold', assignment });
    const received = Session.responseDeserialize(Session.responseSerialize(encoded));
    return decodeCoordinatorMessage(received, run);
  };
  const said = sent('{"class_name":"Sequential"}');
  t.is(said.body === 'fold' ? said.assignment.architecture : '', '{"class_name":"Sequential"}');
  for (const wrong of ['', 'x'.repeat(2 ** 20 + 1)]) {
    t.throws(() => sent(wrong), { instanceOf: ProtocolError, message: /architecture/ });
  }
});

test('a warning is cut to what may be said; an empty one is refused', (t) => {
  const sent = (message: string) => {
    const bytes = Session.requestSerialize(encodeWorkerMessage({ ...said.warning, message }));
    const decoded = decodeWorkerMessage(Session.requestDeserialize(bytes));
    return decoded.body === 'warning' ? decoded.message : undefined;
  };
  t.is(sent('x'.repeat(5000)), 'x'.repeat(1000));
  t.throws(() => sent(''), { instanceOf: ProtocolError, message: /warning/ });
});

test('an assignment before the welcome is refused', (t) => {
  const bytes = Session.responseSerialize(encodeCoordinatorMessage(answered.fold));
  t.throws(() => decodeCoordinatorMessage(Session.responseDeserialize(bytes), null), {
    instanceOf: ProtocolError,
    message: /before its welcome/,
  });
});

test('arbitrary values are refused with a ProtocolError, never another error', (t) => {
  const decoders = [decodeWorkerMessage, decodeChunk, decodeUpload];
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...Object.keys(said)), (value, body) => {
      for (const decodeOne of decoders) {
        const message =
          body === 'heartbeat' ? { body: 'none', none: value } : { body, [body]: value };
        t.throws(() => decodeOne(message), { instanceOf: ProtocolError });
      }
    }),
  );
});

test('arbitrary bytes either decode within bounds or are refused', (t) => {
  let refused = 0;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      let message: object;
      try {
        message = Session.requestDeserialize(Buffer.from(bytes));
      } catch {
        refused += 1;
        return;
      }
      try {
        decodeWorkerMessage(message);
      } catch (error) {
        t.true(error instanceof ProtocolError);
        refused += 1;
      }
    }),
    { numRuns: 500 },
  );
  t.true(refused > 0);
});

test('ids that could leave their folder or subject are refused', (t) => {
  for (const id of ['', '../x', 'A', 'a.b', 'a/b', '*', '>', 'a'.repeat(64), '-a']) {
    t.throws(() => asRunId(id), { instanceOf: RangeError }, id);
  }
  t.notThrows(() => asRunId('a_b-1'));
  t.throws(() => asDigest('0'.repeat(63)));
});

test('what a peer tells people is one line that cannot steer a terminal', (t) => {
  const message = '\u001b[31mred\nerror: fake\u202e';
  const said = {
    body: 'failed',
    failed: {
      id: { task: 'TASK_FOLD', fold: 1, attempt: 1 },
      kind: 'FAILURE_KIND_TRAINING',
      message,
    },
  };
  const decoded = decodeWorkerMessage(said);
  t.is(decoded.body === 'failed' && decoded.message, '\ufffd[31mred error: fake\ufffd');
  const done = { body: 'done', done: { succeeded: false, reason: message } };
  const ending = decodeCoordinatorMessage(done, null);
  t.is(ending.body === 'done' && ending.reason, '\ufffd[31mred error: fake\ufffd');
});
