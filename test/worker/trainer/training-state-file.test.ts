import { createHash } from 'node:crypto';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../shared/errors.ts';
import {
  decodeTrainingState,
  encodeTrainingState,
  readTrainingState,
  writeTrainingState,
} from '../../../worker/trainer/training-state-file.ts';
import type { StateVariable, TrainingState } from '../../../worker/trainer/training-state.ts';
import { withFolder } from '../../helpers/tiny-fold.ts';
import { someState } from '../../helpers/training-states.ts';

const refused = { instanceOf: DataError };
const HEADER_AT = 16;

/** The bytes with a checksum that fits them, as a careful forger would leave them. */
function signed(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, bytes.length - 32);
  return Uint8Array.from([...body, ...createHash('sha256').update(body).digest()]);
}

/** A state whose header says something else than it did, all else as it was. */
function withHeader(change: (text: string) => string): Uint8Array {
  const bytes = encodeTrainingState(someState());
  const size = new DataView(bytes.buffer).getUint32(HEADER_AT - 4, true);
  const text = change(new TextDecoder().decode(bytes.subarray(HEADER_AT, HEADER_AT + size)));
  const header = new TextEncoder().encode(text);
  const changed = Uint8Array.from([
    ...bytes.subarray(0, HEADER_AT),
    ...header,
    ...bytes.subarray(HEADER_AT + size),
  ]);
  new DataView(changed.buffer).setUint32(HEADER_AT - 4, header.length, true);
  return signed(changed);
}

const float32 = fc.float({ noNaN: true });
const variables: fc.Arbitrary<StateVariable[]> = fc.array(
  fc
    .record({ name: fc.string({ minLength: 1 }), values: fc.array(float32) })
    .map(({ name, values }) => {
      const shape = [values.length, 1];
      return { name, dtype: 'float32', shape, values: Float32Array.from(values) };
    }),
);
const states: fc.Arbitrary<TrainingState> = fc
  .record({ variables, losses: fc.array(float32), seconds: fc.double({ min: 0, noNaN: true }) })
  .map(({ variables, losses, seconds: drawn }) => {
    const seconds = Number.isFinite(drawn) ? drawn : 0;
    const underWay = {
      losses: Float32Array.from(losses),
      corrects: Int32Array.from(losses, (_, index) => index - 2),
      seconds,
    };
    const { progress } = someState();
    return someState({ variables, progress: { ...progress, fitSeconds: seconds, underWay } });
  });

test('what is written is read back, wherever its bytes lie, and written alike again', (t) => {
  fc.assert(
    fc.property(states, fc.nat(9), (state, offset) => {
      const bytes = encodeTrainingState(state);
      const elsewhere = new Uint8Array(offset + bytes.length).subarray(offset);
      elsewhere.set(bytes);
      const again = decodeTrainingState(elsewhere, 'it');
      t.deepEqual(again, state);
      t.deepEqual(encodeTrainingState(again), bytes);
    }),
  );
});

test('the same state makes the same bytes, whatever the order of its keys', (t) => {
  const state = someState();
  const { training, ...origin } = state.origin;
  const reversed = Object.fromEntries(Object.entries(training).reverse()) as typeof training;
  const other = { ...state, origin: { training: reversed, ...origin } };
  t.deepEqual(encodeTrainingState(other), encodeTrainingState(state));
});

test('any changed byte is refused', (t) => {
  const bytes = encodeTrainingState(someState());
  for (const place of bytes.keys()) {
    const changed = Uint8Array.from(bytes);
    changed[place]! ^= 1 << (place % 8);
    t.throws(() => decodeTrainingState(changed, 'it'), refused, String(place));
  }
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
      const changed = Uint8Array.from(bytes);
      changed[place]! ^= mask;
      t.throws(() => decodeTrainingState(changed, 'it'), refused);
    }),
  );
});

test('anything cut off or added is refused', (t) => {
  const bytes = encodeTrainingState(someState());
  for (const end of bytes.keys()) {
    t.throws(() => decodeTrainingState(bytes.subarray(0, end), 'it'), refused, String(end));
  }
  const longer = Uint8Array.from([...bytes, 0]);
  t.throws(() => decodeTrainingState(longer, 'it'), refused);
  t.throws(() => decodeTrainingState(signed(longer), 'it'), {
    ...refused,
    message: /holds 53 bytes of numbers, its header says 52/,
  });
});

