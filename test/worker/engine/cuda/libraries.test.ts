import { readFile } from 'node:fs/promises';
import test from 'ava';
import {
  COMPILER_FILES,
  LIBRARY_LINKS,
  LIBRARY_REQUESTS,
  TENSORFLOW,
  wheelOf,
} from '../../../../worker/engine/cuda/libraries.ts';
import { requirementsFile } from '../../../../worker/engine/wheel.ts';

const names = LIBRARY_REQUESTS.flatMap((request) => request.names);

test('every library comes from a pinned wheel, and every wheel of CUDA but one is asked for', async (t) => {
  const text = await readFile(requirementsFile('gpu'), 'utf8');
  const pinned = [...text.matchAll(/^(nvidia-\S+)==/gm)].map((match) => match[1]!);
  const files = COMPILER_FILES.map((file) => file.split('/').at(-1)!);
  const wheels = new Set([...names, ...files].map(wheelOf));
  // cuRAND is a dependency of the wheel; TensorFlow has generators of its own.
  t.deepEqual([...wheels].sort(), pinned.filter((name) => name !== 'nvidia-curand-cu12').sort());
});

test('whoever asks has been asked for before', (t) => {
  const known = new Set<string>([TENSORFLOW]);
  for (const request of LIBRARY_REQUESTS) {
    t.true(known.has(request.by), request.by);
    for (const name of request.names) known.add(name);
  }
});

test('links lead to libraries that are asked for', (t) => {
  for (const { name, from, into } of LIBRARY_LINKS) {
    t.true(names.includes(name));
    t.not(from, into);
  }
});
