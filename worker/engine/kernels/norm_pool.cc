// FoldwiseNormPool and its gradient: batch normalisation, max pooling and ReLU of images in two
// passes over them. The normalisation of a channel rises or falls throughout, so the greatest
// normalised value of a window is that of its greatest value, or where gamma is negative of its
// least: only what is pooled has to be normalised, a quarter of the images.
#include <cmath>

#include "kernel.h"
#include "parallel.h"

namespace foldwise {
namespace {

struct Settings {
  float epsilon = 0;
  bool relu = false;

  float floor() const { return relu ? 0.0f : -INFINITY; }
};

struct Window {
  int64_t height, width;
};

// Of images [count, rows, columns, channels] and of what is pooled.
struct Sizes {
  int64_t count, rows, columns, channels, pooled_rows, pooled_columns;

  int64_t image() const { return rows * columns * channels; }
  int64_t pooled() const { return pooled_rows * pooled_columns * channels; }
  double values() const { return static_cast<double>(count) * rows * columns; }
};

Sizes SizesOf(const std::vector<int64_t> &shape, const Window &window) {
  return {shape[0], shape[1], shape[2], shape[3], shape[1] / window.height, shape[2] / window.width};
}

// Checks images against a window that is given by the shape of a tensor.
bool AreSizesFit(const std::vector<int64_t> &images, const std::vector<int64_t> &window) {
  return images.size() == 4 && window.size() == 2 && window[0] > 0 && window[1] > 0 &&
         images[0] > 0 && images[1] >= window[0] && images[2] >= window[1];
}

// Keeps in selected[c] the greater value by sign[c]: the greatest, or the least.
FOLDWISE_SIMD void Select(const float *__restrict x, const float *__restrict sign,
                          float *__restrict selected, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    selected[c] = sign[c] * x[c] > sign[c] * selected[c] ? x[c] : selected[c];
  }
}

FOLDWISE_SIMD void Select4(const float *__restrict a, const float *__restrict b,
                           const float *__restrict c, const float *__restrict d,
                           const float *__restrict sign, float *__restrict selected,
                           int64_t channels) {
  for (int64_t i = 0; i < channels; ++i) {
    const float s = sign[i], p = s * a[i], q = s * b[i], r = s * c[i], t = s * d[i];
    const float left = p > q ? p : q, right = r > t ? r : t;
    selected[i] = s * (left > right ? left : right);
  }
}

// Sums of (x − pivot) and its square over `count` pixels.
FOLDWISE_SIMD void AddMoments(const float *__restrict x, const float *__restrict pivot,
                              float *__restrict sum, float *__restrict squares, int64_t count,
                              int64_t channels) {
  for (int64_t i = 0; i < count; ++i) {
    const float *pixel = x + i * channels;
    for (int64_t c = 0; c < channels; ++c) {
      const float d = pixel[c] - pivot[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
}

// y = max(x·scale + offset, floor) over `count` pixels.
FOLDWISE_SIMD void Affine(const float *__restrict x, const float *__restrict scale,
                          const float *__restrict offset, float floor, float *__restrict y,
                          int64_t count, int64_t channels) {
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t c = 0; c < channels; ++c) {
      const float value = x[i * channels + c] * scale[c] + offset[c];
      y[i * channels + c] = value > floor ? value : floor;
    }
  }
}

void SelectImage(const float *x, const float *sign, const Sizes &sizes, const Window &size,
                 float *selected) {
  const int64_t channels = sizes.channels, row = sizes.columns * channels;
  for (int64_t i = 0; i < sizes.pooled_rows; ++i) {
    for (int64_t j = 0; j < sizes.pooled_columns; ++j, selected += channels) {
      const float *window = x + i * size.height * row + j * size.width * channels;
      if (size.height == 2 && size.width == 2) {
        Select4(window, window + channels, window + row, window + row + channels, sign, selected,
                channels);
        continue;
      }
      std::copy(window, window + channels, selected);
      for (int64_t p = 0; p < size.height; ++p) {
        for (int64_t q = 0; q < size.width; ++q) {
          Select(window + p * row + q * channels, sign, selected, channels);
        }
      }
    }
  }
}

// Adds up what each image has for each channel, images in order: the same for any threads.
std::vector<double> InOrder(const std::vector<float> &parts, int64_t count, int64_t channels) {
  std::vector<double> sums(channels, 0.0);
  for (int64_t n = 0; n < count; ++n) {
    for (int64_t c = 0; c < channels; ++c) sums[c] += parts[n * channels + c];
  }
  return sums;
}

void Compute(void *kernel, TF_OpKernelContext *op_context) {
  const Settings &settings = *static_cast<Settings *>(kernel);
  Context context(op_context);
  const auto shape = context.Shape(0), sides = context.Shape(3);
  if (!AreSizesFit(shape, sides)) {
    return context.Fail("NormPool: expected images no smaller than a window");
  }
  const Window window = {sides[0], sides[1]};
  const Sizes sizes = SizesOf(shape, window);
  const int64_t channels = sizes.channels;
  const std::vector<int64_t> pooled = {sizes.count, sizes.pooled_rows, sizes.pooled_columns,
                                       channels};
  const float *x = context.Floats(0), *gamma = context.Floats(1), *beta = context.Floats(2);
  float *y = context.Output(0, pooled), *selected = context.Output(1, pooled);
  float *mean = context.Output(2, {channels}), *variance = context.Output(3, {channels});
  float *scale = context.Output(4, {channels});
  if (!context.ok()) return;

  std::vector<float> sign(channels), sums(sizes.count * channels), squares(sums);
  for (int64_t c = 0; c < channels; ++c) sign[c] = gamma[c] < 0 ? -1.0f : 1.0f;
  // A typical value of each channel, so that squares do not swamp the variance.
  const std::vector<float> pivot(x, x + channels);
  ParallelFor(sizes.count, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const float *image = x + n * sizes.image();
      AddMoments(image, pivot.data(), &sums[n * channels], &squares[n * channels],
                 sizes.rows * sizes.columns, channels);
      SelectImage(image, sign.data(), sizes, window, selected + n * sizes.pooled());
    }
  });
  const auto sum = InOrder(sums, sizes.count, channels);
  const auto square = InOrder(squares, sizes.count, channels);
  const double values = sizes.values();
  std::vector<float> factor(channels), offset(channels);
  for (int64_t c = 0; c < channels; ++c) {
    const double shifted = sum[c] / values;
    const double biased = std::max(0.0, square[c] / values - shifted * shifted);
    const double inverse = 1 / std::sqrt(biased + settings.epsilon);
    mean[c] = static_cast<float>(shifted + pivot[c]);
    variance[c] = static_cast<float>(values > 1 ? biased * (values / (values - 1)) : biased);
    scale[c] = static_cast<float>(inverse);
    factor[c] = static_cast<float>(inverse * gamma[c]);
    offset[c] = static_cast<float>(beta[c] - (shifted + pivot[c]) * inverse * gamma[c]);
  }
  const float floor = settings.floor();
  const int64_t pixels = sizes.pooled_rows * sizes.pooled_columns;
  ParallelFor(sizes.count, [&](int64_t begin, int64_t end) {
    Affine(selected + begin * sizes.pooled(), factor.data(), offset.data(), floor,
           y + begin * sizes.pooled(), (end - begin) * pixels, channels);
  });
}

