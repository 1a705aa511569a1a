/* C++ layer: the photos of one person, assessed together. */
#ifndef VISAVIS_ASSESS_HPP
#define VISAVIS_ASSESS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "visavis/assess.h"
#include "visavis/base.hpp"
#include "visavis/faces.hpp"
#include "visavis/models.hpp"
#include "visavis/rates.hpp"

namespace visavis {
inline namespace cpp {

/** What a photo is good for; only VAV_PHOTO_ACCEPTED is one to enrol. */
class PhotoVerdict : public detail::Answer<PhotoVerdict> {
 public:
  using Answer::Answer;
  /** A short name, such as "different_face". Static text. */
  const char *name() const noexcept { return vav_photo_verdict_name(value()); }
};

/** One photo to assess: its embedding, borrowed, or why it was refused before. */
struct PhotoToAssess {
  EmbeddingView embedding = {nullptr, 0};
  vav_photo_verdict known = VAV_PHOTO_NOT_EVALUATED; /* VAV_PHOTO_NO_FACE or a later one: there is no embedding */
};

/** How to assess photos; see vav_assess_options. */
struct AssessOptions {
  Asked asked;                   /* nothing asked for: the gallery's own threshold, or else VAV_PRESET_PHOTOS */
  float lookalike_threshold = 0; /* up to where another person of the gallery looks like the face */
  bool all_of_person = false;    /* you know that all photos show the person */
  bool skip_lookalikes = false;  /* look for no other persons of the gallery */
};

/** Another person of the gallery who looks like a photo. */
struct Lookalike {
  std::int64_t person;      /* their id */
  std::int64_t template_id; /* the id of their nearest template */
  float distance;           /* to it */
  std::string name;         /* their name */
};

/** What came out of one photo; see vav_assessed_photo. */
struct AssessedPhoto {
  PhotoVerdict verdict;                      /* what it is good for */
  std::optional<std::int32_t> same_as;       /* the earlier photo that is the same picture */
  std::optional<std::int64_t> same_template; /* the id of the person's template that is of the same picture */
  std::int32_t compared;                     /* with how many other pictures of the person it was compared */
  std::int32_t within;                       /* how many of them are within the threshold */
  float nearest;                             /* the distance to the nearest of them; infinite without any */
  float mean;                                /* the mean of the distances */
  std::vector<Lookalike> lookalikes;         /* other persons of the gallery, the nearest first */
};

/** All photos in numbers; see vav_assessment_summary. */
struct AssessmentSummary {
  std::int32_t photos;         /* how many there are */
  std::int32_t accepted;       /* how many are VAV_PHOTO_ACCEPTED */
  std::int32_t same_picture;   /* how many are VAV_PHOTO_SAME_PICTURE */
  std::int32_t different_face; /* how many are VAV_PHOTO_DIFFERENT_FACE */
  std::int32_t known;          /* how many were refused before */
  std::int32_t rivals;         /* of the different pictures that show another face, the most that show one */
  std::int64_t templates;      /* how many templates the person has */
  bool undecided;              /* as many show another face as the one that was taken: ask a person which is right */
  bool wrong_person;           /* every photo shows another face than the templates */
};

/** Photos of one person, assessed together: photo by photo, and as a whole. */
class Assessment : public detail::Owner<vav_assessment, vav_assessment_destroy> {
 public:
  /** Of somebody new, without a gallery; see Gallery::assess for one. */
  Assessment(const Models &models, const std::vector<PhotoToAssess> &photos, const AssessOptions &options = {})
      : Assessment(models.get(), nullptr, 0, photos, options) {}
  /** Beside a gallery of the C API; `person` is 0 for somebody new. */
  Assessment(vav_gallery *gallery, std::int64_t person, const std::vector<PhotoToAssess> &photos,
             const AssessOptions &options = {})
      : Assessment(nullptr, gallery, person, photos, options) {}
  AssessmentSummary summary() const {
    const auto plain = detail::item<vav_assessment_summary>(vav_assessment_get_summary, get());
    return {plain.photos, plain.accepted,  plain.same_picture,   plain.different_face, plain.known,
            plain.rivals, plain.templates, plain.undecided == 1, plain.wrong_person == 1};
  }
  /** How two faces were told apart. */
  Limits limits() const { return detail::item<vav_limits>(vav_assessment_get_limits, get()); }
  /** How other persons of the gallery were looked for. */
  Limits lookalike_limits() const { return detail::item<vav_limits>(vav_assessment_get_lookalike_limits, get()); }
  /** What came out of photo `index`. Codes: INVALID_ARGUMENT. */
  AssessedPhoto operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_assessed_photo>(vav_assessment_get_photo, get(), index);
    AssessedPhoto photo{plain.verdict,
                        plain.same_as < 0 ? std::optional<std::int32_t>() : plain.same_as,
                        detail::maybe(plain.same_template),
                        plain.compared,
                        plain.within,
                        plain.nearest,
                        plain.mean,
                        {}};
    for (std::int32_t i = 0; i < plain.lookalikes; ++i) {
      const auto one = detail::item<vav_lookalike>(vav_assessment_get_lookalike, get(), index, i);
      photo.lookalikes.push_back({one.person, one.template_id, one.distance, detail::copied(one.name)});
    }
    return photo;
  }

 private:
  Assessment(const vav_models *models, vav_gallery *gallery, std::int64_t person,
             const std::vector<PhotoToAssess> &photos, const AssessOptions &options)
      : Owner(made(models, gallery, person, photos, options)) {}
  static vav_assessment *made(const vav_models *models, vav_gallery *gallery, std::int64_t person,
                              const std::vector<PhotoToAssess> &photos, const AssessOptions &options) {
    std::size_t length = 0;
    for (const PhotoToAssess &one : photos)
      if (one.known == VAV_PHOTO_NOT_EVALUATED) {
        if (one.embedding.empty()) detail::refuse("photos", "one has neither an embedding nor a reason");
        if (length != 0 && one.embedding.size() != length) detail::refuse("photos", "not all of one length");
        length = one.embedding.size();
      }
    if (length == 0) length = VAV_EMBEDDING_DIM;
    std::vector<float> all(photos.size() * length); /* zeros for photos without an embedding */
    std::vector<vav_photo_verdict> known;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      known.push_back(photos[i].known);
      if (photos[i].known == VAV_PHOTO_NOT_EVALUATED)
        std::copy(photos[i].embedding.begin(), photos[i].embedding.end(), all.begin() + std::ptrdiff_t(i * length));
    }
    auto plain = sized<vav_assess_options>();
    plain.threshold = options.asked.threshold;
    plain.false_rate = options.asked.false_rate;
    plain.preset = options.asked.preset;
    plain.lookalike_threshold = options.lookalike_threshold;
    plain.all_of_person = options.all_of_person;
    plain.skip_lookalikes = options.skip_lookalikes;
    plain.known = known.empty() ? nullptr : known.data();
    return detail::make(vav_assess_photos, models, gallery, person, static_cast<const float *>(all.data()),
                        detail::count(photos.size(), "photos"), detail::count(length, "photos"), &plain);
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
