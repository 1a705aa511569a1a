// Reads the folder, and numbers the persons.
#include "eval/known_people.h"

#include <filesystem>
#include <map>

#include "eval/eval_pairs.h"
#include "failure.h"
#include "parallel.h"

namespace visavis::cli {

void add_known_people_options(Command* command, KnownPeopleOptions& options) {
  command
      ->add_option("--images", options.images,
                   "The photos: a folder for each person, or files named like Some_Name_0001.jpg")
      .required()
      .option_text("DIR REQUIRED");
  command->add_option("--jobs", options.jobs, "How many pictures to work on at once (default: --threads)")
      .range(1, 256)
      .option_text("N");
  command->add_option("--cache", options.cache, "Store the embeddings in this file, for the next run")
      .type_name("FILE");
}

int jobs_of(const Context& context, const KnownPeopleOptions& options) {
  return options.jobs > 0 ? options.jobs : worker_count(context);
}

std::vector<std::string> pictures_of(const KnownPeopleOptions& options) {
  if (!std::filesystem::is_directory(options.images)) throw WrongUse("--images is not a folder: " + options.images);
  std::vector<std::string> pictures = pictures_under(options.images);
  if (pictures.empty()) throw Failure(options.images + ": no picture in this folder");
  return pictures;
}

KnownPeople read_known_people(const Context& context, const KnownPeopleOptions& options,
                              const std::vector<std::string>& pictures) {
  EmbeddingRequest request;
  request.folder = options.images;
  request.cache = options.cache;
  request.jobs = jobs_of(context, options);
  request.skip_missing = true;
  request.quality = options.with_quality;
  request.pictures = {pictures.begin(), pictures.end()};
  const EmbeddingSet set = compute_embeddings(context, request);
  KnownPeople people;
  people.backend = set.backend;
  people.time = set.time;
  people.unreadable = int64_t(set.missing.size());
  tell_unreadable(set);
  std::map<std::string, uint32_t> numbers;
  for (const auto& [picture, embedding] : set.pictures) {
    if (!embedding) {
      ++people.without_face;
      continue;
    }
    people.persons.push_back(numbers.try_emplace(person_in(picture), uint32_t(numbers.size())).first->second);
    people.pictures.push_back(picture);
    people.embeddings.insert(people.embeddings.end(), embedding->begin(), embedding->end());
    if (options.with_quality) {
      const std::vector<float>& scores = set.scores.at(picture);
      people.scores.insert(people.scores.end(), scores.begin(), scores.end());
    }
  }
  people.person_count = uint32_t(numbers.size());
  return people;
}

}  // namespace visavis::cli
