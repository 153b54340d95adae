import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { foldwise, processesWith, root } from '../helpers/foldwise.ts';
import type { ShellBlock } from './shell-blocks.ts';

/** Programs of clusters, which a test does without: each checks that the files it is given exist. */
const STAND_INS = [
  ...['kubectl', 'docker', 'ssh', 'scp', 'rsync'],
  ...['qsub', 'qstat', 'qdel', 'qalter', 'sbatch', 'squeue', 'scancel', 'sacct', 'module'],
];

const STAND_IN = `#!/bin/sh
for argument; do
  case "$argument" in
    deploy/*|examples/*|docs/*)
      [ -e "$argument" ] || { echo "$0: $argument does not exist" >&2; exit 1; } ;;
  esac
done
`;

export interface Sandbox {
  /** Runs a block as a reader of the page would; rejects where a command fails. */
  readonly run: (block: ShellBlock) => Promise<void>;
}

/** A folder with the project's files, small data where the pages say the reader's data are. */
export async function withSandbox(use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'foldwise-docs-'));
  const mark = path.basename(dir);
  try {
    await furnish(dir);
    await use({ run: (block) => run(block, dir, mark) });
  } finally {
    for (const pid of await processesWith(mark)) process.kill(pid, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

async function furnish(dir: string): Promise<void> {
  const hidden = new Set(['.git', 'runs', 'test', 'node_modules']);
  for (const entry of await readdir(root)) {
    if (!hidden.has(entry)) await symlink(path.join(root, entry), path.join(dir, entry));
  }
  const bin = path.join(dir, 'bin');
  await mkdir(bin);
  const program = `${process.execPath} ${path.join(root, 'cli', 'foldwise.js')}`;
  await executable(path.join(bin, 'npx'), `#!/bin/sh\nshift\nexec ${program} "$@"\n`);
  // The dependencies are there: whoever runs this test has installed them.
  const npm = `#!/bin/sh\ncase "$1" in ci|test) ;; start) exec ${program} train ;; *) exit 1 ;; esac\n`;
  await executable(path.join(bin, 'npm'), npm);
  for (const name of STAND_INS) await executable(path.join(bin, name), STAND_IN);
  await makeData(dir);
}

async function executable(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

/** `path/to/fashion-mnist` and `path/to/products`, as small as three folds allow. */
async function makeData(dir: string): Promise<void> {
  await mkdir(path.join(dir, 'path/to'), { recursive: true });
  const small = path.join(dir, 'path/to/fashion-mnist');
  const counts = ['--train', '120', '--test', '60', '--transfer', '60'];
  const made = await foldwise(['data', 'synth', small, ...counts]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  await symlink(path.join(small, 'transfer'), path.join(dir, 'path/to/products'));
}

async function run(block: ShellBlock, dir: string, mark: string): Promise<void> {
  const port = String(await freePort());
  const script = scriptOf(block.commands)
    .replaceAll('50051', port)
    .replaceAll(/\bnode-1\b/g, '127.0.0.1');
  const { exitCode, all } = await execa('bash', ['-c', script], {
    cwd: dir,
    reject: false,
    all: true,
    env: { PATH: `${dir}/bin:${process.env['PATH']}`, FOLDWISE_TEST_MARK: mark },
  });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode} of\n${script}\n\n${all}`);
}

/** One after the other; together where one of them waits for another, as a reader's terminals do. */
function scriptOf(commands: readonly string[]): string {
  const isTogether = commands.some((command) =>
    /foldwise (coordinator|worker|watch)\b/.test(command),
  );
  if (!isTogether) return ['set -e', ...commands].join('\n');
  const started = commands.map((command) => `${command} & pids="$pids $!"`);
  return [...started, 'for pid in $pids; do wait "$pid" || exit $?; done'].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