const forgeries: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['nothing', new Uint8Array(), /it does not begin as a training state/],
  ['text', new TextEncoder().encode('{"epochs": []}'), /it does not begin as a training state/],
  ['an unknown version', ofVersion(2), /version 2, this version of Foldwise reads 1/],
  ['a header beyond the end', withHeaderSize(1e9), /its header is longer than the file/],
  ['a header that is no JSON', withHeader((text) => text.slice(1)), /its header is not/],
  ['a missing key', withHeader((text) => text.replace('"seed":5,', '')), /origin\.seed/],
  ['an unknown key', withHeader((text) => text.replace('{', '{"run":"me",')), /run/],
  [
    'epochs that do not count from 1',
    withHeader((text) => text.replace('"epoch":2', '"epoch":3')),
    /epochs: the epochs are not counted from 1/,
  ],
  ['a type of its own', withHeader((text) => text.replace('"int32"', '"eval"')), /dtype/],
  ['a negative side', withHeader((text) => text.replace('[2,3]', '[-2,-3]')), /shape/],
  ['a huge shape', withHeader((text) => text.replace('[2,3]', '[9e15,9e15]')), /its header says/],
  ['more steps', withHeader((text) => text.replace('"steps":3', '"steps":4')), /header says 60/],
];

function ofVersion(version: number): Uint8Array {
  const bytes = encodeTrainingState(someState());
  new DataView(bytes.buffer).setUint32(8, version, true);
  return signed(bytes);
}

function withHeaderSize(size: number): Uint8Array {
  const bytes = encodeTrainingState(someState());
  new DataView(bytes.buffer).setUint32(12, size, true);
  return signed(bytes);
}

for (const [what, bytes, message] of forgeries) {
  test(`a file with ${what} is refused, though its checksum may fit`, (t) => {
    const error = t.throws(() => decodeTrainingState(bytes, 'my.state'), refused);
    t.regex(error.message, message);
    t.regex(error.message, /^my\.state is no training state to go on from: .* Go on from/);
  });
}

test('NaN is refused, when written and when read', (t) => {
  const [first, ...others] = someState().variables;
  const broken = Float32Array.from(first!.values);
  const variables = [{ ...first!, dtype: 'float32', values: broken } as const, ...others];
  const state = someState({ variables });
  broken[3] = NaN;
  const message = /"model\/kernel" holds NaN/;
  t.throws(() => encodeTrainingState(state), { ...refused, message });
  // The first byte of the numbers is what the header's size says.
  const bytes = encodeTrainingState(someState());
  const valuesAt = HEADER_AT + new DataView(bytes.buffer).getUint32(12, true);
  new DataView(bytes.buffer).setFloat32(valuesAt + 8, NaN, true);
  t.throws(() => decodeTrainingState(signed(bytes), 'it'), { ...refused, message });
});

test('a file is written as a whole and read again', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'a.state');
    await writeTrainingState(file, someState());
    t.deepEqual(await readTrainingState(file), someState());
    await writeTrainingState(file, someState({ variables: [] }));
    t.deepEqual((await readTrainingState(file)).variables, []);
    t.deepEqual(await readdir(folder), ['a.state']);
  });
});

test('what is no file of a state is refused by its name', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'a.state');
    const read = (name: string) => t.throwsAsync(readTrainingState(name), refused);
    t.regex((await read(file)).message, /Cannot read the training state .*a\.state: ENOENT/);
    await mkdir(path.join(folder, 'b'));
    t.regex((await read(path.join(folder, 'b'))).message, /\/b is no .*: it is not a file/);
    await writeFile(file, 'anything');
    t.regex((await read(file)).message, /a\.state is no training state to go on from: it does not/);
    // A file with a hole: it takes no room.
    const handle = await open(file, 'w');
    await handle.truncate(2 ** 31);
    await handle.close();
    t.regex((await read(file)).message, /it has 2147483648 bytes, at most 2147483647 are read/);
  });
});
