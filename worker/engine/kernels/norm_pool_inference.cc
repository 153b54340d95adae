#include "norm_pool.h"

#include "norm_pool_select.h"
#include "parallel.h"

namespace foldwise {
namespace {

constexpr int kWindow = 5;

bool AreStatisticsFit(Context &context, int64_t channels) {
  for (int input = 1; input < kWindow; ++input) {
    if (context.ShapeOf(input) != Shape{channels}) return false;
  }
  return true;
}

}  // namespace

// The statistics are known beforehand: a row of windows is normalised while it is at hand.
void ComputeNormPoolInference(void *kernel, TF_OpKernelContext *op_context) {
  const auto &settings = *static_cast<NormPoolSettings *>(kernel);
  Context context(op_context);
  const Shape shape = context.ShapeOf(0), sides = context.ShapeOf(kWindow);
  if (!AreSizesFit(shape, sides)) {
    return context.Fail("NormPoolInference: expected images no smaller than a window");
  }
  const Window window = {sides[0], sides[1]};
  const Sizes sizes(shape, window);
  const int64_t channels = sizes.channels;
  if (!AreStatisticsFit(context, channels)) {
    return context.Fail("NormPoolInference: expected one of each statistic for each channel");
  }
  const float *x = context.Floats(0), *gamma = context.Floats(1), *beta = context.Floats(2);
  const float *mean = context.Floats(3), *variance = context.Floats(4);
  float *y = context.Output(0, sizes.pooled());
  if (!context.ok()) return;

  const auto signs = Signs(gamma, channels);
  Floats factor(channels);
  for (int64_t c = 0; c < channels; ++c) {
    factor[c] = gamma[c] / std::sqrt(variance[c] + settings.epsilon);
  }
  const Selecting selecting = {sizes, window, signs.data()};
  const Normalisation by = {mean, factor.data(), beta, settings.floor()};
  ParallelFor(sizes.count * sizes.pooled_rows, window.height * sizes.row(),
              [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t image = at / sizes.pooled_rows, row = at % sizes.pooled_rows;
      float *pooled = y + at * sizes.pooled_columns * channels;
      SelectRow(selecting, x + image * sizes.image() + row * window.height * sizes.row(), pooled);
      NormalisePixels(by, pooled, pooled, sizes.pooled_columns, channels);
    }
  });
}

}  // namespace foldwise
