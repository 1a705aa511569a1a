// In an encrypted gallery the entries are sealed, and the chain has a key of its own, so that it goes on unbroken when
// the gallery gets a new data key.
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

}  // namespace

AuditChain AuditLog::chain() {
  if (!codec_.encrypted()) return {{}, gallery_};
  const auto sealed = setting(connection_, kKey);
  if (!sealed) throw Error(VAV_E_GALLERY_CORRUPT, connection_.path() + ": the audit log's key is missing");
  auto key = codec_.open_bytes(*sealed, kKeyPlace);
  AuditChain chain(key, gallery_);
  wipe(key);
  return chain;
}

void AuditLog::append(const AuditEntry& entry) {
  if (codec_.encrypted() && !setting(connection_, kKey)) {
    Query any(connection_, sql::kLastAuditEntry);
    if (any.next()) throw Error(VAV_E_GALLERY_CORRUPT, connection_.path() + ": the audit log's key is missing");
    write_setting(connection_, kKey, codec_.bytes(SecretBytes::random(kKeySize).span(), kKeyPlace));
  }
  AuditHead head = last();
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

AuditHead AuditLog::last() {
  Query query(connection_, sql::kLastAuditEntry);
  if (!query.next()) return chain().start();
  const AuditRow newest = row(query);
  AuditHead head;
  if (newest.bytes.size() < head.hash.size())
    throw Error(VAV_E_GALLERY_CORRUPT, connection_.path() + ": the last entry of the audit log is damaged");
  head.entries = newest.number;
  std::copy(newest.bytes.end() - ptrdiff_t(head.hash.size()), newest.bytes.end(), head.hash.begin());
  return head;
}

AuditVerdict AuditLog::verify(const std::optional<AuditHead>& expected) {
  if (codec_.encrypted() && !setting(connection_, kKey)) {
    // Never turned on; entries without a key are none of ours.
    Query any(connection_, sql::kLastAuditEntry);
    const bool none = !any.next() && (!expected || expected->entries == 0);
    return {none, {}, none ? 0 : 1};
  }
  const AuditChain links = chain();
  AuditVerdict verdict;
  verdict.head = links.start();
  bool met = !expected || *expected == verdict.head;
  Query query(connection_, sql::kAuditEntriesAfter);
  query.bind(int64_t{0}).bind(std::numeric_limits<int64_t>::max());
  while (query.next()) {
    AuditRow next{query.integer(0), {}};
    try {
      next = row(query);
    } catch (const Codec::KeyUnknown&) {
      throw;
    } catch (const Error&) {  // altered: what it says cannot be read
    }
    if (!links.follow(verdict.head, next)) {
      verdict.first_wrong = verdict.head.entries + 1;
      return verdict;
    }
    met = met || *expected == verdict.head;
  }
  verdict.sound = met;
  if (!met) verdict.first_wrong = std::min(expected->entries, verdict.head.entries + 1);
  return verdict;
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
  const size_t digits = static_cast<size_t>(text.data() + text.size() - hex);
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
