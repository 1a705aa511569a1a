/* Checks of refusals and of struct sizes: each call is made with every kind of vav_error and of struct_size. */
#include "check.h"

#include <math.h>

int failures;
int skips;

/* Around the caller's struct lies memory that is not the library's to touch. */
enum { kUntouched = 0xC5, kRoom = 4 * sizeof(vav_error) };
static union {
  vav_error error;
  unsigned char bytes[kRoom];
} place;
vav_error *err = &place.error;

const float not_finite[3] = {NAN, INFINITY, -INFINITY};
const char *const bad_texts[] = {
    "\xff", "ends early \xe2\x82", "overlong \xc0\xaf", "surrogate \xed\xa0\x80", "beyond \xf4\x90\x80\x80", NULL};

static char long_text[(2 << 20) + 1];
const char *const endless_text = long_text;

/* struct_size of the vav_error that the caller passes; 0 and the absurd one mean: leave it alone. */
static const uint32_t error_sizes[] = {sizeof(vav_error), 0, 3, 8, 9, 40, sizeof(vav_error) + 8, 5000, UINT32_MAX};
enum { kErrorSizes = sizeof error_sizes / sizeof error_sizes[0] };
static int variant_now;

int begin_refusal(int variant) {
  if (!long_text[0]) memset(long_text, 'a', sizeof long_text - 1);
  variant_now = variant;
  err = &place.error;
  if (variant > kErrorSizes) {
    vav_error_init(err);
    return 0;
  }
  memset(place.bytes, kUntouched, kRoom);
  if (variant == kErrorSizes)
    err = NULL;
  else
    err->struct_size = error_sizes[variant];
  return 1;
}

static int untouched_from(size_t first) {
  for (; first < kRoom; ++first)
    if (place.bytes[first] != kUntouched) return 0;
  return 1;
}

/* For codes.py, which compares with what the headers say: a line for each refusal, the function and its code. */
static void note_refusal(vav_status got, const char *call) {
  const char *const path = getenv("VISAVIS_REFUSALS"), *const name = strstr(call, "vav_");
  FILE *const file = path && name && variant_now == 0 ? fopen(path, "a") : NULL;
  if (!file) return;
  fprintf(file, "%.*s %s\n", (int)strcspn(name, "("), name, vav_status_name(got));
  fclose(file);
}

void end_refusal(vav_status got, vav_status expected, const char *word, const char *where, int line, const char *call) {
  const uint32_t size = variant_now == kErrorSizes ? 0 : error_sizes[variant_now];
  const char *wrong = NULL;
  const int written = size > offsetof(vav_error, message) && size <= 4096;
  note_refusal(got, call);
  if (got != expected)
    wrong = "wrong status";
  else if (err && err->struct_size != size)
    wrong = "vav_error.struct_size was changed";
  else if (!untouched_from(written && size < kRoom ? size : err ? sizeof size : 0))
    wrong = "wrote beyond vav_error.struct_size";
  else if (written && err->code != expected)
    wrong = "wrong vav_error.code";
  else if (written && !memchr(err->message, 0, size - offsetof(vav_error, message)))
    wrong = "the message does not end";
  else if (size == sizeof(vav_error) && (!err->message[0] || !strstr(err->message, word)))
    wrong = "the message does not say what was wrong";
  if (!wrong) return;
  fprintf(stderr, "%s:%d: %s: %s: got %s, expected %s about '%s' (vav_error of %u bytes)", where, line, call, wrong,
          vav_status_name(got), vav_status_name(expected), word, (unsigned)size);
  fprintf(stderr, size == sizeof(vav_error) ? ": %s\n" : "\n", place.error.message);
  ++failures;
}

void check_ok(vav_status got, const char *where, int line, const char *call) {
  if (got == VAV_OK && (!err || (err->code == VAV_OK && !err->message[0]))) return;
  fprintf(stderr, "%s:%d: %s: got %s: %s\n", where, line, call, vav_status_name(got), err ? err->message : "");
  ++failures;
}

