import test from 'ava';
import type { Check } from '../../cli/doctor/check.ts';
import { checkCuda } from '../../cli/doctor/cuda.ts';
import { checkDevice, type DeviceFacts } from '../../cli/doctor/device.ts';
import type { CudaReport } from '../../worker/engine/cuda/report.ts';

const driver = '580.65.06';
const gpus = ['NVIDIA H200'];
const LIBRARY = '/usr/lib/x86_64-linux-gnu/libcuda.so.1';
const ABSENT = 'libcuda.so.1: cannot open shared object file: No such file or directory';

interface Scene extends Partial<DeviceFacts> {
  /** What libcuda.so.1 says; without it, it is not there. */
  readonly cuda?: Partial<CudaReport['driver']>;
  readonly libraries?: CudaReport['libraries'];
}

function report({ cuda, libraries = [] }: Pick<Scene, 'cuda' | 'libraries'>): CudaReport {
  const absent = { origin: '', problem: ABSENT, version: 0, gpus: [] };
  const well = { origin: LIBRARY, problem: '', version: 13_000, gpus: [] };
  return { folder: '/engine', libraries, driver: cuda ? { ...well, ...cuda } : absent };
}

const deviceIs = test.macro({
  title: (title) => `devices: ${title}`,
  exec(t, { cuda, libraries, ...facts }: Scene, expected: Partial<Check>, remedy?: RegExp) {
    const found = report({ ...(cuda && { cuda }), ...(libraries && { libraries }) });
    const check = checkDevice({
      ...{ variant: 'gpu' as const, gpus: [], driver: undefined, visible: undefined },
      ...facts,
      proof: { device: 'cpu', log: '', cuda: found, ...facts.proof },
    });
    t.like(check, expected);
    if (remedy) t.regex(check.remedy!, remedy);
    else t.is(check.remedy, undefined);
  },
});

test(
  'a GPU in use',
  deviceIs,
  { proof: { device: 'NVIDIA H200', log: '' }, gpus, driver, cuda: {} },
  { status: 'ok', detail: 'NVIDIA H200' },
);
test(
  'a GPU in use, with a driver too old for kernels that it has to compile',
  deviceIs,
  {
    ...{ gpus, driver },
    ...{ proof: proofOf({ version: 12_020, gpus: [{ name: 'NVIDIA H200', capability: 90 }] }) },
  },
  {
    status: 'warning',
    detail: "NVIDIA H200; its driver speaks CUDA 12.2, and TensorFlow's kernels for it need 12.5",
  },
  /555 or newer/,
);
test('no GPU and none wanted', deviceIs, { variant: 'cpu' }, { status: 'ok' });
test(
  'a GPU that the CPU engine leaves idle',
  deviceIs,
  { variant: 'cpu', gpus, driver },
  { status: 'warning', detail: 'cpu, although there is a GPU: NVIDIA H200' },
  /engine install --gpu/,
);
test(
  'the GPU engine without a driver',
  deviceIs,
  {},
  { status: 'warning', detail: 'cpu: no NVIDIA driver is loaded here' },
  /Install the NVIDIA driver/,
);
test(
  "the GPU engine with the driver's library and no driver, as on the login node of a cluster",
  deviceIs,
  { cuda: { problem: 'CUDA_ERROR_NO_DEVICE' } },
  {
    status: 'warning',
    detail: 'cpu: no NVIDIA driver is loaded here; only its library libcuda.so.1 is here',
  },
  /Install the NVIDIA driver/,
);
test(
  'a driver without its library, as in a container that was not given the GPU',
  deviceIs,
  { gpus, driver },
  {
    status: 'error',
    detail:
      'cpu: NVIDIA driver 580.65.06 is loaded (NVIDIA H200), but its library libcuda.so.1 is not found',
  },
  /--gpus all.*"compute".*ldconfig/,
);
test(
  'a GPU that the environment hides',
  deviceIs,
  { gpus, driver, visible: '-1', cuda: { problem: 'CUDA_ERROR_NO_DEVICE' } },
  { status: 'warning', detail: 'cpu: CUDA_VISIBLE_DEVICES="-1" hides every GPU' },
  /Unset it/,
);
test(
  'an environment that names a GPU which is not there',
  deviceIs,
  { gpus, driver, visible: '7', cuda: { problem: 'CUDA_ERROR_NO_DEVICE' } },
  {
    status: 'error',
    detail: 'cpu: CUDA_VISIBLE_DEVICES="7" names no GPU that is here (NVIDIA H200)',
  },
  /nvidia-smi -L/,
);
test(
  'a driver that gives this process no GPU, as in a job that asked for none',
  deviceIs,
  { gpus, driver, cuda: { problem: 'CUDA_ERROR_NO_DEVICE' } },
  {
    status: 'error',
    detail: 'cpu: NVIDIA driver 580.65.06 is loaded (NVIDIA H200), but gives this process no GPU',
  },
  /--gres=gpu:1/,
);
test(
  'a driver older than CUDA 12',
  deviceIs,
  { gpus, driver: '470.57.02', cuda: { version: 11_040 } },
  {
    status: 'error',
    detail: 'cpu: NVIDIA driver 470.57.02 speaks CUDA 11.4, too old for CUDA 12',
  },
  /525\.60\.13 or newer/,
);
test(
  'a driver whose parts do not match',
  deviceIs,
  { gpus, driver, cuda: { problem: 'CUDA_ERROR_SYSTEM_DRIVER_MISMATCH' } },
  {
    status: 'error',
    detail: 'cpu: the NVIDIA driver 580.65.06 answers CUDA_ERROR_SYSTEM_DRIVER_MISMATCH',
  },
  /reboot/,
);
test(
  'a working driver, and a CUDA library that does not load',
  deviceIs,
  {
    ...{ gpus, driver, cuda: {} },
    libraries: [{ name: 'libcusolver.so.11', by: 'TensorFlow', origin: '', problem: 'no' }],
  },
  { status: 'error', detail: 'cpu: without all CUDA libraries, TensorFlow uses no GPU' },
  /See "cuda"/,
);
test(
  'a working driver, and TensorFlow that has its own reasons',
  deviceIs,
  {
    ...{ gpus, driver, cuda: {} },
    proof: {
      ...proofOf({}),
      device: 'cpu',
      log: 'W0000 00:00:1 17026 gpu_device.cc:2342] Cannot dlopen some GPU libraries.\n',
    },
  },
  {
    status: 'error',
    detail: 'cpu, although the NVIDIA driver works: Cannot dlopen some GPU libraries.',
  },
  /TF_CPP_MIN_LOG_LEVEL/,
);

