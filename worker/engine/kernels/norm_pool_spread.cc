// The second pass of the gradient: through the pooling, and the normalisation, to every pixel.
#include "norm_pool_gradient.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

// The pixels of no window.
FOLDWISE_SIMD void Background(const Coefficients &of, const float *x, float *dx, int64_t count,
                              int64_t channels) {
  const float *mean = of.by.mean, *slope = of.slope.data(), *base = of.base.data();
  for (int64_t i = 0; i < count; ++i, x += channels, dx += channels) {
    FOLDWISE_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) dx[c] = slope[c] * (x[c] - mean[c]) + base[c];
  }
}

// Two rows are read side by side, which processors do not foresee: the two that follow are asked
// for meanwhile. To ask for what lies beyond the last harms nothing.
void AskFor(const float *next, int64_t count) {
  for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(next + i);
}

// Windows of 2×2 side by side. The gradient of each goes to the first of its greatest values. Which
// one that is costs less to find anew than to read what was selected.
FOLDWISE_SIMD void SpreadRow2x2(const Coefficients &of, const float *x, const float *dy, float *dx,
                                int64_t windows, int64_t row, int64_t channels) {
  const auto [mean, factor, offset, floor] = of.by;
  const float *slope = of.slope.data(), *base = of.base.data(), *sign = of.sign;
  const float *next = x + 2 * row;
  for (int64_t j = 0; j < windows; ++j, next += 4 * channels, dy += channels) {
    AskFor(next, 4 * channels);
    const float *a = x + 2 * j * channels, *b = a + channels, *c = a + row, *d = c + channels;
    float *dx_a = dx + 2 * j * channels, *dx_b = dx_a + channels;
    float *dx_c = dx_a + row, *dx_d = dx_c + channels;
    FOLDWISE_INDEPENDENT
    for (int64_t i = 0; i < channels; ++i) {
      const float xa = a[i], xb = b[i], xc = c[i], xd = d[i];
      const float s = sign[i], m = mean[i], f = factor[i], k = slope[i], o = base[i];
      const float p = s * xa, q = s * xb, r = s * xc, t = s * xd;
      const float left = p > q ? p : q, right = r > t ? r : t;
      const float best = left > right ? left : right, all = f * dy[i];
      const float g = Normalised(s * best, m, f, offset[i]) > floor ? all : 0.0f;
      const float ga = p == best ? g : 0.0f, after_a = g - ga;
      const float gb = q == best ? after_a : 0.0f, after_b = after_a - gb;
      const float gc = r == best ? after_b : 0.0f, gd = after_b - gc;
      dx_a[i] = k * (xa - m) + o + ga;
      dx_b[i] = k * (xb - m) + o + gb;
      dx_c[i] = k * (xc - m) + o + gc;
      dx_d[i] = k * (xd - m) + o + gd;
    }
  }
}

// `waiting` holds what no value of the window has taken yet.
FOLDWISE_SIMD void Take(const Coefficients &of, const float *x, const float *selected,
                        float *waiting, float *dx, int64_t channels) {
  const float *mean = of.by.mean, *slope = of.slope.data(), *base = of.base.data();
  FOLDWISE_INDEPENDENT
  for (int64_t c = 0; c < channels; ++c) {
    const float value = x[c], all = waiting[c], taken = value == selected[c] ? all : 0.0f;
    dx[c] = slope[c] * (value - mean[c]) + base[c] + taken;
    waiting[c] = all - taken;
  }
}

void WindowOfAnySize(const Spreading &by, const float *x, const float *dy, const float *selected,
                     float *waiting, float *dx) {
  const auto &[mean, factor, offset, floor] = by.of.by;
  const int64_t channels = by.sizes.channels;
  for (int64_t c = 0; c < channels; ++c) {
    const float y = Normalised(selected[c], mean[c], factor[c], offset[c]);
    waiting[c] = y > floor ? factor[c] * dy[c] : 0.0f;
  }
  for (int64_t i = 0; i < by.window.height; ++i) {
    for (int64_t j = 0; j < by.window.width; ++j) {
      const int64_t at = i * by.sizes.row() + j * channels;
      Take(by.of, x + at, selected, waiting, dx + at, channels);
    }
  }
}

// The windows of a row, and the pixels beside them.
void SpreadRow(const Spreading &by, const float *x, const float *dy, const float *selected,
               float *waiting, float *dx) {
  const auto &[sizes, window, of] = by;
  const int64_t channels = sizes.channels, windows = sizes.pooled_columns;
  if (window.is_2x2()) {
    SpreadRow2x2(of, x, dy, dx, windows, sizes.row(), channels);
  } else {
    for (int64_t j = 0; j < windows; ++j) {
      const int64_t at = j * window.width * channels, from = j * channels;
      WindowOfAnySize(by, x + at, dy + from, selected + from, waiting, dx + at);
    }
  }
  const int64_t covered = windows * window.width;
  for (int64_t r = 0; r < window.height && covered < sizes.columns; ++r) {
    const int64_t at = r * sizes.row() + covered * channels;
    Background(of, x + at, dx + at, sizes.columns - covered, channels);
  }
}

void SpreadImage(const Spreading &by, const float *x, const float *dy, const float *selected,
                 float *waiting, float *dx) {
  const Sizes &sizes = by.sizes;
  for (int64_t i = 0; i < sizes.pooled_rows; ++i) {
    const int64_t at = i * by.window.height * sizes.row();
    const int64_t from = i * sizes.pooled_columns * sizes.channels;
    SpreadRow(by, x + at, dy + from, selected + from, waiting, dx + at);
  }
  const int64_t covered = sizes.pooled_rows * by.window.height, at = covered * sizes.row();
  Background(by.of, x + at, dx + at, (sizes.rows - covered) * sizes.columns, sizes.channels);
}

}  // namespace

void Spread(const Spreading &by, const float *x, const float *dy, const float *selected,
            float *dx) {
  const int64_t image = by.sizes.image(), pooled = by.sizes.pooled_image();
  ParallelFor(by.sizes.count, image, [&](int64_t begin, int64_t end) {
    Floats waiting(by.sizes.channels);
    for (int64_t n = begin; n < end; ++n) {
      SpreadImage(by, x + n * image, dy + n * pooled, selected + n * pooled, waiting.data(),
                  dx + n * image);
    }
  });
}

}  // namespace foldwise
