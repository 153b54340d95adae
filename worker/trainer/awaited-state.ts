/**
 * The training state that was handed over last, for as long as it is on its way to the coordinator.
 * Training goes on meanwhile, but no further than to the end of its next epoch: a worker that is
 * lost then costs no more than one interval between two states.
 */
export class AwaitedState {
  #epoch: number | null = null;
  #settled: Promise<void> = Promise.resolve();
  #settle: () => void = () => undefined;

  handedOver(epoch: number): void {
    this.#settle();
    this.#epoch = epoch;
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
  }

  /** That state is stored, or is not to be waited for; without an epoch, whichever it is. */
  settle(epoch = this.#epoch): void {
    // A late word about the one before is not about this one.
    if (epoch === this.#epoch) this.#settle();
  }

  untilSettled(): Promise<void> {
    return this.#settled;
  }
}
