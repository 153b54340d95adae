import type { ChannelOptions } from '@grpc/grpc-js';

/**
 * Options of every channel and server. grpc-js has keepalive off by default and would take a
 * silently cut connection for an open one.
 */
export function channelOptions(): ChannelOptions {
  return {
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
    // An assignment lists the validation indices; bytes travel in chunks far below this.
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.enable_channelz': 0,
    'grpc.enable_http_proxy': 0,
  };
}
