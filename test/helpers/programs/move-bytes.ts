/**
 * One side of a transfer, watched for memory. Forked with `serve <folder>`, a coordinator that has
 * a model and a checkpoint to send, or with `upload <file>`, a worker.
 */
import path from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { digestOfFile } from '../../../shared/data/digest-file.ts';
import { channelOptions } from '../../../shared/wire/channel.ts';
import { loadContract } from '../../../shared/wire/contract.ts';
import { uploadCheckpoint } from '../../../worker/uploads.ts';
import { run } from '../with-coordinator.ts';
import { withTransfers, worker } from '../with-transfers.ts';

const [role = '', where = ''] = process.argv.slice(2);

let peakBytes = 0;
let atFirstBytes = 0;
const look = (): void => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
};
setInterval(look, 2).unref();

const tell = (message: object): void => void process.send?.(message);

process.on('message', (asked: { ask?: string; port?: number; sizeBytes?: number }) => {
  look();
  if (asked.ask === 'begin') {
    atFirstBytes = process.memoryUsage.rss();
    peakBytes = atFirstBytes;
  }
  if (asked.ask !== undefined) tell({ grownBytes: peakBytes - atFirstBytes });
  if (asked.port !== undefined) void upload(asked.port, asked.sizeBytes ?? 0);
});

async function upload(port: number, sizeBytes: number): Promise<void> {
  const contract = loadContract();
  const client = new contract.Coordinator(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    channelOptions(),
  );
  const checkpoint = { epoch: 1, sizeBytes, digest: await digestOfFile(where) };
  const assignment = { run, fold: 0, attempt: 1 };
  const { signal } = new AbortController();
  await uploadCheckpoint({ client, worker, assignment, checkpoint, file: where, signal });
  client.close();
  tell({ isDone: true });
}

if (role === 'serve') {
  await withTransfers({ outDir: where }, async ({ owner, port }) => {
    const digest = await digestOfFile(path.join(where, 'checkpoints', 'fold-0', 'large'));
    tell({ port, digest, isThere: owner.plan.k > 0 });
    await new Promise(() => undefined);
  });
} else tell({ isReady: true });
