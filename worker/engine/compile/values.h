// Between JavaScript's values and TensorFlow's. Whoever calls these checks `Failed(env)` after.
#pragma once

#include <node_api.h>
#include <tensorflow/c/c_api.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace foldwise {

inline bool Failed(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  return pending;
}

inline void Throw(napi_env env, const std::string &message) {
  if (!Failed(env)) napi_throw_error(env, nullptr, message.c_str());
}

// A TF_Status that throws what it says.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status &) = delete;
  operator TF_Status *() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  std::string message() const { return TF_Message(status_); }
  bool Check(napi_env env) const {
    if (!ok()) Throw(env, message());
    return ok();
  }

 private:
  TF_Status *status_;
};

inline napi_value Get(napi_env env, napi_value object, const char *key) {
  napi_value value = nullptr;
  napi_get_named_property(env, object, key, &value);
  return value;
}

// More than any list that an op takes.
inline constexpr uint32_t kLongestList = 1 << 20;

inline std::vector<napi_value> List(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  if (length > kLongestList) {
    Throw(env, "a list of " + std::to_string(length) + " is too long");
    return {};
  }
  std::vector<napi_value> items(length);
  for (uint32_t i = 0; i < length; ++i) napi_get_element(env, array, i, &items[i]);
  return items;
}

inline bool IsList(napi_env env, napi_value value) {
  bool is_array = false;
  napi_is_array(env, value, &is_array);
  return is_array;
}

inline std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return "";
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
  return text;
}

inline double Number(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) Throw(env, "expected a number");
  return number;
}

inline int64_t Integer(napi_env env, napi_value value) {
  const double number = Number(env, value);
  if (std::abs(number) < 9e18) return static_cast<int64_t>(number);
  Throw(env, "expected an integer, got " + std::to_string(number));
  return 0;
}

inline bool Boolean(napi_env env, napi_value value) {
  bool boolean = false;
  napi_coerce_to_bool(env, value, &value);
  napi_get_value_bool(env, value, &boolean);
  return boolean;
}

inline std::vector<int64_t> Integers(napi_env env, napi_value array) {
  std::vector<int64_t> integers;
  for (napi_value item : List(env, array)) integers.push_back(Integer(env, item));
  return integers;
}

// Sides from `smallest` on, few and small enough for TensorFlow, which aborts otherwise.
inline std::vector<int64_t> Sides(napi_env env, napi_value array, int64_t smallest) {
  constexpr size_t kHighestRank = 254;
  const std::vector<int64_t> sides = Integers(env, array);
  bool is_fit = IsList(env, array) && sides.size() <= kHighestRank;
  int64_t product = 1;
  for (int64_t side : sides) {
    is_fit = is_fit && side >= smallest;
    if (is_fit && side > 0) is_fit = !__builtin_mul_overflow(product, side, &product);
  }
  if (is_fit) return sides;
  Throw(env, "no tensor has such a shape");
  return {};
}

// The bytes of a Uint8Array, where they lie.
inline std::pair<const void *, size_t> Bytes(napi_env env, napi_value value) {
  void *data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
  return {data, length};
}

inline napi_value ToNumber(napi_env env, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  return value;
}

inline napi_value ToShape(napi_env env, const std::vector<int64_t> &dims) {
  napi_value shape;
  napi_create_array_with_length(env, dims.size(), &shape);
  for (size_t i = 0; i < dims.size(); ++i) {
    napi_set_element(env, shape, i, ToNumber(env, static_cast<double>(dims[i])));
  }
  return shape;
}

inline napi_value ToBytes(napi_env env, const void *data, size_t length) {
  void *copy = nullptr;
  napi_value buffer, bytes;
  napi_create_arraybuffer(env, length, &copy, &buffer);
  if (length > 0) std::memcpy(copy, data, length);
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &bytes);
  return bytes;
}

// {dtype, shape, bytes} as a tensor, a copy; nullptr where its bytes are not as many as its shape
// asks.
inline TF_Tensor *ToTensor(napi_env env, napi_value value) {
  const auto dtype = static_cast<TF_DataType>(Integer(env, Get(env, value, "dtype")));
  const std::vector<int64_t> dims = Sides(env, Get(env, value, "shape"), 0);
  const auto [data, length] = Bytes(env, Get(env, value, "bytes"));
  if (Failed(env)) return nullptr;
  size_t expected = TF_DataTypeSize(dtype);
  bool is_fit = expected > 0;
  for (int64_t dim : dims) {
    is_fit = is_fit && !__builtin_mul_overflow(expected, static_cast<size_t>(dim), &expected);
  }
  if (!is_fit || expected != length) {
    Throw(env, "a tensor of type " + std::to_string(dtype) + " takes " + std::to_string(expected) +
                   " bytes, got " + std::to_string(length));
    return nullptr;
  }
  TF_Tensor *tensor = TF_AllocateTensor(dtype, dims.data(), static_cast<int>(dims.size()), length);
  if (length > 0) std::memcpy(TF_TensorData(tensor), data, length);
  return tensor;
}

}  // namespace foldwise
