import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { linkLibraries } from '../../../../worker/engine/cuda/links.ts';
import { describeUnresolved, foreign, unresolved } from '../../../../worker/engine/cuda/report.ts';
import { assertCudaResolves } from '../../../../worker/engine/prove.ts';
import { createFakeEngine, type FakeEngine, libraryFile, removeFakeEngine } from './fake-engine.ts';

let engine: FakeEngine;
test.before(async () => {
  engine = await createFakeEngine();
});
test.after.always(() => removeFakeEngine(engine));

/** Takes a file away while `use` runs. */
async function without(name: string, use: () => Promise<void>): Promise<void> {
  const file = libraryFile(engine.nvidia, name);
  await rename(file, `${file}.away`);
  try {
    await use();
  } finally {
    await rename(`${file}.away`, file);
  }
}

test.serial('the wheels as they are leave libraries where nobody looks for them', async (t) => {
  const missing = unresolved(await engine.check());
  t.deepEqual(
    missing.map(({ by, name }) => `${name} for ${by}`),
    [
      'libcusolver.so.11 for TensorFlow',
      'libnvrtc.so.12 for libcublasLt.so.12',
      'libnvrtc.so.12 for libcufft.so.11',
    ],
  );
  t.is(
    describeUnresolved(missing),
    'The CUDA library libcusolver.so.11, which TensorFlow asks for and the wheel ' +
      'nvidia-cusolver-cu12 should bring, does not load (libcusolver.so.11: cannot open shared ' +
      'object file: No such file or directory), nor does another.',
  );
});

test.serial('with links laid, every library resolves, and from the engine', async (t) => {
  await linkLibraries(engine.nvidia);
  await linkLibraries(engine.nvidia);
  const report = await engine.check();
  t.deepEqual(unresolved(report), []);
  t.deepEqual(foreign(report), []);
  t.is(assertCudaResolves({ cuda: report }), report);
  const cusolver = report.libraries.find(({ name }) => name === 'libcusolver.so.11');
  t.is(cusolver?.origin, libraryFile(engine.nvidia, 'libcusolver.so.11'));
});

test.serial('what is linked with the driver counts as resolved where there is none', async (t) => {
  const name = 'libcudnn_engines_runtime_compiled.so.9';
  const { libraries, driver } = await engine.check();
  t.regex(libraries.find((library) => library.name === name)!.problem, /^libcuda\.so\.1: cannot/);
  t.like(driver, { origin: '', version: 0, gpus: [] });
  t.regex(driver.problem, /^libcuda\.so\.1: cannot open/);
});

test.serial('a library taken away is named with its wheel', (t) =>
  without('libcudnn_ops.so.9', async () => {
    const cuda = await engine.check();
    t.throws(() => assertCudaResolves({ cuda }), {
      name: 'EngineError',
      message:
        /^The CUDA library libcudnn_ops\.so\.9, which libcudnn\.so\.9 asks for and the wheel nvidia-cudnn-cu12 should bring, does not load/,
    });
  }),
);

test.serial('a library that others are linked with is named, not those', (t) =>
  without('libcublasLt.so.12', async () => {
    const cuda = await engine.check();
    t.throws(() => assertCudaResolves({ cuda }), {
      message:
        /^The CUDA library libcublasLt\.so\.12, which libcublas\.so\.12 needs and the wheel nvidia-cublas-cu12 should bring/,
    });
  }),
);

test.serial('a compiler that XLA would miss is named', async (t) => {
  const file = path.join(engine.nvidia, 'cuda_nvcc', 'bin', 'ptxas');
  await rename(file, `${file}.away`);
  const missing = unresolved(await engine.check());
  await rename(`${file}.away`, file);
  t.regex(describeUnresolved(missing), /ptxas, which XLA asks for and the wheel nvidia-cuda-nvcc/);
});

test.serial('a copy that LD_LIBRARY_PATH puts first is told', async (t) => {
  const elsewhere = path.join(engine.folder, '..', `${path.basename(engine.folder)}-other`);
  await mkdir(elsewhere);
  try {
    const name = 'libcusparse.so.12';
    await copyFile(libraryFile(engine.nvidia, name), path.join(elsewhere, name));
    const report = await engine.check({ LD_LIBRARY_PATH: elsewhere });
    t.deepEqual(
      foreign(report).map(({ origin }) => origin),
      [path.join(elsewhere, name)],
    );
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});

test.serial('the driver says what CUDA it speaks and which GPUs it has, or why not', async (t) => {
  const world = { LD_LIBRARY_PATH: engine.driver, FAKE_VERSION: '12080', FAKE_GPUS: '2' };
  const gpu = { name: 'Fake GPU', capability: 90 };
  const found = (await engine.check(world)).driver;
  const origin = path.join(engine.driver, 'libcuda.so.1');
  t.deepEqual(found, { origin, problem: '', version: 12_080, gpus: [gpu, gpu] });
  const failing = (await engine.check({ ...world, FAKE_ERROR: '100' })).driver;
  t.deepEqual(failing, { origin, problem: 'CUDA_ERROR_NO_DEVICE', version: 12_080, gpus: [] });
});

test('a driver too old to have every function is no missing library', (t) => {
  const problem = '/engine/libcudnn_engines_runtime_compiled.so.9: undefined symbol: cuModuleLoad';
  const library = { name: 'a', by: 'b', origin: '' };
  const driver = { origin: '/libcuda.so.1', problem: '', version: 11_040, gpus: [] };
  const found = (problem: string) => ({
    folder: '/',
    driver,
    libraries: [{ ...library, problem }],
  });
  t.is(unresolved(found(problem)).length, 0);
  t.is(unresolved(found(problem.replace('cuModule', 'cublas'))).length, 1);
});
