// A stored entry is: its content, then BLAKE2b-256 of (gallery, hash before, number, content) under the audit key.
#include "crypto/audit_chain.h"

#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>

#include <algorithm>

#include "base/byte_writer.h"
#include "base/error.h"

namespace visavis {
namespace {

constexpr uint8_t kVersion = 2;  // 1: had no near_person

std::vector<uint8_t> encode(const AuditEntry& entry) {
  return ByteWriter()
      .number(kVersion)
      .number(uint8_t(entry.event))
      .integer(entry.time)
      .integer(entry.person)
      .integer(entry.template_id)
      .number(uint32_t(entry.decision))
      .real(entry.distance)
      .real(entry.threshold)
      .text(entry.label)
      .text(entry.recipe)
      .integer(entry.near_person)
      .done();
}

std::optional<AuditEntry> decode(std::span<const uint8_t> content) {
  ByteReader in(content);
  const auto version = in.number<uint8_t>();
  if (version < 1 || version > kVersion) return std::nullopt;
  AuditEntry entry;
  // One that a newer library knows is passed on by its number: the chain says whether it is genuine.
  entry.event = static_cast<AuditEvent>(in.number<uint8_t>());
  if (entry.event < AuditEvent::audit_on) return std::nullopt;
  entry.time = in.integer();
  entry.person = in.integer();
  entry.template_id = in.integer();
  entry.decision = int32_t(in.number<uint32_t>());
  entry.distance = in.real();
  entry.threshold = in.real();
  entry.label = in.text(kMostAuditLabel);
  entry.recipe = in.text(kMostAuditRecipe);
  if (version >= 2) entry.near_person = in.integer();
  if (!in.finished()) return std::nullopt;
  return entry;
}

}  // namespace

std::optional<AuditEntry> read_entry(std::span<const uint8_t> stored) {
  if (stored.size() < sizeof(ChainHash)) return std::nullopt;
  return decode(stored.first(stored.size() - sizeof(ChainHash)));
}

AuditChain::AuditChain(std::span<const uint8_t> key, const GalleryId& gallery)
    : key_(SecretBytes::copy_of(key)), gallery_(gallery) {
  if (!key.empty() && key.size() != kKeySize) throw Error(VAV_E_INVALID_ARGUMENT, "the audit key is not 32 bytes");
}

ChainHash AuditChain::hash(const ChainHash& before, int64_t number, std::span<const uint8_t> content) const {
  const auto bytes = ByteWriter()
                         .text("visavis audit")
                         .bytes(gallery_)
                         .bytes(before)
                         .integer(number)
                         .number(uint32_t(content.size()))
                         .bytes(content)
                         .done();
  ChainHash out;
  crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), key_.size() ? key_.data() : nullptr,
                     key_.size());
  return out;
}

AuditHead AuditChain::start() const { return {0, hash({}, 0, {})}; }

std::vector<uint8_t> AuditChain::append(AuditHead& head, const AuditEntry& entry) const {
  if (entry.label.size() > kMostAuditLabel || entry.recipe.size() > kMostAuditRecipe)
    throw Error(VAV_E_INVALID_ARGUMENT, "an audit label has at most " + std::to_string(kMostAuditLabel) + " bytes");
  const std::vector<uint8_t> content = encode(entry);
  head = {head.entries + 1, hash(head.hash, head.entries + 1, content)};
  return ByteWriter().bytes(content).bytes(head.hash).done();
}

std::optional<AuditEntry> AuditChain::follow(AuditHead& head, const AuditRow& row) const {
  if (row.number != head.entries + 1 || row.bytes.size() < sizeof(ChainHash)) return std::nullopt;
  const auto content = std::span(row.bytes).first(row.bytes.size() - sizeof(ChainHash));
  const ChainHash expected = hash(head.hash, row.number, content);
  if (sodium_memcmp(expected.data(), content.data() + content.size(), expected.size()) != 0) return std::nullopt;
  auto entry = decode(content);
  if (entry) head = {row.number, expected};
  return entry;
}

}  // namespace visavis
