import { z } from 'zod';
import {
  asDigest,
  asRunId,
  asWorkerId,
  DIGEST_PATTERN,
  ID_PATTERN,
  type Digest,
  type RunId,
  type WorkerId,
} from '../domain.ts';
import { plainLine } from '../plain.ts';

/**
 * Bounds on everything that arrives over the network. A message outside them is refused whole;
 * a field that was never set arrives as zero or empty and is refused by the same bounds.
 */
export const MAX_FOLDS = 10_000;
export const MAX_ATTEMPTS = 1_000_000;
export const MAX_EPOCHS = 100_000;
export const MAX_CLASSES = 256;
export const MAX_IMAGES = 2 ** 31 - 1;
/** Travels in one message, as does the topology of a model, which is longer: it names weights. */
export const MAX_ARCHITECTURE_BYTES = 2 ** 20;
export const MAX_TOPOLOGY_BYTES = 3 * 2 ** 20;
export const MAX_WARNING_LENGTH = 1000;
export const MAX_WEIGHTS_BYTES = 2 ** 31;
export const MAX_CHECKPOINT_BYTES = 2 ** 31 - 1;
/** Shows that a worker that comes back is the one that was welcomed: 32 random bytes, base64url. */
export const TICKET_PATTERN = /^[A-Za-z0-9_-]{43}$/;
/** Chunks stay well under gRPC's limit of 4 MiB a message. */
export const CHUNK_BYTES = 256 * 1024;

export const text = (most: number) => z.string().max(most);
/** What a peer tells people: shown in terminals and logs, in one line. */
export const told = (most: number) => text(most).transform(plainLine);
export const name = (most: number) => z.string().min(1).max(most);
export const toldName = (most: number) => name(most).transform(plainLine);
export const count = (most: number) => z.number().int().min(0).max(most);
export const positive = (most: number) => z.number().int().min(1).max(most);
/** What a record takes back, and no other: none is negative. */
export const loss = z.number().min(0);
export const seconds = z.number().min(0).max(1e9);
export const share = z.number().min(0).max(1);

export const digest = z
  .string()
  .regex(DIGEST_PATTERN)
  .transform((value): Digest => asDigest(value));
export const runId = z
  .string()
  .regex(ID_PATTERN)
  .transform((value): RunId => asRunId(value));
export const workerId = z
  .string()
  .regex(ID_PATTERN)
  .transform((value): WorkerId => asWorkerId(value));

export const ticket = z.string().regex(TICKET_PATTERN);

/** Bytes arrive as Buffers. */
export const bytes = (most: number) =>
  z.instanceof(Uint8Array).refine((value) => value.byteLength <= most, `at most ${most} bytes`);
