// Finds a Python with pip, runs `pip download` with a pinned hash, and says in plain words why it failed.
#include "fetch/download.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "failure.h"
#include "fetch/run_program.h"
#include "files.h"
#include "printable.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

std::string from_hint(const ArchiveEntry& archive) {
  return "; or get " + archive.file + " (SHA-256 " + archive.sha256 +
         ") on another machine and run: visavis models fetch --from FILE";
}

std::string find_python(const ArchiveEntry& archive, const std::string& asked, const fs::path& log) {
  std::vector<std::string> candidates = {"python3", "python"};
  const char* environment = std::getenv("VISAVIS_PYTHON");
  if (!asked.empty())
    candidates = {asked};
  else if (environment && *environment)
    candidates = {environment};
  std::string tried;
  for (std::string& candidate : candidates) {
    if (candidate.find('/') != std::string::npos) candidate = fs::absolute(candidate).string();
    if (run_program({candidate, "-I", "-m", "pip", "--version"}, log, log.parent_path(), false) == 0) return candidate;
    tried += (tried.empty() ? "" : ", ") + candidate;
  }
  throw Failure("the download needs a Python with pip (tried: " + tried +
                "): install one (Debian: apt-get install python3-pip) or name one with --python" + from_hint(archive));
}

// The last lines of what pip said.
std::string tail(const std::string& text) {
  constexpr size_t kMost = 800;
  const size_t start = text.size() > kMost ? text.find('\n', text.size() - kMost) : 0;
  return start == std::string::npos ? text.substr(text.size() - kMost) : text.substr(start);
}

[[noreturn]] void explain(const ArchiveEntry& archive, const fs::path& log) {
  std::ifstream file(log, std::ios::binary);
  const std::string said{std::istreambuf_iterator<char>(file), {}};
  const auto has = [&](const char* words) { return said.find(words) != std::string::npos; };
  if (has("DO NOT MATCH THE HASHES"))
    throw Failure(archive.file + " was altered on its way (its SHA-256 is not " + archive.sha256 +
                  "): try again, and if it stays so, do not trust that mirror" + from_hint(archive));
  if (has("No space left on device"))
    throw Failure("the disk is full: " + archive.file + " needs about 250 MB for the download");
  if (has("NewConnectionError") || has("Name or service not known") || has("name resolution") ||
      has("Max retries exceeded") || has("Connection refused") || has("ProxyError") || has("timed out") ||
      has("Network is unreachable"))
    throw Failure(
        "no network: pip could not reach the package index; check the connection (or pip's proxy and mirror "
        "settings) and run it again" +
        from_hint(archive));
  throw LongFailure("pip could not download " + archive.file + ":\n" + printable_lines(tail(said)) + "\nRun it again" +
                    from_hint(archive));
}

}  // namespace

fs::path download(const Context& context, const ArchiveEntry& archive, const std::string& python,
                  const fs::path& into) {
  const fs::path folder = fs::absolute(into);  // pip works in there
  const fs::path log = folder / "pip.log";
  const std::string interpreter = find_python(archive, python, log);
  const fs::path requirements = folder / "requirements.txt";
  std::ofstream(requirements) << archive.id << "==" << archive.version << " --hash=sha256:" << archive.sha256 << '\n';
  fs::remove(log);
  const bool show = !context.quiet && isatty(STDERR_FILENO) != 0;
  // -I: Python runs no module of the current folder, of PYTHONPATH or of the user in pip's place.
  // --no-binary, --only-binary: the pinned file is the source distribution, or the wheel. This holds only for the
  // pinned one: what pip itself needs to read it (setuptools) may be a wheel, which is ten times as fast. Few retries:
  // without a network it should say so soon.
  const bool wheel = archive.file.ends_with(".whl");
  const int status = run_program({interpreter, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input",
                                  "--retries", "2", "download", "--no-deps", wheel ? "--only-binary" : "--no-binary",
                                  archive.id, "--require-hashes", "-d", folder.string(), "-r", requirements.string()},
                                 log, folder, show);
  const fs::path file = folder / archive.file;
  if (status != 0 || !fs::exists(file)) explain(archive, log);
  return file;
}

}  // namespace visavis::cli
