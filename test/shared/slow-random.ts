/**
 * The slow, obvious twin of shared/random.ts: BigInts and remainders, nothing shared with it.
 * Written from the published descriptions of FNV-1a, SplitMix64 and xoshiro128** 1.1.
 */
const TWO_32 = 2n ** 32n;
const TWO_64 = 2n ** 64n;

export class SlowRandom {
  #state: bigint[];

  constructor(...name: readonly (string | number)[]) {
    let hash = 14695981039346656037n;
    for (const byte of Buffer.from(JSON.stringify(name), 'utf8')) {
      hash = ((hash ^ BigInt(byte)) * 1099511628211n) % TWO_64;
    }
    const [first, second] = [1n, 2n].map((step) => {
      let z = (hash + step * 0x9e3779b97f4a7c15n) % TWO_64;
      z = ((z ^ (z / 2n ** 30n)) * 0xbf58476d1ce4e5b9n) % TWO_64;
      z = ((z ^ (z / 2n ** 27n)) * 0x94d049bb133111ebn) % TWO_64;
      return z ^ (z / 2n ** 31n);
    }) as [bigint, bigint];
    this.#state = [first % TWO_32, first / TWO_32, second % TWO_32, second / TWO_32];
  }

  next(): bigint {
    const [a, b, c, d] = this.#state as [bigint, bigint, bigint, bigint];
    const rotate = (word: bigint, bits: bigint): bigint =>
      ((word * 2n ** bits) % TWO_32) | (word / 2n ** (32n - bits));
    this.#state = [a ^ b ^ d, a ^ b ^ c, a ^ c ^ ((b * 512n) % TWO_32), rotate(b ^ d, 11n)];
    return (rotate((b * 5n) % TWO_32, 7n) * 9n) % TWO_32;
  }

  below(bound: number): number {
    const remainders = BigInt(bound);
    for (;;) {
      const drawn = this.next();
      const isInFullRound = drawn / remainders < TWO_32 / remainders;
      if (isInFullRound) return Number(drawn % remainders);
    }
  }

  /** Fisher–Yates as told: strike out one of those left, write it down at the back. */
  shuffled(items: readonly number[]): number[] {
    const left = [...items];
    const order: number[] = [];
    while (left.length > 0) {
      const chosen = left.length === 1 ? 0 : this.below(left.length);
      order.unshift(left[chosen]!);
      left[chosen] = left.at(-1)!;
      left.pop();
    }
    return order;
  }
}
