// A file system that gives no locks: `no_locks FOLDER`. The system calls of this program fail with ENOLCK from the n-th
// lock on, or at the n-th alone, for every n. What fails says so in words of its own, and never that somebody else is
// writing; afterwards all is there.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "hand.h"
#include "scratch.h"

namespace {

int until_refused = -1;  // below 0: never
bool only_once = false;
int refused = 0;

bool refuse() {
  if (until_refused < 0 || (until_refused > 0 && --until_refused > 0)) return false;
  if (only_once) until_refused = -1;
  ++refused;
  errno = ENOLCK;
  return true;
}

int own_fcntl(int fd, int command, void* argument) {
  const bool locks = command == F_OFD_GETLK ||
                     (command == F_OFD_SETLK && static_cast<const struct flock*>(argument)->l_type != F_UNLCK);
  if (locks && refuse()) return -1;
  return static_cast<int>(syscall(SYS_fcntl, fd, command, argument));
}

}  // namespace

// The loader takes the program's before the C library's.
extern "C" __attribute__((visibility("default"))) int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return own_fcntl(fd, command, argument);
}

extern "C" __attribute__((visibility("default"))) int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return own_fcntl(fd, command, argument);
}

namespace visavis::reliability {
namespace {

vav_error err = VAV_ERROR_INIT;

// Opens, changes, searches, and puts a backup into the place of another gallery. The first failure ends it.
vav_status use(vav_models* models, const Scratch& scratch) {
  vav_gallery* gallery = nullptr;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.busy_timeout_ms = 1;
  vav_status status = vav_gallery_open(&gallery, scratch.file().c_str(), models, &options, &err);
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = "ada";
  int64_t person = 0, id = 0;
  if (status == VAV_OK) status = vav_gallery_add_person(&person, gallery, &fields, &err);
  if (status == VAV_OK)
    status = vav_gallery_add_template(&id, gallery, person, face("ada", 0).data(), VAV_EMBEDDING_DIM, nullptr, &err);
  vav_matches* matches = nullptr;
  if (status == VAV_OK)
    status = vav_gallery_identify(&matches, gallery, face("ada", 0).data(), VAV_EMBEDDING_DIM, nullptr, &err);
  vav_matches_destroy(matches);
  vav_job* job = nullptr;
  if (status == VAV_OK) status = vav_gallery_start_backup(&job, gallery, scratch.file("other.vav").c_str(), 1, &err);
  if (status == VAV_OK) status = vav_job_run(job, 0, nullptr, &err);
  vav_job_destroy(job);
  vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
  if (status == VAV_OK) status = vav_gallery_forget_person(&receipt, gallery, person, 0, &err);
  vav_gallery_destroy(gallery);
  return status;
}

int run(const std::string& folder) {
  const Scratch scratch(folder);
  Report report;
  vav_models* models = nullptr;
  if (vav_models_open(&models, nullptr, &err) != VAV_OK) return std::fprintf(stderr, "%s\n", err.message), 2;
  int rounds = 0, failures = 0;
  for (const bool once : {false, true}) {
    for (int n = 1;; ++n, ++rounds) {
      scratch.empty();
      const std::string where = std::string(once ? "the lock " : "from lock ") + std::to_string(n);
      if (use(models, scratch) != VAV_OK) report.problem(where, std::string("before: ") + err.message);
      refused = 0;
      only_once = once;
      until_refused = n;
      const vav_status status = use(models, scratch);
      until_refused = -1;
      if (refused == 0) break;
      if (status != VAV_OK) ++failures;
      if (status != VAV_OK &&
          (status != VAV_E_IO || std::string(err.message).find("gives no locks") == std::string::npos))
        report.problem(where, std::string(vav_status_name(status)) + " " + err.message);
      if (use(models, scratch) != VAV_OK) report.problem(where, std::string("afterwards: ") + err.message);
    }
  }
  if (failures < 10) report.problem("as a whole", "only " + std::to_string(failures) + " failures: nothing was tested");
  std::printf("%d rounds, %d failures\n", rounds, failures);
  vav_models_destroy(models);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: no_locks FOLDER\n"), 2;
  return visavis::reliability::run(argv[1]);
}
