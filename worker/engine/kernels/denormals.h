// Numbers too small for a float's usual form count as 0, as in TensorFlow's own threads: they take
// a hundred times as long, and what a thread makes of them must not depend on which one it is.
#pragma once

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif
#include <cstdint>

namespace foldwise {

// For the thread, as long as it lives.
class WithoutDenormals {
 public:
  WithoutDenormals() : before_(Get()) { Set(before_ | kFlush); }
  ~WithoutDenormals() { Set(before_); }
  WithoutDenormals(const WithoutDenormals &) = delete;

 private:
#if defined(__x86_64__)
  // FTZ for results, DAZ for operands.
  static constexpr uint64_t kFlush = 0x8040;
  static uint64_t Get() { return _mm_getcsr(); }
  static void Set(uint64_t control) { _mm_setcsr(static_cast<unsigned>(control)); }
#elif defined(__aarch64__)
  static constexpr uint64_t kFlush = uint64_t{1} << 24;
  static uint64_t Get() {
    uint64_t control;
    asm volatile("mrs %0, fpcr" : "=r"(control));
    return control;
  }
  static void Set(uint64_t control) { asm volatile("msr fpcr, %0" : : "r"(control)); }
#else
  static constexpr uint64_t kFlush = 0;
  static uint64_t Get() { return 0; }
  static void Set(uint64_t) {}
#endif

  const uint64_t before_;
};

}  // namespace foldwise