struct Slopes {
  const float *dy, *y, *x, *selected;
  float floor;
};

// Sums of the gradient that passes the ReLU, and of it times the normalised value.
FOLDWISE_SIMD void AddSlopes(const Slopes &slopes, const float *__restrict mean,
                             const float *__restrict scale, float *__restrict sum,
                             float *__restrict product, int64_t count, int64_t channels) {
  const float floor = slopes.floor;
  for (int64_t i = 0; i < count; ++i) {
    const float *__restrict dy = slopes.dy + i * channels, *__restrict y = slopes.y + i * channels;
    const float *__restrict selected = slopes.selected + i * channels;
    for (int64_t c = 0; c < channels; ++c) {
      const float g = y[c] > floor ? dy[c] : 0.0f;
      sum[c] += g;
      product[c] += g * ((selected[c] - mean[c]) * scale[c]);
    }
  }
}

// How the gradient of a pixel follows from it: rate·(gradient of its window) + slope·x + offset.
struct Coefficients {
  std::vector<float> rate, slope, offset;
};

FOLDWISE_SIMD void Background(const float *__restrict x, const float *__restrict slope,
                              const float *__restrict offset, float *__restrict dx,
                              int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) dx[c] = slope[c] * x[c] + offset[c];
}

// A window of 2×2 at once: its gradient goes to the first value that was selected.
FOLDWISE_SIMD void Window4(const Slopes &slopes, const float *__restrict rate,
                           const float *__restrict slope, const float *__restrict offset,
                           float *__restrict dx, int64_t row, int64_t channels) {
  const float *__restrict a = slopes.x, *__restrict b = a + channels, *__restrict c = a + row;
  const float *__restrict d = c + channels;
  const float *__restrict y = slopes.y, *__restrict dy = slopes.dy;
  const float *__restrict selected = slopes.selected;
  float *__restrict dx_b = dx + channels, *__restrict dx_c = dx + row;
  float *__restrict dx_d = dx_c + channels;
  const float floor = slopes.floor;
  for (int64_t i = 0; i < channels; ++i) {
    const float g = y[i] > floor ? rate[i] * dy[i] : 0.0f;
    const float s = selected[i], k = slope[i], o = offset[i];
    const float ga = a[i] == s ? g : 0.0f, rest_a = a[i] == s ? 0.0f : g;
    const float gb = b[i] == s ? rest_a : 0.0f, rest_b = b[i] == s ? 0.0f : rest_a;
    const float gc = c[i] == s ? rest_b : 0.0f, rest_c = c[i] == s ? 0.0f : rest_b;
    const float gd = d[i] == s ? rest_c : 0.0f;
    dx[i] = k * a[i] + o + ga;
    dx_b[i] = k * b[i] + o + gb;
    dx_c[i] = k * c[i] + o + gc;
    dx_d[i] = k * d[i] + o + gd;
  }
}

