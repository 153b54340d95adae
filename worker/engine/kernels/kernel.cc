#include "kernel.h"

namespace foldwise {

Context::~Context() {
  for (TF_Tensor *tensor : tensors_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

void Context::Fail(const std::string &message) {
  TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
  TF_OpKernelContext_Failure(context_, status_);
}

Shape Context::ShapeOf(int input) {
  TF_Tensor *tensor = Input(input);
  if (tensor == nullptr) return {};
  Shape shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); ++i) shape[i] = TF_Dim(tensor, static_cast<int>(i));
  // Held no longer, or the input's memory could not become an output's.
  TF_DeleteTensor(tensor);
  return shape;
}

const float *Context::Floats(int input) { return Keep(Input(input)); }

namespace {

size_t SizeBytes(const Shape &shape) {
  size_t size = sizeof(float);
  for (int64_t side : shape) size *= static_cast<size_t>(side);
  return size;
}

}  // namespace

float *Context::Output(int output, const Shape &shape) {
  TF_Tensor *tensor = TF_AllocateOutput(context_, output, TF_FLOAT, shape.data(),
                                        static_cast<int>(shape.size()), SizeBytes(shape), status_);
  return Report() ? Keep(tensor) : nullptr;
}

float *Context::OutputInPlace(int output, const Shape &shape, int input, const float **floats) {
  int forwarded = -1;
  TF_Tensor *tensor =
      TF_ForwardInputOrAllocateOutput(context_, &input, 1, output, shape.data(),
                                      static_cast<int>(shape.size()), &forwarded, status_);
  if (!Report()) return nullptr;
  float *data = Keep(tensor);
  *floats = forwarded == input ? data : Floats(input);
  return data;
}

TF_Tensor *Context::Input(int index) {
  TF_Tensor *tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status_);
  return Report() ? tensor : nullptr;
}

float *Context::Keep(TF_Tensor *tensor) {
  if (tensor == nullptr) return nullptr;
  tensors_.push_back(tensor);
  return static_cast<float *>(TF_TensorData(tensor));
}

// Tells TensorFlow of a failure of its own.
bool Context::Report() {
  if (!ok()) TF_OpKernelContext_Failure(context_, status_);
  return ok();
}

void Register(const Op &op, TF_Status *status) {
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char *input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char *output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char *attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, op.infer_shapes);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_KernelBuilder *kernel =
      TF_NewKernelBuilder(op.name, "CPU", op.create, op.compute, op.destroy);
  TF_RegisterKernelBuilder(op.name, kernel, status);
}

void CopyShape(TF_ShapeInferenceContext *context, int from, int to, TF_Status *status) {
  TF_ShapeHandle *shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, from, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, to, shape, status);
  TF_DeleteShapeHandle(shape);
}

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

void SetShape(TF_ShapeInferenceContext *context, int to, const Shape &shape, TF_Status *status) {
  for (int64_t side : shape) {
    if (side < 0) return TF_ShapeInferenceContextSetUnknownShape(context, status);
  }
  TF_ShapeHandle *built = TF_ShapeInferenceContextScalar(context);
  for (int64_t side : shape) {
    TF_ShapeHandle *last = TF_ShapeInferenceContextVectorFromSize(context, side);
    TF_ShapeInferenceContextConcatenateShapes(context, built, last, built, status);
    TF_DeleteShapeHandle(last);
  }
  TF_ShapeInferenceContextSetOutput(context, to, built, status);
  TF_DeleteShapeHandle(built);
}

}  // namespace foldwise
