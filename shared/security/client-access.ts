import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import {
  credentials,
  InterceptingCall,
  type ChannelCredentials,
  type ClientOptions,
  type Interceptor,
} from '@grpc/grpc-js';
import { channelOptions } from '../wire/channel.ts';
import { authorizationOf } from './token.ts';

/** How a worker connects. */
export interface ClientAccess {
  /** PEM; absent for plaintext. */
  readonly tls?: {
    /** Whose certificates the coordinator may have. */
    readonly authority: Buffer;
    /** The worker's own certificate and its key; absent where it shows none. */
    readonly own?: { readonly certificate: Buffer; readonly key: Buffer };
    /** The name to look for in the coordinator's certificate, where it is not that of its address. */
    readonly serverName?: string;
  };
  /** Shown with each call. */
  readonly token?: string;
}

/** What a client of grpc-js takes as its second and third argument. */
export interface ClientSettings {
  readonly credentials: ChannelCredentials;
  readonly options: ClientOptions;
}

/**
 * Puts an access into the words of grpc-js.
 *
 * @param coordinator HOST:PORT
 */
export function clientSettings({ tls, token }: ClientAccess, coordinator: string): ClientSettings {
  const shown = token === undefined ? {} : { interceptors: [showing(token)] };
  const options = { ...channelOptions(), ...shown };
  if (tls === undefined) return { credentials: credentials.createInsecure(), options };
  const { authority, own, serverName } = tls;
  const [key, certificate] = [own?.key ?? null, own?.certificate ?? null];
  const address = addressIn(coordinator);
  if (serverName === undefined && address !== undefined) {
    const verify = { checkServerIdentity: identityOf(address) };
    return {
      credentials: credentials.createSsl(authority, key, certificate, verify),
      options: { ...options, 'grpc.ssl_target_name_override': NO_NAME },
    };
  }
  return {
    credentials: credentials.createSsl(authority, key, certificate),
    options: {
      ...options,
      ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
    },
  };
}

/**
 * Where grpc-js sends an address for the name of the server, which RFC 6066 does not allow: Node warns
 * of it, and some servers refuse it. It always sends one.
 */
const NO_NAME = 'address.invalid';

/** The IP address in HOST:PORT, where it is one. */
function addressIn(coordinator: string): string | undefined {
  const host = coordinator.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** Whether a certificate is for an address, whatever name was sent. */
const identityOf =
  (address: string): typeof checkServerIdentity =>
  (_sent, certificate) =>
    checkServerIdentity(address, certificate);

/** Call credentials of grpc-js would do the same, but refuse connections without TLS. */
function showing(token: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        metadata.set('authorization', authorizationOf(token));
        next(metadata, listener);
      },
    });
}
