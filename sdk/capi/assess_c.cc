// visavis/assess.h: the photos of one person, looked at together.
#include <iterator>
#include <limits>
#include <string>

#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "pipeline/assessment.h"
#include "visavis/assess.h"

using namespace visavis;
using namespace visavis::capi;

struct vav_assessment {
  Handle<0x56415353> tag;
  Assessment answer;
};

namespace {

constexpr int32_t kMostPhotos = 10'000;

// In the order of the numbers.
constexpr const char* kVerdictNames[] = {"not_evaluated", "accepted",       "same_picture", "different_face", "no_face",
                                         "several_faces", "not_comparable", "quality",      "unreadable"};
static_assert(VAV_PHOTO_ACCEPTED == int32_t(PhotoVerdict::accepted) &&
              VAV_PHOTO_SAME_PICTURE == int32_t(PhotoVerdict::same_picture) &&
              VAV_PHOTO_DIFFERENT_FACE == int32_t(PhotoVerdict::different_face) &&
              VAV_PHOTO_NO_FACE == int32_t(PhotoVerdict::no_face) &&
              VAV_PHOTO_UNREADABLE == int32_t(PhotoVerdict::unreadable) &&
              std::size(kVerdictNames) == VAV_PHOTO_UNREADABLE + 1);

PhotoVerdict read_known(vav_photo_verdict known, const std::string& what) {
  if (known != VAV_PHOTO_NOT_EVALUATED && (known < VAV_PHOTO_NO_FACE || known > VAV_PHOTO_UNREADABLE))
    invalid(what + " is " + std::to_string(known) +
            ": give VAV_PHOTO_NOT_EVALUATED, or a reason from VAV_PHOTO_NO_FACE to VAV_PHOTO_UNREADABLE");
  return PhotoVerdict{known};
}

PhotosQuestion read_photos(const float* embeddings, int32_t count, int32_t length, const vav_assess_options* given) {
  within(count, 0, kMostPhotos, "count");
  const size_t size = read_length(length);
  const auto options = read_struct(given, "options");
  require_unused(options.reserved, "options.reserved");
  PhotosQuestion question;
  question.asked = read_asked(options.threshold, options.false_rate, options.preset, "options.");
  question.all_of_person = read_flag(options.all_of_person, "options.all_of_person");
  question.lookalikes = !read_flag(options.skip_lookalikes, "options.skip_lookalikes");
  question.lookalike_threshold = options.lookalike_threshold;
  if (options.lookalike_threshold != 0) require_threshold(options.lookalike_threshold);
  if (count > 0) required(embeddings, "embeddings");
  for (int32_t i = 0; i < count; ++i) {
    const std::string place = "[" + std::to_string(i) + "]";
    question.known.push_back(options.known ? read_known(options.known[i], "options.known" + place)
                                           : PhotoVerdict::not_evaluated);
    question.faces.emplace_back();
    if (question.known.back() == PhotoVerdict::not_evaluated)
      question.faces.back() = read_embedding(embeddings + size_t(i) * size, length, ("embeddings" + place).c_str());
  }
  return question;
}

}  // namespace

extern "C" {

const char* vav_photo_verdict_name(vav_photo_verdict verdict) {
  return verdict >= 0 && size_t(verdict) < std::size(kVerdictNames) ? kVerdictNames[verdict] : "unknown";
}

void vav_assess_options_init(vav_assess_options* options) { init_struct(options); }
void vav_assessment_summary_init(vav_assessment_summary* summary) { init_struct(summary); }
void vav_assessed_photo_init(vav_assessed_photo* photo) { init_struct(photo); }
void vav_lookalike_init(vav_lookalike* lookalike) { init_struct(lookalike); }

vav_status vav_assess_photos(vav_assessment** out, const vav_models* models, vav_gallery* gallery, int64_t person,
                             const float* embeddings, int32_t count, int32_t length, const vav_assess_options* options,
                             vav_error* err) {
  return guard_make(out, err, [&] {
    if (!models == !gallery) invalid("give either models or gallery: a gallery knows its models");
    if (models) checked(models, "models");
    Gallery* const core = gallery ? &checked_gallery(gallery) : nullptr;
    if (person < 0) invalid("person is negative");
    if (person != 0 && !gallery) invalid("person is given, and gallery is NULL: nobody is in it");
    PhotosQuestion question = read_photos(embeddings, count, length, options);
    auto made = std::make_unique<vav_assessment>();
    made->answer = core ? assess(*core, person, std::move(question))
                        : assess(rates_of(*models->set, models->calibration.get()), std::move(question));
    return made;
  });
}

void vav_assessment_destroy(vav_assessment* assessment) { destroy(assessment); }

vav_status vav_assessment_get_summary(const vav_assessment* assessment, vav_assessment_summary* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Assessment& answer = checked(assessment, "assessment")->answer;
    vav_assessment_summary summary{};
    summary.photos = count_of(answer.result.photos);
    summary.accepted = int32_t(answer.count(PhotoVerdict::accepted));
    summary.same_picture = int32_t(answer.count(PhotoVerdict::same_picture));
    summary.different_face = int32_t(answer.count(PhotoVerdict::different_face));
    summary.known = summary.photos - summary.accepted - summary.same_picture - summary.different_face;
    summary.rivals = int32_t(answer.result.rivals);
    summary.undecided = answer.undecided();
    summary.wrong_person = answer.wrong_person();
    summary.templates = int64_t(answer.templates.size());
    write_struct(out, summary, "out");
  });
}

vav_status vav_assessment_get_limits(const vav_assessment* assessment, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    write_struct(out, plain(checked(assessment, "assessment")->answer.limits), "out");
  });
}

vav_status vav_assessment_get_lookalike_limits(const vav_assessment* assessment, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    write_struct(out, plain(checked(assessment, "assessment")->answer.lookalike_limits), "out");
  });
}

vav_status vav_assessment_get_photo(const vav_assessment* assessment, int32_t index, vav_assessed_photo* out,
                                    vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out")->same_as = -1;
    out->nearest = out->mean = std::numeric_limits<float>::infinity();
    const Assessment& answer = checked(assessment, "assessment")->answer;
    const AssessedPhoto& photo = entry(answer.result.photos, index);
    vav_assessed_photo told{};
    told.verdict = int32_t(photo.verdict);
    told.same_as = int32_t(photo.same_as);
    told.compared = int32_t(std::min<int64_t>(photo.compared, std::numeric_limits<int32_t>::max()));
    told.within = int32_t(std::min<int64_t>(photo.within, std::numeric_limits<int32_t>::max()));
    told.lookalikes = count_of(answer.lookalikes[size_t(index)]);
    told.nearest = photo.nearest;
    told.mean = photo.mean;
    told.same_template = photo.same_template < 0 ? 0 : answer.templates[size_t(photo.same_template)];
    write_struct(out, told, "out");
  });
}

vav_status vav_assessment_get_lookalike(const vav_assessment* assessment, int32_t photo, int32_t index,
                                        vav_lookalike* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Assessment& answer = checked(assessment, "assessment")->answer;
    if (photo < 0 || size_t(photo) >= answer.lookalikes.size())
      invalid("photo is " + std::to_string(photo) + ", and there are " + std::to_string(answer.lookalikes.size()));
    const Match& match = entry(answer.lookalikes[size_t(photo)], index);
    vav_lookalike told{};
    told.distance = match.distance;
    told.person = match.person;
    told.template_id = match.template_id;
    told.name = match.name.c_str();
    write_struct(out, told, "out");
  });
}

}  // extern "C"
