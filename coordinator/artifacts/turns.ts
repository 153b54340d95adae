/** The newer one has taken over. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface Turn {
  /** Aborted, with Superseded, when a newer one wants the same. */
  readonly signal: AbortSignal;
  /** Lets the next one in; to be called once whatever happens. */
  readonly end: () => void;
}

/**
 * One at a time for each key, and the newest wins: an older one is told to stop, and the newer
 * waits until it has.
 */
export class Turns {
  readonly #latest = new Map<string, { readonly stop: () => void; readonly over: Promise<void> }>();

  /** @throws Superseded where an even newer one came while this one waited */
  async take(key: string): Promise<Turn> {
    const before = this.#latest.get(key);
    const superseded = new AbortController();
    let resolve: () => void = () => undefined;
    const over = new Promise<void>((done) => (resolve = done));
    const stop = (): void => superseded.abort(new Superseded('a newer upload has taken over'));
    const own = { stop, over };
    this.#latest.set(key, own);
    const end = (): void => {
      if (this.#latest.get(key) === own) this.#latest.delete(key);
      resolve();
    };
    before?.stop();
    await before?.over;
    if (superseded.signal.aborted) {
      end();
      throw superseded.signal.reason;
    }
    return { signal: superseded.signal, end };
  }

  isTaken(key: string): boolean {
    return this.#latest.has(key);
  }
}
