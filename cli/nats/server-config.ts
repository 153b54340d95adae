export interface ServerConfigOptions {
  /** A private folder. */
  readonly store: string;
  readonly password: string;
  /** Name of the stream of events. */
  readonly stream: string;
}

/** Looking at the stream and reading it: nothing here changes or ends the story of a run. */
const reading = (stream: string): string[] =>
  [
    ...['INFO', 'STREAM.NAMES', 'STREAM.LIST'],
    ...['STREAM.INFO', 'STREAM.MSG.GET', 'DIRECT.GET', 'CONSUMER.NAMES', 'CONSUMER.LIST'].map(
      (what) => `${what}.${stream}`,
    ),
    `CONSUMER.CREATE.${stream}`,
    ...['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map((what) => `CONSUMER.${what}.${stream}.>`),
  ].map((subject) => `$JS.API.${subject}`);

/**
 * Configuration of a nats-server for one run: any free port of the loopback interface, JetStream of
 * bounded size, one user who may publish, and everybody else, without credentials, to watch.
 */
export function serverConfig({ store, password, stream }: ServerConfigOptions): string {
  const quoted = JSON.stringify;
  const allowed = [...reading(stream), '$JS.ACK.>', '$JS.FC.>'];
  return `host: "127.0.0.1"
port: -1
ports_file_dir: ${quoted(store)}
jetstream { store_dir: ${quoted(store)}, max_mem: 32MB, max_file: 256MB }
authorization {
  users: [
    { user: "coordinator", password: ${quoted(password)} }
    { user: "watcher", password: "", permissions: { publish: { allow: ${quoted(allowed)} } } }
  ]
}
no_auth_user: "watcher"
`;
}
