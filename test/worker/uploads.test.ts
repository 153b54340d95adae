import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import type { CoordinatorClient } from '../../shared/wire/contract.ts';
import { persistently } from '../../worker/persist.ts';
import { AttemptNotLive, uploadCheckpoint, uploadModel } from '../../worker/uploads.ts';
import { codeOf, run } from '../helpers/with-coordinator.ts';
import {
  checkpointOf,
  checkpointStart,
  chunksOf,
  find,
  modelOf,
  openUpload,
  someBytes,
  startOf,
  untilStored,
  withTransfers,
  worker,
  type Manners,
  type Place,
} from '../helpers/with-transfers.ts';

const bytes = someBytes(4 * 256 * 1024 + 1000);
const chunks = [...chunksOf(bytes)];
const assignment = { run, fold: 0, attempt: 1 };
const model = modelOf(bytes);

interface Desk extends Place {
  readonly folder: string;
  readonly upload: (signal?: AbortSignal, client?: CoordinatorClient) => Promise<void>;
}

/** A coordinator, and a checkpoint in a file of the worker's. */
async function withDesk(manners: Manners, use: (desk: Desk) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-worker-'));
  const file = path.join(folder, 'a.state');
  await writeFile(file, bytes);
  await writeFile(path.join(folder, 'weights.bin'), bytes);
  await writeFile(path.join(folder, 'model.json'), model.topology);
  try {
    await withTransfers(manners, async (place) => {
      const checkpoint = checkpointOf(bytes);
      const upload = (signal = new AbortController().signal, client = place.client) =>
        uploadCheckpoint({ client, worker, assignment, checkpoint, file, signal });
      await use({ ...place, folder, upload });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const storedCheckpoint = ({ outDir }: Place): Promise<Buffer> =>
  readFile(path.join(outDir, 'checkpoints', 'fold-0', `${checkpointOf(bytes).digest}.state`));

/** Counts the bytes that are sent, and may do something as they are. */
function watched(client: CoordinatorClient, onSent: (bytes: number) => void = () => undefined) {
  let sentBytes = 0;
  const watching = new Proxy(client, {
    get(target, name) {
      if (name !== 'upload') return Reflect.get(target, name) as unknown;
      return (...args: Parameters<CoordinatorClient['upload']>) => {
        const call = target.upload(...args);
        const write = call.write.bind(call) as (message: unknown) => boolean;
        call.write = (message: { chunk?: { data?: Uint8Array } }) => {
          sentBytes += message.chunk?.data?.length ?? 0;
          onSent(sentBytes);
          return write(message);
        };
        return call;
      };
    },
  });
  return { client: watching, sentBytes: () => sentBytes };
}

test('a model is uploaded and found whole', async (t) => {
  await withDesk({}, async ({ client, owner, folder }) => {
    const { signal } = new AbortController();
    await uploadModel({ client, worker, assignment, model: model.info, folder, signal });
    t.true(await owner.models.isStaged({ fold: 0, attempt: 1, model: model.info }));
    t.is(await find(client, startOf(model)), bytes.length);
  });
});

test('an upload goes on from what the coordinator has', async (t) => {
  await withDesk({}, async (desk) => {
    const broken = openUpload(desk.client, checkpointStart(bytes));
    broken.send(...chunks.slice(0, 3));
    await untilStored(desk.client, checkpointStart(bytes), 3 * 256 * 1024);
    broken.cancel();
    await codeOf(broken.answer);
    const { client, sentBytes } = watched(desk.client);
    await desk.upload(undefined, client);
    t.is(sentBytes(), bytes.length - 3 * 256 * 1024);
    t.true((await storedCheckpoint(desk)).equals(bytes));
    await desk.upload(undefined, client);
    t.is(sentBytes(), bytes.length - 3 * 256 * 1024, 'and sends nothing that is stored');
  });
});

test('a coordinator that comes back gets the rest', async (t) => {
  await withDesk({}, async (desk) => {
    const restarts: Promise<void>[] = [];
    const { client } = watched(desk.client, (sent) => {
      if (sent > 300_000 && restarts.length === 0) restarts.push(desk.restart());
    });
    const told: string[] = [];
    const { signal } = new AbortController();
    await persistently('the upload', () => desk.upload(signal, client), {
      connection: { client },
      signal,
      onInterruption: (line) => told.push(line),
    });
    await Promise.all(restarts);
    t.true(told.length > 0, 'it was interrupted');
    t.true((await storedCheckpoint(desk)).equals(bytes));
  });
});

test('an attempt that is not live is told at once, by a class of its own', async (t) => {
  await withDesk({}, async (desk) => {
    desk.told.isLive = false;
    const { signal } = new AbortController();
    const { client } = desk;
    const persisting = persistently('the upload', () => desk.upload(), {
      ...{ connection: { client }, signal },
      onInterruption: () => t.fail('it would never be otherwise'),
    });
    await t.throwsAsync(persisting, {
      instanceOf: AttemptNotLive,
      message: /attempt 1 .* not live/,
    });
  });
});

test('what lies wrong at the coordinator is sent again', async (t) => {
  await withDesk({}, async (desk) => {
    const broken = openUpload(desk.client, checkpointStart(bytes));
    broken.send(...[...chunksOf(someBytes(bytes.length, 9))].slice(0, 3));
    await untilStored(desk.client, checkpointStart(bytes), 3 * 256 * 1024);
    broken.cancel();
    await codeOf(broken.answer);
    await desk.upload();
    t.true((await storedCheckpoint(desk)).equals(bytes));
  });
});

test('a file that is not what it is said to be is refused, not tried for ever', async (t) => {
  await withDesk({}, async (desk) => {
    await writeFile(path.join(desk.folder, 'a.state'), someBytes(bytes.length, 9));
    t.is(await codeOf(desk.upload()), status.DATA_LOSS);
    await writeFile(path.join(desk.folder, 'a.state'), bytes.subarray(0, 1000));
    t.is(await codeOf(desk.upload()), status.INVALID_ARGUMENT);
    await rm(path.join(desk.folder, 'a.state'));
    const error = await t.throwsAsync(desk.upload());
    t.is((error as NodeJS.ErrnoException).code, 'ENOENT');
  });
});

test('an aborted upload ends with the reason, and what arrived stays', async (t) => {
  await withDesk({}, async (desk) => {
    const abort = new AbortController();
    const reason = new Error('the worker leaves');
    const { client } = watched(desk.client, (sent) => {
      if (sent > 600_000) abort.abort(reason);
    });
    t.is(await t.throwsAsync(desk.upload(abort.signal, client)), reason);
    t.is(await t.throwsAsync(desk.upload(abort.signal)), reason);
    await desk.upload();
    t.true((await storedCheckpoint(desk)).equals(bytes));
  });
});

test('nobody listens to a signal any more once an upload is over', async (t) => {
  await withDesk({}, async ({ upload }) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await upload(signal);
    t.is(listeners, 0);
  });
});
