import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { driverVersion, gpuNames } from '../../../worker/engine/device.ts';

test('the driver tells its version and its GPUs, in the order of the bus', async (t) => {
  const driver = await mkdtemp(path.join(os.tmpdir(), 'foldwise-driver-'));
  const version = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 2025\n';
  await writeFile(path.join(driver, 'version'), version);
  for (const [place, model] of [
    ['0000:c1:00.0', 'NVIDIA H200'],
    ['0000:07:00.0', 'NVIDIA L4'],
  ] as const) {
    await mkdir(path.join(driver, 'gpus', place), { recursive: true });
    const text = `Model: \t\t ${model}\nIRQ:   \t\t 42\n`;
    await writeFile(path.join(driver, 'gpus', place, 'information'), text);
  }
  t.is(driverVersion(driver), '580.65.06');
  t.deepEqual(gpuNames(driver), ['NVIDIA L4', 'NVIDIA H200']);
  await rm(driver, { recursive: true });
});

test('without a driver there is no version and no GPU', (t) => {
  t.is(driverVersion('/nonexistent'), undefined);
  t.deepEqual(gpuNames('/nonexistent'), []);
});
