#include "norm_pool_select.h"

#include <algorithm>

#include "moments.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

// Keeps in selected[c] the greater value by sign[c]: the greatest, or the least.
FOLDWISE_SIMD void KeepGreater(const float *x, const float *sign, float *selected,
                               int64_t channels) {
  FOLDWISE_INDEPENDENT
  for (int64_t c = 0; c < channels; ++c) {
    const float s = sign[c], one = s * x[c], other = s * selected[c];
    selected[c] = s * (one > other ? one : other);
  }
}

// From windows of 2×2 side by side.
FOLDWISE_SIMD void SelectRow2x2(const float *x, const float *sign, float *selected, int64_t windows,
                                int64_t row, int64_t channels) {
  for (int64_t j = 0; j < windows; ++j, x += 2 * channels, selected += channels) {
    const float *a = x, *b = a + channels, *c = a + row, *d = c + channels;
    FOLDWISE_INDEPENDENT
    for (int64_t i = 0; i < channels; ++i) {
      const float s = sign[i], p = s * a[i], q = s * b[i], r = s * c[i], t = s * d[i];
      const float left = p > q ? p : q, right = r > t ? r : t;
      selected[i] = s * (left > right ? left : right);
    }
  }
}

}  // namespace

void SelectRow(const Selecting &by, const float *x, float *selected) {
  const auto &[sizes, window, sign] = by;
  const int64_t channels = sizes.channels, row = sizes.row();
  if (window.is_2x2()) {
    return SelectRow2x2(x, sign, selected, sizes.pooled_columns, row, channels);
  }
  for (int64_t j = 0; j < sizes.pooled_columns; ++j, selected += channels) {
    const float *corner = x + j * window.width * channels;
    std::copy(corner, corner + channels, selected);
    for (int64_t p = 0; p < window.height; ++p) {
      for (int64_t q = 0; q < window.width; ++q) {
        KeepGreater(corner + p * row + q * channels, sign, selected, channels);
      }
    }
  }
}

namespace {

// A row of windows at a time: it is read from memory once and in order, which is what processors
// foresee, added up, and is at hand when there is a choice to make.
void SelectImage(const Selecting &by, const float *image, Moments &moments, float *selected) {
  const auto &[sizes, window, sign] = by;
  for (int64_t i = 0; i < sizes.pooled_rows; ++i) {
    const float *x = image + i * window.height * sizes.row();
    moments.Add(x, window.height * sizes.columns);
    SelectRow(by, x, selected + i * sizes.pooled_columns * sizes.channels);
  }
  const int64_t covered = sizes.pooled_rows * window.height;
  moments.Add(image + covered * sizes.row(), (sizes.rows - covered) * sizes.columns);
  moments.Finish();
}

// A typical value of each channel: the median of three, so that one out of the ordinary does no
// harm.
Floats Origin(const Sizes &sizes, const float *x) {
  const int64_t channels = sizes.channels, pixels = sizes.count * sizes.rows * sizes.columns;
  const float *a = x + pixels / 4 * channels, *b = x + pixels / 2 * channels;
  const float *c = x + pixels / 4 * 3 * channels;
  Floats origin(channels);
  for (int64_t i = 0; i < channels; ++i) {
    origin[i] = std::max(std::min(a[i], b[i]), std::min(std::max(a[i], b[i]), c[i]));
  }
  return origin;
}

}  // namespace

Sums Select(const Selecting &by, const float *x, float *selected) {
  const Sizes &sizes = by.sizes;
  const int64_t channels = sizes.channels;
  const Floats origin = Origin(sizes, x);
  std::vector<double> sums(sizes.count * channels), squares(sums);
  ParallelFor(sizes.count, sizes.image(), [&](int64_t begin, int64_t end) {
    Moments moments(origin.data(), channels);
    for (int64_t n = begin; n < end; ++n) {
      moments.Begin(&sums[n * channels], &squares[n * channels]);
      SelectImage(by, x + n * sizes.image(), moments, selected + n * sizes.pooled_image());
    }
  });
  return {origin, InOrder(sums, channels), InOrder(squares, channels)};
}

}  // namespace foldwise
