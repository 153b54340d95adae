// The first pass of the gradient: sums over what was pooled.
#include <algorithm>

#include "moments.h"
#include "norm_pool_gradient.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

FOLDWISE_SIMD void AddPixels(const Normalisation &by, const float *dy, const float *selected,
                             float *sum, float *product, int64_t count, int64_t channels) {
  const auto [mean, factor, offset, floor] = by;
  for (int64_t i = 0; i < count; ++i, dy += channels, selected += channels) {
    FOLDWISE_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) {
      const float x = selected[c], m = mean[c];
      const float g = Normalised(x, m, factor[c], offset[c]) > floor ? dy[c] : 0.0f;
      sum[c] += g;
      product[c] += g * (x - m);
    }
  }
}

// Adds what few pixels come to.
FOLDWISE_SIMD void CarryOver(float *few, double *total, int64_t channels) {
  FOLDWISE_INDEPENDENT
  for (int64_t c = 0; c < channels; ++c) {
    total[c] += few[c];
    few[c] = 0;
  }
}

}  // namespace

Slopes AddSlopes(const float *dy, const float *selected, const Normalisation &by,
                 const Sizes &sizes) {
  const int64_t channels = sizes.channels, pixels = sizes.pooled_rows * sizes.pooled_columns;
  std::vector<double> sums(sizes.count * channels), products(sums);
  ParallelFor(sizes.count, sizes.pooled_image(), [&](int64_t begin, int64_t end) {
    Floats sum(channels), product(channels);
    for (int64_t i = begin * pixels; i < end * pixels;) {
      const int64_t n = i / pixels, few = std::min(kFewPixels, (n + 1) * pixels - i);
      AddPixels(by, dy + i * channels, selected + i * channels, sum.data(), product.data(), few,
                channels);
      CarryOver(sum.data(), &sums[n * channels], channels);
      CarryOver(product.data(), &products[n * channels], channels);
      i += few;
    }
  });
  return {InOrder(sums, channels), InOrder(products, channels)};
}

}  // namespace foldwise
