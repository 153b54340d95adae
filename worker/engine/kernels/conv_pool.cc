// FoldwiseConvNormPoolInference: a convolution over few channels, batch normalisation by statistics
// known beforehand, max pooling by 2×2 and ReLU. What comes out of the convolution, by far the
// largest of all, stays in registers.
#include <algorithm>

#include "norm_pool.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

// Outputs whose four sums, one for each place of a window, stay in registers.
constexpr int64_t kBlock = 16;

enum Input { kImages, kFilter, kBias, kGamma, kBeta, kMean, kVariance, kInputs };

// Of images [count, rows, columns, channels], which no zeros are thought around, and filters.
struct ConvSizes {
  int64_t count, rows, columns, channels, kernel_rows, kernel_columns, outputs;

  ConvSizes(const Shape &images, const Shape &filter)
      : count(images[0]), rows(images[1]), columns(images[2]), channels(images[3]),
        kernel_rows(filter[0]), kernel_columns(filter[1]), outputs(filter[3]) {}

  int64_t row() const { return columns * channels; }
  int64_t pooled_rows() const { return (rows - kernel_rows + 1) / 2; }
  int64_t pooled_columns() const { return (columns - kernel_columns + 1) / 2; }
  int64_t blocks() const { return (outputs + kBlock - 1) / kBlock; }
};

// What a block of outputs is made with: [taps][kBlock], and [kBlock] each. A tap is one number of
// each filter. Outputs that fill no block are filled up with zeros.
struct Block {
  const float *filter, *bias, *sign;
  Normalisation by;
};

struct Taps {
  // From the first pixel below a filter.
  const int64_t *distances;
  int64_t count;
};

// The convolved values of the four places of a window, [4][kBlock]: `corner` is the first pixel
// below its first filter.
FOLDWISE_SIMD void SumBlock(const float *weights, const float *corner, int64_t right, int64_t below,
                            const Taps &taps, float *sums) {
  Eight p0{}, p1{}, q0{}, q1{}, r0{}, r1{}, s0{}, s1{};
  for (int64_t tap = 0; tap < taps.count; ++tap, weights += kBlock) {
    const Eight w0 = EightsAt(weights)[0], w1 = EightsAt(weights)[1];
    const float *from = corner + taps.distances[tap];
    const float p = from[0], q = from[right], r = from[below], s = from[below + right];
    p0 += p * w0, p1 += p * w1;
    q0 += q * w0, q1 += q * w1;
    r0 += r * w0, r1 += r * w1;
    s0 += s * w0, s1 += s * w1;
  }
  EightAt *to = EightsAt(sums);
  to[0] = p0, to[1] = p1, to[2] = q0, to[3] = q1;
  to[4] = r0, to[5] = r1, to[6] = s0, to[7] = s1;
}

// The greatest of four by sign, normalised and clipped.
FOLDWISE_SIMD void PoolBlock(const Block &block, const float *__restrict sums,
                             float *__restrict pooled) {
  const auto &[mean, factor, offset, floor] = block.by;
  FOLDWISE_INDEPENDENT
  for (int64_t k = 0; k < kBlock; ++k) {
    const float s = block.sign[k], p = s * sums[k], q = s * sums[kBlock + k];
    const float r = s * sums[2 * kBlock + k], t = s * sums[3 * kBlock + k];
    const float upper = p > q ? p : q, lower = r > t ? r : t;
    const float greatest = s * (upper > lower ? upper : lower) + block.bias[k];
    const float value = Normalised(greatest, mean[k], factor[k], offset[k]);
    pooled[k] = value < floor ? floor : value;
  }
}

// Everything of each output, block by block.
class Parameters {
 public:
  Parameters(Context &context, const ConvSizes &sizes, const NormPoolSettings &settings)
      : sizes_(sizes), floor_(settings.floor()), filter_(Taps() * Outputs()), bias_(Outputs()),
        sign_(Outputs()), mean_(Outputs()), factor_(Outputs()), offset_(Outputs()) {
    const int64_t outputs = sizes.outputs;
    const float *filter = context.Floats(kFilter), *gamma = context.Floats(kGamma);
    const float *variance = context.Floats(kVariance);
    for (int64_t tap = 0; tap < Taps(); ++tap) {
      for (int64_t c = 0; c < outputs; ++c) {
        const int64_t block = c / kBlock;
        filter_[(block * Taps() + tap) * kBlock + c % kBlock] = filter[tap * outputs + c];
      }
    }
    std::copy_n(context.Floats(kBias), outputs, bias_.data());
    std::copy_n(Signs(gamma, outputs).data(), outputs, sign_.data());
    std::copy_n(context.Floats(kMean), outputs, mean_.data());
    std::copy_n(context.Floats(kBeta), outputs, offset_.data());
    for (int64_t c = 0; c < outputs; ++c) {
      factor_[c] = gamma[c] / std::sqrt(variance[c] + settings.epsilon);
    }
  }

