// Puts computed embeddings into a gallery, person by person, a batch of persons at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "embedding.h"
#include "enroll/enroll_plan.h"
#include "gallery_access.h"

namespace visavis::cli {

// A picture of a batch: the embedding of its face, or why there is none.
struct EnrollFace {
  std::string image;
  Face face = {};
  std::optional<Embedding> embedding;
  Refusal refusal;  // when there is no embedding
};

// Which person the templates go to.
struct EnrollTarget {
  std::string name;
  std::string external_id;  // "" = none
  int64_t person = 0;       // when not 0, this one, whatever the name
  // What to do when several persons have the name.
  std::string if_several = "say which with --person id:N (visavis person list --name shows the ids)";
};

// The one person of the gallery the target means; nothing when it is to be added. A Failure when it could be several,
// or when the external id is another person's.
std::optional<Person> find_target(const Gallery& gallery, const EnrollTarget& target);

struct Lookalike {
  int64_t person = 0;
  std::string name;
  float distance = 0;
};

class EnrollWriter {
 public:
  explicit EnrollWriter(Gallery& gallery) : gallery_(gallery) {}

  enum class Result { kEnrolled, kAlreadyEnrolled, kDifferentFace, kRefused };
  struct Line {
    Result result = Result::kRefused;
    int64_t person = 0;
    int64_t template_id = 0;
    // Distance to the nearest template the person had, and of a face that was refused to the nearest they have now.
    float nearest = 0;
    std::vector<Lookalike> also;  // other persons who have this face
  };

  struct Batch {
    EnrollTarget target;
    std::vector<EnrollFace> faces;
    std::vector<Line> lines;  // filled by write(), one a face
    bool added = false;       // by write(): the person is new
    bool had_none = false;  // by write(): the person had no template, so that the faces were compared with one another
  };

  // All persons of the batch, or none of it.
  void write(std::vector<Batch>& batches);
  // The same as part of the caller's transaction.
  void write_within(std::vector<Batch>& batches);
  // Why a face of a batch is kDifferentFace; `things` are what was given, such as "pictures".
  static std::string different_face(const Batch& batch, size_t index, const std::string& things);
  // Whether to look for other persons with the same face; they are told, and enrolled all the same.
  void look_for_others(bool look) { look_for_others_ = look; }
  // Leaves out faces that are further than this from all that the person has. A new person is the face that most of its
  // pictures show.
  void refuse_different_faces(float threshold) { refuse_different_ = true, threshold_ = threshold; }

  int64_t persons() const { return persons_; }
  int64_t persons_added() const { return persons_added_; }

 private:
  void write_person(Batch& batch);
  // For each face of the batch, whether it is the face of who has these embeddings.
  std::vector<bool> whose_face(const Batch& batch, std::vector<float> known) const;

  Gallery& gallery_;
  bool look_for_others_ = true;
  bool refuse_different_ = false;
  float threshold_ = 0;
  int64_t persons_ = 0;        // that got a template
  int64_t persons_added_ = 0;  // of these, new ones
};

}  // namespace visavis::cli
