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

std::string similarity_text(const Similarity& similarity) {
  if (similarity.support == VAV_SUPPORT_NOT_EVALUATED) return "";
  if (similarity.probability > 0.999f) return ", similarity above 0.999";
  if (similarity.probability < 0.001f) return ", similarity below 0.001";
  char shown[32];
  std::snprintf(shown, sizeof shown, ", similarity %.3f", double{similarity.probability});
  return shown;
}

}  // namespace visavis::cli
