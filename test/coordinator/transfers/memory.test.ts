import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { credentials } from '@grpc/grpc-js';
import test from 'ava';
import { listen } from '../../../coordinator/server.ts';
import { digestOfFile } from '../../../shared/data/digest-file.ts';
import { channelOptions } from '../../../shared/wire/channel.ts';
import { loadContract, type CoordinatorClient } from '../../../shared/wire/contract.ts';
import { uploadCheckpoint } from '../../../worker/uploads.ts';
import { run } from '../../helpers/with-coordinator.ts';
import { worker } from '../../helpers/with-transfers.ts';

const SIZE_BYTES = 320 * 1024 * 1024;
const MOST_GROWN_BYTES = 64 * 1024 * 1024;
const program = path.join(import.meta.dirname, '../../helpers/programs/move-bytes.ts');

interface Said {
  readonly port: number;
  readonly grownBytes: number;
}

/** A process of its own on one side, and what it says of its memory. */
class Side {
  readonly process: ChildProcess;

  constructor(...args: string[]) {
    this.process = fork(program, args, { execArgv: ['--import=tsx'] });
  }

  async hear(): Promise<Said> {
    const [message] = (await once(this.process, 'message')) as [Said];
    return message;
  }

  /** How much its memory has grown at most; it has some turns to grow more, too. */
  async grownBytes(ask = 'peak', turns = 1): Promise<number> {
    let grown = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      const answer = this.hear();
      this.process.send({ ask });
      grown = (await answer).grownBytes;
    }
    return grown;
  }
}

async function withLargeFile(use: (folder: string, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-memory-'));
  try {
    await mkdir(path.join(folder, 'checkpoints', 'fold-0'), { recursive: true });
    const name = path.join(folder, 'checkpoints', 'fold-0', 'large');
    const file = await open(name, 'w');
    // Zeros that take no space.
    await file.truncate(SIZE_BYTES);
    await file.close();
    await use(folder, name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const connect = (port: number): CoordinatorClient => {
  const contract = loadContract();
  const target = `127.0.0.1:${port}`;
  return new contract.Coordinator(target, credentials.createInsecure(), channelOptions());
};

const inMegabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

test.serial('a coordinator that sends to a slow reader holds little of it in memory', async (t) => {
  await withLargeFile(async (folder, file) => {
    const side = new Side('serve', folder);
    try {
      const { port } = await side.hear();
      const client = connect(port);
      const digest = await digestOfFile(file);
      await rename(file, path.join(path.dirname(file), `${digest}.state`));
      await side.grownBytes('begin');
      const call: AsyncIterable<{ data: Buffer }> = client.fetchCheckpoint({
        ...{ run, fold: 0, digest, offset: 0 },
      });
      let [chunks, bytes] = [0, 0];
      for await (const { data } of call) {
        chunks += 1;
        bytes += data.length;
        if (chunks % 64 === 0) await side.grownBytes('peak', 50);
      }
      t.is(bytes, SIZE_BYTES);
      const grown = await side.grownBytes();
      t.log(`sending ${inMegabytes(SIZE_BYTES)} took ${inMegabytes(grown)}`);
      t.true(grown < MOST_GROWN_BYTES, inMegabytes(grown));
      client.close();
    } finally {
      side.process.kill('SIGKILL');
    }
  });
});

test.serial('a worker that sends to a slow coordinator holds little of it in memory', async (t) => {
  await withLargeFile(async (_, file) => {
    const side = new Side('upload', file);
    let bytes = 0;
    const listener = await listen(
      { host: '127.0.0.1', port: 0 },
      {
        FindUpload: (__: unknown, reply: (error: null, value: object) => void) =>
          reply(null, { storedBytes: 0 }),
        Upload: async (
          call: AsyncIterable<{ chunk?: { data: Buffer } }>,
          reply: (error: null, value: object) => void,
        ) => {
          let messages = 0;
          for await (const { chunk } of call) {
            messages += 1;
            bytes += chunk?.data.length ?? 0;
            if (messages % 64 === 0) await side.grownBytes('peak', 50);
          }
          reply(null, { storedBytes: bytes });
        },
      },
    );
    try {
      await side.hear();
      await side.grownBytes('begin');
      const done = side.hear();
      side.process.send({ port: listener.address.port, sizeBytes: SIZE_BYTES });
      await done;
      while (bytes < SIZE_BYTES) await side.hear();
      const grown = await side.grownBytes();
      t.log(`sending ${inMegabytes(SIZE_BYTES)} took ${inMegabytes(grown)}`);
      t.true(grown < MOST_GROWN_BYTES, inMegabytes(grown));
    } finally {
      side.process.kill('SIGKILL');
      await listener.close(0);
    }
  });
});

test.serial(
  'a coordinator that receives from a fast worker holds little of it in memory',
  async (t) => {
    await withLargeFile(async (folder, file) => {
      const side = new Side('serve', folder);
      try {
        const { port } = await side.hear();
        const client = connect(port);
        const checkpoint = { epoch: 1, sizeBytes: SIZE_BYTES, digest: await digestOfFile(file) };
        const assignment = { run, fold: 0, attempt: 1 };
        await side.grownBytes('begin');
        const { signal } = new AbortController();
        await uploadCheckpoint({ client, worker, assignment, checkpoint, file, signal });
        const grown = await side.grownBytes();
        t.log(`receiving ${inMegabytes(SIZE_BYTES)} took ${inMegabytes(grown)}`);
        t.true(grown < MOST_GROWN_BYTES, inMegabytes(grown));
        client.close();
      } finally {
        side.process.kill('SIGKILL');
      }
    });
  },
);
