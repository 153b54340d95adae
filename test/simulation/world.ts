import { randomBytes } from 'node:crypto';
import type { RunHeader } from '../../coordinator/record/record.ts';
import type { Limits, Outcome } from '../../coordinator/scheduler/state.ts';
import type { EvaluationResult, FoldResult } from '../../shared/domain.ts';
import { createSimulatedDisk, type SimulatedDisk } from '../helpers/simulated-record.ts';
import { createChance, type Chance } from './chance.ts';
import { createClock, type Clock } from './clock.ts';
import { announce, createLife, outcomeBefore, recorderOf, type Life } from './coordinator.ts';
import { createHistorian, type Historian } from './historian.ts';
import type { Mutant } from './mutant.ts';
import { CALM, connect, type Connection, type Weather } from './network.ts';
import { createSilences, type Silences } from './silences.ts';
import { createStorage, type Storage } from './storage.ts';
import type { Surroundings } from './surroundings.ts';
import { transferring } from './transferring.ts';
import type { Truth } from './truth.ts';
import { createWitness, type Witness } from './witness.ts';
import { SimulatedWorker } from './worker.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly truth: Truth;
  readonly limits: Limits;
  readonly workers: number;
  readonly mutant: Mutant;
  /** All workers call themselves alike, as containers may: host and process numbers are the same. */
  readonly isOneHost: boolean;
  /** A fold at which every machine fails. */
  readonly poison: number | null;
}

