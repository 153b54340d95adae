// The first pass over images: what is selected from the windows, and the sums for the statistics.
#pragma once

#include "norm_pool.h"

namespace foldwise {

struct Selecting {
  const Sizes &sizes;
  const Window &window;
  const float *sign;
};

// The first pass alone, of one row of windows: x is its first pixel.
void SelectRow(const Selecting &by, const float *x, float *selected);

// For each channel, over all values: of x − origin and of its square.
struct Sums {
  Floats origin;
  std::vector<double> sum, squares;
};

// selected: as pooled.
Sums Select(const Selecting &by, const float *x, float *selected);

}  // namespace foldwise
