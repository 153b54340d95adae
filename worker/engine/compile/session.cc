// Runs a graph in a TensorFlow session, on a thread of libuv's pool: the event loop stays free.
#include <memory>

#include "graph.h"

namespace foldwise {

napi_value OpenSession(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments(env, info, 2);
  Graph *graph = ToGraph(env, arguments[0]);
  if (graph == nullptr) return nullptr;
  if (graph->session != nullptr) {
    Throw(env, "the graph has a session already");
    return nullptr;
  }
  const auto [config, length] = Bytes(env, arguments[1]);
  Status status;
  std::unique_ptr<TF_SessionOptions, decltype(&TF_DeleteSessionOptions)> options(
      TF_NewSessionOptions(), TF_DeleteSessionOptions);
  TF_SetConfig(options.get(), config, length, status);
  if (!status.Check(env)) return nullptr;
  graph->session = TF_NewSession(graph->graph, options.get(), status);
  status.Check(env);
  return nullptr;
}

namespace {

// What one run takes and gives; used by the main thread before and after, by another meanwhile.
struct Run {
  Graph *graph = nullptr;
  napi_ref keep = nullptr;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;
  std::vector<TF_Output> feeds, fetches;
  std::vector<TF_Tensor *> fed, fetched;
  std::vector<TF_Operation *> targets;
  TF_Buffer *options = nullptr;
  TF_Buffer *metadata = nullptr;
  Status status;

  ~Run() {
    for (TF_Tensor *tensor : fed) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
    for (TF_Tensor *tensor : fetched) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
    if (options != nullptr) TF_DeleteBuffer(options);
    if (metadata != nullptr) TF_DeleteBuffer(metadata);
  }
};

napi_value ToResult(napi_env env, const Run &run) {
  napi_value result, values;
  napi_create_object(env, &result);
  napi_create_array_with_length(env, run.fetched.size(), &values);
  for (size_t i = 0; i < run.fetched.size(); ++i) {
    const TF_Tensor *tensor = run.fetched[i];
    std::vector<int64_t> dims(TF_NumDims(tensor));
    for (size_t d = 0; d < dims.size(); ++d) dims[d] = TF_Dim(tensor, static_cast<int>(d));
    napi_value value;
    napi_create_object(env, &value);
    napi_set_named_property(env, value, "dtype", ToNumber(env, TF_TensorType(tensor)));
    napi_set_named_property(env, value, "shape", ToShape(env, dims));
    napi_set_named_property(env, value, "bytes",
                            ToBytes(env, TF_TensorData(tensor), TF_TensorByteSize(tensor)));
    napi_set_element(env, values, i, value);
  }
  napi_set_named_property(env, result, "values", values);
  if (run.metadata != nullptr) {
    napi_set_named_property(env, result, "metadata",
                            ToBytes(env, run.metadata->data, run.metadata->length));
  }
  return result;
}

void Execute(napi_env, void *data) {
  Run &run = *static_cast<Run *>(data);
  TF_SessionRun(run.graph->session, run.options, run.feeds.data(), run.fed.data(),
                static_cast<int>(run.feeds.size()), run.fetches.data(), run.fetched.data(),
                static_cast<int>(run.fetches.size()), run.targets.data(),
                static_cast<int>(run.targets.size()), run.metadata, run.status);
}

void Complete(napi_env env, napi_status, void *data) {
  std::unique_ptr<Run> run(static_cast<Run *>(data));
  run->graph->is_running = false;
  if (run->status.ok()) {
    napi_resolve_deferred(env, run->deferred, ToResult(env, *run));
  } else {
    napi_value message, error;
    napi_create_string_utf8(env, run->status.message().c_str(), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &error);
    napi_reject_deferred(env, run->deferred, error);
  }
  napi_delete_reference(env, run->keep);
  napi_delete_async_work(env, run->work);
}

// RunOptions { trace_level: FULL_TRACE }
constexpr char kFullTrace[] = {0x08, 0x03};

// {feeds, fetches, targets, isTraced}
void Read(napi_env env, napi_value value, Run &run) {
  for (napi_value feed : List(env, Get(env, value, "feeds"))) {
    run.feeds.push_back(ToOutput(env, *run.graph, Get(env, feed, "output")));
    run.fed.push_back(ToTensor(env, feed));
  }
  run.fetches = ToOutputs(env, *run.graph, Get(env, value, "fetches"));
  run.fetched.resize(run.fetches.size(), nullptr);
  run.targets = ToOperations(env, *run.graph, Get(env, value, "targets"));
  if (Boolean(env, Get(env, value, "isTraced"))) {
    run.options = TF_NewBufferFromString(kFullTrace, sizeof kFullTrace);
    run.metadata = TF_NewBuffer();
  }
  if (Failed(env)) return;
  for (const TF_Output &fetch : run.fetches) {
    // Text and resources are no rows of bytes.
    if (TF_DataTypeSize(TF_OperationOutputType(fetch)) > 0) continue;
    Throw(env, std::string("what ") + TF_OperationName(fetch.oper) + " gives has no bytes");
  }
}

}  // namespace

napi_value RunGraph(napi_env env, napi_callback_info info) {
  const auto arguments = Arguments(env, info, 2);
  Graph *graph = ToGraph(env, arguments[0]);
  if (graph == nullptr) return nullptr;
  auto run = std::make_unique<Run>();
  run->graph = graph;
  Read(env, arguments[1], *run);
  // Whatever getters there were have run by now.
  if (Failed(env) || ToGraph(env, arguments[0]) == nullptr) return nullptr;
  if (graph->session == nullptr || graph->is_running) {
    Throw(env, graph->session == nullptr ? "the graph has no session" : "the graph is running");
    return nullptr;
  }
  napi_value promise, name;
  napi_create_promise(env, &run->deferred, &promise);
  napi_create_string_utf8(env, "foldwise:run", NAPI_AUTO_LENGTH, &name);
  napi_create_reference(env, arguments[0], 1, &run->keep);
  graph->is_running = true;
  Run *queued = run.release();
  napi_create_async_work(env, nullptr, name, Execute, Complete, queued, &queued->work);
  napi_queue_async_work(env, queued->work);
  return promise;
}

}  // namespace foldwise