static void size_check(const char *where, uint32_t size, vav_status got, vav_status expected, const char *word) {
  const char *const text = got == VAV_OK ? "" : place.error.message;
  if (got == expected && (got == VAV_OK || strstr(text, word))) return;
  fprintf(stderr, "%s: %s.struct_size %u: got %s, expected %s: %s\n", where, word, (unsigned)size, vav_status_name(got),
          vav_status_name(expected), text);
  ++failures;
}

/* Never right: below the first version, and beyond all that could be. */
static uint32_t wrong_size(size_t size, int i) {
  const uint32_t sizes[] = {0, 1, 3, 4, (uint32_t)size - 1, 4097, INT32_MAX, UINT32_MAX};
  return i < (int)(sizeof sizes / sizeof sizes[0]) ? sizes[i] : (uint32_t)size;
}

void check_input_sizes(const char *where, const char *word, const void *good, size_t size, use_options use) {
  /* Allocated to the byte, so that a sanitizer sees who reads what a wrong size promises. */
  unsigned char *exact = malloc(size), *larger = calloc(1, size + 8), *largest = calloc(1, 4096);
  const uint32_t newer = (uint32_t)size + 8, most = 4096;
  uint32_t given;
  int i;
  vav_error_init(err);
  memcpy(exact, good, size);
  for (i = 0; (given = wrong_size(size, i)) != size; ++i) {
    memcpy(exact, &given, sizeof given);
    size_check(where, given, use(exact), VAV_E_STRUCT_SIZE, word);
  }
  memcpy(larger, good, size);
  memcpy(largest, good, size);
  memcpy(larger, &newer, sizeof newer);
  memcpy(largest, &most, sizeof most);
  size_check(where, (uint32_t)size, use(good), VAV_OK, word);
  size_check(where, newer, use(larger), VAV_OK, word); /* a newer caller that asks for nothing new */
  size_check(where, most, use(largest), VAV_OK, word);
  larger[size + 7] = 1;
  size_check(where, newer, use(larger), VAV_E_UNSUPPORTED, word);
  free(exact);
  free(larger);
  free(largest);
}

void check_output_sizes(const char *where, const char *word, size_t size, use_out use) {
  unsigned char *exact = malloc(size), *larger = malloc(size + 8);
  const uint32_t newer = (uint32_t)size + 8;
  uint32_t given;
  size_t k;
  int i;
  vav_error_init(err);
  for (i = 0; (given = wrong_size(size, i)) != size; ++i) {
    memset(exact, kUntouched, size);
    memcpy(exact, &given, sizeof given);
    size_check(where, given, use(exact), VAV_E_STRUCT_SIZE, word);
    for (k = sizeof given; k < size; ++k) CHECK(exact[k] == kUntouched);
  }
  memset(larger, kUntouched, size + 8);
  memcpy(larger, &newer, sizeof newer);
  size_check(where, newer, use(larger), VAV_OK, word);
  CHECK(memcmp(larger, &newer, sizeof newer) == 0);
  for (k = size; k < size + 8; ++k) CHECK(larger[k] == 0); /* what this library does not know is 0 */
  memcpy(exact, &given, sizeof given);
  size_check(where, given, use(exact), VAV_OK, word);
  free(exact);
  free(larger);
}

void check_init(const char *where, void *memory, size_t size, void (*init)(void *)) {
  uint32_t struct_size;
  const unsigned char *bytes = memory;
  size_t k, other = 0;
  init(NULL);
  memset(memory, kUntouched, size);
  init(memory);
  memcpy(&struct_size, memory, sizeof struct_size);
  for (k = sizeof struct_size; k < size; ++k) other += bytes[k] != 0;
  if (struct_size == size && other == 0) return;
  fprintf(stderr, "%s: struct_size %u of %u, %u bytes are not 0\n", where, (unsigned)struct_size, (unsigned)size,
          (unsigned)other);
  ++failures;
}
