export interface ServerConfigOptions {
  /** A private folder. */
  readonly store: string;
  readonly password: string;
}

/** What changes or forges the story of a run; whoever watches needs none of it. */
const DENIED = [
  'foldwise.>',
  ...['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'RESTORE', 'MSG.DELETE'].map(
    (what) => `$JS.API.STREAM.${what}.>`,
  ),
];

/**
 * Configuration of a nats-server for one run: any free port of the loopback interface, JetStream of
 * bounded size, one user who may publish, and everybody else, without credentials, to watch.
 */
export function serverConfig({ store, password }: ServerConfigOptions): string {
  const quoted = JSON.stringify;
  return `host: "127.0.0.1"
port: -1
ports_file_dir: ${quoted(store)}
jetstream { store_dir: ${quoted(store)}, max_mem: 32MB, max_file: 256MB }
authorization {
  users: [
    { user: "coordinator", password: ${quoted(password)} }
    { user: "watcher", password: "", permissions: { publish: { deny: ${quoted(DENIED)} } } }
  ]
}
no_auth_user: "watcher"
`;
}
