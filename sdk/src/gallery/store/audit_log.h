// The audit log in the file: rows that are only added and form a chain. Whether it is on is one of the owner's
// settings. Its first and its last entry must agree with them: nothing is added to a log that was emptied or altered
// there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/audit_chain.h"
#include "gallery/store/codec.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/query.h"

namespace visavis {

// Whether the chain is whole, and where it breaks if not.
struct AuditVerdict {
  bool sound = false;
  AuditHead head;           // of the log up to its last correct entry
  int64_t first_wrong = 0;  // the number of the first wrong entry; 0 = none
  const char* what = "";    // what is wrong: "it is empty, …"
};

class AuditLog {
 public:
  AuditLog(Connection& connection, const Codec& codec, const GalleryId& gallery)
      : connection_(connection), codec_(codec), gallery_(gallery) {}

  // What the owner's settings say of the log. verify() and entries() need the present keys and one state of the file.
  using State = OwnerSettings::Audit;
  // Adds an entry; a write transaction must be open. `state`: what the settings said before this entry. Error
  // GALLERY_CORRUPT when the beginning or the end of the log does not agree with it.
  void append(const AuditEntry& entry, State state);
  // To be called after a new data key came into use.
  void reseal_key();

  // Checks the whole chain. `expected`: a head that was kept elsewhere; the chain must contain it.
  AuditVerdict verify(const std::optional<AuditHead>& expected, State state);
  // Up to `limit` entries with numbers above `after`, unverified.
  std::vector<std::pair<int64_t, AuditEntry>> entries(int64_t after, int64_t limit);

 private:
  AuditChain chain();
  AuditRow row(const Query& query) const;
  AuditRow row_as_it_is(const Query& query) const;
  bool has_key();
  AuditHead end(State state);
  [[noreturn]] void refuse(const char* what) const;

  Connection& connection_;
  const Codec& codec_;
  GalleryId gallery_;
};

// "17:" and 64 hexadecimal digits, to be kept elsewhere. Error INVALID_ARGUMENT for anything else.
std::string to_text(const AuditHead& head);
AuditHead audit_head_of(const std::string& text);

}  // namespace visavis
