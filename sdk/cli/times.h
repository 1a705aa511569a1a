// Times on the command line: dates mean the whole day in a time zone that can be said; all are kept in UTC.
#pragma once

#include <cstdint>
#include <string>

namespace visavis::cli {

// Which end of a day a date stands for: something begins with its first moment, and ends when it is over.
enum class Day { kBegins, kIsOver };

// The zone dates and times without an offset are in: an IANA name such as Europe/Berlin. WrongUse when it is unknown.
// Without a call the machine's. Changes the environment: before any thread is started.
void use_time_zone(const std::string& name);

// Milliseconds since 1970 of 2026-12-31, 2026-12-31T18:00, 2026-12-31T18:00:30Z or 2026-12-31T18:00+02:00; WrongUse,
// with these forms, for everything else. A moment is what it is, whatever `day` says.
int64_t parse_time(const std::string& text, Day day);

// 2026-01-31T12:00:00.000Z
std::string utc_time(int64_t milliseconds);

inline constexpr const char* kTimeForms = "2026-12-31 (the whole day), 2026-12-31T18:00 or 2026-12-31T18:00:00+02:00";

}  // namespace visavis::cli
