// Finds or adds the person, leaves out what is already enrolled and adds the templates, in one transaction for each
// batch.
#include "enroll/enroll_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "names.h"

namespace visavis::cli {
namespace {

// The same picture gives the same embedding again, except for small differences between backends. Other pictures are
// never this close. Not a distance: that of two equal embeddings need not be 0.
bool has_same_picture(const std::vector<float>& known, const Embedding& embedding) {
  constexpr double kSame = 1e-3;
  for (size_t at = 0; at < known.size(); at += embedding.size()) {
    double squares = 0;
    for (size_t i = 0; i < embedding.size(); ++i) squares += std::pow(double{known[at + i]} - double{embedding[i]}, 2);
    if (squares <= kSame * kSame) return true;
  }
  return false;
}

std::vector<Person> persons_with_external_id(const Gallery& gallery, const std::string& external_id) {
  PersonQuery query;
  query.external_id = external_id;
  return list_persons(gallery, query);
}

std::vector<Person> persons_named(const Gallery& gallery, const std::string& name) {
  PersonQuery query;
  query.name = name;
  return list_persons(gallery, query);
}

// The distance to the nearest of these, which lie one after the other; infinity if there are none.
float distance_to(const std::vector<float>& known, const Embedding& embedding) {
  if (known.empty()) return std::numeric_limits<float>::infinity();
  return std::ranges::min(compare_many(embedding, known));
}

int64_t add_new_person(Gallery& gallery, const EnrollTarget& target) {
  PersonFields fields = target.fields;
  fields.name = target.name;
  fields.external_id.reset();
  if (!target.external_id.empty()) fields.external_id = target.external_id;
  return gallery.add_person(fields);
}

void set_external_id(Gallery& gallery, int64_t person, const std::string& external_id) {
  PersonFields fields;
  fields.external_id = external_id;
  gallery.update_person(person, fields);
}

int64_t add_template(Gallery& gallery, int64_t person, const EnrollFace& face) {
  TemplateFields fields;
  fields.source = std::filesystem::path(face.image).filename().string();
  const int64_t id = gallery.add_template(person, *face.embedding, fields);
  if (face.chip) gallery.keep_chip(id, *face.chip);
  return id;
}

std::vector<Lookalike> others_like(const Gallery& gallery, const Embedding& embedding, int64_t person) {
  std::vector<Lookalike> others;
  for (const Match& match : gallery.find_duplicates(embedding, person))
    others.push_back({match.person, match.name, match.distance});
  return others;
}

}  // namespace

std::optional<Person> find_target(const Gallery& gallery, const EnrollTarget& target) {
  if (target.person != 0) return find_person(gallery, target.person);
  if (!target.external_id.empty()) {
    const auto owner = persons_with_external_id(gallery, target.external_id);
    if (!owner.empty() && normal_form(owner.front().name) != normal_form(target.name)) {
      throw Failure("the external id '" + target.external_id + "' belongs to " + owner.front().name + " (id " +
                        std::to_string(owner.front().id) + ")",
                    VAV_E_ALREADY_EXISTS);
    }
    if (!owner.empty()) return owner.front();
  }
  auto named = persons_named(gallery, target.name);
  // A person with another external id is another person of the same name.
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

void EnrollWriter::write_within(std::span<Batch> batches) {
  for (Batch& batch : batches) write_person(batch);
}

std::string EnrollWriter::different_face(const Batch& batch, size_t index, const std::string& things) {
  const Line& line = batch.lines[index];
  char distance[16];
  std::snprintf(distance, sizeof distance, "%.3f", line.nearest);
  if (batch.had_none)
    return "another face than most of the " + things + " given for " + batch.target.name +
           " show: the nearest of those is at " + distance;
  return "another face than " + batch.target.name + "'s (id " + std::to_string(line.person) +
         "): the nearest template is at " + distance;
}

std::vector<bool> EnrollWriter::whose_face(const Batch& batch, std::vector<float> known) const {
  std::vector<bool> same(batch.faces.size(), !refuse_different_);
  if (!refuse_different_) return same;
  const auto near = [&](size_t i, const std::vector<float>& others) {
    return batch.faces[i].embedding && distance_to(others, *batch.faces[i].embedding) <= threshold_;
  };
  if (known.empty()) {  // a new person: the right face is the one that most pictures show
    size_t best = 0, most = 0;
    for (size_t i = 0; i < same.size(); ++i) {
      if (!batch.faces[i].embedding) continue;
      const std::vector<float> one(batch.faces[i].embedding->begin(), batch.faces[i].embedding->end());
      size_t others = 1;  // itself, also where two equal embeddings are beyond the threshold
      for (size_t k = 0; k < same.size(); ++k) others += k != i && near(k, one);
      if (others > most) best = i, most = others;
    }
    known.assign(batch.faces[best].embedding->begin(), batch.faces[best].embedding->end());
    same[best] = true;
  }
  // A face that is near to one of them belongs to them, in whatever order the pictures come.
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
  batch.added = !found;
  std::vector<float> known = found ? gallery_.templates(person).embeddings() : std::vector<float>();
  batch.had_none = known.empty();
  const std::vector<bool> same = whose_face(batch, known);
  bool any = false, known_face = false;
  for (size_t i = 0; i < batch.faces.size(); ++i) {
    const EnrollFace& face = batch.faces[i];
    if (!face.embedding) continue;
    Line& line = batch.lines[i];
    line.person = person;
    line.nearest = distance_to(known, *face.embedding);
    if (has_same_picture(known, *face.embedding)) {
      line.result = Result::kAlreadyEnrolled;
      known_face = true;
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
  // Not where all pictures show another face: then it is somebody else of the same name.
  if (found && !found->external_id && !batch.target.external_id.empty() && (any || known_face))
    set_external_id(gallery_, person, batch.target.external_id);
  // Only now the distance of each is known.
  for (size_t i = 0; i < batch.faces.size(); ++i)
    if (batch.lines[i].result == Result::kDifferentFace)
      batch.lines[i].nearest = distance_to(known, *batch.faces[i].embedding);
  persons_ += any;
  persons_added_ += !found;
}

}  // namespace visavis::cli
