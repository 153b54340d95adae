import test from 'ava';
import fc from 'fast-check';
import { partDigest, sha256 } from '../../../shared/data/digest.ts';
import { decodePart, encodePart, partSizeBytes } from '../../../shared/data/part-file.ts';
import type { DatasetPart, ImageShape } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';

const image: ImageShape = { height: 2, width: 3, channels: 1 };

const partOf = (bytes: Uint8Array): DatasetPart => {
  const count = Math.floor(bytes.length / 7);
  return { labels: bytes.slice(0, count), pixels: bytes.slice(count, count * 7) };
};

test('a part survives being written and read', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }).map(partOf), (part) => {
        const bytes = encodePart(part);
        const info = { count: part.labels.length, digest: partDigest(part) };
        t.is(bytes.length, partSizeBytes(info.count, image));
        t.is(sha256(bytes), info.digest);
        t.deepEqual(decodePart(bytes, { ...info, image }), part);
      }),
    ),
  );
});

test('every other length and every changed byte is refused', (t) => {
  const part = partOf(Uint8Array.from({ length: 14 }, (_, at) => at));
  const bytes = encodePart(part);
  const expected = { count: 2, image, digest: partDigest(part) };
  for (const length of [0, 1, 13]) {
    t.throws(() => decodePart(bytes.subarray(0, length), expected), {
      instanceOf: DataError,
      message: new RegExp(`takes 14 bytes, got ${length}:`),
    });
  }
  t.throws(() => decodePart(Uint8Array.of(...bytes, 0), expected), { message: /got 15:/ });
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at]! ^= 1;
    t.throws(() => decodePart(changed, expected), {
      instanceOf: DataError,
      message: /damaged: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/,
    });
  }
});
