import test from 'ava';
import { status } from '@grpc/grpc-js';
import type { CoordinatorClient } from '../../shared/wire/contract.ts';
import { persistently } from '../../worker/persist.ts';

const client = {} as CoordinatorClient;
const failure = (code: status) =>
  Object.assign(new Error('13 INTERNAL: no'), { code, details: 'no' });

function persistence(told: string[] = []) {
  const controller = new AbortController();
  const { signal } = controller;
  const options = {
    connection: { client },
    signal,
    onInterruption: (line: string) => told.push(line),
  };
  return { controller, options, told };
}

test('what is interrupted is tried again, and told', async (t) => {
  const { options, told } = persistence();
  let tries = 0;
  const value = await persistently(
    'the upload',
    () => {
      tries += 1;
      return tries === 1 ? Promise.reject(failure(status.RESOURCE_EXHAUSTED)) : Promise.resolve(7);
    },
    options,
  );
  t.is(value, 7);
  t.deepEqual(told, ['the upload was interrupted (no) and goes on soon']);
});

test('what would fail alike is not tried again', async (t) => {
  const { options, told } = persistence();
  for (const code of [status.INVALID_ARGUMENT, status.NOT_FOUND, status.ABORTED]) {
    const error = failure(code);
    await t.throwsAsync(
      persistently('x', () => Promise.reject(error), options),
      { is: error },
    );
  }
  const fault = new TypeError('a fault of ours');
  await t.throwsAsync(
    persistently('x', () => Promise.reject(fault), options),
    { is: fault },
  );
  t.deepEqual(told, []);
});

test('whatever fails on a channel that was replaced meanwhile is tried on the new one', async (t) => {
  const { options } = persistence();
  const connection = { client };
  const next = {} as CoordinatorClient;
  const used = await persistently(
    'x',
    (given) => {
      if (given === next) return Promise.resolve(given);
      connection.client = next;
      return Promise.reject(new Error('Channel has been shut down'));
    },
    { ...options, connection },
  );
  t.is(used, next);
});

test('it ends with the reason of the signal, while it waits too', async (t) => {
  const { controller, options, told } = persistence();
  const enough = new Error('enough');
  const stopOnTold = {
    ...options,
    onInterruption: (line: string) => {
      told.push(line);
      controller.abort(enough);
    },
  };
  await t.throwsAsync(
    persistently('x', () => Promise.reject(failure(status.UNAVAILABLE)), stopOnTold),
    { is: enough },
  );
  t.is(told.length, 1);
});
