// A TensorFlow graph that is built op by op: TensorFlow's C API, as far as the compiled step needs
// it. native.ts is the only caller and says what the functions mean.
#include <memory>

#include "graph.h"

namespace foldwise {
namespace {

napi_value CreateGraph(napi_env env, napi_callback_info) {
  napi_value value;
  const auto finalize = [](napi_env, void *data, void *) {
    static_cast<Graph *>(data)->Close();
    delete static_cast<Graph *>(data);
  };
  napi_create_external(env, new Graph, finalize, nullptr, &value);
  napi_type_tag_object(env, value, &kTag);
  return value;
}

napi_value OpDef(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments(env, info, 2);
  Graph *graph = ToGraph(env, arguments[0]);
  if (graph == nullptr) return nullptr;
  Status status;
  std::unique_ptr<TF_Buffer, decltype(&TF_DeleteBuffer)> buffer(TF_NewBuffer(), TF_DeleteBuffer);
  TF_GraphGetOpDef(graph->graph, Text(env, arguments[1]).c_str(), buffer.get(), status);
  if (!status.Check(env)) return nullptr;
  return ToBytes(env, buffer->data, buffer->length);
}

template <typename To>
std::vector<To> Cast(napi_env env, napi_value value) {
  std::vector<To> numbers;
  for (napi_value item : List(env, value)) numbers.push_back(static_cast<To>(Number(env, item)));
  return numbers;
}

void SetListAttribute(napi_env env, TF_OperationDescription *op, const std::string &name,
                      const std::string &kind, napi_value value) {
  if (kind == "type") {
    std::vector<TF_DataType> types;
    for (int number : Cast<int>(env, value)) types.push_back(static_cast<TF_DataType>(number));
    TF_SetAttrTypeList(op, name.c_str(), types.data(), types.size());
  } else if (kind == "int") {
    const auto integers = Cast<int64_t>(env, value);
    TF_SetAttrIntList(op, name.c_str(), integers.data(), integers.size());
  } else if (kind == "float") {
    const auto floats = Cast<float>(env, value);
    TF_SetAttrFloatList(op, name.c_str(), floats.data(), floats.size());
  } else {
    Throw(env, "attribute " + name + ": no lists of kind " + kind);
  }
}

// {name, kind, value}
void SetAttribute(napi_env env, TF_OperationDescription *op, napi_value attribute) {
  const std::string name = Text(env, Get(env, attribute, "name"));
  const std::string kind = Text(env, Get(env, attribute, "kind"));
  napi_value value = Get(env, attribute, "value");
  if (kind == "shape") {
    const auto dims = Integers(env, value);
    TF_SetAttrShape(op, name.c_str(), dims.data(), static_cast<int>(dims.size()));
  } else if (kind == "tensor") {
    TF_Tensor *tensor = ToTensor(env, value);
    if (tensor == nullptr) return;
    Status status;
    TF_SetAttrTensor(op, name.c_str(), tensor, status);
    TF_DeleteTensor(tensor);
    status.Check(env);
  } else if (IsList(env, value)) {
    SetListAttribute(env, op, name, kind, value);
  } else if (kind == "type") {
    TF_SetAttrType(op, name.c_str(), static_cast<TF_DataType>(Integer(env, value)));
  } else if (kind == "int") {
    TF_SetAttrInt(op, name.c_str(), Integer(env, value));
  } else if (kind == "float") {
    TF_SetAttrFloat(op, name.c_str(), static_cast<float>(Number(env, value)));
  } else if (kind == "bool") {
    TF_SetAttrBool(op, name.c_str(), Boolean(env, value));
  } else {
    const std::string text = Text(env, value);
    TF_SetAttrString(op, name.c_str(), text.data(), text.size());
  }
}

napi_value DescribeOutputs(napi_env env, const Graph &graph, TF_Operation *operation) {
  const int count = TF_OperationNumOutputs(operation);
  napi_value outputs;
  napi_create_array_with_length(env, count, &outputs);
  for (int i = 0; i < count; ++i) {
    Status status;
    const TF_Output output = {operation, i};
    const int rank = TF_GraphGetTensorNumDims(graph.graph, output, status);
    std::vector<int64_t> dims(rank > 0 ? rank : 0);
    TF_GraphGetTensorShape(graph.graph, output, dims.data(), rank, status);
    napi_value described, shape;
    napi_create_object(env, &described);
    napi_get_null(env, &shape);
    if (rank >= 0 && status.ok()) shape = ToShape(env, dims);
    napi_set_named_property(env, described, "shape", shape);
    napi_set_named_property(env, described, "dtype",
                            ToNumber(env, TF_OperationOutputType(output)));
    napi_set_element(env, outputs, i, described);
  }
  return outputs;
}

napi_value AddOperation(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments(env, info, 2);
  Graph *graph = ToGraph(env, arguments[0]);
  if (graph == nullptr) return nullptr;
  napi_value operation = arguments[1];
  const std::string type = Text(env, Get(env, operation, "type"));
  const std::string name = Text(env, Get(env, operation, "name"));
  // Read first: a description, once begun, has to be finished.
  std::vector<std::vector<TF_Output>> inputs;
  std::vector<bool> is_list;
  for (napi_value input : List(env, Get(env, operation, "inputs"))) {
    const auto items = List(env, input);
    is_list.push_back(items.empty() || IsList(env, items[0]));
    inputs.push_back(is_list.back() ? ToOutputs(env, *graph, input)
                                    : std::vector<TF_Output>{ToOutput(env, *graph, input)});
  }
  const auto control = ToOutputs(env, *graph, Get(env, operation, "control"));
  if (Failed(env)) return nullptr;
  TF_OperationDescription *op = TF_NewOperation(graph->graph, type.c_str(), name.c_str());
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (is_list[i]) {
      TF_AddInputList(op, inputs[i].data(), static_cast<int>(inputs[i].size()));
    } else {
      TF_AddInput(op, inputs[i][0]);
    }
  }
  for (const TF_Output &before : control) TF_AddControlInput(op, before.oper);
  for (napi_value attribute : List(env, Get(env, operation, "attributes"))) {
    SetAttribute(env, op, attribute);
  }
  Status status;
  TF_Operation *finished = TF_FinishOperation(op, status);
  if (Failed(env) || !status.Check(env)) return nullptr;
  graph->operations.push_back(finished);
  return DescribeOutputs(env, *graph, finished);
}

napi_value CloseGraph(napi_env env, napi_callback_info info) {
  Graph *graph = ToGraph(env, Arguments(env, info, 1)[0]);
  if (graph == nullptr) return nullptr;
  if (graph->is_running) {
    Throw(env, "the graph is running");
  } else {
    graph->Close();
  }
  return nullptr;
}

}  // namespace
}  // namespace foldwise

NAPI_MODULE_INIT() {
  using namespace foldwise;
  const auto function = [](const char *name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr,
                                    nullptr, napi_enumerable, nullptr};
  };
  const napi_property_descriptor functions[] = {
      function("createGraph", CreateGraph), function("opDef", OpDef),
      function("addOperation", AddOperation), function("open", OpenSession),
      function("run", RunGraph), function("close", CloseGraph),
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