  Block At(int64_t block) const {
    const int64_t c = block * kBlock;
    const Normalisation by = {mean_.data() + c, factor_.data() + c, offset_.data() + c, floor_};
    return {filter_.data() + c * Taps(), bias_.data() + c, sign_.data() + c, by};
  }

  std::vector<int64_t> TapDistances() const {
    std::vector<int64_t> distances;
    for (int64_t p = 0; p < sizes_.kernel_rows; ++p) {
      for (int64_t q = 0; q < sizes_.kernel_columns * sizes_.channels; ++q) {
        distances.push_back(p * sizes_.row() + q);
      }
    }
    return distances;
  }

 private:
  int64_t Taps() const { return sizes_.kernel_rows * sizes_.kernel_columns * sizes_.channels; }
  int64_t Outputs() const { return sizes_.blocks() * kBlock; }

  const ConvSizes sizes_;
  const float floor_;
  Floats filter_, bias_, sign_, mean_, factor_, offset_;
};

// A row of windows, from the first pixel of the first row of images that it needs.
void PoolRow(const ConvSizes &sizes, const Parameters &parameters, const Taps &taps, const float *x,
             float *y) {
  float sums[4 * kBlock], pooled[kBlock];
  for (int64_t block = 0; block < sizes.blocks(); ++block) {
    const Block by = parameters.At(block);
    const int64_t first = block * kBlock, count = std::min(kBlock, sizes.outputs - first);
    for (int64_t j = 0; j < sizes.pooled_columns(); ++j) {
      const float *corner = x + 2 * j * sizes.channels;
      SumBlock(by.filter, corner, sizes.channels, sizes.row(), taps, sums);
      PoolBlock(by, sums, pooled);
      std::copy_n(pooled, count, y + j * sizes.outputs + first);
    }
  }
}

bool AreShapesFit(Context &context, const Shape &images, const Shape &filter) {
  const bool is_convolution = images.size() == 4 && filter.size() == 4 && images[3] == filter[2];
  if (!is_convolution || images[1] <= filter[0] || images[2] <= filter[1]) return false;
  for (int input = kBias; input < kInputs; ++input) {
    if (context.ShapeOf(input) != Shape{filter[3]}) return false;
  }
  return filter[0] > 0 && filter[1] > 0;
}

void Compute(void *kernel, TF_OpKernelContext *op_context) {
  const auto &settings = *static_cast<NormPoolSettings *>(kernel);
  Context context(op_context);
  const Shape images = context.ShapeOf(kImages), filter = context.ShapeOf(kFilter);
  if (!AreShapesFit(context, images, filter)) {
    return context.Fail("ConvNormPoolInference: expected images, filters and statistics that fit");
  }
  const ConvSizes sizes(images, filter);
  const int64_t rows = sizes.pooled_rows(), pooled_row = sizes.pooled_columns() * sizes.outputs;
  const float *x = context.Floats(kImages);
  float *y = context.Output(0, {sizes.count, rows, sizes.pooled_columns(), sizes.outputs});
  if (!context.ok()) return;
  const Parameters parameters(context, sizes, settings);
  const std::vector<int64_t> distances = parameters.TapDistances();
  const Taps taps = {distances.data(), static_cast<int64_t>(distances.size())};
  ParallelFor(sizes.count * rows, 4 * pooled_row, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t image = at / rows, row = at % rows;
      const float *from = x + (image * sizes.rows + 2 * row) * sizes.row();
      PoolRow(sizes, parameters, taps, from, y + at * pooled_row);
    }
  });
}

void InferShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  const auto pooled = [&](int dim) {
    const int64_t side = Side(context, kImages, dim, status);
    const int64_t filter = Side(context, kFilter, dim - 1, status);
    return side < 0 || filter < 0 ? -1 : (side - filter + 1) / 2;
  };
  const int64_t count = Side(context, kImages, 0, status);
  const int64_t outputs = Side(context, kFilter, 3, status);
  SetShape(context, 0, {count, pooled(1), pooled(2), outputs}, status);
}

}  // namespace

void RegisterConvPool(TF_Status *status) {
  RegisterWithSettings({"FoldwiseConvNormPoolInference",
                        {"x: float", "filter: float", "bias: float", "gamma: float", "beta: float",
                         "mean: float", "variance: float"},
                        {"y: float"},
                        InferShapes,
                        Compute},
                       status);
}

}  // namespace foldwise
