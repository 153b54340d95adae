// What kernels have in common: registration, inputs and outputs, by TensorFlow's C API.
#pragma once

#include <tensorflow/c/c_api.h>
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>

#include <algorithm>
#include <string>
#include <vector>

namespace foldwise {

// Compiled for several instruction sets; the processor's best is taken when the program starts.
#if defined(__x86_64__)
#define FOLDWISE_SIMD __attribute__((target_clones("avx512f", "avx2,fma", "default"), optimize("O3")))
#else
#define FOLDWISE_SIMD __attribute__((optimize("O3")))
#endif

// One run of a kernel. After the first failure, nothing it gives may be used.
class Context {
 public:
  explicit Context(TF_OpKernelContext *context) : context_(context), status_(TF_NewStatus()) {}
  ~Context() {
    for (TF_Tensor *tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  Context(const Context &) = delete;

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  void Fail(const std::string &message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    TF_OpKernelContext_Failure(context_, status_);
  }

  TF_Tensor *Input(int index) {
    TF_Tensor *tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return Keep(tensor);
  }

  // Zero-copy; of as many floats as the input has.
  const float *Floats(int index) { return static_cast<const float *>(Data(Input(index))); }

  std::vector<int64_t> Shape(int index) {
    const TF_Tensor *tensor = Input(index);
    std::vector<int64_t> dims(tensor == nullptr ? 0 : TF_NumDims(tensor));
    for (size_t i = 0; i < dims.size(); ++i) dims[i] = TF_Dim(tensor, static_cast<int>(i));
    return dims;
  }

  float *Output(int index, const std::vector<int64_t> &dims) {
    size_t size_bytes = sizeof(float);
    for (int64_t dim : dims) size_bytes *= static_cast<size_t>(dim);
    TF_Tensor *tensor = TF_AllocateOutput(context_, index, TF_FLOAT, dims.data(),
                                          static_cast<int>(dims.size()), size_bytes, status_);
    return static_cast<float *>(Data(Keep(tensor)));
  }

 private:
  TF_Tensor *Keep(TF_Tensor *tensor) {
    if (tensor != nullptr) tensors_.push_back(tensor);
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    return tensor;
  }

  static void *Data(TF_Tensor *tensor) {
    return tensor == nullptr ? nullptr : TF_TensorData(tensor);
  }

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

void RegisterNormPool(TF_Status *status);
void RegisterAdam(TF_Status *status);
void RegisterConvFilterGrad(TF_Status *status);

}  // namespace foldwise
