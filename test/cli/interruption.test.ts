import { EventEmitter } from 'node:events';
import test from 'ava';
import { describeFailure } from '../../cli/failure.ts';
import { Interruption, isOutputLost, listenForSignals } from '../../cli/interruption.ts';

interface Scene {
  readonly isHelper?: boolean;
  readonly hasTerminal?: boolean;
  readonly connected?: boolean;
}

function scriptedProcess(scene: Scene = {}) {
  const { isHelper = false, hasTerminal = true, connected = isHelper } = scene;
  const exits: number[] = [];
  const emitter = new EventEmitter();
  const streams = { stdout: new EventEmitter(), stderr: new EventEmitter() };
  const scripted = Object.assign(emitter, streams, {
    connected,
    exit: (code: number) => void exits.push(code),
  });
  const { signal, drainInstead } = listenForSignals({
    process: scripted as unknown as NodeJS.Process,
    isHelper,
    hasTerminal,
  });
  return { scripted, exits, signal, drainInstead };
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

test('without a terminal, nothing hangs up', (t) => {
  const { scripted, exits, signal } = scriptedProcess({ hasTerminal: false });
  scripted.emit('SIGHUP');
  scripted.emit('SIGHUP');
  t.false(signal.aborted);
  scripted.emit('SIGINT');
  t.true(signal.aborted);
  t.deepEqual(exits, []);
});

const failure = (code: string, words: string) => Object.assign(new Error(words), { code });
const BROKEN_PIPE = failure('EPIPE', 'write EPIPE');
const DISK_FULL = failure('ENOSPC', 'ENOSPC: no space left on device, write');

for (const stream of ['stdout', 'stderr'] as const) {
  test(`a reader of ${stream} that goes away asks to stop, once, however many writes fail`, (t) => {
    const { scripted, exits, signal } = scriptedProcess();
    scripted[stream].emit('error', BROKEN_PIPE);
    scripted.stdout.emit('error', BROKEN_PIPE);
    scripted.stderr.emit('error', BROKEN_PIPE);
    t.is((signal.reason as Interruption).signalName, 'SIGPIPE');
    t.true(isOutputLost(signal.reason));
    t.deepEqual(exits, []);
  });
}

test('standard output that takes no more is a failure told in words', (t) => {
  const { scripted, exits, signal } = scriptedProcess();
  scripted.stdout.emit('error', DISK_FULL);
  scripted.stdout.emit('error', DISK_FULL);
  t.true(isOutputLost(signal.reason));
  t.like(describeFailure(signal.reason, { debug: false }), {
    exitCode: 1,
    isError: true,
    message: 'standard output cannot be written: no space left on device',
  });
  t.deepEqual(exits, []);
});

test('progress that cannot be shown is no reason to stop', (t) => {
  const { scripted, signal } = scriptedProcess();
  scripted.stderr.emit('error', DISK_FULL);
  scripted.stderr.emit('error', failure('EIO', 'EIO: i/o error, write'));
  t.false(signal.aborted);
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

for (const [name, code] of [
  ['SIGUSR1', 138],
  ['SIGUSR2', 140],
] as const) {
  test(`${name}, which schedulers send more than once, asks to stop and then repeats itself only`, (t) => {
    const { scripted, exits, signal } = scriptedProcess();
    scripted.emit(name);
    t.is((signal.reason as Interruption).exitCode, code);
    scripted.emit(name);
    scripted.emit('SIGUSR1');
    t.deepEqual(exits, []);
    scripted.emit('SIGTERM');
    t.deepEqual(exits, [143]);
  });
}

const limit = { stopMs: 60_000, exitCode: 75 };

test('a command that drains is asked to by a signal of its own; a second one ends it at once', (t) => {
  const { scripted, exits, signal, drainInstead } = scriptedProcess();
  const drain = drainInstead(limit);
  scripted.emit('SIGTERM');
  t.true(drain?.reason instanceof Interruption);
  t.false(signal.aborted);
  t.deepEqual(exits, []);
  scripted.emit('SIGINT');
  t.deepEqual(exits, [130]);
});

test('a command that was stopped before it could drain is told so at once', (t) => {
  const { scripted, drainInstead } = scriptedProcess();
  scripted.emit('SIGUSR2');
  t.true(drainInstead(limit)?.aborted);
});

test('a process that helps another does not drain, and leaves announcements to it', (t) => {
  const { scripted, signal, drainInstead } = scriptedProcess({ isHelper: true });
  t.is(drainInstead(limit), null);
  scripted.emit('SIGUSR1');
  scripted.emit('SIGUSR2');
  t.false(signal.aborted);
  scripted.emit('SIGTERM');
  t.true(signal.aborted);
});

test('a helper whose channel closed while it was being loaded ends at once', (t) => {
  t.deepEqual(scriptedProcess({ isHelper: true, connected: false }).exits, [129]);
  t.deepEqual(scriptedProcess({ isHelper: true }).exits, []);
  t.deepEqual(scriptedProcess({ connected: false }).exits, []);
});
