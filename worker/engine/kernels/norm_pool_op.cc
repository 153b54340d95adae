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
// The shape of images pooled by the window that is such an input; null where it is not known.
TF_ShapeHandle *Pooled(TF_ShapeInferenceContext *context, int window, TF_Status *status) {
  const int64_t by[] = {1, Side(context, window, 0, status), Side(context, window, 1, status), 1};
  TF_ShapeHandle *pooled = TF_ShapeInferenceContextScalar(context);
  for (int dim = 0; dim < 4; ++dim) {
    const int64_t side = Side(context, 0, dim, status);
    if (side < 0 || by[dim] < 1) {
      TF_DeleteShapeHandle(pooled);
      return nullptr;
    }
    TF_ShapeHandle *last = TF_ShapeInferenceContextVectorFromSize(context, side / by[dim]);
    TF_ShapeInferenceContextConcatenateShapes(context, pooled, last, pooled, status);
    TF_DeleteShapeHandle(last);
  }
  return pooled;
}

void InferShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeHandle *pooled = Pooled(context, 3, status);
  if (pooled == nullptr) return TF_ShapeInferenceContextSetUnknownShape(context, status);
  TF_ShapeInferenceContextSetOutput(context, 0, pooled, status);
  TF_ShapeInferenceContextSetOutput(context, 1, pooled, status);
  for (int output = 2; output < 6; ++output) CopyShape(context, 1, output, status);
  TF_DeleteShapeHandle(pooled);
}

void InferInferenceShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeHandle *pooled = Pooled(context, 5, status);
  if (pooled == nullptr) return TF_ShapeInferenceContextSetUnknownShape(context, status);
  TF_ShapeInferenceContextSetOutput(context, 0, pooled, status);
  TF_DeleteShapeHandle(pooled);
}

void InferGradientShapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  CopyShape(context, 1, 0, status);
  CopyShape(context, 3, 1, status);
  CopyShape(context, 3, 2, status);
}

}  // namespace

void RegisterNormPool(TF_Status *status) {
  const std::vector<const char *> attributes = {"epsilon: float", "relu: bool"};
  Register({"FoldwiseNormPool",
            {"x: float", "gamma: float", "beta: float", "window: float"},
            {"y: float", "selected: float", "mean: float", "variance: float", "scale: float",
             "offset: float"},
            attributes, InferShapes, Create, ComputeNormPool, Destroy},
           status);
  if (TF_GetCode(status) != TF_OK) return;
  Register({"FoldwiseNormPoolGrad",
            {"dy: float", "x: float", "selected: float", "gamma: float", "mean: float",
             "scale: float", "offset: float", "window: float"},
            {"dx: float", "dgamma: float", "dbeta: float"},
            attributes, InferGradientShapes, Create, ComputeNormPoolGradient, Destroy},
           status);
  if (TF_GetCode(status) != TF_OK) return;
  Register({"FoldwiseNormPoolInference",
            {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float",
             "window: float"},
            {"y: float"},
            attributes, InferInferenceShapes, Create, ComputeNormPoolInference, Destroy},
           status);
}

}  // namespace foldwise
