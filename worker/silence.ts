export interface SilenceOptions {
  readonly mostMs: number;
  /** Calls again and again; returns what ends it. */
  readonly repeat?: (tick: () => void, everyMs: number) => () => void;
}

/** Of which the parent itself may stand still during one, and nobody is blamed for it. */
const PARTS = 15;

/** Tells, once, when nothing has been heard for too long. */
export class Silence {
  readonly #end: () => void;
  #silentParts = 0;

  constructor(onSilence: () => void, { mostMs, repeat = byTimer }: SilenceOptions) {
    this.#end = repeat(() => {
      this.#silentParts += 1;
      if (this.#silentParts < PARTS) return;
      this.#end();
      onSilence();
    }, mostMs / PARTS);
  }

  heard(): void {
    this.#silentParts = 0;
  }

  end(): void {
    this.#end();
  }
}

function byTimer(tick: () => void, everyMs: number): () => void {
  const timer = setInterval(tick, everyMs);
  return () => clearInterval(timer);
}
