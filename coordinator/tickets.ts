import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RunId, WorkerId } from '../shared/domain.ts';

const KEY_BYTES = 32;

/** A new secret of a run, with which it signs its tickets: 32 random bytes as base64url. */
export const createTicketKey = (): string => randomBytes(KEY_BYTES).toString('base64url');

/**
 * What shows that a worker was welcomed to a run under an id: HMAC-SHA256 over both, base64url,
 * 43 characters. Nothing needs to be kept of it, so it outlives a restart of the coordinator.
 */
export function ticketFor(key: string, run: RunId, worker: WorkerId): string {
  return signature(key, run, worker).toString('base64url');
}

/** Whether a ticket is that of the worker in this run; takes the same time for every wrong one. */
export function isTicket(key: string, run: RunId, worker: WorkerId, ticket: string): boolean {
  const expected = signature(key, run, worker);
  const shown = Buffer.from(ticket, 'base64url');
  // Other spellings of the same bytes are no tickets of ours.
  const isWhole = shown.byteLength === expected.byteLength && ticket.length === TICKET_LENGTH;
  return timingSafeEqual(expected, isWhole ? shown : Buffer.alloc(expected.byteLength));
}

/** 32 bytes as base64url without padding. */
const TICKET_LENGTH = 43;

/** Neither id can contain the character between them, so no two pairs give the same text. */
function signature(key: string, run: RunId, worker: WorkerId): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(`foldwise ticket\n${run}\n${worker}`)
    .digest();
}
