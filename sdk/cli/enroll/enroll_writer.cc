// Finds or adds the person, leaves out what is already enrolled, adds templates: in one transaction a batch.
#include "enroll/enroll_writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>

namespace visavis::cli {
namespace {

// The same picture again gives the same embedding, up to what backends differ by; other pictures are never this close.
constexpr float kSamePicture = 1e-3f;

std::vector<Person> persons_where(vav_gallery* gallery, int64_t id, const char* name, const char* external_id) {
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  query.person = id;
  query.name = name;
  query.external_id = external_id;
  return list_persons(gallery, query);
}

// All embeddings of a person, one after the other, as vav_compare_many takes them.
std::vector<float> embeddings_of(vav_gallery* gallery, int64_t person) {
  const Templates templates = make<Templates>(vav_gallery_list_templates, gallery, person);
  std::vector<float> all;
  for (int32_t i = 0; i < vav_templates_count(templates.get()); ++i) {
    vav_template entry = VAV_TEMPLATE_INIT;
    call(vav_templates_get, templates.get(), i, &entry);
    all.insert(all.end(), entry.embedding, entry.embedding + VAV_EMBEDDING_DIM);
  }
  return all;
}

// To the nearest of these; infinity when there is none.
float distance_to(const std::vector<float>& known, const Embedding& embedding) {
  std::vector<float> distances(known.size() / VAV_EMBEDDING_DIM);
  if (distances.empty()) return std::numeric_limits<float>::infinity();
  call(vav_compare_many, distances.data(), embedding.data(), known.data(), static_cast<int64_t>(distances.size()));
  return std::ranges::min(distances);
}

int64_t add_new_person(vav_gallery* gallery, const EnrollTarget& target) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = target.name.c_str();
  if (!target.external_id.empty()) fields.external_id = target.external_id.c_str();
  int64_t id = 0;
  call(vav_gallery_add_person, &id, gallery, &fields);
  return id;
}

void set_external_id(vav_gallery* gallery, int64_t person, const std::string& external_id) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.external_id = external_id.c_str();
  call(vav_gallery_update_person, gallery, person, &fields);
}

int64_t add_template(vav_gallery* gallery, int64_t person, const EnrollFace& face) {
  const std::string source = std::filesystem::path(face.image).filename().string();
  vav_template_fields fields = VAV_TEMPLATE_FIELDS_INIT;
  fields.source = source.c_str();
  int64_t id = 0;
  call(vav_gallery_add_template, &id, gallery, person, face.embedding->data(), &fields);
  return id;
}

std::vector<Lookalike> others_like(vav_gallery* gallery, const Embedding& embedding, int64_t person) {
  const Matches matches = make<Matches>(vav_gallery_find_duplicates, gallery, embedding.data(), person, 0.0f);
  std::vector<Lookalike> others;
  for (int32_t i = 0; i < vav_matches_count(matches.get()); ++i)
    others.push_back({vav_matches_person(matches.get(), i), vav_matches_name(matches.get(), i),
                      vav_matches_distance(matches.get(), i)});
  return others;
}

}  // namespace

std::optional<Person> find_target(vav_gallery* gallery, const EnrollTarget& target) {
  if (!gallery) return std::nullopt;  // not made yet
  if (target.person != 0) return find_person(gallery, target.person);
  if (!target.external_id.empty()) {
    const auto owner = persons_where(gallery, 0, nullptr, target.external_id.c_str());
    if (!owner.empty() && owner.front().name != target.name) {
      throw Failure("the external id '" + target.external_id + "' belongs to " + owner.front().name + " (id " +
                        std::to_string(owner.front().id) + ")",
                    VAV_E_ALREADY_EXISTS);
    }
    if (!owner.empty()) return owner.front();
  }
  auto named = persons_where(gallery, 0, target.name.c_str(), nullptr);
  // Who has another external id is another person of the same name.
  if (!target.external_id.empty()) std::erase_if(named, [](const Person& p) { return p.external_id.has_value(); });
  if (named.empty()) return std::nullopt;
  if (named.size() == 1) return named.front();
  throw Failure(std::to_string(named.size()) + " persons are named '" + target.name + "': " + target.if_several);
}

