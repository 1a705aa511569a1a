// Modules by dlopen, from beside the file that this code is in.
#include "base/module.h"

#include <dlfcn.h>

#include <filesystem>
#include <new>

#include "base/own_file.h"
#include "base/room.h"

namespace visavis {
namespace {

// Libraries set themselves up while they are opened; when memory runs out just then they end the process.
constexpr size_t kRoom = size_t{64} << 20;

// Beside the file that this code is in, or, for a program that holds the library in itself, in lib beside its folder. ""
// where nobody says which that is: the loader would look in the current folder, or give another installation's.
std::string module_path(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path own = own_file();
  if (own.empty()) return "";
  const fs::path beside = own.parent_path() / file;
  const fs::path in_lib = beside.parent_path().parent_path() / "lib" / file;
  return !fs::exists(beside, error) && fs::exists(in_lib, error) ? in_lib.string() : beside.string();
}

}  // namespace

ModuleFunction open_module(const std::string& name, const char* stamp, const char* function) {
  ModuleFunction result;
  const std::string file = "libvisavis_" + name + ".so";
  result.file = module_path(file);
  if (result.file.empty()) {
    result.file = file;
    result.obstacle = "nobody says in which folder this library lies: open it by its full path";
    return result;
  }
  require_memory(kRoom);
  void* const handle = dlopen(result.file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* const reason = dlerror();
    result.obstacle = reason ? reason : result.file + " does not open";
    // That is no lasting obstacle.
    if (result.obstacle.find("annot allocate memory") != std::string::npos) throw std::bad_alloc();
    return result;
  }
  const auto build = reinterpret_cast<const char* (*)()>(dlsym(handle, stamp));
  void* const address = dlsym(handle, function);
  if (build && address && std::string(build()) == VISAVIS_BUILD)
    result.address = address;
  else
    result.obstacle = result.file + " belongs to another build than this library, " VISAVIS_BUILD;
  return result;
}

}  // namespace visavis
