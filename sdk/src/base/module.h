// Opens the shared objects of ours that lie beside the library: backends and decoders, each needed by some and opened
// when it is first asked for, so that a machine without its runtime lacks that part, but still works.
#pragma once

#include <string>

namespace visavis {

struct ModuleFunction {
  void* address = nullptr;
  std::string file;      // where it was looked for
  std::string obstacle;  // why there is no address
};

// `function` of libvisavis_<name>.so, after `stamp`, another of its functions, has said that it is of this build.
// Opened by its full path, so that the loader's own search cannot give another installation's, and never closed:
// threads of its runtime may live on.
ModuleFunction open_module(const std::string& name, const char* stamp, const char* function);

}  // namespace visavis
