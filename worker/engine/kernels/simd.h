// Loops for several instruction sets.
#pragma once

// Says whether the C library is glibc, which resolves such functions.
#include <cstdint>

// Compiled once for each; the processor's best is taken when the library is loaded. Names of levels
// include fused multiplication and addition; GCC before 12 does not know them, and splits strings
// at commas, so that "avx2,fma" would be two clones, neither with both. Other compilers do not know
// all of this: their loops are of the base set, as on processors that need no choice.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define FOLDWISE_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOLDWISE_SIMD __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define FOLDWISE_SIMD
#endif

namespace foldwise {

// Eight floats to compute with at once, which GCC keeps in registers where it would not keep an
// array's; and the same in memory, wherever they begin.
typedef float Eight __attribute__((vector_size(32)));
typedef float EightAt __attribute__((vector_size(32), aligned(4), may_alias));

inline const EightAt *EightsAt(const float *floats) {
  return reinterpret_cast<const EightAt *>(floats);
}
inline EightAt *EightsAt(float *floats) { return reinterpret_cast<EightAt *>(floats); }

}  // namespace foldwise

// No round of the loop that follows reads what another writes, though what is written may lie where
// it was read.
#if defined(__clang__)
#define FOLDWISE_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define FOLDWISE_INDEPENDENT _Pragma("GCC ivdep")
#endif
