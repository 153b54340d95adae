// What TensorFlow has to know of FoldwiseNormPool, its gradient and its inference.
#include "norm_pool.h"

namespace foldwise {
namespace {

void *Create(TF_OpKernelConstruction *construction) {
  auto *settings = new NormPoolSettings;
  TF_Status *status = TF_NewStatus();
  unsigned char relu = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &settings->epsilon, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status);
  }
  settings->relu = relu != 0;
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

void Destroy(void *settings) { delete static_cast<NormPoolSettings *>(settings); }

// The C API's shape inference reads no attributes but types: hence the window as an input, of which
// the shape alone counts.
// The shape of images pooled by the window that is such an input; −1 for what is not known.
Shape Pooled(TF_ShapeInferenceContext *context, int window, TF_Status *status) {
  const int64_t by[] = {1, Side(context, window, 0, status), Side(context, window, 1, status), 1};
  Shape pooled;
  for (int dim = 0; dim < 4; ++dim) {
    const int64_t side = Side(context, 0, dim, status);
    pooled.push_back(side < 0 || by[dim] < 1 ? -1 : side / by[dim]);
  }
  return pooled;
}

void InferShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  const Shape pooled = Pooled(context, 3, status);
  SetShape(context, 0, pooled, status);
  SetShape(context, 1, pooled, status);
  for (int output = 2; output < 6; ++output) CopyShape(context, 1, output, status);
}

void InferInferenceShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  SetShape(context, 0, Pooled(context, 5, status), status);
}

void InferGradientShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  CopyShape(context, 1, 0, status);
  CopyShape(context, 3, 1, status);
  CopyShape(context, 3, 2, status);
}

}  // namespace

void RegisterWithSettings(const NormPoolOp &op, TF_Status *status) {
  Register({op.name, op.inputs, op.outputs, {"epsilon: float", "relu: bool"}, op.infer_shapes,
            Create, op.compute, Destroy},
           status);
}

void RegisterNormPool(TF_Status *status) {
  RegisterWithSettings({"FoldwiseNormPool",
                        {"x: float", "gamma: float", "beta: float", "window: float"},
                        {"y: float", "selected: float", "mean: float", "variance: float",
                         "scale: float", "offset: float"},
                        InferShapes,
                        ComputeNormPool},
                       status);
  if (TF_GetCode(status) != TF_OK) return;
  RegisterWithSettings({"FoldwiseNormPoolGrad",
                        {"dy: float", "x: float", "selected: float", "gamma: float",
                         "mean: float", "scale: float", "offset: float", "window: float"},
                        {"dx: float", "dgamma: float", "dbeta: float"},
                        InferGradientShapes,
                        ComputeNormPoolGradient},
                       status);
  if (TF_GetCode(status) != TF_OK) return;
  RegisterWithSettings({"FoldwiseNormPoolInference",
                        {"x: float", "gamma: float", "beta: float", "mean: float",
                         "variance: float", "window: float"},
                        {"y: float"},
                        InferInferenceShapes,
                        ComputeNormPoolInference},
                       status);
}

}  // namespace foldwise
