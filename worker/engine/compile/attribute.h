// Attributes of operations, read before the operation is begun.
#pragma once

#include <functional>
#include <memory>

#include "values.h"

namespace foldwise {

// Sets an attribute of an operation under way.
using Attribute = std::function<void(TF_OperationDescription *, TF_Status *)>;

template <typename To>
std::vector<To> Numbers(napi_env env, napi_value array) {
  std::vector<To> numbers;
  for (napi_value item : List(env, array)) numbers.push_back(static_cast<To>(Number(env, item)));
  return numbers;
}

inline Attribute ToListAttribute(napi_env env, const std::string &name, const std::string &kind,
                                 napi_value value) {
  if (kind == "type") {
    std::vector<TF_DataType> types;
    for (int64_t number : Integers(env, value)) types.push_back(static_cast<TF_DataType>(number));
    return [name, types](auto *op, auto *) {
      TF_SetAttrTypeList(op, name.c_str(), types.data(), static_cast<int>(types.size()));
    };
  }
  if (kind == "int") {
    return [name, integers = Integers(env, value)](auto *op, auto *) {
      TF_SetAttrIntList(op, name.c_str(), integers.data(), static_cast<int>(integers.size()));
    };
  }
  if (kind == "float") {
    return [name, floats = Numbers<float>(env, value)](auto *op, auto *) {
      TF_SetAttrFloatList(op, name.c_str(), floats.data(), static_cast<int>(floats.size()));
    };
  }
  Throw(env, "attribute " + name + ": no lists of kind " + kind);
  return {};
}

inline Attribute ToTensorAttribute(napi_env env, const std::string &name, napi_value value) {
  const std::shared_ptr<TF_Tensor> tensor(ToTensor(env, value), [](TF_Tensor *made) {
    if (made != nullptr) TF_DeleteTensor(made);
  });
  return [name, tensor](auto *op, auto *status) {
    TF_SetAttrTensor(op, name.c_str(), tensor.get(), status);
  };
}

// {name, kind, value}
inline Attribute ToAttribute(napi_env env, napi_value attribute) {
  const std::string name = Text(env, Get(env, attribute, "name"));
  const std::string kind = Text(env, Get(env, attribute, "kind"));
  napi_value value = Get(env, attribute, "value");
  if (kind == "shape") {
    return [name, sides = Sides(env, value, -1)](auto *op, auto *) {
      TF_SetAttrShape(op, name.c_str(), sides.data(), static_cast<int>(sides.size()));
    };
  }
  if (kind == "tensor") return ToTensorAttribute(env, name, value);
  if (IsList(env, value)) return ToListAttribute(env, name, kind, value);
  if (kind == "type") {
    return [name, type = static_cast<TF_DataType>(Integer(env, value))](auto *op, auto *) {
      TF_SetAttrType(op, name.c_str(), type);
    };
  }
  if (kind == "int") {
    return [name, integer = Integer(env, value)](auto *op, auto *) {
      TF_SetAttrInt(op, name.c_str(), integer);
    };
  }
  if (kind == "float") {
    return [name, number = static_cast<float>(Number(env, value))](auto *op, auto *) {
      TF_SetAttrFloat(op, name.c_str(), number);
    };
  }
  if (kind == "bool") {
    return [name, boolean = Boolean(env, value)](auto *op, auto *) {
      TF_SetAttrBool(op, name.c_str(), boolean);
    };
  }
  return [name, text = Text(env, value)](auto *op, auto *) {
    TF_SetAttrString(op, name.c_str(), text.data(), text.size());
  };
}

}  // namespace foldwise
