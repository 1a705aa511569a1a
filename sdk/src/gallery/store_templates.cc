// The store's templates as the index reads them: all of them at first, later only what is new.
#include <sodium.h>

#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "gallery/sql.h"
#include "gallery/store.h"

namespace visavis {
namespace {

// Some thousand rows as they lie in the file, and opened.
struct Batch {
  static constexpr size_t kRows = 4096;
  struct Row {
    int64_t id, person;
    size_t begin, size;  // of its bytes
  };
  std::vector<Row> rows;
  std::vector<uint8_t> bytes;
  std::vector<Codec::Template> opened;
  bool ended = false;  // a query asked once more would begin anew

  // No face stays in memory that is merely unused.
  ~Batch() { sodium_memzero(opened.data(), opened.size() * sizeof(Codec::Template)); }
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

// SQLite gives one row after the other; opening them is most of the work and is shared out.
void Store::visit_templates_after(int64_t template_id, int threads, const Visitor& visit) {
  constexpr size_t kPiece = 512;
  Query query(*connection_, sql::kTemplatesAfter);
  query.bind(template_id);
  for (Batch batch; batch.fill(query);) {
    const size_t count = batch.rows.size();
    parallel_for(static_cast<int>((count + kPiece - 1) / kPiece), threads, [&](int piece) {
      const size_t begin = static_cast<size_t>(piece) * kPiece;
      for (size_t i = begin; i < std::min(begin + kPiece, count); ++i) {
        const Batch::Row& row = batch.rows[i];
        batch.opened[i] =
            codec_.embedding_of({batch.bytes.data() + row.begin, row.size}, {Column::embedding, row.person, row.id});
      }
    });
    for (size_t i = 0; i < count; ++i)
      visit(batch.rows[i].id, batch.rows[i].person, batch.opened[i].embedding, batch.opened[i].offset);
  }
}

void Store::visit_template(int64_t template_id, const Visitor& visit) {
  Query query(*connection_, sql::kTemplate);
  if (!query.bind(template_id).next()) return;
  const int64_t id = query.integer(0), person = query.integer(1);
  const Codec::Template stored = codec_.embedding_of(query.bytes(2), {Column::embedding, person, id});
  visit(id, person, stored.embedding, stored.offset);
}

}  // namespace visavis
