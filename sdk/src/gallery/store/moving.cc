// Moving to other models: embeddings staged beside the templates, and the one transaction that exchanges them all.
#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/secret_memory.h"
#include "gallery/store/schema.h"
#include "gallery/store/sealed_table.h"
#include "gallery/store/sql.h"
#include "gallery/store/store.h"

namespace visavis {
namespace {

using Rows = SealedTable::Rows;

// The table of the templates again, for embeddings of another length, with the staged ones. Its old name is free
// meanwhile.
void make_templates_anew(Connection& connection, size_t length) {
  const SealedTable& table = SealedTable::of(Rows::template_);
  std::string names, values;
  for (const ColumnRule* rule : table.columns()) {
    names.append(names.empty() ? "" : ", ").append(rule->name);
    const bool taken = rule->kind == Kind::embedding;
    values.append(values.empty() ? "" : ", ").append(taken ? "staged." : "old_template.").append(rule->name);
  }
  connection.run("DROP INDEX template_person");
  connection.run("ALTER TABLE template RENAME TO old_template");
  std::vector<std::string> there;
  for (const schema::Object& one : schema::objects(connection)) there.push_back(one.sql);
  for (const std::string& statement : schema::statements(schema::kVersion, length))
    if (std::ranges::find(there, statement) == there.end()) connection.run(statement);
  connection.run("INSERT INTO template (" + names + ") SELECT " + values +
                 " FROM old_template JOIN staged ON staged.id = old_template.id ORDER BY staged.id");
  // The highest id stays, so that none is given out again.
  connection.run("DELETE FROM sqlite_sequence WHERE name = 'template'");
  connection.run("UPDATE sqlite_sequence SET name = 'template' WHERE name = 'old_template'");
  connection.run("DROP TABLE old_template");
}

[[noreturn]] void moved_and_back(const Connection& connection) {
  throw Error(VAV_E_GALLERY_RECIPE,
              connection.path() + ": has moved to other models and back since it was opened: open it again");
}

}  // namespace

void Store::require_same_recipe() {
  if (data_version() == recipe_version_) return;
  const Snapshot one_state(*connection_);
  const int64_t version = data_version();
  OwnerSettings now;
  try {
    follow_keys();
    now = settings();
  } catch (const Error& e) {
    if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
    return;
  }
  const Recipe& recipe = now.moved_to ? *now.moved_to : origin_;
  if (recipe != stamp_.recipe) {
    if (read_stamp(*connection_).recipe != recipe)
      throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() +
                                             ": its stamp does not say the recipe of its templates; somebody has "
                                             "altered the file: restore a backup");
    throw Error(VAV_E_GALLERY_RECIPE, connection_->path() + ": has moved to " + describe(recipe) +
                                          " since it was opened: open it again, with these models");
  }
  if (!moves_) moves_ = now.moves;
  if (*moves_ != now.moves) moved_and_back(*connection_);
  recipe_version_ = version;
}

void Store::require_moves(std::optional<int64_t> moves) {
  if (!moves || !moves_ || *moves == *moves_) return;
  moves_ = moves;
  recipe_version_ = -1;
  moved_and_back(*connection_);
}

MoveState Store::move_state() {
  MoveState state;
  state.to = settings().moving_to;
  Query query(*connection_, sql::kMoveCounts);
  query.next();
  state.staged = query.integer(0);
  state.templates = query.integer(1);
  state.kept_chips = query.integer(2);
  return state;
}

std::optional<int64_t> Store::owner_of(int64_t template_id) {
  Query query(*connection_, sql::kOwnerOfTemplate);
  if (!query.bind(template_id).next()) return std::nullopt;
  return query.integer(0);
}

bool Store::stage(const Recipe& to, int64_t template_id, const Embedding& embedding) {
  OwnerSettings& settings = change_settings();
  if (settings.moving_to && *settings.moving_to != to)
    throw Error(VAV_E_WRONG_STATE, connection_->path() + ": is on its way to " + describe(*settings.moving_to) +
                                       "; finish or cancel that move before another");
  const auto person = owner_of(template_id);
  if (!person) return false;
  const auto sealed = codec_.with_templates_of(to).new_embedding(embedding, {Column::embedding, *person, template_id});
  Query(*connection_, sql::kStage).bind(template_id).bind(*person).bind(sealed).next();
  settings.moving_to = to;
  return true;
}

