import { EngineError } from '../../shared/errors.ts';
import { findEngine } from './selection.ts';

/** What decides whether the TensorFlow wheels run here. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Version of glibc, e.g. "2.36"; undefined with another C library (musl) or system. */
  readonly glibc: string | undefined;
}

/** glibc of the wheels' tag, manylinux_2_27. */
const OLDEST_GLIBC = { major: 2, minor: 27 };

export function currentHost(): Host {
  return { platform: process.platform, arch: process.arch, glibc: glibcVersion() };
}

/**
 * For commands that are going to train: passes where the wheels run or where a library of
 * the user's own is installed and whole.
 *
 * @throws {EngineError} naming the platform and the ways out.
 */
export function assertPlatformSupported(host: Host = currentHost()): void {
  if (whyWheelsCannotRun(host) === undefined) return;
  const state = findEngine();
  if (state.kind === 'ready' && state.engine.variant === 'custom') return;
  assertWheelsRun(host);
}

/** @throws {EngineError} where the TensorFlow wheels do not run. */
export function assertWheelsRun(host: Host): void {
  const reason = whyWheelsCannotRun(host);
  if (reason === undefined) return;
  throw new EngineError(
    `Foldwise gets TensorFlow for Linux on x86-64 with glibc 2.27 or newer; ${reason}.\n` +
      waysOut(host)
        .map((way) => `  - ${way}`)
        .join('\n'),
  );
}

/** Undefined where they do run. */
export function whyWheelsCannotRun({ platform, arch, glibc }: Host): string | undefined {
  if (platform !== 'linux') return `this is ${platform} on ${arch}`;
  if (arch !== 'x64') return `this is Linux on ${arch}`;
  if (glibc === undefined) return 'this Linux has another C library (musl, as in Alpine)';
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  const isOld =
    major < OLDEST_GLIBC.major || (major === OLDEST_GLIBC.major && minor < OLDEST_GLIBC.minor);
  return isOld ? `this Linux has glibc ${glibc}` : undefined;
}

/** What a user of an unsupported machine can do. */
export function waysOut({ platform, glibc }: Host): readonly string[] {
  const container = 'run the container image (deploy/Dockerfile) on a Linux x86-64 machine';
  if (platform !== 'linux' || glibc === undefined) return [container];
  return [
    'build or download libtensorflow for this machine and run ' +
      '"foldwise engine install --libtensorflow DIR"',
    container,
  ];
}

function glibcVersion(): string | undefined {
  if (process.platform !== 'linux' || !process.report) return undefined;
  // Otherwise the report looks up the names of all open connections.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as unknown as { header: Record<string, unknown> };
  const version = report.header['glibcVersionRuntime'];
  return typeof version === 'string' ? version : undefined;
}
