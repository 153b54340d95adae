import test from 'ava';
import fc from 'fast-check';
import { asRunId, asWorkerId } from '../../shared/domain.ts';
import { TICKET_PATTERN } from '../../shared/wire/bounds.ts';
import { createTicketKey, isTicket, ticketFor } from '../../coordinator/tickets.ts';

const run = asRunId('summer');
const worker = asWorkerId('node7-4711');
const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/);

test('a ticket has the form that the contract asks for, and is its own proof', (t) => {
  fc.assert(
    fc.property(id, id, (someRun, someWorker) => {
      const key = createTicketKey();
      const ticket = ticketFor(key, asRunId(someRun), asWorkerId(someWorker));
      t.regex(ticket, TICKET_PATTERN);
      t.true(isTicket(key, asRunId(someRun), asWorkerId(someWorker), ticket));
    }),
  );
});

test('the same key, run and worker give the same ticket, so that it outlives a restart', (t) => {
  const key = createTicketKey();
  t.is(ticketFor(key, run, worker), ticketFor(key, run, worker));
});

test('no ticket serves another worker or another run', (t) => {
  const key = createTicketKey();
  const ticket = ticketFor(key, run, worker);
  fc.assert(
    fc.property(id, id, (someRun, someWorker) => {
      fc.pre(someRun !== run || someWorker !== worker);
      t.false(isTicket(key, asRunId(someRun), asWorkerId(someWorker), ticket));
    }),
  );
});

test('where a run id ends and a worker id begins is part of the ticket', (t) => {
  const key = createTicketKey();
  t.not(
    ticketFor(key, asRunId('a'), asWorkerId('bc')),
    ticketFor(key, asRunId('ab'), asWorkerId('c')),
  );
});

test('each run has a key of its own', (t) => {
  t.not(createTicketKey(), createTicketKey());
  t.false(isTicket(createTicketKey(), run, worker, ticketFor(createTicketKey(), run, worker)));
});

test('one changed, missing or added character makes a ticket worthless', (t) => {
  const key = createTicketKey();
  const ticket = ticketFor(key, run, worker);
  for (let at = 0; at < ticket.length - 1; at += 1) {
    const other = ticket[at] === 'A' ? 'B' : 'A';
    t.false(isTicket(key, run, worker, ticket.slice(0, at) + other + ticket.slice(at + 1)));
  }
  t.false(isTicket(key, run, worker, ticket.slice(1)));
  t.false(isTicket(key, run, worker, `${ticket}A`));
  t.false(isTicket(key, run, worker, `${ticket}=`));
});

test('any text may be shown as a ticket; it is refused, and nothing is thrown', (t) => {
  const key = createTicketKey();
  fc.assert(
    fc.property(fc.string(), (text) => {
      t.false(isTicket(key, run, worker, text));
    }),
  );
  t.false(isTicket(key, run, worker, Buffer.alloc(32).toString('base64url')));
});
