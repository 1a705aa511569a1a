// Puts embeddings into a gallery, person by person, several persons in one batch.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "enroll/enroll_face.h"
#include "gallery_access.h"
#include "visavis/assess.hpp"
#include "visavis/image.hpp"

namespace visavis::cli {

// Which person the templates go to.
struct EnrollTarget {
  std::string name;
  std::string external_id;   // "" = none
  int64_t person = 0;        // if not 0, this person, whatever the name says
  PersonFields fields = {};  // what else a new person gets
  // What the user can do if several persons have the name.
  std::string if_several = "say which with --person id:N (visavis person list --name shows the ids)";
};

// The person of the gallery that the target means; nothing if the person must be added. A Failure if several persons
// could be meant, or if the external id belongs to another person.
std::optional<Person> find_target(const Gallery& gallery, const EnrollTarget& target);

class EnrollWriter {
 public:
  explicit EnrollWriter(Gallery& gallery) : gallery_(gallery) {}

  enum class Result { kEnrolled, kAlreadyEnrolled, kDifferentFace, kRefused };
  struct Line {
    Result result = Result::kRefused;
    int64_t person = 0;
    int64_t template_id = 0;
    float nearest = 0;            // the distance to the nearest other face of the person
    std::vector<Lookalike> also;  // other persons who have this face
  };

  struct Batch {
    EnrollTarget target;
    std::vector<EnrollFace> faces;
    // Set by write():
    std::vector<Line> lines;    // one for each face
    bool added = false;         // the person is new
    bool had_none = false;      // the person had no template, so the faces were compared with one another
    bool undecided = false;     // and as many show another face as the one that was taken
    bool wrong_person = false;  // the person had templates, and no face is like them
  };

  // Writes all persons of the batches, or none of them.
  void write(std::vector<Batch>& batches);
  // The same, as part of the transaction that the caller has begun.
  void write_within(std::span<Batch> batches);
  // A message why a face of a batch is kDifferentFace. `things` are what the user gave, such as "pictures".
  static std::string different_face(const Batch& batch, size_t index, const std::string& things);
  // Whether to look for other persons with the same face. They are only named: the face is enrolled all the same.
  void look_for_others(bool look) { look_for_others_ = look; }
  // Leaves out photos that the library says show another face than the person's. An Error if there is no threshold.
  void refuse_different_faces();

  int64_t persons() const { return persons_; }
  int64_t persons_added() const { return persons_added_; }

 private:
  void write_person(Batch& batch);
  // The faces from `from` up to `to`; true: some were enrolled.
  bool write_faces(Batch& batch, int64_t person, bool is_new, size_t from, size_t to);

  Gallery& gallery_;
  bool look_for_others_ = true;
  bool refuse_different_ = false;
  int64_t persons_ = 0;        // persons who got a template
  int64_t persons_added_ = 0;  // new persons among them
};

}  // namespace visavis::cli
