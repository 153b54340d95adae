import type { ChannelOptions } from '@grpc/grpc-js';

/**
 * Options of every channel and server. grpc-js has keepalive off by default and would take a
 * silently cut connection for an open one.
 */
export function channelOptions(): ChannelOptions {
  return {
    // A cut is noticed within 5 s, sooner than most leases end.
    'grpc.keepalive_time_ms': 3_000,
    'grpc.keepalive_timeout_ms': 2_000,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
    // An assignment lists the validation indices; bytes travel in chunks far below this.
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.enable_channelz': 0,
    'grpc.enable_http_proxy': 0,
    // A connection for each client, not one for all of a process: they may show different secrets.
    'grpc.use_local_subchannel_pool': 1,
  };
}

/**
 * Options of the server besides: what one connection may cost. A worker has a session and a few
 * transfers open at a time; HTTP/2 asks servers to allow at least a hundred streams.
 */
export function serverOptions(): ChannelOptions {
  return {
    ...channelOptions(),
    'grpc.max_concurrent_streams': 100,
    // In MB (10⁶): a message of the largest size in either direction, and what is still in transit.
    'grpc-node.max_session_memory': 64,
  };
}
