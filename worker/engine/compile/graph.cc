// A TensorFlow graph that is built op by op: TensorFlow's C API, as far as the compiled step needs
// it. native.ts is the only caller and says what the functions mean.
#include <algorithm>
#include <cctype>
#include <memory>

#include "../kernels/kernel.h"
#include "attribute.h"
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

// What an operation is to be: all of it, since a description, once begun, has to be finished.
struct NewOperation {
  std::string type, name;
  std::vector<std::vector<TF_Output>> inputs;
  std::vector<bool> is_list;
  std::vector<TF_Operation *> control;
  std::vector<Attribute> attributes;
};

// TensorFlow takes any name, but then no graph with such an operation.
bool IsName(const std::string &text) {
  const auto is_fit = [](unsigned char c) {
    return std::isalnum(c) || (c != 0 && std::strchr("_.-/>", c) != nullptr);
  };
  return !text.empty() && text[0] != '_' && std::all_of(text.begin(), text.end(), is_fit);
}

NewOperation ToNewOperation(napi_env env, const Graph &graph, napi_value value) {
  NewOperation read;
  read.type = Text(env, Get(env, value, "type"));
  read.name = Text(env, Get(env, value, "name"));
  if (!IsName(read.name)) Throw(env, "no operation can be named \"" + read.name + "\"");
  for (napi_value input : List(env, Get(env, value, "inputs"))) {
    const auto items = List(env, input);
    const bool is_list = items.empty() || IsList(env, items[0]);
    read.is_list.push_back(is_list);
    read.inputs.push_back(is_list ? ToOutputs(env, graph, input)
                                  : std::vector<TF_Output>{ToOutput(env, graph, input)});
  }
  read.control = ToOperations(env, graph, Get(env, value, "control"));
  for (napi_value attribute : List(env, Get(env, value, "attributes"))) {
    read.attributes.push_back(ToAttribute(env, attribute));
  }
  return read;
}

TF_Operation *Finish(const NewOperation &wanted, TF_Graph *graph, TF_Status *status) {
  TF_OperationDescription *op =
      TF_NewOperation(graph, wanted.type.c_str(), wanted.name.c_str());
  for (size_t i = 0; i < wanted.inputs.size(); ++i) {
    const auto &inputs = wanted.inputs[i];
    if (wanted.is_list[i]) {
      TF_AddInputList(op, inputs.data(), static_cast<int>(inputs.size()));
    } else {
      TF_AddInput(op, inputs[0]);
    }
  }
  for (TF_Operation *before : wanted.control) TF_AddControlInput(op, before);
  for (const Attribute &set : wanted.attributes) set(op, status);
  return TF_FinishOperation(op, status);
}

napi_value AddOperation(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments(env, info, 2);
  Graph *graph = ToGraph(env, arguments[0]);
  if (graph == nullptr) return nullptr;
  const NewOperation wanted = ToNewOperation(env, *graph, arguments[1]);
  // Whatever getters there were have run by now.
  if (Failed(env) || ToGraph(env, arguments[0]) == nullptr) return nullptr;
  Status status;
  TF_Operation *finished = Finish(wanted, graph->graph, status);
  if (!status.Check(env)) return nullptr;
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
  static const bool is_registered = [] {
    Status status;
    RegisterAdam(status);
    if (status.ok()) RegisterConvFilterGrad(status);
    if (status.ok()) RegisterNormPool(status);
    if (status.ok()) RegisterConvPool(status);
    return status.ok();
  }();
  if (!is_registered) Throw(env, "TensorFlow did not take the ops of Foldwise");
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
