// The columns of a version after this one, linked in the place of the library's own: all that is made from the lists is
// made from these. A person has a sealed text more, which the tag is over, and a template one.
#include "gallery/store/columns.h"

#include <algorithm>
#include <vector>

#define kVersion kThisVersion
#define kPersonColumns kPersonColumnsNow
#define kGroupColumns kGroupColumnsNow
#define kTemplateColumns kTemplateColumnsNow
#define kAuditColumns kAuditColumnsNow
#define kStagedColumns kStagedColumnsNow
#define kKeptChipColumns kKeptChipColumnsNow
#include "gallery/store/columns.cc"
#undef kVersion
#undef kPersonColumns
#undef kGroupColumns
#undef kTemplateColumns
#undef kAuditColumns
#undef kStagedColumns
#undef kKeptChipColumns

namespace visavis {
namespace {

constexpr int64_t kNext = schema::kThisVersion + 1;

int next_in_tag() { return std::ranges::max(kPersonColumnsNow, {}, &ColumnRule::in_tag).in_tag + 1; }

std::vector<ColumnRule> with(std::span<const ColumnRule> columns, const char* before, const ColumnRule& more) {
  std::vector<ColumnRule> all(columns.begin(), columns.end());
  const auto at = std::ranges::find(all, std::string_view(before), [](const ColumnRule& rule) { return rule.name; });
  all.insert(at, more);
  return all;
}

// Numbers that nothing else is sealed as.
const std::vector<ColumnRule> kPersonNext = with(kPersonColumnsNow, "consent_ref",
                                                 {.name = "note",
                                                  .definition = "TEXT",
                                                  .kind = Kind::text,
                                                  .place = Column{101},
                                                  .in_tag = next_in_tag(),
                                                  .since = kNext});
const std::vector<ColumnRule> kTemplateNext =
    with(kTemplateColumnsNow, "created_at",
         {.name = "origin", .definition = "TEXT", .kind = Kind::text, .place = Column{102}, .since = kNext});

}  // namespace

const int64_t schema::kVersion = kNext;

const std::span<const ColumnRule> kPersonColumns = kPersonNext, kGroupColumns = kGroupColumnsNow,
                                  kTemplateColumns = kTemplateNext, kAuditColumns = kAuditColumnsNow,
                                  kStagedColumns = kStagedColumnsNow, kKeptChipColumns = kKeptChipColumnsNow;

}  // namespace visavis
