import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { realEngine } from './real-engine.ts';

/**
 * A cache of its own, and a PATH on which `python3` and `g++` are scripts: `python3` lays
 * links to the libraries of the real engine where pip would put them, `g++` copies its
 * binding. So nothing is downloaded, next to nothing compiled, and the proof is the real one.
 */
export interface Workshop {
  readonly engines: string;
  /** Starts an installer; `environment` changes what the scripts do. */
  readonly start: (environment?: Record<string, string>, mode?: string) => Installer;
  /** How many times pip ran. */
  readonly countInstalls: () => Promise<number>;
  /** How many of its processes are still there. */
  readonly countRunning: () => Promise<number>;
  /** Finished or unfinished engines in the cache. */
  readonly listFolders: () => Promise<string[]>;
  /** Makes the lock of a killed installer look as old as it would be later. */
  readonly expireLock: () => Promise<void>;
  /** Lets a python3 that holds go on. */
  readonly release: () => Promise<void>;
  readonly removeTool: (name: 'python3' | 'g++') => Promise<void>;
}

type Installer = ReturnType<typeof startInstaller>;

const PYTHON = `#!/bin/bash
PATH=/usr/bin:/bin
if [ "$FAKE_PYTHON" = no-pip ]; then echo "/usr/bin/python3: No module named pip" >&2; exit 1; fi
echo $$ >> "$FAKE_LOG"
while [ $# -gt 0 ]; do case "$1" in --target) target=$2; shift;; esac; shift; done
echo "  Downloading tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl (274.0 MB)"
if [ "$FAKE_PYTHON" = no-network ]; then echo "ERROR: No matching distribution" >&2; exit 1; fi
mkdir -p "$target/tensorflow/include" "$target/tensorflow_cpu-2.21.0.dist-info"
ln -s "$REAL_ENGINE"/wheel/tensorflow/libtensorflow_framework.so.2 "$target/tensorflow/"
echo "Installing collected packages: tensorflow-cpu"
if [ "$FAKE_PYTHON" = hold ]; then
  for _ in {1..1200}; do [ -e "$FAKE_RELEASE" ] && break; sleep 0.05; done
fi
ln -s "$REAL_ENGINE"/wheel/tensorflow/libtensorflow_cc.so.2 "$target/tensorflow/"
`;

const COMPILER = `#!/bin/bash
PATH=/usr/bin:/bin
# CPU engines have none that could be copied.
case "$*" in *cuda.node) exec g++ "$@";; esac
while [ $# -gt 0 ]; do case "$1" in -o) output=$2; shift;; esac; shift; done
if [ "$FAKE_COMPILER" = fail ]; then echo "tfjs_backend.cc:1: error: no" >&2; exit 1; fi
if [ "$FAKE_COMPILER" = garbage ]; then echo garbage > "$output"; exit 0; fi
cp "$REAL_ENGINE/$(basename "$output")" "$output"
`;

/** Runs a test in a workshop, and removes it afterwards with all that still runs in it. */
export async function withWorkshop(use: (workshop: Workshop) => Promise<void>): Promise<void> {
  const real = await realEngine();
  const root = await mkdtemp(path.join(os.tmpdir(), 'foldwise-installer-'));
  const tools = path.join(root, 'tools');
  await mkdir(tools);
  await writeTool(path.join(tools, 'python3'), PYTHON);
  await writeTool(path.join(tools, 'g++'), COMPILER);
  const log = path.join(root, 'log');
  const engines = path.join(root, 'cache', 'engines');
  const environment = {
    PATH: tools,
    FOLDWISE_CACHE: path.join(root, 'cache'),
    FAKE_LOG: log,
    FAKE_RELEASE: path.join(root, 'release'),
    REAL_ENGINE: real.folder,
  };
  const readPids = async () =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  try {
    await use({
      engines,
      start: (changes = {}, mode = 'install') =>
        startInstaller({ ...environment, ...changes }, mode),
      countInstalls: async () => (await readPids()).length,
      countRunning: async () => (await readPids()).filter((pid) => isAlive(Number(pid))).length,
      listFolders: async () =>
        (await readdir(engines)).filter((name) => name.startsWith('tfjs-node')),
      expireLock: () => utimes(path.join(engines, 'install.lock'), 0, 0),
      release: () => writeFile(environment.FAKE_RELEASE, ''),
      removeTool: (name) => rm(path.join(tools, name)),
    });
  } finally {
    for (const pid of await readPids()) endGroup(Number(pid));
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function writeTool(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

function startInstaller(environment: Record<string, string>, mode: string) {
  const program = fileURLToPath(new URL('installer.ts', import.meta.url));
  return execa(process.execPath, ['--import', import.meta.resolve('tsx'), program, mode], {
    env: environment,
    reject: false,
    all: true,
  });
}

/** Waits until an installer has printed `text`; fails when it ends without. */
export async function hasSaid(installer: Installer, text: string): Promise<void> {
  let said = '';
  const heard = new Promise<'heard'>((resolve) => {
    installer.all.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes(text)) resolve('heard');
    });
  });
  const first = await Promise.race([heard, installer]);
  if (first !== 'heard') throw new Error(`the installer ended without "${text}": ${said}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
