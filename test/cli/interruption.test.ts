import { EventEmitter } from 'node:events';
import test from 'ava';
import { abortOnSignals, Interruption } from '../../cli/interruption.ts';

function scriptedProcess({ isHelper = false } = {}) {
  const exits: number[] = [];
  const emitter = new EventEmitter();
  const streams = { stdout: new EventEmitter(), stderr: new EventEmitter() };
  const scripted = Object.assign(emitter, streams, {
    exit: (code: number) => void exits.push(code),
  });
  const signal = abortOnSignals({
    process: scripted as unknown as NodeJS.Process,
    isHelper,
  });
  return { scripted, exits, signal };
}

for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`the first ${name} asks to stop, the second ends the process with ${code}`, (t) => {
    const { scripted, exits, signal } = scriptedProcess();
    t.false(signal.aborted);
    scripted.emit(name);
    t.true(signal.reason instanceof Interruption);
    t.is((signal.reason as Interruption).exitCode, code);
    t.deepEqual(exits, []);
    scripted.emit(name);
    t.deepEqual(exits, [code]);
  });
}

test('a reader that goes away asks to stop, once, however many writes fail', (t) => {
  const { scripted, exits, signal } = scriptedProcess();
  scripted.stdout.emit('error', new Error('EPIPE'));
  scripted.stderr.emit('error', new Error('EPIPE'));
  t.is((signal.reason as Interruption).signalName, 'SIGPIPE');
  t.deepEqual(exits, []);
});

test('a process that helps another leaves Ctrl-C to it, and ends when told by SIGTERM', (t) => {
  const { scripted, exits, signal } = scriptedProcess({ isHelper: true });
  scripted.emit('SIGINT');
  scripted.emit('SIGHUP');
  t.false(signal.aborted);
  scripted.emit('SIGTERM');
  t.true(signal.aborted);
  t.deepEqual(exits, []);
});

test('a process that helps another ends when that one disappears', (t) => {
  const { scripted, signal } = scriptedProcess({ isHelper: true });
  scripted.emit('disconnect');
  t.true(signal.aborted);
});