// `waiting` holds what no value of the window has taken yet.
FOLDWISE_SIMD void Take(const float *__restrict x, const float *__restrict selected,
                        float *__restrict waiting, float *__restrict dx, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    const bool is_it = x[c] == selected[c];
    dx[c] += is_it ? waiting[c] : 0.0f;
    waiting[c] = is_it ? 0.0f : waiting[c];
  }
}

void WindowOfAnySize(const Slopes &slopes, const Coefficients &by, const Window &window,
                     float *dx, int64_t row, int64_t channels) {
  std::vector<float> waiting(channels);
  for (int64_t c = 0; c < channels; ++c) {
    waiting[c] = slopes.y[c] > slopes.floor ? by.rate[c] * slopes.dy[c] : 0.0f;
  }
  for (int64_t p = 0; p < window.height; ++p) {
    for (int64_t q = 0; q < window.width; ++q) {
      const int64_t at = p * row + q * channels;
      Background(slopes.x + at, by.slope.data(), by.offset.data(), dx + at, channels);
      Take(slopes.x + at, slopes.selected, waiting.data(), dx + at, channels);
    }
  }
}

void ImageGradient(Slopes slopes, const Coefficients &by, const Sizes &sizes,
                   const Window &window, float *dx) {
  const int64_t channels = sizes.channels, row = sizes.columns * channels;
  const float *image = slopes.x;
  const int64_t covered_rows = sizes.pooled_rows * window.height;
  const int64_t covered_columns = sizes.pooled_columns * window.width;
  for (int64_t i = 0; i < sizes.pooled_rows; ++i) {
    for (int64_t j = 0; j < sizes.pooled_columns; ++j) {
      const int64_t at = i * window.height * row + j * window.width * channels;
      slopes.x = image + at;
      if (window.height == 2 && window.width == 2) {
        Window4(slopes, by.rate.data(), by.slope.data(), by.offset.data(), dx + at, row, channels);
      } else {
        WindowOfAnySize(slopes, by, window, dx + at, row, channels);
      }
      slopes.dy += channels;
      slopes.y += channels;
      slopes.selected += channels;
    }
  }
  // Rows and columns that no window covers.
  for (int64_t r = 0; r < sizes.rows; ++r) {
    for (int64_t c = r < covered_rows ? covered_columns : 0; c < sizes.columns; ++c) {
      const int64_t at = r * row + c * channels;
      Background(image + at, by.slope.data(), by.offset.data(), dx + at, channels);
    }
  }
}

void ComputeGradient(void *kernel, TF_OpKernelContext *op_context) {
  const Settings &settings = *static_cast<Settings *>(kernel);
  Context context(op_context);
  const auto shape = context.Shape(2), sides = context.Shape(7);
  if (!AreSizesFit(shape, sides)) {
    return context.Fail("NormPoolGrad: expected images no smaller than a window");
  }
  const Window window = {sides[0], sides[1]};
  const Sizes sizes = SizesOf(shape, window);
  const std::vector<int64_t> pooled = {sizes.count, sizes.pooled_rows, sizes.pooled_columns,
                                       sizes.channels};
  for (int input : {0, 1, 3}) {
    if (context.Shape(input) != pooled) return context.Fail("NormPoolGrad: inputs do not fit");
  }
  const int64_t channels = sizes.channels, pixels = sizes.pooled_rows * sizes.pooled_columns;
  const float floor = settings.floor();
  const Slopes all = {context.Floats(0), context.Floats(1), context.Floats(2), context.Floats(3),
                      floor};
  const float *gamma = context.Floats(4), *mean = context.Floats(5), *scale = context.Floats(6);
  float *dx = context.Output(0, shape);
  float *dgamma = context.Output(1, {channels}), *dbeta = context.Output(2, {channels});
  if (!context.ok()) return;

  const auto of = [&](int64_t n) -> Slopes {
    const int64_t at = n * sizes.pooled();
    return {all.dy + at, all.y + at, all.x + n * sizes.image(), all.selected + at, floor};
  };
  std::vector<float> sums(sizes.count * channels), products(sums);
  ParallelFor(sizes.count, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      AddSlopes(of(n), mean, scale, &sums[n * channels], &products[n * channels], pixels, channels);
    }
  });
  const auto sum = InOrder(sums, sizes.count, channels);
  const auto product = InOrder(products, sizes.count, channels);
  Coefficients by = {std::vector<float>(channels), std::vector<float>(channels),
                     std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; ++c) {
    const double rate = static_cast<double>(gamma[c]) * scale[c];
    const double slope = -rate * scale[c] * product[c] / sizes.values();
    dgamma[c] = static_cast<float>(product[c]);
    dbeta[c] = static_cast<float>(sum[c]);
    by.rate[c] = static_cast<float>(rate);
    by.slope[c] = static_cast<float>(slope);
    by.offset[c] = static_cast<float>(-rate * sum[c] / sizes.values() - slope * mean[c]);
  }
  ParallelFor(sizes.count, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      ImageGradient(of(n), by, sizes, window, dx + n * sizes.image());
    }
  });
}

