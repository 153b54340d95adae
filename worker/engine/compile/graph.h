// A graph, its session, and how JavaScript refers to them.
#pragma once

#include "values.h"

namespace foldwise {

struct Graph {
  TF_Graph *graph = TF_NewGraph();
  TF_Session *session = nullptr;
  std::vector<TF_Operation *> operations;
  bool is_running = false;

  void Close() {
    if (session != nullptr) {
      Status status;
      TF_CloseSession(session, status);
      TF_DeleteSession(session, status);
      session = nullptr;
    }
    if (graph != nullptr) TF_DeleteGraph(graph);
    graph = nullptr;
  }
};

inline constexpr napi_type_tag kTag = {0x6f1d8a54c0b34e11, 0x9d2f4b7a8e5c3310};

inline std::vector<napi_value> Arguments(napi_env env, napi_callback_info info, size_t count) {
  std::vector<napi_value> arguments(count);
  napi_get_cb_info(env, info, &count, arguments.data(), nullptr, nullptr);
  return arguments;
}

inline Graph *ToGraph(napi_env env, napi_value value) {
  bool is_ours = false;
  void *graph = nullptr;
  napi_check_object_type_tag(env, value, &kTag, &is_ours);
  if (is_ours) napi_get_value_external(env, value, &graph);
  if (graph == nullptr || static_cast<Graph *>(graph)->graph == nullptr) {
    Throw(env, "expected an open graph");
    return nullptr;
  }
  return static_cast<Graph *>(graph);
}

// [number of the operation, …]; nullptr where there is none.
inline TF_Operation *ToOperation(napi_env env, const Graph &graph, napi_value value) {
  const std::vector<int64_t> pair = Integers(env, value);
  if (!Failed(env) && pair.size() == 2 && pair[0] >= 0 &&
      pair[0] < static_cast<int64_t>(graph.operations.size())) {
    return graph.operations[pair[0]];
  }
  Throw(env, "no such operation in this graph");
  return nullptr;
}

// [number of the operation, number of its output]
inline TF_Output ToOutput(napi_env env, const Graph &graph, napi_value value) {
  TF_Operation *operation = ToOperation(env, graph, value);
  if (operation == nullptr) return {nullptr, 0};
  const int64_t index = Integers(env, value)[1];
  if (index >= 0 && index < TF_OperationNumOutputs(operation)) {
    return {operation, static_cast<int>(index)};
  }
  Throw(env, std::string("no such output of ") + TF_OperationName(operation));
  return {nullptr, 0};
}

inline std::vector<TF_Operation *> ToOperations(napi_env env, const Graph &graph,
                                                napi_value array) {
  std::vector<TF_Operation *> operations;
  for (napi_value item : List(env, array)) operations.push_back(ToOperation(env, graph, item));
  return operations;
}

inline std::vector<TF_Output> ToOutputs(napi_env env, const Graph &graph, napi_value array) {
  std::vector<TF_Output> outputs;
  for (napi_value item : List(env, array)) outputs.push_back(ToOutput(env, graph, item));
  return outputs;
}

// session.cc
napi_value OpenSession(napi_env env, napi_callback_info info);
napi_value RunGraph(napi_env env, napi_callback_info info);

}  // namespace foldwise
