// FoldwiseConvFilterGrad: the gradients of the filters and biases of a convolution over few
// channels, the first of a network. It reads the gradient of what comes out, by far the largest of
// its inputs, once.
#include <algorithm>

#include "kernel.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

// Outputs, and taps, whose sums stay in registers. A tap is one number of each filter.
constexpr int64_t kBlock = 16;
constexpr int64_t kTaps = 4;

struct Settings {
  // Strides, and the rows and columns of zeros before the first of the image.
  int64_t stride_rows = 0, stride_columns = 0, pad_rows = 0, pad_columns = 0;
};

struct Sizes {
  int64_t count, rows, columns, channels;  // of the images
  int64_t out_rows, out_columns, outputs;  // of what comes out
  int64_t kernel_rows, kernel_columns;

  int64_t filter_taps() const { return kernel_rows * kernel_columns * channels; }
  // With one for the bias, which takes ones, and some that take zeros.
  int64_t taps() const { return (filter_taps() + 1 + kTaps - 1) / kTaps * kTaps; }
};

// sums[t][c] += Σ x[t][i] · dy[i][c], for kTaps taps t and kBlock outputs c.
FOLDWISE_SIMD void AddBlock(const float *__restrict x, const float *__restrict dy, int64_t outputs,
                            int64_t count, float *__restrict sums) {
  float one[kBlock] = {}, two[kBlock] = {}, three[kBlock] = {}, four[kBlock] = {};
  for (int64_t i = 0; i < count; ++i) {
    const float *__restrict slope = dy + i * outputs;
    const float p = x[i], q = x[count + i], r = x[2 * count + i], s = x[3 * count + i];
    for (int64_t k = 0; k < kBlock; ++k) {
      one[k] += p * slope[k];
      two[k] += q * slope[k];
      three[k] += r * slope[k];
      four[k] += s * slope[k];
    }
  }
  for (int64_t k = 0; k < kBlock; ++k) {
    sums[k] += one[k];
    sums[outputs + k] += two[k];
    sums[2 * outputs + k] += three[k];
    sums[3 * outputs + k] += four[k];
  }
}

// The same for outputs that fill no block.
void AddRest(const float *x, const float *dy, int64_t outputs, int64_t count, float *sums,
             int64_t rest) {
  for (int64_t t = 0; t < kTaps; ++t) {
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t c = 0; c < rest; ++c) {
        sums[t * outputs + c] += x[t * count + i] * dy[i * outputs + c];
      }
    }
  }
}

// What one tap takes for the outputs of one row: pixels `step` apart, the first at `from`; zeros
// before `begin` and from `end` on, where it lies beside the image.
void GatherTap(const float *from, int64_t step, int64_t begin, int64_t end, int64_t count,
               float *taken) {
  std::fill(taken, taken + begin, 0.0f);
  if (step == 1) {
    std::copy(from + begin, from + end, taken + begin);
  } else {
    for (int64_t i = begin; i < end; ++i) taken[i] = from[i * step];
  }
  std::fill(taken + end, taken + count, 0.0f);
}

// The same for all taps: [filter taps, out_columns].
void GatherRow(const float *image, int64_t out_row, const Sizes &sizes, const Settings &by,
               float *taken) {
  const int64_t count = sizes.out_columns, stride = by.stride_columns;
  for (int64_t p = 0; p < sizes.kernel_rows; ++p) {
    const int64_t row = out_row * by.stride_rows + p - by.pad_rows;
    const bool is_inside = row >= 0 && row < sizes.rows;
    for (int64_t q = 0; q < sizes.kernel_columns; ++q) {
      // Of the outputs i, those for which column + i·stride lies in the image.
      const int64_t column = q - by.pad_columns, left = std::max<int64_t>(0, -column);
      const int64_t right = std::max<int64_t>(0, sizes.columns - column);
      const int64_t begin = std::min(count, (left + stride - 1) / stride);
      const int64_t end = std::clamp((right + stride - 1) / stride, begin, count);
      for (int64_t channel = 0; channel < sizes.channels; ++channel, taken += count) {
        const float *from = image + (row * sizes.columns + column) * sizes.channels + channel;
        GatherTap(from, stride * sizes.channels, begin, is_inside ? end : begin, count, taken);
      }
    }
  }
}

