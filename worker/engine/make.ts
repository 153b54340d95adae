import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { assertCompiler, buildBinding, buildCudaProbe } from './build.ts';
import { linkLibraries } from './cuda/links.ts';
import { type CudaReport, foreign } from './cuda/report.ts';
import { wheelLibrary } from './library.ts';
import { BINDING_FILE, CUDA_FILE, GRAPH_FILE, QUIET_FILE, WHEEL_FOLDER } from './location.ts';
import { removeFolder } from './partial.ts';
import type { EnginePlan } from './plan.ts';
import { assertCudaResolves, proveEngine } from './prove.ts';
import { sizeOf, writeRecord } from './record.ts';
import { installWheel } from './wheel.ts';

export interface Making {
  readonly plan: EnginePlan;
  /** An empty folder. */
  readonly folder: string;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Fills a folder with an engine, proves it, and writes down what it is made of. */
export async function makeEngine(making: Making): Promise<void> {
  const { plan, folder, onProgress, signal } = making;
  await assertCompiler(signal);
  const library =
    plan.variant === 'custom' ? plan.library : await unpackWheel(plan.variant, making);
  onProgress('Building the binding');
  const isOwn = plan.variant === 'custom';
  const runPath = isOwn ? library.folder : `$ORIGIN/${path.relative(folder, library.folder)}`;
  await buildBinding({ library, runPath, folder, signal });
  if (!isOwn) await removeUnused(library.folder);
  if (plan.variant === 'gpu') await prepareCuda(making);
  onProgress('Proving that it computes');
  const proof = await proveEngine(folder, signal);
  if (plan.variant === 'gpu') reportCuda(assertCudaResolves(proof), onProgress);
  const { tensorflow, device } = proof;
  const libraries = isOwn ? library.names.map((name) => path.join(library.folder, name)) : [];
  await writeRecord(folder, {
    schema: 1,
    variant: plan.variant,
    tfjs: plan.tfjs,
    tensorflow,
    files: await measure(folder, libraries),
  });
  onProgress(`TensorFlow ${tensorflow} works, on ${device}`);
  if (plan.variant === 'gpu' && device === 'cpu') {
    onProgress('It sees no GPU here; "foldwise doctor" looks into why');
  }
}

async function unpackWheel(variant: 'cpu' | 'gpu', { folder, onProgress, signal }: Making) {
  const size = variant === 'cpu' ? '275 MB' : '3.3 GB';
  onProgress(`Installing the TensorFlow engine (${variant}): about ${size} to download`);
  const target = path.join(folder, WHEEL_FOLDER);
  await installWheel({ variant, target, scratch: path.join(folder, 'tmp'), onProgress, signal });
  return wheelLibrary(path.join(target, 'tensorflow'));
}

async function prepareCuda({ folder, signal }: Making): Promise<void> {
  await linkLibraries(path.join(folder, WHEEL_FOLDER, 'nvidia'));
  await buildCudaProbe(folder, signal);
}

function reportCuda(report: CudaReport, onProgress: Making['onProgress']): void {
  const count = new Set(report.libraries.map(({ name }) => name)).size;
  onProgress(`Each of the ${count} CUDA libraries and tools that it asks for is found`);
  for (const { name, origin } of foreign(report)) {
    onProgress(`  ${name} comes from ${origin}: LD_LIBRARY_PATH goes before the engine's own`);
  }
}

/** Of the 1.3 GB of a wheel, Node needs the library; its licences stay with it. */
async function removeUnused(tensorflow: string): Promise<void> {
  const names = await readdir(tensorflow);
  const unused = names.filter((name) => !/^libtensorflow_.*\.so|NOTICE|LICEN[CS]E/.test(name));
  for (const name of unused) await removeFolder(path.join(tensorflow, name));
  await removeFolder(path.join(tensorflow, '..', 'bin'));
}

/** Sizes of the binding, the libraries beside it, and those elsewhere. */
async function measure(folder: string, elsewhere: readonly string[]) {
  const inside = await readdir(folder, { recursive: true });
  const loaded = inside.filter((name) => isLoaded(path.basename(name))).sort();
  return [...loaded, ...elsewhere].map((name) => ({
    path: name,
    sizeBytes: sizeOf(path.resolve(folder, name)) ?? 0,
  }));
}

function isLoaded(name: string): boolean {
  return (
    [BINDING_FILE, GRAPH_FILE, QUIET_FILE, CUDA_FILE].includes(name) || /\.so(\.\d+)*$/.test(name)
  );
}
