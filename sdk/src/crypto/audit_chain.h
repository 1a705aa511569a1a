// The audit log as a chain: each entry carries a hash of itself and of the hash before it, so that none can be altered,
// left out or moved without breaking all that follow. Pure functions; the rows are the store's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/secret_memory.h"
#include "crypto/key_wrap.h"

namespace visavis {

enum class AuditEvent : uint8_t {
  audit_on = 1,
  audit_off,
  identify,
  verify,
  enroll,
  remove,
  forget,
  rekey,
  threshold,
  move
};

inline constexpr size_t kMostAuditLabel = 1024, kMostAuditRecipe = 256;  // bytes

struct AuditEntry {
  AuditEvent event = AuditEvent::identify;
  int64_t time = 0;                     // ms since 1970
  int64_t person = 0, template_id = 0;  // 0 = none
  int64_t near_person = 0;              // of an unknown face: the nearest person, if near; 0 = nobody
  int32_t decision = 0;                 // a vav_decision
  float distance = 0, threshold = 0;
  std::string label;   // who: the caller's words
  std::string recipe;  // what the distance means
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

using ChainHash = std::array<uint8_t, 32>;

// An entry as stored: its bytes and the hash of the chain up to it.
struct AuditRow {
  int64_t number = 0;  // 1, 2, 3, … without a gap
  std::vector<uint8_t> bytes;
};

// The end of the chain. Kept elsewhere, it shows later whether entries at the end were removed.
struct AuditHead {
  int64_t entries = 0;
  ChainHash hash{};
  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

// What a stored entry says, unverified; nothing if the bytes are not an entry.
std::optional<AuditEntry> read_entry(std::span<const uint8_t> stored);

class AuditChain {
 public:
  // Without the key nobody can make a chain that verifies. An empty key gives a plain hash, which finds damage, but not
  // a forger who computes the whole chain again; against that, keep the head elsewhere.
  AuditChain(std::span<const uint8_t> key, const GalleryId& gallery);

  AuditHead start() const;
  // The bytes to store for the next entry; `head` moves on. Error INVALID_ARGUMENT for a label that is too long.
  std::vector<uint8_t> append(AuditHead& head, const AuditEntry& entry) const;
  // Checks one stored entry against `head`, which moves on. Nothing if it is not the next entry.
  std::optional<AuditEntry> follow(AuditHead& head, const AuditRow& row) const;

 private:
  ChainHash hash(const ChainHash& before, int64_t number, std::span<const uint8_t> content) const;

  SecretBytes key_;
  GalleryId gallery_;
};

}  // namespace visavis
