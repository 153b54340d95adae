/**
 * Generates shared/generated/ from foldwise.proto, or with --check fails where it is stale.
 * TypeScript types only; the messages themselves are loaded from the .proto file at run time.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const target = path.join(here, '..', 'shared', 'generated');

/** @param {string} folder */
function generate(folder) {
  const loader = createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json');
  const bin = path.join(path.dirname(loader), 'build', 'bin', 'proto-loader-gen-types.js');
  const options = ['--longs=Number', '--enums=String', '--defaults', '--oneofs'];
  const files = ['--grpcLib=@grpc/grpc-js', `--outDir=${folder}`, '--includeDirs=proto'];
  const style = ['--importFileExtension=.ts', '--inputTemplate=%sInput', '--outputTemplate=%s'];
  execFileSync(process.execPath, [bin, ...options, ...files, ...style, 'foldwise.proto'], {
    // Relative, because the generated files name their source.
    cwd: path.join(here, '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/**
 * @param {string} folder
 * @returns {Map<string, string>}
 */
function contents(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts')).sort();
  return new Map(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

if (process.argv.includes('--check')) {
  const fresh = mkdtempSync(path.join(tmpdir(), 'foldwise-proto-'));
  try {
    generate(fresh);
    const same = JSON.stringify([...contents(fresh)]) === JSON.stringify([...contents(target)]);
    if (!same) {
      console.error('shared/generated is stale: run `npm run proto` and commit what it writes');
      process.exitCode = 1;
    }
  } finally {
    rmSync(fresh, { recursive: true });
  }
} else {
  rmSync(target, { recursive: true, force: true });
  generate(target);
}
