// Asks for shared libraries the way TensorFlow does, and asks the NVIDIA driver what it is. Needs
// neither CUDA's headers nor a GPU.
#include <dlfcn.h>
#include <link.h>
#include <node_api.h>

#include <string>
#include <vector>

namespace {

template <typename Function>
Function Symbol(void *library, const char *name) {
  return library == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(library, name));
}

// A library that is loaded already, found by its soname wherever it came from.
void *Loaded(const std::string &name) { return dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD); }

std::string Problem(const std::string &fallback) {
  const char *error = dlerror();
  return error == nullptr ? fallback : error;
}

std::string Argument(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  char text[4096] = "";
  size_t length = 0;
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  napi_get_value_string_utf8(env, argv[0], text, sizeof text, &length);
  return std::string(text, length);
}

napi_value Text(napi_env env, const std::string &text) {
  napi_value value;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

// ask(name): string: has TensorFlow's own loader open a library, by the search path that counts
// for TensorFlow; returns why that failed, empty where it did not.
napi_value Ask(napi_env env, napi_callback_info info) {
  const std::string name = Argument(env, info);
  void *tensorflow = Loaded("libtensorflow_cc.so.2");
  auto create = Symbol<void *(*)()>(tensorflow, "TF_NewStatus");
  auto load = Symbol<void *(*)(const char *, void *)>(tensorflow, "TF_LoadLibrary");
  auto code = Symbol<int (*)(void *)>(tensorflow, "TF_GetCode");
  auto message = Symbol<const char *(*)(void *)>(tensorflow, "TF_Message");
  auto destroy = Symbol<void (*)(void *)>(tensorflow, "TF_DeleteStatus");
  if (!create || !load || !code || !message || !destroy) return Text(env, "TensorFlow is not loaded");
  void *status = create();
  load(name.c_str(), status);
  const std::string problem = code(status) == 0 ? "" : message(status);
  destroy(status);
  return Text(env, problem);
}

// open(file): string: opens a library by its path; returns why that failed, or an empty text.
napi_value Open(napi_env env, napi_callback_info info) {
  const std::string file = Argument(env, info);
  void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  return Text(env, library == nullptr ? Problem("it does not load") : "");
}

// origin(name): string: the path of a loaded library; empty where it is not loaded.
napi_value Origin(napi_env env, napi_callback_info info) {
  void *library = Loaded(Argument(env, info));
  link_map *map = nullptr;
  if (library != nullptr) dlinfo(library, RTLD_DI_LINKMAP, &map);
  return Text(env, map == nullptr ? "" : map->l_name);
}

// searchPath(name): string[]: where the loader looks for what a loaded library opens by name.
napi_value SearchPath(napi_env env, napi_callback_info info) {
  napi_value folders;
  napi_create_array(env, &folders);
  void *library = Loaded(Argument(env, info));
  Dl_serinfo size;
  if (library == nullptr || dlinfo(library, RTLD_DI_SERINFOSIZE, &size) != 0) return folders;
  std::vector<char> space(size.dls_size);
  auto *search = reinterpret_cast<Dl_serinfo *>(space.data());
  dlinfo(library, RTLD_DI_SERINFOSIZE, search);
  if (dlinfo(library, RTLD_DI_SERINFO, search) != 0) return folders;
  for (unsigned int index = 0; index < search->dls_cnt; ++index) {
    napi_set_element(env, folders, index, Text(env, search->dls_serpath[index].dls_name));
  }
  return folders;
}

// One visible GPU: its name and its compute capability, 90 meaning 9.0.
napi_value Gpu(napi_env env, void *cuda, int index) {
  auto get = Symbol<int (*)(int *, int)>(cuda, "cuDeviceGet");
  auto name = Symbol<int (*)(char *, int, int)>(cuda, "cuDeviceGetName");
  auto attribute = Symbol<int (*)(int *, int, int)>(cuda, "cuDeviceGetAttribute");
  int device = 0, major = 0, minor = 0;
  char text[256] = "";
  if (get && name && attribute && get(&device, index) == 0) {
    name(text, sizeof text, device);
    attribute(&major, 75, device);
    attribute(&minor, 76, device);
  }
  napi_value gpu, capability;
  napi_create_object(env, &gpu);
  napi_create_int32(env, 10 * major + minor, &capability);
  napi_set_named_property(env, gpu, "name", Text(env, text));
  napi_set_named_property(env, gpu, "capability", capability);
  return gpu;
}

// driver(): what libcuda.so.1, once asked for, says: {problem, version, gpus}. `version` is that of
// the CUDA it speaks, 12090 meaning 12.9; `problem` is empty where it can be used.
napi_value Driver(napi_env env, napi_callback_info) {
  void *cuda = Loaded("libcuda.so.1");
  auto init = Symbol<int (*)(unsigned int)>(cuda, "cuInit");
  auto get_version = Symbol<int (*)(int *)>(cuda, "cuDriverGetVersion");
  auto get_count = Symbol<int (*)(int *)>(cuda, "cuDeviceGetCount");
  auto get_error = Symbol<int (*)(int, const char **)>(cuda, "cuGetErrorName");
  int version = 0, count = 0;
  std::string problem = cuda == nullptr ? "not loaded" : "it is no CUDA driver";
  if (get_version) get_version(&version);
  if (init && get_count) {
    int code = init(0);
    if (code == 0) code = get_count(&count);
    const char *name = nullptr;
    if (code != 0 && get_error) get_error(code, &name);
    problem = code == 0 ? "" : name ? name : "CUDA error " + std::to_string(code);
  }
  napi_value result, number, gpus;
  napi_create_object(env, &result);
  napi_create_int32(env, version, &number);
  napi_create_array(env, &gpus);
  for (int index = 0; index < count; ++index) {
    napi_set_element(env, gpus, index, Gpu(env, cuda, index));
  }
  napi_set_named_property(env, result, "problem", Text(env, problem));
  napi_set_named_property(env, result, "version", number);
  napi_set_named_property(env, result, "gpus", gpus);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"ask", nullptr, Ask, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"open", nullptr, Open, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"origin", nullptr, Origin, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"searchPath", nullptr, SearchPath, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"driver", nullptr, Driver, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