std::vector<TemplateOwner> Store::unstaged(int64_t after, int64_t limit) {
  std::vector<TemplateOwner> found;
  Query query(*connection_, sql::kUnstaged);
  query.bind(after).bind(limit);
  while (query.next()) {
    if (query.integer(0) <= (found.empty() ? after : found.back().template_id)) rows_out_of_order(*connection_);
    found.push_back({query.integer(0), query.integer(1)});
  }
  return found;
}

void Store::unstage_person(int64_t person) {
  Query(*connection_, sql::kUnstagePerson).bind(person).next();
  Query(*connection_, sql::kRemoveChipsOfPerson).bind(person).next();
}

void Store::unstage_all() {
  connection_->execute(sql::kUnstageAll);
  change_settings().moving_to.reset();
}

// What is not of this template and these models must not become a template. Old keys may go when all templates have
// been sealed anew: what comes to them must not be sealed with those.
void Store::require_staged_sound(const Codec& target) {
  {
    Query query(*connection_, sql::kStagedWithTemplates);
    while (query.next()) {
      const int64_t id = query.integer(0), person = query.integer(1);
      target.embedding_of(query.bytes(2), {Column::embedding, person, id});
      if (query.is_null(3) || query.integer(3) != person)
        throw Error(VAV_E_GALLERY_CORRUPT, connection_->path() + ": what is staged for template " + std::to_string(id) +
                                               " belongs to no template of its person; cancel " +
                                               "the move and begin it again, or restore a backup");
    }
  }
  if (!ring_.turning()) return;
  const SealedTable& table = SealedTable::of(Rows::staged);
  for_each_row(*connection_, table, [&](int64_t id) { table.reseal(*connection_, target, id); });
}

void Store::take_staged(const Recipe& to) {
  if (embedding_length(to) != embedding_length(stamp_.recipe))
    return make_templates_anew(*connection_, embedding_length(to));
  connection_->execute(sql::kRemoveUnstaged);
  connection_->execute(sql::kTakeStaged);
}

void Store::move(const Recipe& to) {
  OwnerSettings& settings = change_settings();
  // Of an empty gallery there is nothing that could be staged.
  const bool empty = !settings.moving_to && to != stamp_.recipe && move_state().templates == 0;
  if (settings.moving_to != to && !empty)
    throw Error(VAV_E_WRONG_STATE, connection_->path() + ": nothing is staged for a move to " + describe(to));
  require_staged_sound(codec_.with_templates_of(to));
  take_staged(to);
  connection_->execute(sql::kUnstageAll);
  connection_->execute(sql::kRemoveLostChips);
  write_origin(*connection_, origin_);
  Query(*connection_, sql::kStampAnew).bind(to.model_sha256).bind(to.scoring).next();
  settings.moving_to.reset();
  settings.moved_to = to;
  ++settings.moves;
  settings.threshold = 0;
  recipe_version_ = -1;
}

bool Store::keep_chip(int64_t template_id, std::span<const uint8_t> picture) {
  const auto person = owner_of(template_id);
  if (!person) return false;
  const auto sealed = codec_.signed_bytes(picture, {Column::kept_chip, *person, template_id});
  Query(*connection_, sql::kKeepChip).bind(template_id).bind(*person).bind(sealed).next();
  return true;
}

std::optional<std::vector<uint8_t>> Store::kept_chip(int64_t template_id) {
  Query query(*connection_, sql::kKeptChip);
  if (!query.bind(template_id).next()) return std::nullopt;
  return codec_.open_signed(query.bytes(1), {Column::kept_chip, query.integer(0), template_id});
}

void Store::remove_chips() { connection_->execute(sql::kRemoveAllChips); }

}  // namespace visavis
