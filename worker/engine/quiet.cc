// Keeps what TensorFlow says while its library loads off the terminal. Its static
// initialisers write greetings to file descriptor 2 before any log level can be set.
#include <dlfcn.h>
#include <node_api.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace {

int saved_stderr = -1;
FILE *captured = nullptr;

// begin(): from here on, file descriptor 2 writes to a file in memory.
napi_value Begin(napi_env env, napi_callback_info) {
  if (captured != nullptr) return nullptr;
  captured = fdopen(memfd_create("stderr", MFD_CLOEXEC), "w+");
  if (captured == nullptr) return nullptr;
  saved_stderr = dup(2);
  dup2(fileno(captured), 2);
  return nullptr;
}

// end(): string: gives file descriptor 2 back; returns what was written meanwhile.
napi_value End(napi_env env, napi_callback_info) {
  std::string text;
  if (captured != nullptr) {
    dup2(saved_stderr, 2);
    close(saved_stderr);
    std::rewind(captured);
    char buffer[4096];
    size_t count;
    while ((count = std::fread(buffer, 1, sizeof buffer, captured)) > 0) text.append(buffer, count);
    std::fclose(captured);
    captured = nullptr;
  }
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

// setMinLogLevel(2): drops later INFO and WARNING lines. The symbol is that of the Abseil
// inside TensorFlow 2.21; a library without it stays as talkative as it is.
napi_value SetMinLogLevel(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  int32_t level = 0;
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  if (napi_get_value_int32(env, argv[0], &level) != napi_ok) return nullptr;
  void *library = dlopen("libtensorflow_framework.so.2", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  void *symbol = dlsym(library, "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE");
  if (symbol != nullptr) reinterpret_cast<void (*)(int)>(symbol)(level);
  dlclose(library);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"begin", nullptr, Begin, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"end", nullptr, End, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"setMinLogLevel", nullptr, SetMinLogLevel, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, 3, functions);
  return exports;
}
