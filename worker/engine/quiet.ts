import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { QUIET_FILE } from './location.ts';

/** What quiet.cc, built into every engine, offers. */
interface Quiet {
  begin(): void;
  end(): string;
  setMinLogLevel(level: number): void;
}

/** Above INFO and WARNING. */
const ERROR_LEVEL = 2;

/**
 * Runs `load` with what TensorFlow prints meanwhile held back. Lines of information and
 * warnings are dropped; everything else is written to stderr after all, and all of it when
 * `load` throws. Where the user asks for TensorFlow's chatter (`TF_CPP_MIN_LOG_LEVEL` below
 * 2), nothing is held back.
 */
export function withoutChatter<T>(engineFolder: string, load: () => T): T {
  const file = path.join(engineFolder, QUIET_FILE);
  const level = Number(process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '0');
  if (level < ERROR_LEVEL || !existsSync(file)) return load();
  const quiet = createRequire(import.meta.url)(file) as Quiet;
  quiet.begin();
  try {
    const loaded = load();
    quiet.setMinLogLevel(level);
    process.stderr.write(withoutInformation(quiet.end()));
    return loaded;
  } finally {
    process.stderr.write(quiet.end());
  }
}

/** Drops Abseil's lines of level I and W, with the lines that continue them. */
export function withoutInformation(text: string): string {
  let isKept = true;
  const kept = text.split('\n').filter((line) => {
    const level = /^([IWEF])\d{4} [\d:.]+ +\d+ \S+:\d+\] /.exec(line)?.[1];
    if (level) isKept = level === 'E' || level === 'F';
    else if (line.startsWith('WARNING: All log messages before absl::InitializeLog')) return false;
    return isKept;
  });
  return kept.join('\n').trimEnd() === '' ? '' : `${kept.join('\n').trimEnd()}\n`;
}
