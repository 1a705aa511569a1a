// The outcome of `visavis eval pairs`, for programs and for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/eval_embeddings.h"
#include "eval/eval_page.h"
#include "eval/eval_statistics.h"
#include "output.h"

namespace visavis::cli {

struct AllPairsReport {
  int64_t images = 0;  // pictures with a comparable face
  int64_t genuine = 0;
  int64_t impostor = 0;
  std::vector<ErrorRate> rates, curve;
};

struct EvalReport {
  int64_t pairs = 0;          // that were evaluated
  int64_t pairs_skipped = 0;  // because a picture is missing
  int64_t fte = 0;            // pairs without a comparable face
  int64_t images = 0;         // pictures in these pairs
  int64_t images_without_face = 0;
  int64_t images_missing = 0;
  int64_t genuine = 0;   // comparable pairs of the same person
  int64_t impostor = 0;  // comparable pairs of different persons
  double threshold = 0;
  std::optional<double> accuracy_at_threshold;
  std::optional<double> accuracy_fte_different;
  std::optional<CrossValidation> accuracy_cv;
  std::vector<ErrorRate> rates, curve;
  std::optional<AllPairsReport> all_pairs;
  std::string set, backend;
  int32_t embedding_length = 0;
  WorkTime time;
};

Json report_json(const EvalReport& report);
void print_report(const EvalReport& report);
EvalPage report_page(const EvalReport& report);

}  // namespace visavis::cli
