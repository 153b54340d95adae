// What kernels have in common: registration, inputs and outputs, by TensorFlow's C API.
#pragma once

#include <tensorflow/c/c_api.h>
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>

#include <string>
#include <vector>

namespace foldwise {

using Shape = std::vector<int64_t>;

// One run of a kernel. After the first failure, nothing it gives may be used.
class Context {
 public:
  explicit Context(TF_OpKernelContext *context) : context_(context), status_(TF_NewStatus()) {}
  ~Context();
  Context(const Context &) = delete;

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  void Fail(const std::string &message);

  Shape ShapeOf(int input);

  // Zero-copy; of as many floats as the input has.
  const float *Floats(int input);

  float *Output(int output, const Shape &shape);

  // The same, in the memory of an input of that shape where nobody else needs it any more: before
  // Floats has been asked for it, and in place of that.
  float *OutputInPlace(int output, const Shape &shape, int input, const float **floats);

 private:
  // To be freed by the caller; null after a failure.
  TF_Tensor *Input(int index);
  float *Keep(TF_Tensor *tensor);
  bool Report();

  TF_OpKernelContext *context_;
  TF_Status *status_;
  std::vector<TF_Tensor *> tensors_;
};

struct Op {
  const char *name;
  std::vector<const char *> inputs, outputs, attributes;
  void (*infer_shapes)(TF_ShapeInferenceContext *, TF_Status *);
  void *(*create)(TF_OpKernelConstruction *);
  void (*compute)(void *, TF_OpKernelContext *);
  void (*destroy)(void *);
};

// Makes an op known to TensorFlow, with a kernel for the CPU.
void Register(const Op &op, TF_Status *status);

// Output `to` of an op has the shape of its input `from`.
void CopyShape(TF_ShapeInferenceContext *context, int from, int to, TF_Status *status);

// The side `dim` of an input's shape; −1 where it is not known.
int64_t Side(TF_ShapeInferenceContext *context, int input, int dim, TF_Status *status);

// Output `to` of an op has that shape; an unknown one where a side is negative.
void SetShape(TF_ShapeInferenceContext *context, int to, const Shape &shape, TF_Status *status);

void RegisterConvPool(TF_Status *status);
void RegisterNormPool(TF_Status *status);
void RegisterAdam(TF_Status *status);
void RegisterConvFilterGrad(TF_Status *status);

}  // namespace foldwise