void EnrollWriter::write(std::vector<Batch>& batches) {
  const auto persons = persons_;
  const auto persons_added = persons_added_;
  try {
    Transaction transaction(gallery_);
    write_within(batches);
    transaction.commit();
  } catch (...) {
    persons_ = persons;
    persons_added_ = persons_added;
    throw;
  }
}

void EnrollWriter::write_within(std::vector<Batch>& batches) {
  for (Batch& batch : batches) write_person(batch);
}

std::string EnrollWriter::different_face(const Batch& batch, size_t index, const std::string& things) {
  const Line& line = batch.lines[index];
  char distance[16];
  std::snprintf(distance, sizeof distance, "%.3f", line.nearest);
  if (batch.had_none)
    return "another face than the other " + things + " given of " + batch.target.name +
           " show: of those that show the "
           "face which most of them do, the nearest is at " +
           distance;
  return "another face than " + batch.target.name + "'s (id " + std::to_string(line.person) +
         "): the nearest template is at " + distance;
}

std::vector<bool> EnrollWriter::whose_face(const Batch& batch, std::vector<float> known) const {
  std::vector<bool> same(batch.faces.size(), !refuse_different_);
  if (!refuse_different_) return same;
  const auto near = [&](size_t i, const std::vector<float>& others) {
    return batch.faces[i].embedding && distance_to(others, *batch.faces[i].embedding) <= threshold_;
  };
  if (known.empty()) {  // nobody's yet: the face most pictures show is the person's
    size_t best = 0, most = 0;
    for (size_t i = 0; i < same.size(); ++i) {
      if (!batch.faces[i].embedding) continue;
      const std::vector<float> one(batch.faces[i].embedding->begin(), batch.faces[i].embedding->end());
      size_t others = 0;
      for (size_t k = 0; k < same.size(); ++k) others += near(k, one);
      if (others > most) best = i, most = others;
    }
    known.assign(batch.faces[best].embedding->begin(), batch.faces[best].embedding->end());
  }
  // Who is near to one of them is one of them, in whatever order the pictures come.
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < same.size(); ++i) {
      if (same[i] || !near(i, known)) continue;
      same[i] = more = true;
      known.insert(known.end(), batch.faces[i].embedding->begin(), batch.faces[i].embedding->end());
    }
  }
  return same;
}

void EnrollWriter::write_person(Batch& batch) {
  batch.lines.assign(batch.faces.size(), Line());
  if (std::ranges::none_of(batch.faces, [](const EnrollFace& face) { return face.embedding.has_value(); })) return;

  const std::optional<Person> found = find_target(gallery_, batch.target);
  const int64_t person = found ? found->id : add_new_person(gallery_, batch.target);
  if (found && !found->external_id && !batch.target.external_id.empty()) {
    set_external_id(gallery_, person, batch.target.external_id);
  }
  batch.added = !found;
  std::vector<float> known = found ? embeddings_of(gallery_, person) : std::vector<float>();
  batch.had_none = known.empty();
  const std::vector<bool> same = whose_face(batch, known);
  bool any = false;
  for (size_t i = 0; i < batch.faces.size(); ++i) {
    const EnrollFace& face = batch.faces[i];
    if (!face.embedding) continue;
    Line& line = batch.lines[i];
    line.person = person;
    line.nearest = distance_to(known, *face.embedding);
    if (line.nearest <= kSamePicture) {
      line.result = Result::kAlreadyEnrolled;
      continue;
    }
    if (!same[i]) {
      line.result = Result::kDifferentFace;
      continue;
    }
    if (look_for_others_) line.also = others_like(gallery_, *face.embedding, person);
    line.template_id = add_template(gallery_, person, face);
    line.result = Result::kEnrolled;
    known.insert(known.end(), face.embedding->begin(), face.embedding->end());
    any = true;
  }
  // Only now is it known how near each came.
  for (size_t i = 0; i < batch.faces.size(); ++i)
    if (batch.lines[i].result == Result::kDifferentFace)
      batch.lines[i].nearest = distance_to(known, *batch.faces[i].embedding);
  persons_ += any;
  persons_added_ += !found;
}

}  // namespace visavis::cli
