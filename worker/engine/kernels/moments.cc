#include "moments.h"

#include <algorithm>

#include "simd.h"

namespace foldwise {
namespace {

FOLDWISE_SIMD void AddPixels(const float *x, const float *pivot, float *sum, float *squares,
                             int64_t count, int64_t channels) {
  for (int64_t i = 0; i < count; ++i, x += channels) {
    FOLDWISE_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) {
      const float d = x[c] - pivot[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
}

// Adds what few pixels come to, and goes on from their mean.
FOLDWISE_SIMD void CarryOver(const float *origin, float *pivot, float *sum, float *squares,
                             double count, double *total, double *total_squares,
                             int64_t channels) {
  FOLDWISE_INDEPENDENT
  for (int64_t c = 0; c < channels; ++c) {
    const double shift = static_cast<double>(pivot[c]) - origin[c], s = sum[c];
    total[c] += s + count * shift;
    total_squares[c] += squares[c] + shift * (2 * s + count * shift);
    pivot[c] += static_cast<float>(s / count);
    sum[c] = squares[c] = 0;
  }
}

}  // namespace

void Moments::Begin(double *sum, double *squares) {
  total_ = sum;
  total_squares_ = squares;
  std::copy(origin_, origin_ + channels_, pivot_.data());
}

void Moments::Add(const float *pixels, int64_t count) {
  for (int64_t i = 0; i < count;) {
    if (few_ == kFewPixels) Finish();
    const int64_t some = std::min(kFewPixels - few_, count - i);
    AddPixels(pixels + i * channels_, pivot_.data(), sum_.data(), squares_.data(), some, channels_);
    few_ += some;
    i += some;
  }
}

void Moments::Finish() {
  if (few_ == 0) return;
  CarryOver(origin_, pivot_.data(), sum_.data(), squares_.data(), static_cast<double>(few_), total_,
            total_squares_, channels_);
  few_ = 0;
}

}  // namespace foldwise
