// Times on the command line. A date means the whole day in a time zone that the user can choose; all times are stored
// in UTC.
#pragma once

#include <cstdint>
#include <string>

namespace visavis::cli {

// Which end of a day a date means: something begins with the first moment of the day, and ends when the day is over.
enum class Day { kBegins, kIsOver };

// Sets the zone of dates, and of times without an offset: an IANA name such as Europe/Berlin. WrongUse if it is
// unknown. Without this call it is the zone of the machine. It changes the environment: call it before any thread
// starts.
void use_time_zone(const std::string& name);

// Milliseconds since 1970 of 2026-12-31, 2026-12-31T18:00, 2026-12-31T18:00:30Z or 2026-12-31T18:00+02:00. For
// everything else WrongUse, which lists these forms. `day` matters only for a date without a time.
int64_t parse_time(const std::string& text, Day day);

// 2026-01-31T12:00:00.000Z
std::string utc_time(int64_t milliseconds);

inline constexpr const char* kTimeForms = "2026-12-31 (the whole day), 2026-12-31T18:00 or 2026-12-31T18:00:00+02:00";

}  // namespace visavis::cli
