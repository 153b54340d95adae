import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { credentials, type ServiceError, type status } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import type { Report } from '../../coordinator/report/report-schema.ts';
import { createRecord } from '../../coordinator/record/open.ts';
import { runCoordinator } from '../../coordinator/run.ts';
import type { ServerAccess } from '../../coordinator/server.ts';
import { createTicketKey } from '../../coordinator/tickets.ts';
import { partOf } from '../../coordinator/scheduler/parts.ts';
import type { Limits } from '../../coordinator/scheduler/state.ts';
import { datasetInfo } from '../../shared/data/digest.ts';
import { transferInfo } from '../../shared/data/transfer.ts';
import { asRunId, type Dataset, type DatasetPart, type Plan } from '../../shared/domain.ts';
import { duplicateReport } from '../../shared/duplicates.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import { plainFolds } from '../../shared/folds.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import { channelOptions } from '../../shared/wire/channel.ts';
import type { DatasetPartName } from '../../shared/wire/enums.ts';
import { encodeDatasetRequest } from '../../shared/wire/transfers.ts';
import { chunksFrom } from '../../worker/models.ts';
import { loadContract, type CoordinatorClient } from '../../shared/wire/contract.ts';

export const run = asRunId('test-run');

/** Two classes in turn, images of four pixels, all different. */
export const dataset: Dataset = {
  name: 'tiny',
  synthetic: true,
  classes: ['coat', 'bag'],
  image: { height: 2, width: 2, channels: 1 },
  train: part(12, 0),
  test: part(6, 100),
};

/** Four pictures of another origin, made both ways, two more than the table gives a class. */
export const transferSet: TransferSet = {
  name: 'tiny-pictures',
  synthetic: true,
  paper: part(4, 200),
  fit: part(4, 220),
  sources: ['1', '2', '3', '4'].map((id) => ({ id, articleType: 'Coats' })),
  coverage: {
    rows: 6,
    mapped: { count: 4, byArticleType: { Coats: 4 } },
    unmapped: { count: 2, byArticleType: { Watches: 2 }, withoutImage: 0 },
    missing: { count: 0, byArticleType: {} },
    unreadable: { count: 0, byArticleType: {}, byReason: {}, examples: [] },
  },
};

function part(count: number, from: number): DatasetPart {
  return {
    labels: Uint8Array.from({ length: count }, (_, index) => index % 2),
    pixels: Uint8Array.from({ length: count * 4 }, (_, index) => from + Math.floor(index / 4)),
  };
}

export function tinyPlan(k: number, transfer?: TransferSet): Plan {
  return {
    run,
    seed: 1,
    k,
    stratified: false,
    dataset: datasetInfo(dataset),
    ...(transfer ? { transfer: transferInfo(transfer) } : {}),
    training: {
      epochs: 1,
      batchSize: 4,
      learningRate: 1e-3,
      learningRateSchedule: 'constant',
      weightDecay: 0,
      dropout: 0,
    },
    threads: 1,
    step: 'eager',
    validation: plainFolds({ count: 12, k, seed: 1 }),
  };
}

export interface Running {
  readonly plan: Plan;
  readonly port: number;
  readonly outDir: string;
  readonly client: CoordinatorClient;
  readonly events: readonly RecordedEvent[];
  readonly alerts: readonly string[];
  readonly report: Promise<Report>;
  readonly abort: (reason: Error) => void;
}

/** Runs a real coordinator on a free port, and ends it whatever the test does. */
export async function withCoordinator(
  {
    k = 2,
    limits,
    transfer,
    access,
    log = pino({ level: 'silent' }),
  }: {
    k?: number;
    limits?: Partial<Limits>;
    transfer?: TransferSet;
    access?: ServerAccess;
    log?: Logger;
  },
  use: (running: Running) => Promise<void>,
): Promise<void> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  const controller = new AbortController();
  const events: RecordedEvent[] = [];
  const alerts: string[] = [];
  const plan = tinyPlan(k, transfer);
  const { train, test } = dataset;
  let onListening: (port: number) => void = () => undefined;
  const listening = new Promise<number>((resolve) => (onListening = resolve));
  const record = await createRecord(outDir, {
    plan,
    settings: {},
    // Long before it starts: the engine may be installed between.
    createdAt: '2026-01-01T00:00:00.000Z',
    foldwise: '0.0.0',
    ticketKey: createTicketKey(),
  });
  const report = runCoordinator({
    plan,
    record,
    onAlert: (text) => alerts.push(text),
    dataset,
    ...(transfer ? { transfer } : {}),
    config: {},
    duplicates: duplicateReport({ train, test, imageBytes: 4, validation: plan.validation }),
    warnings: [],
    outDir,
    listen: { host: '127.0.0.1', port: 0 },
    ...(limits ? { limits } : {}),
    ...(access ? { access } : {}),
    signal: controller.signal,
    log,
    onEvent: (event) => events.push(event),
    onListening: ({ port }) => onListening(port),
  });
  let client: CoordinatorClient | undefined;
  try {
    const port = await Promise.race([listening, report.then(() => 0)]);
    const contract = loadContract();
    client = new contract.Coordinator(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
      channelOptions(),
    );
    const abort = (reason: Error): void => controller.abort(reason);
    await use({ plan, port, outDir, client, events, alerts, report, abort });
  } finally {
    client?.close();
    controller.abort(new Error('the test is over'));
    await report.catch(() => undefined);
    await record.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

/** The bytes of a part as the coordinator sends them. */
export async function fetched({ client, plan }: Running, part: DatasetPartName): Promise<Buffer> {
  const digest = partOf(plan, part)?.digest ?? plan.dataset.digest;
  const call = client.fetchDataset(encodeDatasetRequest({ run, part, digest, offset: 0 }));
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunksFrom(call)) pieces.push(chunk.data);
  return Buffer.concat(pieces);
}

/** The status a call fails with. */
export const codeOf = async (promise: Promise<unknown>): Promise<status | 'none'> =>
  promise.then(
    () => 'none' as const,
    (error: ServiceError) => error.code,
  );
