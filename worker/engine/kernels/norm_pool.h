// FoldwiseNormPool, its gradient, and its inference: batch normalisation, max pooling and ReLU of images in two
// passes over them. The normalisation of a channel rises or falls throughout, so the greatest
// normalised value of a window is that of its greatest value, or where gamma is negative of its
// least: only what is pooled has to be normalised, a quarter of the images.
#pragma once

#include <cmath>

#include "floats.h"
#include "kernel.h"

namespace foldwise {

struct NormPoolSettings {
  float epsilon = 0;
  bool relu = false;

  float floor() const { return relu ? 0.0f : -INFINITY; }
};

struct Window {
  int64_t height, width;

  bool is_2x2() const { return height == 2 && width == 2; }
};

// Of images [count, rows, columns, channels] and of what is pooled.
struct Sizes {
  int64_t count, rows, columns, channels, pooled_rows, pooled_columns;

  Sizes(const Shape &images, const Window &window)
      : count(images[0]), rows(images[1]), columns(images[2]), channels(images[3]),
        pooled_rows(rows / window.height), pooled_columns(columns / window.width) {}

  // In floats.
  int64_t row() const { return columns * channels; }
  int64_t image() const { return rows * row(); }
  int64_t pooled_image() const { return pooled_rows * pooled_columns * channels; }

  // Of each channel.
  double values() const { return static_cast<double>(count) * rows * columns; }
  Shape pooled() const { return {count, pooled_rows, pooled_columns, channels}; }
};

// Checks images against a window that is given by the shape of a tensor.
inline bool AreSizesFit(const Shape &images, const Shape &window) {
  return images.size() == 4 && window.size() == 2 && window[0] > 0 && window[1] > 0 &&
         images[0] > 0 && images[1] >= window[0] && images[2] >= window[1] && images[3] > 0;
}

// An op whose kernel takes NormPoolSettings.
struct NormPoolOp {
  const char *name;
  std::vector<const char *> inputs, outputs;
  void (*infer_shapes)(TF_ShapeInferenceContext *, TF_Status *);
  void (*compute)(void *, TF_OpKernelContext *);
};

void RegisterWithSettings(const NormPoolOp &op, TF_Status *status);

// How each channel is normalised, and clipped.
struct Normalisation {
  const float *mean, *factor, *offset;
  float floor;
};

// The normalised x is (x − mean)·factor + offset, in the op and again in its gradient: written
// once, so that both agree on what the ReLU lets through.
inline float Normalised(float x, float mean, float factor, float offset) {
  return (x - mean) * factor + offset;
}

// x and y: [count, channels], which may be the same.
void NormalisePixels(const Normalisation &by, const float *x, float *y, int64_t count,
                     int64_t channels);

// 1 where the greatest value of a window is the greatest normalised one, −1 where the least is.
Floats Signs(const float *gamma, int64_t channels);

// Adds up what each image has for each channel, images in order: the same for any threads.
std::vector<double> InOrder(const std::vector<double> &parts, int64_t channels);

void ComputeNormPool(void *settings, TF_OpKernelContext *op_context);
void ComputeNormPoolGradient(void *settings, TF_OpKernelContext *op_context);
void ComputeNormPoolInference(void *settings, TF_OpKernelContext *op_context);

}  // namespace foldwise
