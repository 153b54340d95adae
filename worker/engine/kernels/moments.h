// Sums over the pixels of an image.
#pragma once

#include <cstdint>

#include "floats.h"

namespace foldwise {

// So many pixels at a time are added up as floats.
constexpr int64_t kFewPixels = 256;

// The sums of x − origin and of its square, for each channel of an image. Few pixels at a time are
// added up as floats, about a value that is typical of them, and what they come to as doubles: so
// the variance is right wherever the mean lies.
class Moments {
 public:
  // sum, squares: [channels], zeros at first.
  Moments(const float *origin, int64_t channels, double *sum, double *squares)
      : origin_(origin), channels_(channels), sum_(sum), squares_(squares), pivot_(channels),
        few_sum_(channels), few_squares_(channels) {}

  void Add(const float *pixels, int64_t count);

  // After the last pixels.
  void Finish();

 private:
  // Chooses what the first pixels are added up about.
  void Begin(const float *x, int64_t count);

  const float *const origin_;
  const int64_t channels_;
  double *const sum_, *const squares_;
  Floats pivot_, few_sum_, few_squares_;
  int64_t few_ = 0;
  bool is_begun_ = false;
};

}  // namespace foldwise
