/* Runs the cases of one header, or checks that every function of the API has a case.
 * capi_tests GROUP SYMBOLS SCRATCH: GROUP is a header's name or "complete". Ends with 77 when something was skipped. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include <dirent.h>
#include <time.h>

#include "check.h"
#include "objects.h"

/* One a line, which clang-format would fold: */
/* clang-format off */
#define GROUPS(X) \
  X(status) \
  X(version) \
  X(assess) \
  X(cluster) \
  X(compare) \
  X(rates) \
  X(faces) \
  X(quality) \
  X(policy) \
  X(image) \
  X(models) \
  X(engine) \
  X(gallery) \
  X(persons) \
  X(groups) \
  X(search) \
  X(eligibility) \
  X(outputs)     \
  X(lengths)     \
  X(templates)   \
  X(duplicates) \
  X(jobs) \
  X(secrecy) \
  X(move) \
  X(audit)
/* clang-format on */

#define DECLARE(name) extern const test_case name##_cases[];
GROUPS(DECLARE)

#define ENTRY(name) {#name, name##_cases},
static const struct {
  const char *name;
  const test_case *cases;
} groups[] = {GROUPS(ENTRY)};
enum { kGroups = sizeof groups / sizeof groups[0] };

static int has_case(const char *function) {
  const test_case *one;
  int i;
  for (i = 0; i < kGroups; ++i)
    for (one = groups[i].cases; one->function; ++one)
      if (strcmp(one->function, function) == 0) return 1;
  return 0;
}

/* Every exported function has a case; symbols.txt, which this reads, is compared with the library by abi.exports. */
static void check_complete(const char *symbols) {
  char line[256];
  int functions = 0;
  FILE *file = fopen(symbols, "r");
  CHECK(file != NULL);
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (!has_case(line)) {
      fprintf(stderr, "%s has no case in tests/capi\n", line);
      ++failures;
    }
    ++functions;
  }
  CHECK(functions > 0);
  printf("%d functions have a case\n", functions);
  if (file) fclose(file);
}

/* Of this process, where the system says it. */
static int threads_now(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  if (!tasks) return 0;
  while (readdir(tasks)) ++count;
  closedir(tasks);
  return count;
}

/* A thread that was joined may be listed for a moment yet. ThreadSanitizer begins one of its own with the first. */
static int threads_remain(int before) {
  const struct timespec moment = {0, 10 * 1000 * 1000};
  int left;
#ifdef __SANITIZE_THREAD__
  ++before;
#endif
  for (left = 1000; left > 0 && threads_now() > before; --left) nanosleep(&moment, NULL);
  return left == 0;
}

static void run_group(const char *name) {
  const test_case *one;
  const int threads_before = threads_now();
  int i, count = 0;
  for (i = 0; i < kGroups; ++i)
    if (strcmp(groups[i].name, name) == 0)
      for (one = groups[i].cases; one->function; ++one, ++count) {
        const int before = failures;
        one->run();
        if (failures > before) fprintf(stderr, "FAILED: %s\n", one->function);
      }
  CHECK(count > 0);
  CHECK(!threads_remain(threads_before)); /* no call leaves a thread behind, of ours or of a library's pool */
  printf("%s: %d functions, %d failures, %d skipped\n", name, count, failures, skips);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  scratch = argv[3];
  begin_refusal(INT32_MAX); /* prepares the ordinary vav_error */
  if (strcmp(argv[1], "complete") == 0)
    check_complete(argv[2]);
  else
    run_group(argv[1]);
  destroy_objects();
  return failures ? 1 : skips ? 77 : 0;
}
