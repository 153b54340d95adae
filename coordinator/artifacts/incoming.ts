import type { Chunk } from '../../shared/wire/transfers.ts';

/** A model or a checkpoint on its way in, in one call. */
export interface Incoming {
  /** Aborted when a newer call has taken over. */
  readonly signal: AbortSignal;
  /** @throws ProtocolError, DamagedBytes, DiskFull, StorageFailure: see IncomingFile */
  readonly write: (chunk: Chunk) => Promise<void>;
  /** Verifies the whole and makes it durable under its digest. @throws as `write` does */
  readonly commit: () => Promise<void>;
  /** To be called once whatever happens; what arrived stays for the next call. */
  readonly close: () => Promise<void>;
}
