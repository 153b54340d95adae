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

/** Puts an access into the words of grpc-js. */
export function clientSettings({ tls, token }: ClientAccess): ClientSettings {
  const { serverName } = tls ?? {};
  return {
    credentials: tls
      ? credentials.createSsl(tls.authority, tls.own?.key ?? null, tls.own?.certificate ?? null)
      : credentials.createInsecure(),
    options: {
      ...channelOptions(),
      ...(token === undefined ? {} : { interceptors: [showing(token)] }),
      ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
    },
  };
}

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
