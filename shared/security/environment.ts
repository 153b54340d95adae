/** Secrets that a program finds in its environment. Pure. */
const SECRETS: ReadonlySet<string> = new Set([
  'FOLDWISE_TOKEN',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  // A token, where there is no password.
  'NATS_USER',
]);

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment for a child process that is to know none of our secrets. */
export function withoutSecrets(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.has(name)));
}
