// FoldwiseAdam: one step of Adam on one parameter, in one pass; optimizer.ts says what it computes.
#include <algorithm>
#include <cmath>

#include "kernel.h"
#include "parallel.h"
#include "simd.h"

namespace foldwise {
namespace {

constexpr int64_t kBlock = 16384;

struct Arrays {
  const float *parameter, *first, *second, *gradient;
  float *new_parameter, *new_first, *new_second;
};

struct Settings {
  float beta1, beta2, weight_decay;
};

FOLDWISE_SIMD void Update(const Arrays &arrays, const Settings &settings, float rate,
                          float epsilon, int64_t begin, int64_t end) {
  const auto [parameter, first, second, gradient, new_parameter, new_first, new_second] = arrays;
  const auto [beta1, beta2, decay] = settings;
  FOLDWISE_INDEPENDENT
  for (int64_t i = begin; i < end; ++i) {
    const float before = parameter[i], slope = gradient[i] + decay * before;
    const float m = beta1 * first[i] + slope;
    const float v = beta2 * second[i] + slope * slope;
    new_first[i] = m;
    new_second[i] = v;
    new_parameter[i] = before - rate * (m / (std::sqrt(v) + epsilon));
  }
}

void *Create(TF_OpKernelConstruction *construction) {
  auto *settings = new Settings{};
  TF_Status *status = TF_NewStatus();
  const auto read = [&](const char *name, float *value) {
    if (TF_GetCode(status) != TF_OK) return;
    TF_OpKernelConstruction_GetAttrFloat(construction, name, value, status);
  };
  read("beta1", &settings->beta1);
  read("beta2", &settings->beta2);
  read("weight_decay", &settings->weight_decay);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

int64_t SizeOf(const Shape &shape) {
  int64_t size = 1;
  for (int64_t side : shape) size *= side;
  return size;
}

void Compute(void *kernel, TF_OpKernelContext *op_context) {
  Context context(op_context);
  const Shape shape = context.ShapeOf(0);
  for (int input : {1, 2, 3}) {
    if (context.ShapeOf(input) != shape) return context.Fail("Adam: expected inputs of one shape");
  }
  for (int input : {4, 5}) {
    if (SizeOf(context.ShapeOf(input)) != 1) {
      return context.Fail("Adam: expected a single rate and a single epsilon");
    }
  }
  const float *rate = context.Floats(4), *epsilon = context.Floats(5);
  const Arrays arrays = {context.Floats(0),        context.Floats(1),
                         context.Floats(2),        context.Floats(3),
                         context.Output(0, shape), context.Output(1, shape),
                         context.Output(2, shape)};
  if (!context.ok()) return;
  const auto &settings = *static_cast<Settings *>(kernel);
  const int64_t size = SizeOf(shape);
  ParallelFor((size + kBlock - 1) / kBlock, kBlock, [&](int64_t begin, int64_t end) {
    Update(arrays, settings, *rate, *epsilon, begin * kBlock, std::min(size, end * kBlock));
  });
}

}  // namespace

void RegisterAdam(TF_Status *status) {
  Register({"FoldwiseAdam",
            {"parameter: float", "first: float", "second: float", "gradient: float",
             "rate: float", "epsilon: float"},
            {"new_parameter: float", "new_first: float", "new_second: float"},
            {"beta1: float", "beta2: float", "weight_decay: float"},
            [](TF_ShapeInferenceContext *context, TF_Status *inferred) {
              for (int output = 0; output < 3; ++output) CopyShape(context, 0, output, inferred);
            },
            Create,
            Compute,
            [](void *kernel) { delete static_cast<Settings *>(kernel); }},
           status);
}

}  // namespace foldwise
