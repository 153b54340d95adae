// FoldwiseAdam: one step of Adam on one parameter, in one pass; optimizer.ts says what it computes.
#include "kernel.h"
#include "parallel.h"

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
  const float *__restrict parameter = arrays.parameter;
  const float *__restrict first = arrays.first;
  const float *__restrict second = arrays.second;
  const float *__restrict gradient = arrays.gradient;
  float *__restrict new_parameter = arrays.new_parameter;
  float *__restrict new_first = arrays.new_first;
  float *__restrict new_second = arrays.new_second;
  const float beta1 = settings.beta1, beta2 = settings.beta2, decay = settings.weight_decay;
  for (int64_t i = begin; i < end; ++i) {
    const float slope = gradient[i] + decay * parameter[i];
    const float m = beta1 * first[i] + slope;
    const float v = beta2 * second[i] + slope * slope;
    new_first[i] = m;
    new_second[i] = v;
    new_parameter[i] = parameter[i] - rate * (m / (__builtin_sqrtf(v) + epsilon));
  }
}

void *Create(TF_OpKernelConstruction *construction) {
  auto *settings = new Settings;
  TF_Status *status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrFloat(construction, "beta1", &settings->beta1, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "beta2", &settings->beta2, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "weight_decay", &settings->weight_decay,
                                       status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

void Compute(void *kernel, TF_OpKernelContext *op_context) {
  Context context(op_context);
  const auto shape = context.Shape(0);
  int64_t size = 1;
  for (int64_t dim : shape) size *= dim;
  for (int input = 1; input < 4; ++input) {
    if (context.Shape(input) != shape) return context.Fail("Adam: inputs of one shape expected");
  }
  const float *rate = context.Floats(4), *epsilon = context.Floats(5);
  const Arrays arrays = {context.Floats(0),         context.Floats(1),         context.Floats(2),
                         context.Floats(3),         context.Output(0, shape),  context.Output(1, shape),
                         context.Output(2, shape)};
  if (!context.ok()) return;
  const auto &settings = *static_cast<Settings *>(kernel);
  ParallelFor((size + kBlock - 1) / kBlock, [&](int64_t begin, int64_t end) {
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
