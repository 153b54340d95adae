/** A message as it came; anybody may have written it. */
export interface NatsMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** A stream of JetStream, by the settings that matter to us. */
export interface StreamSettings {
  readonly name: string;
  readonly description: string;
  readonly subject: string;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly duplicateWindowMs: number;
}

/** What is published on a subject. */
export interface Feed {
  /** In the order of the server; ends when the connection is gone. */
  readonly messages: AsyncIterable<NatsMessage>;
  /** How many of them were there before. */
  readonly backlog: number;
  /** Whether the server keeps messages for those who come late; "none yet": it well may. */
  readonly history: 'kept' | 'none yet' | 'none';
  /** Why it keeps none. */
  readonly why?: string;
}

/**
 * One connection, from its beginning to its end: it does not mend itself, so that nothing is
 * published into the void while the server is away. All that rejects does so with a NatsProblem.
 */
export interface NatsLink {
  /** HOST:PORT */
  readonly server: string;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Resolves once the server has the message; a stream that takes it knows it by its id. */
  readonly publish: (subject: string, payload: string, id: string) => Promise<void>;
  /** Resolves once a stream has the message, or had it already by its id; false: none takes it. */
  readonly store: (subject: string, payload: string, id: string) => Promise<boolean>;
  /** Makes a stream where there is none; says why there can be none. */
  readonly ensureStream: (settings: StreamSettings) => Promise<undefined | { why: string }>;
  readonly follow: (filter: string) => Promise<Feed>;
  /** Whether all who read the stream have been sent all of it. */
  readonly hasDelivered: (stream: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}
