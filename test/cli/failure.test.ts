import { CommanderError } from 'commander';
import test from 'ava';
import { describeFailure } from '../../cli/failure.ts';
import { Interruption } from '../../cli/interruption.ts';
import { DataError, EngineError, FoldwiseError, UsageError } from '../../shared/errors.ts';

const quietly = (thrown: unknown) => describeFailure(thrown, { debug: false });

test('misuse ends with 2, failures with 1, each with its message alone', (t) => {
  t.deepEqual(quietly(new UsageError('a')), { exitCode: 2, isError: true, message: 'a' });
  t.deepEqual(quietly(new DataError('b')), { exitCode: 2, isError: true, message: 'b' });
  t.deepEqual(quietly(new FoldwiseError('c')), { exitCode: 1, isError: true, message: 'c' });
  t.deepEqual(quietly(new EngineError('d')), { exitCode: 1, isError: true, message: 'd' });
});

test('an interruption ends with 128 and the number of its signal', (t) => {
  t.deepEqual(quietly(new Interruption('SIGINT')), {
    exitCode: 130,
    isError: false,
    message: 'stopped by SIGINT',
  });
  t.is(quietly(new Interruption('SIGTERM')).exitCode, 143);
  t.deepEqual(quietly(new Interruption('SIGPIPE')), { exitCode: 141, isError: false });
});

test('what nobody expected is called a bug, and its stack is shown only on demand', (t) => {
  const bug = new TypeError('x is not a function');
  const { exitCode, message, stack } = quietly(bug);
  t.is(exitCode, 1);
  t.is(stack, undefined);
  t.regex(message ?? '', /^x is not a function \(this is a bug .*FOLDWISE_DEBUG=1/);
  t.is(describeFailure(bug, { debug: true }).stack, bug.stack);
  t.regex(quietly('thrown text').message ?? '', /^thrown text \(this is a bug/);
});

test('help and version are no failures, and misuse of the command line is told in one line', (t) => {
  t.deepEqual(quietly(new CommanderError(0, 'commander.version', '0.1.0')), {
    exitCode: 0,
    isError: false,
  });
  t.deepEqual(quietly(new CommanderError(1, 'commander.help', '(outputHelp)')), {
    exitCode: 2,
    isError: true,
  });
  const message = "error: unknown option '--fold'\n(Did you mean --folds?)";
  t.deepEqual(quietly(new CommanderError(1, 'commander.unknownOption', message)), {
    exitCode: 2,
    isError: true,
    message: "unknown option '--fold' (Did you mean --folds?)",
  });
});

test('what peers say cannot steer the terminal; messages in several lines stay so', (t) => {
  const hostile = new FoldwiseError('first\nsecond: \u001b]0;title\u0007\u202e\r');
  t.is(quietly(hostile).message, 'first\nsecond: \ufffd]0;title\ufffd\ufffd\ufffd');
});
