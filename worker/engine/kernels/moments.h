// Sums over the pixels of images.
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
  // origin: [channels], typical values of all images.
  Moments(const float *origin, int64_t channels)
      : origin_(origin), channels_(channels), pivot_(channels), sum_(channels),
        squares_(channels) {}

  // The next image's. sum, squares: [channels], zeros at first.
  void Begin(double *sum, double *squares);

  void Add(const float *pixels, int64_t count);

  // After an image's last pixels.
  void Finish();

 private:
  const float *const origin_;
  const int64_t channels_;
  double *total_ = nullptr, *total_squares_ = nullptr;
  // Of the last few pixels, about a value near their mean.
  Floats pivot_, sum_, squares_;
  int64_t few_ = 0;
};

}  // namespace foldwise
