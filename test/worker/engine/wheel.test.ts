import { readFile } from 'node:fs/promises';
import test from 'ava';
import { TENSORFLOW_VERSION } from '../../../worker/engine/versions.ts';
import { requirementsFile } from '../../../worker/engine/wheel.ts';

for (const variant of ['cpu', 'gpu'] as const) {
  test(`every wheel of the ${variant} engine is pinned by version and hash`, async (t) => {
    const text = await readFile(requirementsFile(variant), 'utf8');
    const requirements = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of requirements) {
      t.regex(line, /^[a-z0-9-]+==[\d.]+ +--hash=sha256:[0-9a-f]{64}$/);
    }
    t.regex(requirements[0]!, new RegExp(`^tensorflow(-cpu)?==${TENSORFLOW_VERSION} `));
    t.is(requirements.length, variant === 'cpu' ? 1 : 13);
  });
}
