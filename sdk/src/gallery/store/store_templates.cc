// The templates of the store: one by one, or as the index reads them, all at first and later only new ones.
#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "gallery/store/sql.h"
#include "gallery/store/store.h"

namespace visavis {
namespace {

// Some thousand rows, as they lie in the file and opened.
struct Batch {
  static constexpr size_t kRows = 4096;
  struct Row {
    int64_t id, person;
    size_t begin, size;  // of the bytes of one row
  };
  std::vector<Row> rows;
  std::vector<uint8_t> bytes;
  std::vector<Codec::Template> opened;
  bool ended = false;  // stepping a finished query would start it again

  bool fill(Query& query) {
    rows.clear();
    bytes.clear();
    while (rows.size() < kRows && !(ended = ended || !query.next())) {
      const auto stored = query.bytes(2);
      rows.push_back({query.integer(0), query.integer(1), bytes.size(), stored.size()});
      bytes.insert(bytes.end(), stored.begin(), stored.end());
    }
    if (opened.size() < rows.size()) opened.resize(rows.size());
    return !rows.empty();
  }
};

}  // namespace

// SQLite gives one row after the other. Opening them is most of the work, so threads share it.
void Store::visit_templates_after(int64_t template_id, int threads, const Visitor& visit) {
  constexpr size_t kPiece = 512;
  Query query(*connection_, sql::kTemplatesAfter);
  query.bind(template_id);
  for (Batch batch; batch.fill(query);) {
    const size_t count = batch.rows.size();
    parallel_for(int((count + kPiece - 1) / kPiece), threads, [&](int piece) {
      const size_t begin = size_t(piece) * kPiece;
      for (size_t i = begin; i < std::min(begin + kPiece, count); ++i) {
        const Batch::Row& row = batch.rows[i];
        batch.opened[i] =
            codec_.embedding_of({batch.bytes.data() + row.begin, row.size}, {Column::embedding, row.person, row.id});
      }
    });
    for (size_t i = 0; i < count; ++i) {
      if (batch.rows[i].id <= template_id) rows_out_of_order(*connection_);
      template_id = batch.rows[i].id;
      visit(batch.rows[i].id, batch.rows[i].person, batch.opened[i].embedding, batch.opened[i].offset);
    }
  }
}

void Store::visit_template(int64_t template_id, const Visitor& visit) {
  Query query(*connection_, sql::kTemplate);
  if (!query.bind(template_id).next()) return;
  const int64_t id = query.integer(0), person = query.integer(1);
  const Codec::Template stored = codec_.embedding_of(query.bytes(2), {Column::embedding, person, id});
  visit(id, person, stored.embedding, stored.offset);
}

std::optional<int64_t> Store::add_template(int64_t person, const Embedding& embedding, const TemplateFields& fields) {
  int64_t& last = change_settings().last_template;
  const int64_t id = next_id("template", last);
  Query query(*connection_, sql::kAddTemplate);
  query.bind(id).bind(person).bind(codec_.new_embedding(embedding, {Column::embedding, person, id}));
  if (fields.quality)
    query.bind(double{*fields.quality});
  else
    query.bind_null();
  const int code = query.bind(codec_.text(fields.source, {Column::source, person, id})).bind(now_ms()).change();
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return std::nullopt;
  if (code != SQLITE_OK) connection_->fail(code);
  return last = id;
}

int64_t Store::templates_of(int64_t person) {
  Query query(*connection_, sql::kTemplateCount);
  query.bind(person).next();
  return query.integer(0);
}

std::optional<int64_t> Store::remove_template(int64_t template_id) {
  const std::optional<int64_t> person = owner_of(template_id);
  if (!person) return std::nullopt;
  Query(*connection_, sql::kRemoveTemplate).bind(template_id).next();
  Query(*connection_, sql::kNoteRemoval).bind(template_id).next();
  note_removals();
  Query(*connection_, sql::kUnstageTemplate).bind(template_id).next();
  Query(*connection_, sql::kRemoveChip).bind(template_id).next();
  return person;
}

void Store::note_removals() { Query(*connection_, sql::kForgetRemovals).bind(kKeptChanges).next(); }

int64_t Store::last_removal() {
  Query query(*connection_, sql::kRemovalRange);
  query.next();
  return query.integer(1);
}

std::optional<std::vector<int64_t>> Store::removed_after(int64_t removal) {
  return journal_after(sql::kRemovalRange, sql::kRemovalsAfter, removal);
}

std::optional<std::vector<Template>> Store::templates(int64_t person) {
  Query query(*connection_, sql::kTemplatesOfPerson);
  query.bind(person);
  if (!query.next()) return std::nullopt;
  std::vector<Template> templates;
  if (query.is_null(0)) return templates;
  do {
    Template one;
    one.id = query.integer(0);
    const Codec::Template stored = codec_.embedding_of(query.bytes(1), {Column::embedding, person, one.id});
    one.embedding = stored.embedding;
    one.offset = stored.offset;
    if (!query.is_null(2)) one.fields.quality = float(query.real(2));
    one.fields.source = codec_.text_of(query, 3, {Column::source, person, one.id});
    one.created_at = query.integer(4);
    templates.push_back(std::move(one));
  } while (query.next());
  return templates;
}

std::vector<int64_t> Store::template_ids() {
  std::vector<int64_t> ids;
  Query query(*connection_, sql::kTemplateIds);
  while (query.next()) ids.push_back(query.integer(0));
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace visavis
