#include "norm_pool.h"

#include "norm_pool_select.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {

Floats Signs(const float *gamma, int64_t channels) {
  Floats signs(channels);
  for (int64_t c = 0; c < channels; ++c) signs[c] = gamma[c] < 0 ? -1.0f : 1.0f;
  return signs;
}

std::vector<double> InOrder(const std::vector<double> &parts, int64_t channels) {
  std::vector<double> sums(channels, 0.0);
  for (size_t i = 0; i < parts.size(); i += channels) {
    for (int64_t c = 0; c < channels; ++c) sums[c] += parts[i + c];
  }
  return sums;
}

namespace {

// [channels] each.
struct Statistics {
  float *mean, *variance, *scale, *offset;
};

// NaN stays NaN: a training must not overlook it.
void Describe(const Sums &sums, const Sizes &sizes, const float *gamma, const float *beta,
              float epsilon, const Statistics &statistics) {
  const double values = sizes.values();
  for (int64_t c = 0; c < sizes.channels; ++c) {
    const double shift = sums.sum[c] / values, mean = shift + sums.origin[c];
    const double moment = sums.squares[c] / values - shift * shift;
    const double biased = moment < 0 ? 0 : moment;
    const double scale = 1 / std::sqrt(biased + epsilon);
    statistics.mean[c] = static_cast<float>(mean);
    statistics.variance[c] =
        static_cast<float>(values > 1 ? biased * (values / (values - 1)) : biased);
    statistics.scale[c] = static_cast<float>(scale);
    // What the mean loses as a float, the offset makes good.
    statistics.offset[c] =
        static_cast<float>(beta[c] + (statistics.mean[c] - mean) * scale * gamma[c]);
  }
}

}  // namespace

FOLDWISE_SIMD void NormalisePixels(const Normalisation &by, const float *x, float *y, int64_t count,
                                   int64_t channels) {
  const auto [mean, factor, offset, floor] = by;
  for (int64_t i = 0; i < count; ++i, x += channels, y += channels) {
    FOLDWISE_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) {
      const float value = Normalised(x[c], mean[c], factor[c], offset[c]);
      y[c] = value < floor ? floor : value;
    }
  }
}

void ComputeNormPool(void *kernel, TF_OpKernelContext *op_context) {
  const auto &settings = *static_cast<NormPoolSettings *>(kernel);
  Context context(op_context);
  const Shape shape = context.ShapeOf(0), sides = context.ShapeOf(3);
  if (!AreSizesFit(shape, sides)) {
    return context.Fail("NormPool: expected images no smaller than a window");
  }
  const Window window = {sides[0], sides[1]};
  const Sizes sizes(shape, window);
  const int64_t channels = sizes.channels;
  if (context.ShapeOf(1) != Shape{channels} || context.ShapeOf(2) != Shape{channels}) {
    return context.Fail("NormPool: expected one gamma and one beta for each channel");
  }
  const float *x = context.Floats(0), *gamma = context.Floats(1), *beta = context.Floats(2);
  float *y = context.Output(0, sizes.pooled()), *selected = context.Output(1, sizes.pooled());
  const Statistics statistics = {context.Output(2, {channels}), context.Output(3, {channels}),
                                 context.Output(4, {channels}), context.Output(5, {channels})};
  if (!context.ok()) return;

  const auto signs = Signs(gamma, channels);
  const Sums sums = Select({sizes, window, signs.data()}, x, selected);
  Describe(sums, sizes, gamma, beta, settings.epsilon, statistics);
  Floats factor(channels);
  for (int64_t c = 0; c < channels; ++c) factor[c] = gamma[c] * statistics.scale[c];
  const Normalisation by = {statistics.mean, factor.data(), statistics.offset, settings.floor()};
  const int64_t pixels = sizes.count * sizes.pooled_rows * sizes.pooled_columns;
  ParallelFor(pixels, channels, [&](int64_t begin, int64_t end) {
    const int64_t at = begin * channels;
    NormalisePixels(by, selected + at, y + at, end - begin, channels);
  });
}

}  // namespace foldwise