void AddImage(const float *image, const float *dy, const Sizes &sizes, const Settings &by,
              float *sums) {
  const int64_t count = sizes.out_columns, outputs = sizes.outputs;
  const int64_t blocks = outputs / kBlock * kBlock;
  std::vector<float> taken(sizes.taps() * count, 0.0f);
  std::fill_n(taken.begin() + sizes.filter_taps() * count, count, 1.0f);
  for (int64_t row = 0; row < sizes.out_rows; ++row, dy += count * outputs) {
    GatherRow(image, row, sizes, by, taken.data());
    for (int64_t tap = 0; tap < sizes.taps(); tap += kTaps) {
      const float *x = &taken[tap * count];
      float *sum = sums + tap * outputs;
      for (int64_t c = 0; c < blocks; c += kBlock) {
        AddBlock(x, dy + c, outputs, count, sum + c);
      }
      AddRest(x, dy + blocks, outputs, count, sum + blocks, outputs - blocks);
    }
  }
}

// Adds up images in order: the same for any number of threads.
void AddUp(const std::vector<float> &sums, int64_t count, int64_t size, float *filter,
           int64_t filter_size, float *bias, int64_t outputs) {
  ParallelFor(filter_size + outputs, count, [&](int64_t begin, int64_t end) {
    std::vector<double> totals(end - begin);
    for (int64_t n = 0; n < count; ++n) {
      for (int64_t i = begin; i < end; ++i) totals[i - begin] += sums[n * size + i];
    }
    for (int64_t i = begin; i < end; ++i) {
      float &to = i < filter_size ? filter[i] : bias[i - filter_size];
      to = static_cast<float>(totals[i - begin]);
    }
  });
}

// The gradients of filter and bias from those of all images, a few images at a time on each thread.
void AddAll(const float *images, const float *slopes, const Sizes &sizes, const Settings &by,
            float *filter, float *bias) {
  const int64_t image = sizes.rows * sizes.columns * sizes.channels;
  const int64_t slope = sizes.out_rows * sizes.out_columns * sizes.outputs;
  const int64_t size = sizes.taps() * sizes.outputs;
  std::vector<float> sums(sizes.count * size);
  ParallelFor(sizes.count, slope, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      AddImage(images + n * image, slopes + n * slope, sizes, by, &sums[n * size]);
    }
  });
  AddUp(sums, sizes.count, size, filter, sizes.filter_taps() * sizes.outputs, bias, sizes.outputs);
}

void Compute(void *kernel, TF_OpKernelContext *op_context) {
  const auto &by = *static_cast<Settings *>(kernel);
  Context context(op_context);
  const Shape x = context.ShapeOf(0), dy = context.ShapeOf(1), filter = context.ShapeOf(2);
  if (x.size() != 4 || dy.size() != 4 || filter.size() != 4 || x[0] != dy[0] ||
      filter[2] != x[3] || filter[3] != dy[3] || context.ShapeOf(3) != Shape{dy[3]}) {
    return context.Fail("ConvFilterGrad: expected images, gradient, filters and bias that fit");
  }
  if (by.stride_rows < 1 || by.stride_columns < 1) {
    return context.Fail("ConvFilterGrad: expected strides of 1 or more");
  }
  const Sizes sizes = {x[0], x[1], x[2], x[3], dy[1], dy[2], dy[3], filter[0], filter[1]};
  const float *images = context.Floats(0), *slopes = context.Floats(1);
  float *filter_gradient = context.Output(0, filter), *bias_gradient = context.Output(1, {dy[3]});
  if (context.ok()) AddAll(images, slopes, sizes, by, filter_gradient, bias_gradient);
}

void *Create(TF_OpKernelConstruction *construction) {
  auto *by = new Settings;
  TF_Status *status = TF_NewStatus();
  const auto read = [&](const char *name, int64_t *value) {
    if (TF_GetCode(status) == TF_OK) {
      TF_OpKernelConstruction_GetAttrInt64(construction, name, value, status);
    }
  };
  read("stride_rows", &by->stride_rows);
  read("stride_columns", &by->stride_columns);
  read("pad_rows", &by->pad_rows);
  read("pad_columns", &by->pad_columns);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return by;
}

}  // namespace

void RegisterConvFilterGrad(TF_Status *status) {
  Register({"FoldwiseConvFilterGrad",
            {"x: float", "dy: float", "filter: float", "bias: float"},
            {"filter_gradient: float", "bias_gradient: float"},
            {"stride_rows: int", "stride_columns: int", "pad_rows: int", "pad_columns: int"},
            [](TF_ShapeInferenceContext *context, TF_Status *inferred) {
              CopyShape(context, 2, 0, inferred);
              CopyShape(context, 3, 1, inferred);
            },
            Create,
            Compute,
            [](void *kernel) { delete static_cast<Settings *>(kernel); }},
           status);
}

}  // namespace foldwise
