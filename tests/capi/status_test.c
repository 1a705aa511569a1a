/* visavis/status.h: the error struct and the names of codes. */
#include "check.h"

INIT_CASE(vav_error)

static void test_vav_status_name(void) {
  CHECK(strcmp(vav_status_name(VAV_OK), "VAV_OK") == 0);
  CHECK(strcmp(vav_status_name(VAV_E_IMAGE_DECODE), "VAV_E_IMAGE_DECODE") == 0);
  CHECK(strcmp(vav_status_name(VAV_E_ALREADY_EXISTS), "VAV_E_ALREADY_EXISTS") == 0);
  CHECK(strcmp(vav_status_name(1), "VAV_E_UNKNOWN") == 0);
  CHECK(strcmp(vav_status_name(INT32_MIN), "VAV_E_UNKNOWN") == 0);
  CHECK(strcmp(vav_status_name(INT32_MAX), "VAV_E_UNKNOWN") == 0);
}

const test_case status_cases[] = {CASE(vav_error_init), CASE(vav_status_name), {NULL, NULL}};
