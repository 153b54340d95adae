import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { buildCudaProbe } from '../../../../worker/engine/build.ts';
import { LIBRARY_REQUESTS, wheelOf } from '../../../../worker/engine/cuda/libraries.ts';
import type { CudaReport } from '../../../../worker/engine/cuda/report.ts';

/** As much of TensorFlow as opens a library by name, with the search path of the real one. */
const TENSORFLOW = `
#include <dlfcn.h>
static const char *problem;
extern "C" {
void *TF_NewStatus() { return &problem; }
void TF_DeleteStatus(void *) {}
int TF_GetCode(void *) { return problem == nullptr ? 0 : 5; }
const char *TF_Message(void *) { return problem; }
void *TF_LoadLibrary(const char *name, void *) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  problem = library == nullptr ? dlerror() : nullptr;
  return library;
}
}`;

/** A driver that says what the environment tells it to. */
const DRIVER = `
#include <cstdlib>
#include <cstring>
static int number(const char *name) { return getenv(name) == nullptr ? 0 : atoi(getenv(name)); }
extern "C" {
int cuInit(unsigned int) { return number("FAKE_ERROR"); }
int cuDriverGetVersion(int *version) { *version = number("FAKE_VERSION"); return 0; }
int cuDeviceGetCount(int *count) { *count = number("FAKE_GPUS"); return 0; }
int cuGetErrorName(int, const char **name) { *name = "CUDA_ERROR_NO_DEVICE"; return 0; }
int cuDeviceGet(int *device, int index) { *device = index; return 0; }
int cuDeviceGetName(char *name, int, int) { strcpy(name, "Fake GPU"); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int) { *value = attribute == 75 ? 9 : 0; return 0; }
}`;

/** Folders of nvidia/ in the search path of TensorFlow's loader: not cusolver. */
const SEARCHED = ['cublas', 'cuda_cupti', 'cuda_runtime', 'cudnn', 'cufft', 'cusparse', 'nccl'];

/** What the real libraries are linked with, and their search paths. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'libcublas.so.12': ['libcublasLt.so.12'],
  'libcusolver.so.11': ['libcusparse.so.12', 'libcublas.so.12'],
  'libcudnn_engines_runtime_compiled.so.9': ['libcuda.so.1'],
};
const RUN_PATHS: readonly (readonly [RegExp, string])[] = [
  [/^libcudnn_/, '$ORIGIN:$ORIGIN/../../cublas/lib:$ORIGIN/../../cuda_nvrtc/lib'],
  [/^libcusolver/, '$ORIGIN:$ORIGIN/../../cublas/lib:$ORIGIN/../../cusparse/lib'],
  [/^libcufft/, '$ORIGIN/../../nvjitlink/lib:$ORIGIN'],
  [/./, '$ORIGIN'],
];

export interface FakeEngine {
  readonly folder: string;
  /** The folder of the wheels of NVIDIA. */
  readonly nvidia: string;
  /** A folder with libcuda.so.1 in it, for LD_LIBRARY_PATH. */
  readonly driver: string;
  /** Asks for all libraries, in a process of its own. */
  readonly check: (environment?: Record<string, string>) => Promise<CudaReport>;
}

/** The GPU engine in small: empty libraries, linked and laid out as the real ones are. */
export async function createFakeEngine(): Promise<FakeEngine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'foldwise-cuda-'));
  const nvidia = path.join(folder, 'wheel', 'nvidia');
  const driver = path.join(folder, 'driver');
  const tensorflow = path.join(folder, 'wheel', 'tensorflow');
  await link({ file: path.join(driver, 'libcuda.so.1'), source: DRIVER });
  const runPath = SEARCHED.map((name) => `$ORIGIN/../nvidia/${name}/lib`).join(':');
  const library = path.join(tensorflow, 'libtensorflow_cc.so.2');
  await link({ file: library, source: TENSORFLOW, runPath });
  for (const name of libraryNames()) await linkLibrary(name, nvidia, driver);
  for (const file of ['bin/ptxas', 'nvvm/libdevice/libdevice.10.bc']) {
    const target = path.join(nvidia, 'cuda_nvcc', file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, '', { mode: 0o755 });
  }
  await buildCudaProbe(folder, undefined);
  return { folder, nvidia, driver, check: (environment) => check(folder, environment) };
}

export const removeFakeEngine = ({ folder }: FakeEngine): Promise<void> =>
  rm(folder, { recursive: true });

/** The file of a library, in the folder where its wheel puts it. */
export function libraryFile(nvidia: string, name: string): string {
  const wheel = wheelOf(name) ?? '';
  const folder = wheel.replace(/^nvidia-(.*)-cu12$/, '$1').replace('-', '_');
  return path.join(nvidia, folder, 'lib', name);
}

/** Each one after those that it is linked with. */
function libraryNames(): readonly string[] {
  const names = new Set(LIBRARY_REQUESTS.flatMap((request) => request.names));
  const last = Object.keys(NEEDS);
  return [...names].filter((name) => !last.includes(name)).concat(last);
}

async function linkLibrary(name: string, nvidia: string, driver: string): Promise<void> {
  const needs = (NEEDS[name] ?? []).map((needed) =>
    needed === 'libcuda.so.1' ? path.join(driver, needed) : libraryFile(nvidia, needed),
  );
  const runPath = RUN_PATHS.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  await link({ file: libraryFile(nvidia, name), source: '', runPath, needs });
}

interface Linking {
  readonly file: string;
  readonly source: string;
  readonly runPath?: string;
  readonly needs?: readonly string[];
}

async function link({ file, source, runPath = '', needs = [] }: Linking): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const options = [`-soname=${path.basename(file)}`, '--enable-new-dtags', '--no-as-needed'];
  if (runPath !== '') options.push(`-rpath=${runPath}`);
  const args = ['-shared', '-fPIC', ...options.flatMap((option) => ['-Xlinker', option])];
  // What is needed by what is needed is looked for when it is loaded.
  args.push('-Xlinker', '--allow-shlib-undefined', '-Xlinker', '--unresolved-symbols=ignore-all');
  await execa('g++', [...args, '-x', 'c++', '-', '-x', 'none', ...needs, '-ldl', '-o', file], {
    input: source,
  });
}

const CHECKING = `
import { checkCuda, loadCudaProbe } from ${JSON.stringify(new URL('../../../../worker/engine/cuda/check.ts', import.meta.url).href)};
const [folder] = process.argv.slice(1);
const problem = loadCudaProbe(folder).open(folder + '/wheel/tensorflow/libtensorflow_cc.so.2');
if (problem) throw new Error(problem);
console.log(JSON.stringify(checkCuda(folder)));
`;

async function check(folder: string, environment: Record<string, string> = {}) {
  const loader = ['--import', import.meta.resolve('tsx'), '--input-type=module'];
  const { stdout } = await execa(process.execPath, [...loader, '--eval', CHECKING, folder], {
    env: { LD_LIBRARY_PATH: '', ...environment },
  });
  return JSON.parse(stdout) as CudaReport;
}
