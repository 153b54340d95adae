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

}  // namespace

void Moments::Add(const float *pixels, int64_t count) {
  if (!is_begun_ && count > 0) Begin(pixels, count);
  for (int64_t i = 0; i < count;) {
    const float *x = pixels + i * channels_;
    if (few_ == kFewPixels) Finish();
    const int64_t some = std::min(kFewPixels - few_, count - i);
    AddPixels(x, pivot_.data(), few_sum_.data(), few_squares_.data(), some, channels_);
    few_ += some;
    i += some;
  }
}

// The median of three: one that is out of the ordinary does no harm.
void Moments::Begin(const float *x, int64_t count) {
  const float *middle = x + count / 2 * channels_, *last = x + (count - 1) * channels_;
  for (int64_t c = 0; c < channels_; ++c) {
    const float low = std::min(x[c], middle[c]), high = std::max(x[c], middle[c]);
    pivot_[c] = std::max(low, std::min(high, last[c]));
  }
  is_begun_ = true;
}

void Moments::Finish() {
  for (int64_t c = 0; c < channels_ && few_ > 0; ++c) {
    const double shift = static_cast<double>(pivot_[c]) - origin_[c];
    const double sum = few_sum_[c], count = static_cast<double>(few_);
    sum_[c] += sum + count * shift;
    squares_[c] += few_squares_[c] + shift * (2 * sum + count * shift);
    few_sum_[c] = few_squares_[c] = 0;
    // The mean of these pixels, for the next.
    pivot_[c] += static_cast<float>(sum / count);
  }
  few_ = 0;
}

}  // namespace foldwise
