import { levels, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { UsageError } from '../shared/errors.ts';

export interface LogOptions {
  /** Unless FOLDWISE_LOG says otherwise. */
  readonly level: 'info' | 'warn' | 'error';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly colorize: boolean;
  /** Receives one line at a time, without its line break. */
  readonly writeLine: (line: string) => void;
}

/**
 * The log for operators: one readable line each, at the level of FOLDWISE_LOG.
 *
 * @throws UsageError for a level that does not exist
 */
export function createLog({ level, env, colorize, writeLine }: LogOptions): Logger {
  const asked = env['FOLDWISE_LOG'] || level;
  const known = [...Object.keys(levels.values), 'silent'];
  if (!known.includes(asked)) {
    throw new UsageError(`FOLDWISE_LOG: expected one of ${known.join(', ')}, got "${asked}"`);
  }
  const prettify = prettyFactory({
    colorize,
    singleLine: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
  });
  return pino({ level: asked }, { write: (json) => writeLine(prettify(json).trimEnd()) });
}
