// The two passes of the gradient of FoldwiseNormPool.
#pragma once

#include "norm_pool.h"

namespace foldwise {

// For each channel, over all that was pooled: the sums of the gradient that passes the ReLU, and of
// it times x − mean.
struct Slopes {
  std::vector<double> sum, product;
};

Slopes AddSlopes(const float *dy, const float *selected, const Normalisation &by,
                 const Sizes &sizes);

// How the gradient of a pixel follows: factor·(gradient of its window) + slope·(x − mean) + base.
struct Coefficients {
  Normalisation by;
  const float *sign;
  Floats slope, base;
};

struct Spreading {
  const Sizes &sizes;
  const Window &window;
  const Coefficients &of;
};

// dx may be x.
void Spread(const Spreading &by, const float *x, const float *dy, const float *selected, float *dx);

}  // namespace foldwise
