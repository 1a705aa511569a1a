// The photos of a folder as embeddings with the persons they are of: what `calibrate` and `eval identify` count with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command_line.h"
#include "context.h"
#include "eval/eval_embeddings.h"
#include "visavis/faces.hpp"

namespace visavis::cli {

struct KnownPeopleOptions {
  std::string images, cache;
  int jobs = 0;               // 0 = --threads
  bool with_quality = false;  // not an option of the user's: what a command needs
};

// --images, --jobs and --cache.
void add_known_people_options(Command* command, KnownPeopleOptions& options);

// How many threads to use.
int jobs_of(const Context& context, const KnownPeopleOptions& options);

// Sorted by name. WrongUse if there is no such folder, Failure if no picture is in it.
std::vector<std::string> pictures_of(const KnownPeopleOptions& options);

struct KnownPeople {
  std::vector<std::string> pictures;  // with a comparable face
  std::vector<uint32_t> persons;      // of each, numbers from 0
  std::vector<float> embeddings;      // one after the other
  std::vector<float> scores;          // likewise, where quality was asked for
  uint32_t person_count = 0;
  int64_t without_face = 0, unreadable = 0;
  std::string backend;
  WorkTime time;

  EmbeddingView embedding(size_t picture) const {
    const size_t length = embeddings.size() / persons.size();
    return {embeddings.data() + picture * length, length};
  }
  // Of Quality::measures()[measure], 0..100; -1 = not evaluated.
  float score(size_t picture, size_t measure) const {
    return scores[picture * (scores.size() / persons.size()) + measure];
  }
};

// A person is the folder that a picture is in, as for enroll, or what its name says. Pictures that cannot be read are
// told on stderr.
KnownPeople read_known_people(const Context& context, const KnownPeopleOptions& options,
                              const std::vector<std::string>& pictures);

}  // namespace visavis::cli
