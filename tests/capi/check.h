/* The little that the plain C tests need: checks that report and go on, and calls that have to be refused. */
#ifndef VISAVIS_TESTS_CAPI_CHECK_H
#define VISAVIS_TESTS_CAPI_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visavis/visavis.h"

/* One function of the API and what tries it. A function without one fails the test (see main.c). */
typedef struct test_case {
  const char *function;
  void (*run)(void);
} test_case;

#define CASE(function) \
  { #function, test_##function }

extern int failures;
extern int skips;

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                             \
    }                                                                         \
  } while (0)

/* Ends the case: what it needs is not on this machine. */
#define SKIP(why)                                        \
  do {                                                   \
    fprintf(stderr, "skipped: %s: %s\n", __func__, why); \
    ++skips;                                             \
    return;                                              \
  } while (0)

/* Where calls under test report to. REFUSED changes it: the full struct, none, short, absurd and larger ones. */
extern vav_error *err;

/* For use by the macros below. */
int begin_refusal(int variant);
void end_refusal(vav_status got, vav_status expected, const char *word, const char *where, int line, const char *call);
void check_ok(vav_status got, const char *where, int line, const char *call);

/* The call has to succeed, and to leave no message. */
#define OK(call) check_ok((call), __FILE__, __LINE__, #call)

/* The call has to be refused with this code and a message that has `word` in it, whatever `err` is. */
#define REFUSED(expected, word, call)                                   \
  do {                                                                  \
    int variant_;                                                       \
    for (variant_ = 0; begin_refusal(variant_); ++variant_) {           \
      const vav_status got_ = (call);                                   \
      end_refusal(got_, (expected), (word), __FILE__, __LINE__, #call); \
    }                                                                   \
  } while (0)

/* The same for a call that makes an object: `out`, which held something else, has to become NULL. */
#define REFUSED_MAKE(out, expected, word, call)                         \
  do {                                                                  \
    int variant_;                                                       \
    for (variant_ = 0; begin_refusal(variant_); ++variant_) {           \
      vav_status got_;                                                  \
      (out) = (void *)&failures;                                        \
      got_ = (call);                                                    \
      end_refusal(got_, (expected), (word), __FILE__, __LINE__, #call); \
      CHECK((out) == NULL);                                             \
      (out) = NULL;                                                     \
    }                                                                   \
  } while (0)

/* A call that reads a sized struct: `use` makes it with `options`, frees what it made, and gives the status. */
typedef vav_status (*use_options)(const void *options);
void check_input_sizes(const char *where, const char *word, const void *good, size_t size, use_options use);
#define INPUT_SIZES(word, good, use) check_input_sizes(__func__, (word), &(good), sizeof(good), (use))

/* A call that fills a sized struct: `use` makes it with `out`. */
typedef vav_status (*use_out)(void *out);
void check_output_sizes(const char *where, const char *word, size_t size, use_out use);
#define OUTPUT_SIZES(word, type, use) check_output_sizes(__func__, (word), sizeof(type), (use))

/* vav_x_init on memory that held anything. */
void check_init(const char *where, void *memory, size_t size, void (*init)(void *));
#define INIT_CASE(type)                                                  \
  static void init_##type(void *memory) { type##_init((type *)memory); } \
  static void test_##type##_init(void) {                                 \
    type memory;                                                         \
    check_init(__func__, &memory, sizeof memory, init_##type);           \
  }

/* Texts that are not UTF-8; NULL ends the list. */
extern const char *const bad_texts[];
/* Longer than any text may be. */
extern const char *const endless_text;
/* NaN, +infinity, -infinity. */
extern const float not_finite[3];

#endif
