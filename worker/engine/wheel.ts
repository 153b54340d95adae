import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../shared/errors.ts';
import { lastLines, runTool } from './tool.ts';

export interface WheelInstallation {
  readonly variant: 'cpu' | 'gpu';
  /** A folder that does not exist yet; receives `tensorflow/` and, for GPUs, `nvidia/`. */
  readonly target: string;
  /** For pip's temporary files: the default, often a small disk in memory, may not hold them. */
  readonly scratch: string;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One wheel whatever Python runs pip: its library does not care. */
const WHEEL_OPTIONS = [
  '--python-version=3.12',
  '--platform=manylinux_2_27_x86_64',
  '--platform=manylinux2014_x86_64',
  '--only-binary=:all:',
];

/** Settings that pip refuses together with `--target`; everything else of the user's counts. */
const PIP_ENVIRONMENT = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };

const PROGRESS_INTERVAL_MS = 10_000;

/** Downloads, checks by hash and unpacks the pinned wheels with pip. */
export async function installWheel(installation: WheelInstallation): Promise<void> {
  const { variant, target, scratch, onProgress, signal } = installation;
  await mkdir(scratch);
  const stopWatching = watchDownloads(scratch, onProgress);
  const result = await runTool({
    file: 'python3',
    args: [
      ...['-m', 'pip', 'install', '--no-deps', '--no-compile', '--disable-pip-version-check'],
      ...['--no-input', '--progress-bar=off', '--target', target, ...WHEEL_OPTIONS],
      ...['--require-hashes', '--requirement', requirementsFile(variant)],
    ],
    environment: { ...PIP_ENVIRONMENT, TMPDIR: scratch, PYTHONUNBUFFERED: '1' },
    onLine: (line) => {
      if (line.startsWith('Installing collected packages')) stopWatching();
      reportStep(line, onProgress);
    },
    signal,
  }).finally(stopWatching);
  if (result.kind === 'missing') throw new EngineError(missing('python3', 'python3 python3-pip'));
  if (result.exitCode !== 0) throw new EngineError(explainFailure(result.stderr, variant));
  await rm(scratch, { recursive: true, force: true });
}

export function requirementsFile(variant: 'cpu' | 'gpu'): string {
  return fileURLToPath(new URL(`./requirements-${variant}.txt`, import.meta.url));
}

/** What to do when a program is not there. */
export function missing(program: string, packages: string): string {
  return (
    `Installing the TensorFlow engine needs ${program}, which was not found. ` +
    `Install it (Debian, Ubuntu: "apt-get install ${packages}"), or use a TensorFlow library ` +
    'that is here already ("foldwise engine install --libtensorflow DIR"), or the container image.'
  );
}

function explainFailure(stderr: string, variant: 'cpu' | 'gpu'): string {
  if (stderr.includes('No module named pip')) return missing('pip for python3', 'python3-pip');
  return (
    `pip could not install the TensorFlow wheel (${path.basename(requirementsFile(variant))}):\n` +
    `${lastLines(stderr)}\n` +
    'Check the network, the disk and the settings of pip ("python3 -m pip config list"; ' +
    'pip 20.3 or newer is needed), then run "foldwise engine install" again.'
  );
}

/** Turns pip's lines into ours; most of them are left out. */
function reportStep(line: string, onProgress: (message: string) => void): void {
  const download = /^\s*(Downloading|Using cached) (\S+?)-\S+\.whl \(([^)]+)\)/.exec(line);
  if (download) {
    const [, how, name, size] = download;
    onProgress(`${how === 'Downloading' ? how : 'Using the cached'} ${name} (${size})`);
  } else if (line.startsWith('Installing collected packages')) {
    onProgress('Unpacking');
  }
}

/** Says now and then how much of a long download has arrived. */
function watchDownloads(scratch: string, onProgress: (message: string) => void): () => void {
  let lastBytes = 0;
  const look = async () => {
    const bytes = await largestWheel(scratch);
    if (lastBytes > 0 && bytes > lastBytes) onProgress(`  ${Math.round(bytes / 1e6)} MB so far`);
    lastBytes = bytes;
  };
  const timer = setInterval(() => void look(), PROGRESS_INTERVAL_MS);
  return () => clearInterval(timer);
}

/** Size of the wheel being written: pip writes one at a time. */
async function largestWheel(scratch: string): Promise<number> {
  const files = await readdir(scratch, { recursive: true }).catch(() => []);
  const wheels = files.filter((file) => file.endsWith('.whl'));
  const recent = { sizeBytes: 0, changedMs: 0 };
  for (const wheel of wheels) {
    const found = await stat(path.join(scratch, wheel)).catch(() => undefined);
    if (!found || found.mtimeMs < recent.changedMs) continue;
    Object.assign(recent, { sizeBytes: found.size, changedMs: found.mtimeMs });
  }
  return recent.sizeBytes;
}
