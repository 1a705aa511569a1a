/* visavis/version.h: the version, and the description of library and machine. */
#include "check.h"

static void test_vav_version(void) {
  char expected[64];
  snprintf(expected, sizeof expected, "%d.%d.%d", VAV_VERSION_MAJOR, VAV_VERSION_MINOR, VAV_VERSION_PATCH);
  CHECK(strcmp(vav_version(), expected) == 0);
}

static void test_vav_version_number(void) {
  CHECK(vav_version_number() == VAV_VERSION_MAJOR * 10000 + VAV_VERSION_MINOR * 100 + VAV_VERSION_PATCH);
}

static void test_vav_describe(void) {
  const size_t needed = vav_describe(NULL, 0);
  char *whole = malloc(needed + 1), cut[8];
  size_t k;
  CHECK(needed > 2);
  CHECK(vav_describe(NULL, SIZE_MAX) == needed); /* no buffer is none, whatever its size is said to be */
  CHECK(vav_describe(whole, needed + 1) == needed);
  CHECK(strlen(whole) == needed);
  CHECK(whole[0] == '{' && whole[needed - 1] == '}');
  CHECK(strstr(whole, "\"version\"") && strstr(whole, "\"dependencies\"") && strstr(whole, "\"backends\""));
  memset(cut, 'x', sizeof cut);
  CHECK(vav_describe(cut, 4) == needed);
  CHECK(strncmp(cut, whole, 3) == 0 && cut[3] == '\0');
  for (k = 4; k < sizeof cut; ++k) CHECK(cut[k] == 'x');
  CHECK(vav_describe(cut, 0) == needed); /* writes nothing */
  CHECK(strncmp(cut, whole, 3) == 0);
  free(whole);
}

const test_case version_cases[] = {CASE(vav_version), CASE(vav_version_number), CASE(vav_describe), {NULL, NULL}};
