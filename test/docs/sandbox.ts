import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createServer as createWebServer } from 'node:http';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { processesWith, root, testData } from '../helpers/foldwise.ts';
import { withNatsServer } from '../helpers/with-nats-server.ts';
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

const NATS_URL = 'nats://127.0.0.1:4222';

interface Place {
  readonly dir: string;
  readonly mark: string;
  readonly nats?: string;
}

export interface Sandbox {
  /** Runs a block as a reader of the page would; rejects where a command fails. */
  readonly run: (block: ShellBlock) => Promise<void>;
}

/** A folder with the project's files, small data where the pages say the reader's data are. */
export async function withSandbox(
  data: string,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'foldwise-docs-'));
  const mark = path.basename(dir);
  try {
    await furnish(dir, data);
    await use({
      run: (block) =>
        block.commands.join().includes(NATS_URL)
          ? withNatsServer(({ url }) => run(block, { dir, mark, nats: url }))
          : run(block, { dir, mark }),
    });
  } finally {
    for (const pid of await processesWith(mark)) process.kill(pid, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

async function furnish(dir: string, data: string): Promise<void> {
  const hidden = new Set(['.git', 'runs', 'test', 'node_modules']);
  for (const entry of await readdir(root)) {
    if (!hidden.has(entry)) await symlink(path.join(root, entry), path.join(dir, entry));
  }
  const bin = path.join(dir, 'bin');
  await mkdir(bin);
  const program = `${process.execPath} ${path.join(root, 'cli', 'foldwise.js')}`;
  await executable(path.join(bin, 'npx'), `#!/bin/sh\nshift\n${briefly(program)}`);
  // The dependencies are there: whoever runs this test has installed them.
  const npm = `#!/bin/sh\ncase "$1" in ci|test) exit ;; start) set -- train ;; *) exit 1 ;; esac\n`;
  await executable(path.join(bin, 'npm'), npm + briefly(program));
  for (const name of STAND_INS) await executable(path.join(bin, name), STAND_IN);
  await linkData(dir, data);
}

/** As it is told, but briefly: few images and pictures, one epoch, two folds, one worker. A run that goes on has its settings. */
const briefly = (program: string): string => `case " $* " in
  *" --resume "*|*" --transfer "*) ;;
  " train "*|" coordinator "*) set -- "$@" --transfer path/to/products ;;
esac
case " $* " in
  *" --resume "*) ;;
  " data synth "*) set -- "$@" --train 120 --test 60 --transfer 60 ;;
  " train "*) set -- "$@" --limit 120 --epochs 1 --folds 2 --workers 1 ;;
  " coordinator "*) set -- "$@" --limit 120 --epochs 1 --folds 2 ;;
esac
exec ${program} "$@"
`;

async function executable(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

/** Puts the data where the pages say that the reader's are. */
async function linkData(dir: string, data: string): Promise<void> {
  await mkdir(path.join(dir, 'path/to'), { recursive: true });
  await symlink(data, path.join(dir, 'path/to/fashion-mnist'));
  await symlink(path.join(data, 'products'), path.join(dir, 'path/to/products'));
  // What has not been fetched by name is looked for here.
  await symlink(data, path.join(dir, 'fashion-mnist'));
}

async function run(block: ShellBlock, { dir, mark, nats = NATS_URL }: Place): Promise<void> {
  // Where nobody says where to listen, both sides have the same default.
  const isTold = block.commands.some((command) => command.includes('--listen'));
  const port = isTold ? String(await freePort()) : '50051';
  const script = scriptOf(block.commands)
    .replaceAll(NATS_URL, nats)
    .replaceAll('50051', port)
    .replaceAll(/\bnode-1\b/g, '127.0.0.1');
  const env = { PATH: `${dir}/bin:${process.env['PATH']}`, FOLDWISE_TEST_MARK: mark };
  const internet = await openInternet();
  const { exitCode, all } = await execa('bash', ['-c', script], {
    cwd: dir,
    reject: false,
    all: true,
    env: isDownload(block) ? { ...env, ...internet.env, FOLDWISE_CACHE: `${dir}/cache` } : env,
  });
  internet.close();
  if (exitCode !== 0) throw new Error(`exit code ${exitCode} of\n${script}\n\n${all}`);
}

/** One after the other; together where one of them waits for another, as a reader's terminals do. */
function scriptOf(commands: readonly string[]): string {
  const isTogether = commands.some((command) =>
    /foldwise (coordinator|worker|watch)\b/.test(command),
  );
  if (!isTogether) return ['set -e', ...commands].join('\n');
  const isBefore = (command: string): boolean => /foldwise certs\b/.test(command);
  const started = commands
    .filter((command) => !isBefore(command))
    .map((command) => `${command} & pids="$pids $!"`);
  return [
    ...commands.filter(isBefore).map((command) => `${command} || exit`),
    ...started,
    'for pid in $pids; do wait "$pid" || { code=$?; kill $pids; exit $code; }; done',
  ].join('\n');
}

/** Downloads are answered from the real data by a proxy of ours. */
export const isDownload = ({ commands }: ShellBlock): boolean =>
  commands.some((command) => command.includes('data fetch'));

async function openInternet(): Promise<{ env: Record<string, string>; close: () => void }> {
  const server = createWebServer(({ url = '' }, response) => {
    const file = path.join(testData, 'fashion-mnist', path.basename(url));
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const env = { http_proxy: proxy, https_proxy: proxy, no_proxy: '' };
  return { env, close: () => server.close() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
