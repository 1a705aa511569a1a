// The audit log in the file: append-only rows that form a chain. Whether it is on is one of the owner's settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/audit_chain.h"
#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

// Whether the chain is whole, and where it breaks if not.
struct AuditVerdict {
  bool sound = false;
  AuditHead head;           // of the entries that are
  int64_t first_wrong = 0;  // the number of the entry that is not, 0 = none
};

class AuditLog {
 public:
  AuditLog(Connection& connection, const Codec& codec, const GalleryId& gallery)
      : connection_(connection), codec_(codec), gallery_(gallery) {}

  // A transaction must be open. Error GALLERY_CORRUPT when there is nothing to append to.
  void append(const AuditEntry& entry);
  // After a new data key came into use.
  void reseal_key();

  // `expected`: a head that was kept elsewhere, which must be a part of the chain.
  AuditVerdict verify(const std::optional<AuditHead>& expected);
  // Up to `limit` entries with numbers above `after`, unverified.
  std::vector<std::pair<int64_t, AuditEntry>> entries(int64_t after, int64_t limit);

 private:
  AuditChain chain();
  AuditRow row(const Query& query) const;
  AuditHead last();

  Connection& connection_;
  const Codec& codec_;
  GalleryId gallery_;
};

// "17:" and 64 hexadecimal digits, to be kept elsewhere. Error INVALID_ARGUMENT for anything else.
std::string to_text(const AuditHead& head);
AuditHead audit_head_of(const std::string& text);

}  // namespace visavis
