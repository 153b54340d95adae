import { bytesOf, type DType, type TypedArray, TYPE_NUMBERS } from './host-tensor.ts';
import type { InputSpec } from './trace.ts';

/** What an input looks like; null stands for a side that may change from call to call. */
export interface InputDefinition {
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

export type InputDefinitions = Readonly<Record<string, InputDefinition>>;

/** What a call takes: the numbers of each input, row by row. */
export type InputValues<Inputs extends InputDefinitions> = {
  readonly [Name in keyof Inputs]: TypedArray | number;
};

/** The shapes that inputs have this time. @throws RangeError for inputs that are not as defined */
export function specsOf<Inputs extends InputDefinitions>(
  definitions: Inputs,
  values: InputValues<Inputs>,
): Record<string, InputSpec> {
  if (typeof values !== 'object' || (values as unknown) === null) {
    throw new RangeError(`expected the inputs of the step by name, got ${typeof values}`);
  }
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(definitions, name)) throw new RangeError(`the step has no input ${name}`);
  }
  const specs = Object.entries(definitions).map(([name, definition]) => {
    return [name, { shape: shapeOf(name, definition, values[name]), dtype: definition.dtype }];
  });
  return Object.fromEntries(specs) as Record<string, InputSpec>;
}

function shapeOf(
  name: string,
  { shape, dtype }: InputDefinition,
  value: TypedArray | number | undefined,
): number[] {
  const size = typeof value === 'number' ? 1 : (value?.length ?? NaN);
  const fixed = shape.reduce<number>((product, side) => product * (side ?? 1), 1);
  const open = size / fixed;
  if (shape.includes(null) ? Number.isInteger(open) : size === fixed) {
    return shape.map((side) => side ?? open);
  }
  const sides = shape.map((side) => side ?? 'any').join(', ');
  const got = value === undefined ? 'nothing' : isNaN(size) ? typeof value : `${size} numbers`;
  throw new RangeError(`input ${name}: expected ${dtype} [${sides}], got ${got}`);
}

/** @throws RangeError for inputs that no list of numbers could be fitted to */
export function assertDefined(definitions: InputDefinitions): void {
  for (const [name, { shape, dtype }] of Object.entries(definitions)) {
    if (!Object.hasOwn(ARRAYS, dtype)) {
      const types = Object.keys(ARRAYS).join(', ');
      throw new RangeError(`input ${name}: expected a dtype out of ${types}, got ${dtype}`);
    }
    const isShape = shape.every((side) => side === null || (Number.isInteger(side) && side >= 0));
    if (isShape && shape.filter((side) => side === null).length <= 1) continue;
    const sides = shape.join(', ');
    throw new RangeError(
      `input ${name}: expected sides of 0 or more, one null at most, got [${sides}]`,
    );
  }
}

const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
} as const;

/** Checked, and kept as they are now: the caller may use its array again. */
export function feedOf(name: string, { shape, dtype }: InputSpec, given: TypedArray | number) {
  const Numbers = ARRAYS[dtype];
  const values = typeof given === 'number' ? Numbers.of(given) : given;
  if (!(values instanceof Numbers)) {
    throw new RangeError(
      `input ${name}: expected a ${Numbers.name} for ${dtype}, got a ${values.constructor.name}`,
    );
  }
  const wrong = typeof given === 'number' ? cutOff(dtype, given, values) : noTruth(dtype, values);
  if (wrong !== undefined) {
    throw new RangeError(`input ${name}: expected ${RANGES[dtype]} for ${dtype}, got ${wrong}`);
  }
  return { name, value: { dtype: TYPE_NUMBERS[dtype], shape, bytes: bytesOf(values).slice() } };
}

const RANGES = {
  float32: 'any number',
  int32: 'a whole number from -2147483648 to 2147483647',
  bool: '0 or 1',
  uint8: 'a whole number from 0 to 255',
} as const;

/** A number that an array of that type holds as another, rounding aside. */
const cutOff = (dtype: DType, given: number, held: TypedArray): number | undefined =>
  dtype === 'float32' || held[0] === given ? noTruth(dtype, held) : given;

/** TensorFlow computes with whatever byte it is given as true or false. */
const noTruth = (dtype: DType, values: TypedArray): number | undefined =>
  dtype === 'bool' ? values.find((value) => value > 1) : undefined;
