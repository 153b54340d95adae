#include "norm_pool_gradient.h"

namespace foldwise {
namespace {

// [channels] each.
struct Outputs {
  float *dgamma, *dbeta;
};

Coefficients Combine(const Slopes &slopes, const Normalisation &by, const float *sign,
                     const float *scale, const Sizes &sizes, const Outputs &outputs) {
  Coefficients of = {by, sign, Floats(sizes.channels), Floats(sizes.channels)};
  for (int64_t c = 0; c < sizes.channels; ++c) {
    // Of the gradient times the normalised value.
    const double product = slopes.product[c] * scale[c], factor = by.factor[c];
    outputs.dgamma[c] = static_cast<float>(product);
    outputs.dbeta[c] = static_cast<float>(slopes.sum[c]);
    of.slope[c] = static_cast<float>(-factor * scale[c] * product / sizes.values());
    of.base[c] = static_cast<float>(-factor * slopes.sum[c] / sizes.values());
  }
  return of;
}

enum Input { kDy, kX, kSelected, kGamma, kMean, kScale, kOffset, kWindow };

// Why the inputs are no such thing; null where they are.
const char *Misfit(Context &context, const Shape &images, const Shape &window) {
  if (!AreSizesFit(images, window)) return "NormPoolGrad: expected images no smaller than a window";
  const Sizes sizes(images, {window[0], window[1]});
  for (int input : {kDy, kSelected}) {
    if (context.ShapeOf(input) != sizes.pooled()) {
      return "NormPoolGrad: expected gradients and selected values of the shape that was pooled";
    }
  }
  for (int input : {kGamma, kMean, kScale, kOffset}) {
    if (context.ShapeOf(input) != Shape{sizes.channels}) {
      return "NormPoolGrad: expected one gamma, mean, scale and offset for each channel";
    }
  }
  return nullptr;
}

}  // namespace

void ComputeNormPoolGradient(void *kernel, TF_OpKernelContext *op_context) {
  const auto &settings = *static_cast<NormPoolSettings *>(kernel);
  Context context(op_context);
  const Shape shape = context.ShapeOf(kX), sides = context.ShapeOf(kWindow);
  if (const char *misfit = Misfit(context, shape, sides)) return context.Fail(misfit);
  const Window window = {sides[0], sides[1]};
  const Sizes sizes(shape, window);
  const float *x = nullptr;
  float *dx = context.OutputInPlace(0, shape, kX, &x);
  const Outputs outputs = {context.Output(1, {sizes.channels}),
                           context.Output(2, {sizes.channels})};
  const float *dy = context.Floats(kDy), *selected = context.Floats(kSelected);
  const float *gamma = context.Floats(kGamma), *scale = context.Floats(kScale);
  const float *mean = context.Floats(kMean), *offset = context.Floats(kOffset);
  if (!context.ok()) return;

  Floats factor(sizes.channels);
  for (int64_t c = 0; c < sizes.channels; ++c) factor[c] = gamma[c] * scale[c];
  const auto signs = Signs(gamma, sizes.channels);
  const Normalisation by = {mean, factor.data(), offset, settings.floor()};
  const Slopes slopes = AddSlopes(dy, selected, by, sizes);
  const auto of = Combine(slopes, by, signs.data(), scale, sizes, outputs);
  Spread({sizes, window, of}, x, dy, selected, dx);
}

}  // namespace foldwise