void *Create(TF_OpKernelConstruction *construction) {
  auto *settings = new Settings;
  TF_Status *status = TF_NewStatus();
  unsigned char relu = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &settings->epsilon, status);
  TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status);
  settings->relu = relu != 0;
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

// The side `dim` of an input; −1 where it is not known.
int64_t Side(TF_ShapeInferenceContext *context, int input, int dim, TF_Status *status) {
  TF_ShapeHandle *shape = TF_NewShapeHandle();
  TF_DimensionHandle *side = TF_NewDimensionHandle();
  int64_t value = -1;
  TF_ShapeInferenceContextGetInput(context, input, shape, status);
  if (TF_GetCode(status) == TF_OK && TF_ShapeInferenceContextRankKnown(context, shape) &&
      TF_ShapeInferenceContextRank(context, shape) > dim) {
    TF_ShapeInferenceContextDim(context, shape, dim, side);
    if (TF_DimensionHandleValueKnown(side)) value = TF_DimensionHandleValue(side);
  }
  TF_DeleteDimensionHandle(side);
  TF_DeleteShapeHandle(shape);
  return value;
}

// The C API's shape inference reads no attributes but types: hence the window as an input, of which
// the shape alone counts.
void InferShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  const int64_t height = Side(context, 3, 0, status), width = Side(context, 3, 1, status);
  if (height < 1 || width < 1) return TF_ShapeInferenceContextSetUnknownShape(context, status);
  TF_ShapeHandle *pooled = TF_ShapeInferenceContextScalar(context);
  for (int dim = 0; dim < 4; ++dim) {
    const int64_t side = Side(context, 0, dim, status), by = dim == 1 ? height : dim == 2 ? width : 1;
    if (side < 0) {
      TF_DeleteShapeHandle(pooled);
      return TF_ShapeInferenceContextSetUnknownShape(context, status);
    }
    TF_ShapeHandle *last = TF_ShapeInferenceContextVectorFromSize(context, side / by);
    TF_ShapeInferenceContextConcatenateShapes(context, pooled, last, pooled, status);
    TF_DeleteShapeHandle(last);
  }
  TF_ShapeInferenceContextSetOutput(context, 0, pooled, status);
  TF_ShapeInferenceContextSetOutput(context, 1, pooled, status);
  TF_DeleteShapeHandle(pooled);
  for (int output = 2; output < 5; ++output) CopyShape(context, 1, output, status);
}

void InferGradientShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  CopyShape(context, 2, 0, status);
  CopyShape(context, 4, 1, status);
  CopyShape(context, 4, 2, status);
}

}  // namespace

void RegisterNormPool(TF_Status *status) {
  const std::vector<const char *> attributes = {"epsilon: float", "relu: bool"};
  const auto destroy = [](void *kernel) { delete static_cast<Settings *>(kernel); };
  Register({"FoldwiseNormPool",
            {"x: float", "gamma: float", "beta: float", "window: float"},
            {"y: float", "selected: float", "mean: float", "variance: float", "scale: float"},
            attributes, InferShapes, Create, Compute, destroy},
           status);
  if (TF_GetCode(status) != TF_OK) return;
  Register({"FoldwiseNormPoolGrad",
            {"dy: float", "y: float", "x: float", "selected: float", "gamma: float", "mean: float",
             "scale: float", "window: float"},
            {"dx: float", "dgamma: float", "dbeta: float"},
            attributes, InferGradientShapes, Create, ComputeGradient, destroy},
           status);
}

}  // namespace foldwise
