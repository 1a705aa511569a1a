// In an encrypted gallery the entries are sealed. The chain has a key of its own, so that it does not break when the
// gallery gets a new data key.
#include "gallery/store/audit_log.h"

#include <sodium/utils.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

const std::string kKey = "audit_key";
constexpr Place kKeyPlace{Column::audit_key};

std::optional<std::vector<uint8_t>> setting(Connection& connection, const std::string& key) {
  Query query(connection, sql::kReadSetting);
  if (!query.bind(key).next()) return std::nullopt;
  const auto bytes = query.bytes(0);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

void write_setting(Connection& connection, const std::string& key, std::span<const uint8_t> value) {
  Query(connection, sql::kWriteSetting).bind(key).bind(value).next();
}

constexpr const char* kNoKey = "its key is missing";
constexpr const char* kEmpty = "it is empty, though it was turned on once";
constexpr const char* kBeginning = "it does not begin with being turned on, as every log does";
constexpr const char* kBroken = "an entry is missing, damaged, or does not follow from the one before it";

bool begins(const std::optional<AuditEntry>& first) { return first && first->event == AuditEvent::audit_on; }

// The entries of the log say when it was turned on and off. The settings must say the same.
const char* disagreement(const AuditEntry& last, OwnerSettings::Audit state) {
  const bool goes_on = last.event != AuditEvent::audit_off, is_on = state == OwnerSettings::Audit::on;
  if (goes_on == is_on) return nullptr;
  return is_on ? "it ends with being turned off, but the owner's settings say that it is on"
               : "it goes on, but the owner's settings say that it is off";
}

}  // namespace

bool AuditLog::has_key() { return !codec_.encrypted() || setting(connection_, kKey).has_value(); }

AuditChain AuditLog::chain() {
  if (!codec_.encrypted()) return {{}, gallery_};
  const auto sealed = setting(connection_, kKey);
  if (!sealed) refuse(kNoKey);
  auto key = codec_.open_bytes(*sealed, kKeyPlace);
  AuditChain chain(key, gallery_);
  wipe(key);
  return chain;
}

void AuditLog::append(const AuditEntry& entry, State state) {
  if (!has_key()) {
    Query any(connection_, sql::kLastAuditEntry);
    if (state != State::never || any.next()) refuse(kNoKey);
    write_setting(connection_, kKey, codec_.bytes(SecretBytes::random(kKeySize).span(), kKeyPlace));
  }
  AuditHead head = end(state);
  const auto bytes = chain().append(head, entry);
  Query(connection_, sql::kAddAuditEntry)
      .bind(head.entries)
      .bind(codec_.bytes(bytes, {Column::audit_entry, 0, head.entries}))
      .next();
}

void AuditLog::reseal_key() {
  const auto sealed = setting(connection_, kKey);
  if (!sealed) return;
  auto key = codec_.open_bytes(*sealed, kKeyPlace);
  write_setting(connection_, kKey, codec_.bytes(key, kKeyPlace));
  wipe(key);
}

AuditRow AuditLog::row(const Query& query) const {
  return {query.integer(0), codec_.open_bytes(query.bytes(1), {Column::audit_entry, 0, query.integer(0)})};
}

// Without content if that cannot be opened: then it was altered, because all keys of this state of the file are known.
AuditRow AuditLog::row_as_it_is(const Query& query) const {
  try {
    return row(query);
  } catch (const Error& e) {
    if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
    return {query.integer(0), {}};
  }
}

void AuditLog::refuse(const char* what) const {
  throw Error(VAV_E_GALLERY_CORRUPT,
              connection_.path() + ": the audit log was altered: " + what +
                  ". Nothing is added to it (`visavis audit verify` says where it breaks): keep the file, for it shows "
                  "this, and restore a backup, or import an export of it into a new gallery, whose log begins anew");
}

