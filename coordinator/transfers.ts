import type { CoordinatorHandlers } from '../shared/wire/contract.ts';
import { datasetPart, foldCheckpoint, foldModel, serve } from './transfers/downloads.ts';
import { afterTimeout, type Idleness } from './transfers/idle.ts';
import type { TransferOwner } from './transfers/owner.ts';
import { createPartBytes } from './transfers/part-bytes.ts';
import { Uploads } from './transfers/uploads.ts';

type Transfers = Pick<
  CoordinatorHandlers,
  'FetchDataset' | 'FetchModel' | 'FetchCheckpoint' | 'FindUpload' | 'Upload'
>;

/** Keepalive finds a dead peer sooner; this one is there, and does nothing. */
const IDLENESS: Idleness = { idleMs: 60_000, after: afterTimeout };

/** Sends and receives the bytes of a run. */
export function createTransfers(owner: TransferOwner, idleness: Idleness = IDLENESS): Transfers {
  const partBytes = createPartBytes();
  const uploads = new Uploads(owner, idleness);
  return {
    FetchDataset: (call) =>
      void serve(call, () => datasetPart(owner, call.request, partBytes), idleness),
    FetchModel: (call) => void serve(call, () => foldModel(owner, call.request), idleness),
    FetchCheckpoint: (call) =>
      void serve(call, () => foldCheckpoint(owner, call.request), idleness),
    FindUpload: (call, reply) => void uploads.find(call, reply),
    Upload: (call, reply) => void uploads.receive(call, reply),
  };
}
