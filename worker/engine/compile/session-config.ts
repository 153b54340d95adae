import protobuf from 'protobufjs';

export interface SessionOptions {
  /** Lets XLA compile what it can (ConfigProto, OptimizerOptions.global_jit_level). */
  readonly xla?: boolean;
}

/** The fields of tensorflow/core/protobuf/config.proto that are set here. */
const SCHEMA = `
  syntax = "proto3";
  message OptimizerOptions { int32 global_jit_level = 5; }
  message GraphOptions { OptimizerOptions optimizer_options = 3; }
  message GPUOptions { bool allow_growth = 4; }
  message ConfigProto {
    GPUOptions gpu_options = 6;
    bool allow_soft_placement = 7;
    GraphOptions graph_options = 10;
  }`;

const XLA_ON = 1;

/** How a session is to work, as an encoded ConfigProto. Threads come from the environment. */
export function encodeSessionConfig({ xla = false }: SessionOptions): Uint8Array {
  const message = protobuf.parse(SCHEMA).root.lookupType('ConfigProto');
  return message
    .encode(
      message.fromObject({
        gpuOptions: { allowGrowth: true },
        // An op without a kernel for the GPU runs on the CPU.
        allowSoftPlacement: true,
        graphOptions: xla ? { optimizerOptions: { globalJitLevel: XLA_ON } } : {},
      }),
    )
    .finish();
}
