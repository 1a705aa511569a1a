// The words for the numbers in the audit log.
#pragma once

#include <string>

#include "visavis/audit.hpp"

namespace visavis::cli {

inline std::string event_name(vav_audit_event event) {
  switch (event) {
    case VAV_AUDIT_ON:
      return "on";
    case VAV_AUDIT_OFF:
      return "off";
    case VAV_AUDIT_IDENTIFY:
      return "identify";
    case VAV_AUDIT_VERIFY:
      return "verify";
    case VAV_AUDIT_ENROLL:
      return "enroll";
    case VAV_AUDIT_REMOVE:
      return "remove";
    case VAV_AUDIT_FORGET:
      return "forget";
    case VAV_AUDIT_REKEY:
      return "rekey";
    case VAV_AUDIT_THRESHOLD:
      return "threshold";
    case VAV_AUDIT_MOVE:
      return "move";
    default:
      return "event " + std::to_string(event);  // of a newer library
  }
}

}  // namespace visavis::cli
