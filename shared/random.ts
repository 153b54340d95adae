/**
 * The one source of chance in Foldwise: seeded, the same on every machine and Node version.
 * Pure: integer arithmetic only, nothing whose last bits an engine may choose.
 *
 * A stream is named by the run's seed, a purpose and, say, fold and epoch; streams do not share
 * numbers. The name hashed by FNV-1a (64 bits) seeds SplitMix64, whose first two outputs are the
 * state of xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47(4), 2021; https://prng.di.unimi.it/xoshiro128starstar.c).
 * docs/decisions/random-streams-and-folds.md says why.
 */

/** What a stream is for; two purposes never share numbers. */
export type Purpose =
  'folds' | 'hold-out' | 'limit' | 'initial-weights' | 'shuffle' | 'dropout' | 'synthetic';

const UINT32_RANGE = 0x1_0000_0000;
const FNV_OFFSET_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const SPLIT_MIX_INCREMENT = 0x9e3779b97f4a7c15n;

/** A stream of pseudo-random numbers; every method advances it. */
export interface Random {
  /** An integer in [0, 2^32), each equally likely. One draw. */
  readonly nextUint32: () => number;
  /** A multiple of 2^-32 in [0, 1). One draw. */
  readonly nextFloat: () => number;
  /** An integer in [0, bound), each equally likely; bound is an integer in [1, 2^32]. */
  readonly nextBelow: (bound: number) => number;
  /**
   * Mean 0, variance 1, never beyond ±6: the sum of twelve uniform numbers less 6 (Irwin–Hall),
   * because logarithms and cosines differ in their last bits from engine to engine. 12 draws.
   */
  readonly nextNormal: () => number;
  /** Orders the numbers anew, in place, all orders equally likely (Fisher–Yates, from the end). */
  readonly shuffle: <Numbers extends number[] | Int32Array>(numbers: Numbers) => Numbers;
  /** Fills with low + (high − low) · nextFloat(), rounded to float32: so `high` can be reached. */
  readonly fillUniform: (target: Float32Array, low: number, high: number) => Float32Array;
}

/**
 * Opens the stream named by its arguments, at its beginning.
 *
 * @param seed - the run's seed, an integer from 0 to 2^53 − 1
 * @param path - what else tells the stream apart: fold, epoch, layer name, … (integers from 0 to
 *   2^53 − 1 or text; 1 and "1" name different streams)
 * @throws RangeError for a seed or a number outside that range
 */
export function createRandom(
  seed: number,
  purpose: Purpose,
  ...path: readonly (string | number)[]
): Random {
  return randomFrom(xoshiro128(seedState(streamName(seed, purpose, path))));
}

function streamName(seed: number, purpose: Purpose, path: readonly (string | number)[]): string {
  for (const part of [seed, ...path]) {
    if (typeof part === 'number' && !(Number.isSafeInteger(part) && part >= 0)) {
      throw new RangeError(`a seed must be an integer from 0 to 2^53 - 1, got ${part}`);
    }
  }
  // JSON keeps ["a", "b"] apart from ["ab"], and 1 from "1".
  return JSON.stringify([seed, purpose, ...path]);
}

/** The 128 bits of state a stream of this name starts from. */
export function seedState(name: string): Uint32Array {
  const next = splitMix64(fnv1a64(new TextEncoder().encode(name)));
  // Two successive outputs of SplitMix64 always differ, so the state is never all zero.
  const [low, high] = [next(), next()];
  return Uint32Array.of(
    Number(low & 0xffffffffn),
    Number(low >> 32n),
    Number(high & 0xffffffffn),
    Number(high >> 32n),
  );
}

/** FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo, http://www.isthe.com/chongo/tech/comp/fnv). */
export function fnv1a64(bytes: Uint8Array): bigint {
  return bytes.reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME),
    FNV_OFFSET_BASIS,
  );
}

/** SplitMix64 (S. Vigna, https://prng.di.unimi.it/splitmix64.c), which spreads few bits over many. */
export function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + SPLIT_MIX_INCREMENT);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
}

/** xoshiro128** 1.1 from the given four words, not all zero. */
export function xoshiro128(state: Uint32Array): () => number {
  // A typed array, because V8 boxes large integers held in closure variables.
  const words = Int32Array.from(state);
  return () => {
    const s0 = words[0] as number;
    const s1 = words[1] as number;
    const t2 = (words[2] as number) ^ s0;
    const t3 = (words[3] as number) ^ s1;
    words[0] = s0 ^ t3;
    words[1] = s1 ^ t2;
    words[2] = t2 ^ (s1 << 9);
    words[3] = rotateLeft(t3, 11);
    return Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  };
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

function randomFrom(nextUint32: () => number): Random {
  const nextFloat = (): number => nextUint32() / UINT32_RANGE;
  const nextBelow = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > UINT32_RANGE) {
      throw new RangeError(`a bound must be an integer from 1 to 2^32, got ${bound}`);
    }
    // The last, incomplete round of remainders is drawn again: it would favour small numbers.
    const end = UINT32_RANGE - (UINT32_RANGE % bound);
    let drawn = nextUint32();
    while (drawn >= end) drawn = nextUint32();
    return drawn % bound;
  };
  return {
    nextUint32,
    nextFloat,
    nextBelow,
    nextNormal: () => {
      let sum = -6;
      for (let draw = 0; draw < 12; draw++) sum += nextFloat();
      return sum;
    },
    shuffle: (numbers) => {
      for (let last = numbers.length - 1; last > 0; last--) {
        const other = nextBelow(last + 1);
        const kept = numbers[last] as number;
        numbers[last] = numbers[other] as number;
        numbers[other] = kept;
      }
      return numbers;
    },
    fillUniform: (target, low, high) => {
      for (let index = 0; index < target.length; index++) {
        target[index] = low + (high - low) * nextFloat();
      }
      return target;
    },
  };
}
