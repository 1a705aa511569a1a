// decide/ says whose photos are whose, the gallery who else looks like them.
#include "pipeline/assessment.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "decide/calibration.h"

namespace visavis {
namespace {

// How one face is compared with one other.
Limits limits_of(const PhotosQuestion& question, float of_gallery, const ModelRates& models) {
  const Asked& asked = question.asked;
  const bool any = asked.threshold != 0 || asked.rate != 0 || asked.preset != Preset::usual || of_gallery != 0 ||
                   models.compat_threshold != 0 || calibration_of(models.recipe, models.own);
  if (question.all_of_person && !any) return {.comparisons = 0};
  return limits_to_look_at(Against::one, asked, of_gallery, models, 1);
}

void require_faces(const PhotosQuestion& question, const Recipe& recipe, Fitting fitting) {
  for (size_t i = 0; i < question.faces.size(); ++i) try {
      if (question.known[i] == PhotoVerdict::not_evaluated) require_fitting(recipe, question.faces[i], fitting);
    } catch (const Error& error) {
      throw Error(error.code(), "embeddings[" + std::to_string(i) + "]: " + error.what());
    }
}

Assessment compared(PhotosQuestion& question, const Recipe& recipe, const Limits& limits,
                    std::vector<Template> templates) {
  PhotosOfOne photos;
  photos.faces = std::move(question.faces);
  photos.known = std::move(question.known);
  photos.recipe = recipe;
  photos.threshold = limits.match;
  photos.all_of_person = question.all_of_person;
  Assessment out;
  out.limits = limits;
  for (Template& one : templates) {
    out.templates.push_back(one.id);
    photos.templates.push_back(std::move(one.embedding));
  }
  out.result = assess(photos);
  out.lookalikes.resize(photos.faces.size());
  question.faces = std::move(photos.faces);
  return out;
}

}  // namespace

int64_t Assessment::count(PhotoVerdict verdict) const {
  return std::ranges::count(result.photos, verdict, &AssessedPhoto::verdict);
}

bool Assessment::undecided() const {
  return templates.empty() && result.rivals > 0 && result.rivals >= result.pictures;
}

bool Assessment::wrong_person() const {
  return !templates.empty() && count(PhotoVerdict::different_face) > 0 && count(PhotoVerdict::accepted) == 0 &&
         count(PhotoVerdict::same_picture) == 0;
}

Assessment assess(const ModelRates& models, PhotosQuestion question) {
  require_faces(question, models.recipe, Fitting::of_a_face);
  return compared(question, models.recipe, limits_of(question, 0, models), {});
}

Assessment assess(Gallery& gallery, int64_t person, PhotosQuestion question) {
  const ModelRates models = rates_of(gallery);
  require_faces(question, models.recipe, Fitting::comparable);
  const Limits limits = limits_of(question, gallery.threshold(), models);
  Assessment out =
      compared(question, models.recipe, limits, person != 0 ? gallery.templates(person) : std::vector<Template>());
  if (!question.lookalikes) return out;
  std::vector<Embedding> probes;
  std::vector<size_t> places;
  for (size_t i = 0; i < question.faces.size(); ++i) {
    const PhotoVerdict verdict = out.result.photos[i].verdict;
    if (verdict != PhotoVerdict::accepted && verdict != PhotoVerdict::different_face) continue;
    probes.push_back(std::move(question.faces[i]));
    places.push_back(i);
  }
  std::vector<Identification> found = find_duplicates(gallery, probes, person, question.lookalike_threshold);
  for (size_t i = 0; i < found.size(); ++i) out.lookalikes[places[i]] = std::move(found[i].matches);
  if (!found.empty()) out.lookalike_limits = found.front().limits;
  return out;
}

}  // namespace visavis