// Looks at the first and the newest entry only, however long the log is; verify() looks at those between. If an entry
// between them is missing or altered, adding another does not hide that.
AuditHead AuditLog::end(State state) {
  const auto entry_at = [&](const char* sql) {
    Query query(connection_, sql);
    return query.next() ? row_as_it_is(query) : AuditRow{};
  };
  const AuditRow newest = entry_at(sql::kLastAuditEntry);
  if (newest.number == 0) {
    if (state != State::never) refuse(kEmpty);
    return chain().start();
  }
  const AuditRow first = entry_at(sql::kFirstAuditEntry);
  if (first.number != 1 || !begins(read_entry(first.bytes))) refuse(kBeginning);
  const auto last = read_entry(newest.bytes);
  if (!last) refuse(kBroken);
  if (const char* what = disagreement(*last, state)) refuse(what);
  AuditHead head{newest.number, {}};
  std::copy(newest.bytes.end() - ptrdiff_t(head.hash.size()), newest.bytes.end(), head.hash.begin());
  return head;
}

AuditVerdict AuditLog::verify(const std::optional<AuditHead>& expected, State state) {
  const auto wrong = [](const AuditHead& head, int64_t number, const char* what) {
    return AuditVerdict{false, head, number, what};
  };
  if (!has_key()) {
    // The log was never turned on, so it has no key; entries without a key are not ours.
    Query any(connection_, sql::kLastAuditEntry);
    if (any.next() || state != State::never || (expected && expected->entries != 0)) return wrong({}, 1, kNoKey);
    return {true, {}, 0};
  }
  const AuditChain links = chain();
  AuditHead head = links.start();
  // The head of a log that was never on: an encrypted one then has no key yet, and so no hash for its beginning.
  const bool from_before = expected && codec_.encrypted() && *expected == AuditHead{};
  bool met = !expected || from_before || *expected == head;
  std::optional<AuditEntry> last;
  Query query(connection_, sql::kAuditEntriesAfter);
  query.bind(int64_t{0}).bind(std::numeric_limits<int64_t>::max());
  while (query.next()) {
    const AuditHead before = head;
    last = links.follow(head, row_as_it_is(query));
    if (!last) return wrong(head, head.entries + 1, kBroken);
    if (head.entries == 1 && !begins(last)) return wrong(before, 1, kBeginning);
    met = met || *expected == head;
  }
  if (!last && state != State::never) return wrong(head, 1, kEmpty);
  if (const char* what = last ? disagreement(*last, state) : nullptr) return wrong(head, head.entries + 1, what);
  if (!met) return wrong(head, std::min(expected->entries, head.entries + 1), "it is not what its kept head says");
  return {true, head, 0};
}

std::vector<std::pair<int64_t, AuditEntry>> AuditLog::entries(int64_t after, int64_t limit) {
  std::vector<std::pair<int64_t, AuditEntry>> found;
  Query query(connection_, sql::kAuditEntriesAfter);
  query.bind(after).bind(limit);
  while (query.next()) {
    const AuditRow next = row(query);
    auto entry = read_entry(next.bytes);
    if (!entry)
      throw Error(VAV_E_GALLERY_CORRUPT, connection_.path() + ": audit entry " + std::to_string(next.number) +
                                             " is damaged; `visavis audit verify` says where the log breaks");
    found.emplace_back(next.number, std::move(*entry));
  }
  return found;
}

std::string to_text(const AuditHead& head) {
  char hex[2 * sizeof(ChainHash) + 1];
  sodium_bin2hex(hex, sizeof hex, head.hash.data(), head.hash.size());
  return std::to_string(head.entries) + ":" + hex;
}

AuditHead audit_head_of(const std::string& text) {
  AuditHead head;
  const size_t colon = std::min(text.find(':'), text.size());
  const char *end = text.data() + colon, *hex = colon < text.size() ? end + 1 : end;
  const auto number = std::from_chars(text.data(), end, head.entries);
  const size_t digits = size_t(text.data() + text.size() - hex);
  size_t size = 0;
  if (number.ec != std::errc{} || number.ptr != end || head.entries < 0 || digits != 2 * head.hash.size() ||
      sodium_hex2bin(head.hash.data(), head.hash.size(), hex, digits, nullptr, &size, nullptr) != 0 ||
      size != head.hash.size())
    throw Error(VAV_E_INVALID_ARGUMENT,
                "no head of an audit log: expected its number of entries, a colon and 64 "
                "hexadecimal digits, as `visavis audit head` prints them");
  return head;
}

}  // namespace visavis
