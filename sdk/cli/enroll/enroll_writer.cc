// Finds or adds the person, asks the library which photos show them, and adds the templates, in one transaction for each
// batch.
#include "enroll/enroll_writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "names.h"

namespace visavis::cli {
namespace {

constexpr size_t kMostAtOnce = 10'000;  // photos that the library assesses together

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
  std::string like;
  for (const Lookalike& other : line.also)
    like += (like.empty() ? "; it looks like " : ", ") + other.name + " (id " + std::to_string(other.person) + ")";
  if (batch.undecided)
    return "another face than other " + things + " given for " + batch.target.name +
           " show, and as many show each: nothing tells which is right, and the first was taken. The nearest of those "
           "is at " +
           distance + like;
  if (batch.had_none)
    return "another face than most of the " + things + " given for " + batch.target.name +
           " show: the nearest of those is at " + distance + like;
  return "another face than " + batch.target.name + "'s (id " + std::to_string(line.person) +
         "): the nearest template is at " + distance + like;
}

void EnrollWriter::refuse_different_faces() {
  refuse_different_ = true;
  gallery_.assess({});  // before any work
}

void EnrollWriter::write_person(Batch& batch) {
  const size_t faces = batch.faces.size();
  batch.lines.assign(faces, Line());
  batch.wrong_person = false;
  if (std::ranges::none_of(batch.faces, [](const EnrollFace& face) { return face.embedding.has_value(); })) return;

  const std::optional<Person> found = find_target(gallery_, batch.target);
  const int64_t person = found ? found->id : add_new_person(gallery_, batch.target);
  batch.added = !found;
  batch.wrong_person = true;
  bool any = false;
  for (size_t from = 0; from < faces; from += kMostAtOnce)
    any = write_faces(batch, person, !found && from == 0, from, std::min(from + kMostAtOnce, faces)) || any;
  // Else it is somebody else of the same name.
  if (found && !found->external_id && !batch.target.external_id.empty() && !batch.wrong_person)
    set_external_id(gallery_, person, batch.target.external_id);
  persons_ += any;
  persons_added_ += !found;
}

bool EnrollWriter::write_faces(Batch& batch, int64_t person, bool is_new, size_t from, size_t to) {
  std::vector<PhotoToAssess> photos;
  for (size_t i = from; i < to; ++i) {
    PhotoToAssess& photo = photos.emplace_back();
    if (const auto& embedding = batch.faces[i].embedding)
      photo.embedding = *embedding;
    else
      photo.known = VAV_PHOTO_NOT_COMPARABLE;  // or something else, as its refusal says
  }
  AssessOptions how;
  how.all_of_person = !refuse_different_;
  how.skip_lookalikes = !look_for_others_;
  const Assessment assessment = gallery_.assess(photos, is_new ? 0 : person, how);
  const AssessmentSummary all = assessment.summary();
  if (from == 0) batch.had_none = all.templates == 0, batch.undecided = all.undecided;
  if (all.known < all.photos) batch.wrong_person = batch.wrong_person && all.wrong_person;
  for (size_t i = from; i < to; ++i) {
    if (!batch.faces[i].embedding) continue;
    AssessedPhoto photo = assessment[int32_t(i - from)];
    Line& line = batch.lines[i];
    line.person = person;
    line.nearest = photo.nearest;
    line.also = std::move(photo.lookalikes);
    line.result = photo.verdict == VAV_PHOTO_ACCEPTED       ? Result::kEnrolled
                  : photo.verdict == VAV_PHOTO_SAME_PICTURE ? Result::kAlreadyEnrolled
                                                            : Result::kDifferentFace;
    if (line.result == Result::kEnrolled) line.template_id = add_template(gallery_, person, batch.faces[i]);
  }
  return all.accepted > 0;
}

}  // namespace visavis::cli
