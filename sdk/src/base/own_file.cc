// By the mappings of the process, which have full paths; a name of the loader's counts only if it is one as well.
#include "base/own_file.h"

#include <dlfcn.h>

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace visavis {
namespace {

// "5581-5582 r-xp 00000000 fe:01 1234    /usr/lib/libvisavis.so.0.1"; what was replaced or removed ends in " (deleted)".
std::string mapped_file(uintptr_t address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) != 2) return "";
    if (address < begin || address >= end) continue;
    const size_t path = line.find('/');
    return path == std::string::npos ? "" : line.substr(path);
  }
  return "";
}

}  // namespace

std::string own_file() {
  const auto* const here = reinterpret_cast<const void*>(&own_file);
  std::error_code error;
  std::string file = mapped_file(reinterpret_cast<uintptr_t>(here));
  if (std::filesystem::is_regular_file(file, error)) return file;
  Dl_info named{};
  if (dladdr(here, &named) == 0 || !named.dli_fname || named.dli_fname[0] != '/') return "";
  return std::filesystem::canonical(named.dli_fname, error).string();
}

}  // namespace visavis