function proofOf(cuda: Partial<CudaReport['driver']>): DeviceFacts['proof'] {
  return { device: 'NVIDIA H200', log: '', cuda: report({ cuda }) };
}

const CUSOLVER = {
  name: 'libcusolver.so.11',
  by: 'TensorFlow',
  origin: '/engine/wheel/nvidia/cusolver/lib/libcusolver.so.11',
  problem: '',
};

test('cuda: all libraries found', (t) => {
  const check = checkCuda(report({ libraries: [CUSOLVER] }), undefined);
  t.deepEqual(check, {
    name: 'cuda',
    status: 'ok',
    detail: '1 libraries and tools, all of them found',
  });
});

test('cuda: a missing library is named with its wheel, and where else to look', (t) => {
  const problem = 'libcusolver.so.11: cannot open shared object file: No such file or directory';
  const found = report({ libraries: [{ ...CUSOLVER, origin: '', problem }] });
  const check = checkCuda(found, '/opt/cuda/lib64');
  t.is(check.status, 'error');
  t.regex(check.detail, /libcusolver\.so\.11, which TensorFlow asks for.*nvidia-cusolver-cu12/);
  t.regex(check.remedy!, /engine install --gpu.*LD_LIBRARY_PATH \(\/opt\/cuda\/lib64\)/);
  t.notRegex(checkCuda(found, undefined).remedy!, /LD_LIBRARY_PATH/);
});

test('cuda: a library of another CUDA goes before that of the engine', (t) => {
  const origin = '/opt/cuda/lib64/libcusolver.so.11';
  const check = checkCuda(report({ libraries: [{ ...CUSOLVER, origin }] }), '/opt/cuda/lib64');
  t.is(check.status, 'warning');
  t.is(check.detail, `libcusolver.so.11 comes from ${origin}, not from the engine`);
});

test('cuda: an engine of an older release is to be installed again', (t) => {
  t.like(checkCuda(undefined, undefined), { status: 'warning' });
});