/** A run with all around it: what the chaos lays its hands on. */
export class World {
  readonly options: WorldOptions;
  readonly clock: Clock = createClock();
  readonly chance: Chance;
  readonly disk: SimulatedDisk;
  readonly storage: Storage = createStorage();
  readonly historian: Historian;
  readonly witness: Witness;
  readonly workers: readonly SimulatedWorker[];
  readonly violations: string[] = [];
  readonly counts = { steps: 0, messages: 0, crashes: 0 };
  weather: Weather = CALM;
  life: Life | null = null;
  outcome: Outcome | null = null;
  /** The coordinator dies at the so-manieth thing that it does from now on. */
  doom = 0;
  readonly #silences: Silences;
  readonly #connections = new Set<Connection>();
  #isBooting = false;
  #read = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    const { truth, limits, seed, mutant } = options;
    this.chance = createChance(seed);
    this.disk = createSimulatedDisk({
      ...mutant.disk,
      sync: () => this.clock.sleep(this.chance.between(1, 10)),
    });
    this.#silences = createSilences(this.clock, limits.leaseMs);
    this.historian = createHistorian({
      ...{ k: truth.plan.k, limits, isTrue: (result) => isTrue(truth, result) },
      wasSilent: this.#silences.wasSilent,
    });
    this.witness = createWitness(this.historian);
    const around = this.#surroundings();
    this.workers = Array.from(
      { length: options.workers },
      (_, index) => new SimulatedWorker(options.isOneHost ? 'node' : `node-${index}`, around),
    );
  }

  /** Starts the coordinator, where none runs. */
  boot(): void {
    if (this.#isBooting || this.life !== null || this.outcome !== null) return;
    this.#isBooting = true;
    this.#start().catch((error: unknown) => this.violations.push(String(error)));
  }

  async #start(): Promise<void> {
    const { truth, limits, mutant } = this.options;
    const record = await (this.disk.exists()
      ? this.disk.open()
      : this.disk.create(headerOf(truth)));
    this.outcome = outcomeBefore(record, { truth, limits, mutant });
    if (this.outcome !== null) return;
    const recorder = recorderOf(record, this.clock);
    await announce(recorder, record);
    this.#silences.born();
    this.#isBooting = false;
    const life: Life = createLife({
      ...{ truth, limits, mutant, record, recorder, storage: this.storage, clock: this.clock },
      before: () => this.#meetDoom(),
      onStep: () => (this.counts.steps += 1),
      onViolation: (found) => this.violations.push(...found),
      onOutcome: (outcome) => void this.#ended(life, outcome, () => record.close()),
    });
    this.life = life;
  }

  /** The coordinator's machine fails: what was not synced is gone, but for what was by chance. */
  crash(downMs: number): void {
    this.doom = 0;
    this.counts.crashes += 1;
    // One that is starting waits for a disk that is dead.
    this.#isBooting = false;
    this.life?.die();
    this.life = null;
    this.disk.crash(this.chance.happens(0.3) ? 'kept' : 'lost');
    for (const connection of this.#connections) {
      connection.break({ worker: this.chance.happens(0.7), coordinator: true });
    }
    this.#connections.clear();
    this.clock.after(downMs, () => this.boot());
  }

  /** Holds against the promises what the disk has got since the last time. */
  check(): void {
    const facts = this.disk.durableFacts();
    if (facts.length < this.#read) this.violations.push('the disk has lost what it had');
    if (facts.length > this.#read)
      this.violations.push(...this.historian.read(facts.slice(this.#read)));
    this.#read = facts.length;
  }

  setFull(isFull: boolean): void {
    this.#silences.troubled();
    this.disk.setFull(isFull);
  }

  async #ended(life: Life, outcome: Outcome, close: () => Promise<void>): Promise<void> {
    if (!life.isAlive()) return;
    if (outcome.status === 'cancelled') {
      life.sessions.suspendAll('stopped');
      await close();
      if (!life.isAlive()) return;
      life.die();
      this.life = null;
      return this.clock.after(this.chance.between(10, 2000), () => this.boot());
    }
    this.outcome = outcome;
    life.sessions.endAll(outcome.status === 'finished', '');
  }

  #meetDoom(): void {
    if (this.doom === 0) return;
    this.doom -= 1;
    if (this.doom === 0) this.crash(this.chance.between(10, 2500));
  }

  #surroundings(): Surroundings {
    const { clock, chance } = this;
    const { truth, limits, poison } = this.options;
    return {
      ...{ clock, chance, truth, limits, engine: 'an engine' },
      connect: (host, ends) => {
        const { life } = this;
        if (life === null || chance.happens(this.weather.loss)) return null;
        let worker = host;
        const connection = connect(
          { clock, chance, weather: () => this.weather },
          {
            ...ends,
            sessions: life.sessions,
            onSent: (message) => {
              this.#meetDoom();
              if (!life.isAlive()) return;
              this.counts.messages += 1;
              if (message.welcome?.worker) worker = message.welcome.worker;
              this.check();
              this.violations.push(...this.witness.saw(worker, message));
            },
            onHeard: (said) => {
              this.counts.messages += 1;
              if (said.body === 'heartbeat') this.#silences.heard(worker);
            },
          },
        );
        this.#connections.add(connection);
        return connection;
      },
      ...transferring(this),
      isPoisoned: (id) => id.task === 'fold' && id.fold === poison,
    };
  }
}

/** Whether a result is that of the undisturbed run. */
function isTrue(truth: Truth, result: FoldResult | EvaluationResult): boolean {
  const { fold, attempt } = result;
  const weights = truth.weights(fold, truth.plan.training.epochs);
  if ('part' in result) {
    const expected = truth.evaluation(fold, attempt, result.part, weights);
    return JSON.stringify(result.score) === JSON.stringify(expected.score);
  }
  const { model, validation } = truth.foldResult(fold, attempt, weights);
  return (
    JSON.stringify([result.model.weightsDigest, result.validation]) ===
    JSON.stringify([model.weightsDigest, validation])
  );
}

const TICKET_KEY = randomBytes(32).toString('base64url');

const headerOf = ({ plan }: Truth): RunHeader => ({
  ...{ plan, settings: {}, createdAt: '2026-01-01T00:00:00.000Z', foldwise: '0.1.0' },
  ticketKey: TICKET_KEY,
});
