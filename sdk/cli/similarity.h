// --prior, and how probable it is that two faces are one person's.
#pragma once

#include <cstdint>
#include <string>

#include "command_line.h"
#include "output.h"
#include "visavis/models.hpp"
#include "visavis/rates.hpp"

namespace visavis::cli {

// How probable one person is before the faces are looked at.
struct Prior {
  double given = 0;  // 0 = not given

  // Of two faces: half. Of a search: with so many templates and one chance for nobody of them, all are alike.
  double of(int64_t comparisons) const { return given != 0 ? given : 1 / (double(comparisons) + 1); }
  double of_two() const { return of(1); }
};

void add_prior_option(Command* command, Prior& prior, bool of_a_gallery = true);

// The keys similarity (null: not evaluated), similarity_is and prior.
void put_similarity(Json& object, const Similarity& similarity, double prior);

// ", similarity 0.998", or "" where it was not evaluated. A prior that is not half is told: without it the number may be
// taken for that of another one.
std::string similarity_text(const Similarity& similarity, double prior);

}  // namespace visavis::cli
