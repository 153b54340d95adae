import { clientSettings, type ClientAccess } from '../shared/security/client-access.ts';
import { loadContract, type CoordinatorClient } from '../shared/wire/contract.ts';

/** The way to the coordinator: one channel at a time, which may be replaced by a fresh one. */
export class Connection {
  /** HOST:PORT */
  readonly coordinator: string;
  readonly #create: () => CoordinatorClient;
  #client: CoordinatorClient;

  constructor(coordinator: string, access: ClientAccess = {}) {
    this.coordinator = coordinator;
    const contract = loadContract();
    const { credentials, options } = clientSettings(access, coordinator);
    this.#create = () => new contract.Coordinator(coordinator, credentials, options);
    this.#client = this.#create();
  }

  get client(): CoordinatorClient {
    return this.#client;
  }

  /** Takes a fresh channel for this one, which may be half open. Calls under way fail or end. */
  renew(): void {
    this.#client.close();
    this.#client = this.#create();
  }

  close(): void {
    this.#client.close();
  }
}
