import { open } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { sha256 } from '../../shared/data/digest.ts';
import { asError, DataError } from '../../shared/errors.ts';
import type { StateVariable, TrainingState } from './training-state.ts';
import { headerOf, parseHeader, type StateHeader } from './training-state-header.ts';
import { UnusableState } from './unusable-state.ts';

/**
 * A training state as a file. In this order, integers and numbers little-endian:
 *
 * - {@link MAGIC}, then two uint32: the version of the format, the size of the header in bytes
 * - the header: JSON, UTF-8 (training-state-header.ts)
 * - 4 bytes a number: each variable, row by row; then losses and hits of the epoch under way
 * - the SHA-256 of everything before it, in every version
 *
 * The same state makes the same bytes. It is data alone: nothing in it is ever executed.
 */

/** Like that of PNG, it shows what mangles bytes above 127 or the ends of lines. */
const MAGIC = Uint8Array.of(0x89, ...new TextEncoder().encode('FWS\r\n'), 0x1a, 0x0a);
const VERSION = 1;
const START_BYTES = MAGIC.length + 8;
const DIGEST_BYTES = 32;
/** What Node reads in one piece. */
export const MOST_STATE_BYTES = 2 ** 31 - 1;

/** @throws {DataError} for a state that is too large or holds NaN, which could not be read back */
export function encodeTrainingState(state: TrainingState): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(state)));
  const { losses, corrects } = state.progress.underWay;
  const arrays = [...state.variables.map(({ values }) => values), losses, corrects];
  const pieces = [header, ...arrays.map(bytesOf)];
  const sizes = pieces.map(({ length }) => length);
  const endBytes = sizes.reduce((sum, size) => sum + size, START_BYTES);
  if (endBytes + DIGEST_BYTES > MOST_STATE_BYTES) {
    throw new DataError(
      `A training state of ${endBytes} bytes cannot be saved, at most ${MOST_STATE_BYTES} can: ` +
        'train a smaller model.',
    );
  }
  checkNumbers(state.variables, 'The training state to be saved');
  const bytes = new Uint8Array(endBytes + DIGEST_BYTES);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint32(MAGIC.length, VERSION, true);
  view.setUint32(MAGIC.length + 4, header.length, true);
  let start = START_BYTES;
  for (const piece of pieces) {
    bytes.set(piece, start);
    start += piece.length;
  }
  bytes.set(Buffer.from(sha256(bytes.subarray(0, endBytes)), 'hex'), endBytes);
  return bytes;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * Reads a state back.
 *
 * @param shownAs - names it in messages
 * @throws {DataError} for anything but the bytes of a state, complete and unchanged
 */
export function decodeTrainingState(bytes: Uint8Array, shownAs: string): TrainingState {
  try {
    const body = bytes.subarray(0, checkedBodySize(bytes));
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    const valuesStart = START_BYTES + view.getUint32(MAGIC.length + 4, true);
    if (valuesStart > body.length) throw new RangeError('its header is longer than the file');
    const text = new TextDecoder().decode(body.subarray(START_BYTES, valuesStart));
    const state = assemble(parseHeader(text), body.subarray(valuesStart));
    checkNumbers(state.variables, shownAs);
    return state;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unusable(shownAs, error.message);
  }
}

/** Size of a file without its checksum. @throws RangeError where that does not fit */
function checkedBodySize(bytes: Uint8Array): number {
  const size = bytes.length - DIGEST_BYTES;
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new RangeError('it does not begin as a training state of Foldwise does');
  }
  if (size < START_BYTES) throw new RangeError('it is cut short');
  const actual = sha256(bytes.subarray(0, size));
  if (Buffer.from(bytes.subarray(size)).toString('hex') !== actual) {
    throw new RangeError('it is damaged or cut short, its checksum does not fit');
  }
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (version !== VERSION) {
    throw new RangeError(`it is of version ${version}, this version of Foldwise reads ${VERSION}`);
  }
  return size;
}

function assemble(header: StateHeader, values: Uint8Array): TrainingState {
  const { origin, epochs, fitSeconds, underWay, variables } = header;
  const counts = variables.map(({ shape }) => shape.reduce((size, side) => size * side, 1));
  const all = counts.reduce((sum, size) => sum + size, 2 * underWay.steps);
  if (values.length !== 4 * all) {
    throw new RangeError(`it holds ${values.length} bytes of numbers, its header says ${4 * all}`);
  }
  let start = 0;
  /** A copy, because numbers may lie at any address here. */
  const next = (size: number): ArrayBuffer => {
    const piece = new Uint8Array(values.subarray(start, (start += 4 * size)));
    return piece.buffer;
  };
  const restored = variables.map(({ name, dtype, shape }, index): StateVariable => {
    const buffer = next(counts[index] ?? 0);
    return dtype === 'float32'
      ? { name, dtype, shape, values: new Float32Array(buffer) }
      : { name, dtype, shape, values: new Int32Array(buffer) };
  });
  const losses = new Float32Array(next(underWay.steps));
  const corrects = new Int32Array(next(underWay.steps));
  const progress = {
    epochs,
    fitSeconds,
    underWay: { losses, corrects, seconds: underWay.seconds },
  };
  return { origin, progress, variables: restored };
}

function checkNumbers(variables: readonly StateVariable[], shownAs: string): void {
  const broken = variables.find(({ values }) => values.includes(NaN));
  if (broken) throw unusable(shownAs, `"${broken.name}" holds NaN`);
}

const unusable = (shownAs: string, reason: string): UnusableState =>
  new UnusableState(
    `${shownAs} is no training state to go on from: ${reason}. ` +
      'Go on from an earlier one, or train from the beginning.',
  );

/** Writes a state, completely or not at all. */
export async function writeTrainingState(file: string, state: TrainingState): Promise<void> {
  await writeFileAtomic(file, Buffer.from(encodeTrainingState(state).buffer));
}

/**
 * @param shownAs - names it in messages
 * @throws {UnusableState} where it cannot be read or is not a training state
 */
export async function readTrainingState(file: string, shownAs = file): Promise<TrainingState> {
  return decodeTrainingState(await readBounded(file, shownAs), shownAs);
}

async function readBounded(file: string, shownAs: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new RangeError('it is not a file');
      if (stats.size > MOST_STATE_BYTES) {
        throw new RangeError(`it has ${stats.size} bytes, at most ${MOST_STATE_BYTES} are read`);
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RangeError) throw unusable(shownAs, error.message);
    throw new UnusableState(
      `Cannot read the training state ${shownAs}: ${asError(error).message}`,
      {
        cause: error,
      },
    );
  }
}
