import { DataError } from '../../shared/errors.ts';
import type { WeightSpec } from './model-topology.ts';

/** Bytes of one number, as tfjs stores it. */
const NUMBER_BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['uint8', 1],
  ['uint16', 2],
  ['float16', 2],
]);

/**
 * Checks that weights are what their specs say: their size, and that each is a number.
 *
 * @param shownAs - names the file in messages
 * @throws {DataError} otherwise
 */
export function checkWeights(
  weights: Uint8Array,
  specs: readonly WeightSpec[],
  shownAs: string,
): void {
  const sizes = specs.map((spec) => sizeBytes(spec, shownAs));
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  if (weights.length !== expected) {
    const how = weights.length < expected ? 'it is cut short' : 'it belongs to another model';
    throw new DataError(
      `${shownAs} has ${weights.length} bytes, but model.json describes ${expected}: ${how}`,
    );
  }
  let start = 0;
  for (const [index, spec] of specs.entries()) {
    const end = start + (sizes[index] ?? 0);
    if (isPlainFloat(spec) && !areFinite(weights.subarray(start, end))) {
      throw new DataError(`${shownAs} holds weights that are no numbers, in "${spec.name}"`);
    }
    start = end;
  }
}

function sizeBytes({ name, shape, dtype, quantization }: WeightSpec, shownAs: string): number {
  const stored = quantization?.dtype ?? dtype;
  const numberBytes = NUMBER_BYTES.get(stored);
  if (numberBytes === undefined) {
    throw new DataError(
      `the weights "${name}" of ${shownAs} are of the type "${stored}", ` +
        `expected one of ${[...NUMBER_BYTES.keys()].join(', ')}`,
    );
  }
  return shape.reduce((product, side) => product * side, numberBytes);
}

const isPlainFloat = ({ dtype, quantization }: WeightSpec): boolean =>
  dtype === 'float32' && quantization === undefined;

/** Little-endian, as tfjs stores it. */
function areFinite(bytes: Uint8Array): boolean {
  // A copy that starts at 0: weights may lie at any address.
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  return values.every((value) => Number.isFinite(value));
}
