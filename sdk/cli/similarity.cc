// What the probability is called, in words and in JSON.
#include "similarity.h"

#include <cstdio>

#include "threshold.h"

namespace visavis::cli {

void add_prior_option(Command* command, Prior& prior, bool of_a_gallery) {
  command
      ->add_option(
          "--prior", prior.given,
          std::string("How probable one person is before the faces are looked at, for the similarity (default: ") +
              (of_a_gallery ? "1 / (N + 1) of N templates)" : "0.5)"))
      .range(1e-12, 0.999999)
      .option_text("P");
}

void put_similarity(Json& object, const Similarity& similarity, double prior) {
  const bool known = similarity.support != VAV_SUPPORT_NOT_EVALUATED;
  object["similarity"] = known ? Json(short_number(similarity.probability)) : Json(nullptr);
  object["similarity_is"] = support_name(similarity.support);
  object["prior"] = short_number(float(prior));
}

std::string similarity_text(const Similarity& similarity, double prior) {
  if (similarity.support == VAV_SUPPORT_NOT_EVALUATED) return "";
  char at[32] = "", shown[64];
  if (prior != 0.5) std::snprintf(at, sizeof at, " (prior %.6g)", prior);
  if (similarity.probability > 0.999f || similarity.probability < 0.001f)
    std::snprintf(shown, sizeof shown, ", similarity %s%s",
                  similarity.probability > 0.999f ? "above 0.999" : "below 0.001", at);
  else
    std::snprintf(shown, sizeof shown, ", similarity %.3f%s", double{similarity.probability}, at);
  return shown;
}

}  // namespace visavis::cli
