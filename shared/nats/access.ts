/** Who we are to a server. Secrets: never logged, never part of an event or an error. */
export type NatsCredentials =
  | { readonly kind: 'none' }
  /** The content of a `.creds` file: a JWT and the seed of its nkey. */
  | { readonly kind: 'creds'; readonly creds: string }
  /** The seed of an nkey. */
  | { readonly kind: 'nkey'; readonly seed: string }
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** PEM files; all may be absent, for the certificates that the system trusts. */
export interface NatsTls {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** All it takes to connect. */
export interface NatsAccess {
  /** HOST:PORT each; tried in this order. */
  readonly servers: readonly string[];
  /** Present where TLS is demanded; a server may demand it by itself. */
  readonly tls?: NatsTls | undefined;
  readonly credentials: NatsCredentials;
}
