// How a gallery moves to other models without losing its people: see store/moving.cc for what happens in the file.
#include <string>

#include "base/error.h"
#include "gallery/gallery.h"

namespace visavis {
namespace {

[[noreturn]] void no_template(int64_t id) {
  throw Error(VAV_E_NOT_FOUND, "no template has the id " + std::to_string(id));
}

// The first templates that would be left behind, for the message.
std::string list_of(const std::vector<TemplateOwner>& templates, size_t most) {
  std::string text;
  for (size_t i = 0; i < std::min(templates.size(), most); ++i)
    text += (i ? ", " : "") + std::to_string(templates[i].template_id) + " (person " +
            std::to_string(templates[i].person) + ")";
  return text + (templates.size() > most ? ", …" : "");
}

}  // namespace

MoveState Gallery::move_state() {
  MoveState state;
  read_alone([&] {
    const Snapshot one_state(store_->connection());
    store_->follow_keys();
    state = store_->move_state();
  });
  return state;
}

void Gallery::stage(const Recipe& to, int64_t template_id, const Embedding& embedding) {
  if (to == stamp_.recipe)
    throw Error(VAV_E_INVALID_ARGUMENT, path_ + ": is a gallery of these models already: there is nowhere to move to");
  require_fitting(to, embedding);
  if (!is_within(template_range(to), embedding))
    throw Error(VAV_E_INVALID_ARGUMENT, "the embedding is too long for one of its model's");
  bool found = false;
  write_joined([&] { found = store_->stage(to, template_id, embedding); });
  if (!found) no_template(template_id);
}

std::vector<TemplateOwner> Gallery::unstaged(int64_t after, int64_t limit) {
  std::vector<TemplateOwner> found;
  read_alone([&] { found = store_->unstaged(after, limit); });
  return found;
}

void Gallery::move(const Recipe& to, bool leave_behind) {
  write_alone("a gallery cannot move to other models inside a transaction", [&] {
    constexpr size_t kNamed = 5;
    if (const auto missing = store_->unstaged(0, int64_t{kNamed} + 1); !missing.empty() && !leave_behind) {
      const MoveState state = store_->move_state();
      throw Error(VAV_E_WRONG_STATE,
                  path_ + ": " + std::to_string(state.templates - state.staged) + " of " +
                      std::to_string(state.templates) +
                      " templates have no embedding of the other models yet: " + list_of(missing, kNamed) +
                      ". Stage them, or leave them behind: they are then "
                      "removed, and their persons stay");
    }
    removed_ = true;  // the old embeddings
    store_->move(to);
    const OwnerSettings settings = store_->settings();
    if (!settings.audit_is_on()) return;
    AuditEntry entry;
    entry.event = AuditEvent::move;
    complete(entry);
    const std::string both = entry.recipe + " -> " + to.scoring;
    entry.recipe = both.size() <= kMostAuditRecipe ? both : to.scoring;
    store_->audit().append(entry, settings.audit);
  });
}

void Gallery::cancel_move() {
  write_joined([&] {
    removed_ = true;
    store_->unstage_all();
  });
}

void Gallery::keep_chip(int64_t template_id, std::span<const uint8_t> picture) {
  bool found = false;
  write_joined([&] { found = store_->keep_chip(template_id, picture); });
  if (!found) no_template(template_id);
}

std::optional<std::vector<uint8_t>> Gallery::kept_chip(int64_t template_id) {
  std::optional<std::vector<uint8_t>> picture;
  read_alone([&] { picture = store_->kept_chip(template_id); });
  return picture;
}

void Gallery::remove_chips() {
  write_joined([&] {
    removed_ = true;
    store_->remove_chips();
  });
}

}  // namespace visavis
