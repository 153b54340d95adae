/**
 * Which shared libraries the GPU engine opens by name at run time, beside those that each of them
 * is linked with. The names go with the wheels pinned in requirements-gpu.txt: TensorFlow's are
 * what `TF_CPP_VMODULE=dso_loader=1` prints and what its source (tsl/platform/default/dso_loader.cc)
 * asks for, the others are the names in NVIDIA's libraries. docs/engine.md tells how to check them
 * when a pin changes.
 */
export interface LibraryRequest {
  /** Who asks: by its search path the loader looks. */
  readonly by: string;
  readonly names: readonly string[];
}

/** Not a library's name: the loader inside TensorFlow. */
export const TENSORFLOW = 'TensorFlow';

/** The driver's own library, which no wheel may bring. */
export const DRIVER_LIBRARY = 'libcuda.so.1';

const NVRTC = 'libnvrtc.so.12';
const NVRTC_BUILTINS = 'libnvrtc-builtins.so.12.9';
const CUSOLVER = 'libcusolver.so.11';

/** In an order in which whoever asks has been asked for before. */
export const LIBRARY_REQUESTS: readonly LibraryRequest[] = [
  {
    // Without the first seven, TensorFlow does not use a GPU at all.
    by: TENSORFLOW,
    names: [
      ...['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11'],
      ...[CUSOLVER, 'libcusparse.so.12', 'libcudnn.so.9'],
      ...['libnccl.so.2', 'libcupti.so.12'],
    ],
  },
  {
    by: 'libcudnn.so.9',
    names: ['graph', 'ops', 'cnn', 'adv', 'ext'].map((part) => `libcudnn_${part}.so.9`),
  },
  {
    by: 'libcudnn_graph.so.9',
    names: [
      ...['heuristic', 'engines_precompiled', 'engines_runtime_compiled', 'engines_tensor_ir'].map(
        (part) => `libcudnn_${part}.so.9`,
      ),
      NVRTC,
    ],
  },
  { by: 'libcudnn_engines_precompiled.so.9', names: ['libcublasLt.so.12', NVRTC] },
  { by: 'libcudnn_adv.so.9', names: ['libcublasLt.so.12'] },
  { by: 'libcublasLt.so.12', names: [NVRTC] },
  { by: 'libcufft.so.11', names: ['libnvJitLink.so.12', NVRTC] },
  { by: NVRTC, names: [NVRTC_BUILTINS] },
];

/** What XLA looks for in `nvidia/`, beside the folder of TensorFlow's library. */
export const COMPILER_FILES = [
  'cuda_nvcc/bin/ptxas',
  'cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
] as const;

/** A library that lies where those who ask for it do not look, and the folder where they do. */
export interface LibraryLink {
  readonly name: string;
  /** Folders of `nvidia/`. */
  readonly from: string;
  readonly into: string;
}

/**
 * TensorFlow's loader is in libtensorflow_framework.so.2, whose search path leaves cusolver out
 * (that of libtensorflow_cc.so.2, which has it, does not count); Python has another library with
 * all of it. NVRTC is beside none of those who may ask for it, and looks beside itself.
 */
export const LIBRARY_LINKS: readonly LibraryLink[] = [
  { name: CUSOLVER, from: 'cusolver', into: 'cusparse' },
  ...['cublas', 'cufft'].flatMap((into) =>
    [NVRTC, NVRTC_BUILTINS].map((name) => ({ name, from: 'cuda_nvrtc', into })),
  ),
];

const WHEELS: readonly (readonly [RegExp, string])[] = [
  [/^libcudnn/, 'nvidia-cudnn-cu12'],
  [/^libcublas/, 'nvidia-cublas-cu12'],
  [/^libcudart/, 'nvidia-cuda-runtime-cu12'],
  [/^libcufft/, 'nvidia-cufft-cu12'],
  [/^libcusolver/, 'nvidia-cusolver-cu12'],
  [/^libcusparse/, 'nvidia-cusparse-cu12'],
  [/^libnccl/, 'nvidia-nccl-cu12'],
  [/^libcupti/, 'nvidia-cuda-cupti-cu12'],
  [/^libnvrtc/, 'nvidia-cuda-nvrtc-cu12'],
  [/^libnvJitLink/, 'nvidia-nvjitlink-cu12'],
  [/^(ptxas|libdevice)/, 'nvidia-cuda-nvcc-cu12'],
];

/** The wheel that should bring a library; undefined for one that none of them brings. */
export function wheelOf(name: string): string | undefined {
  return WHEELS.find(([pattern]) => pattern.test(name))?.[1];
}
