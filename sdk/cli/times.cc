// Local times come from the C library, whose tables are those of the system.
#include "times.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <regex>
#include <string_view>

#include "failure.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int64_t kDay = 86400;  // seconds; on days without a change of the clock

struct Date {
  int year, month, day;
  auto operator<=>(const Date&) const = default;
};

std::tm local(std::time_t time) {
  std::tm parts = {};
  localtime_r(&time, &parts);
  return parts;
}

Date local_date(std::time_t time) {
  const std::tm parts = local(time);
  return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
}

std::time_t utc_seconds(const Date& date) {
  std::tm parts = {};
  parts.tm_year = date.year - 1900;
  parts.tm_mon = date.month - 1;
  parts.tm_mday = date.day;
  return timegm(&parts);
}

// The first second of a local day. mktime() would be wrong: if the clock is put forward at midnight, there is no 00:00.
std::time_t first_second(const Date& date) {
  constexpr int64_t kStep = 900;
  std::time_t late = utc_seconds(date) - kDay;
  while (local_date(late) < date) late += kStep;
  std::time_t early = late - kStep;
  while (late - early > 1) {
    const std::time_t middle = early + (late - early) / 2;
    (local_date(middle) < date ? early : late) = middle;
  }
  return late;
}

// The moment of a local time; the earlier one if the clock shows the time twice, nothing if it never shows it.
std::optional<std::time_t> local_moment(const Date& date, int64_t second_of_day) {
  const std::time_t naive = utc_seconds(date) + second_of_day;
  std::optional<std::time_t> first;
  for (const int64_t near : {-kDay, kDay}) {  // the offsets before and after a change
    const std::tm parts = local(naive + near);
    const std::time_t time = naive - parts.tm_gmtoff;
    if (local(time).tm_gmtoff == parts.tm_gmtoff && (!first || time < *first)) first = time;
  }
  return first;
}

// Reads digits and signs from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  bool take(std::string_view any_of) {
    if (done() || any_of.find(text_.front()) == std::string_view::npos) return false;
    last_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  // Reads exactly this many digits, as a number within bounds.
  bool number(size_t digits, int least, int most, int& value) {
    if (text_.size() < digits) return false;
    int number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return false;
      number = 10 * number + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    value = number;
    return number >= least && number <= most;
  }

 private:
  std::string_view text_;
  char last_ = 0;
};

struct Moment {
  Date date = {0, 0, 0};
  std::optional<int64_t> second_of_day;  // nothing: only a date
  int milliseconds = 0;
  std::optional<int64_t> offset;  // seconds east of Greenwich; nothing: local time
};

bool read_fraction(Reader& in, int& milliseconds) {
  int digit = 0;
  int scale = 100;
  if (!in.number(1, 0, 9, digit)) return false;
  do {
    milliseconds += digit * scale;
    scale /= 10;
  } while (in.number(1, 0, 9, digit));
  return true;
}

bool read_offset(Reader& in, std::optional<int64_t>& offset) {
  if (in.take("Zz")) return offset = 0, in.done();
  if (!in.take("+-")) return false;
  const int sign = in.last() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!in.number(2, 0, 18, hours)) return false;
  if (!in.done() && (in.take(":"), !in.number(2, 0, 59, minutes))) return false;
  offset = sign * (hours * 3600 + minutes * 60);
  return in.done();
}

bool read_moment(Reader in, Moment& moment) {
  Date& date = moment.date;
  if (!in.number(4, 1970, 9999, date.year) || !in.take("-") || !in.number(2, 1, 12, date.month) || !in.take("-") ||
      !in.number(2, 1, 31, date.day))
    return false;
  std::tm there = {};
  const std::time_t seconds = utc_seconds(date);
  gmtime_r(&seconds, &there);
  if (there.tm_mday != date.day) return false;  // 31 February would be a day in March
  if (in.done()) return true;
  int hour = 0, minute = 0, second = 0;
  if (!in.take("Tt ") || !in.number(2, 0, 23, hour) || !in.take(":") || !in.number(2, 0, 59, minute)) return false;
  if (in.take(":") && !in.number(2, 0, 59, second)) return false;
  if (in.take(".,") && !read_fraction(in, moment.milliseconds)) return false;
  moment.second_of_day = 3600 * hour + 60 * minute + second;
  return in.done() || read_offset(in, moment.offset);
}

std::time_t day_after(const Date& date) { return utc_seconds(date) + kDay; }

Date next(const Date& date) {
  std::tm parts = {};
  const std::time_t seconds = day_after(date);
  gmtime_r(&seconds, &parts);
  return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
}

}  // namespace

namespace {

std::string zones_folder() {
  const char* given = std::getenv("TZDIR");
  return given && *given ? given : "/usr/share/zoneinfo";
}

// Whether the path is the file of a zone, and not a folder of zones or one of the lists beside them.
bool is_zone_file(const std::string& path) {
  char start[4] = {};
  std::ifstream in(path, std::ios::binary);
  return in.read(start, sizeof start) && std::string_view(start, sizeof start) == "TZif";
}

// Whether it is a rule in the form of POSIX: CET-1CEST,M3.5.0,M10.5.0/3 or <+03>-3.
bool is_zone_rule(const std::string& text) {
  constexpr size_t kMost = 200;
  static const std::string kName = "(?:<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})", kTime = "[+-]?\\d{1,3}(?::\\d{2}){0,2}";
  static const std::string kChange = ",(?:M\\d{1,2}\\.\\d\\.\\d|J?\\d{1,3})(?:/" + kTime + ")?";
  static const std::regex kRule(kName + kTime + "(?:" + kName + "(?:" + kTime + ")?(?:" + kChange + kChange + ")?)?");
  return text.size() <= kMost && std::regex_match(text, kRule);
}

// TZ may also be a rule or a path. If the C library does not understand TZ, it takes UTC and says nothing: days would
// then begin and end at wrong times.
void check_machine_zone() {
  const char* given = std::getenv("TZ");
  std::string name = given ? given : "";
  if (name.starts_with(':')) name.erase(0, 1);
  if (name.empty() || name == "UTC" || name == "GMT") return;
  if (is_zone_file(name.front() == '/' ? name : zones_folder() + '/' + name) || is_zone_rule(name)) return;
  throw WrongUse(
      "the environment's TZ is '" + shortened(name) + "', which is no zone of " + zones_folder() +
      ", so that it is unknown when a day begins: set it to an IANA name such as Europe/Berlin (package tzdata), say "
      "--timezone, or give times with an offset");
}

}  // namespace

void use_time_zone(const std::string& name) {
  const std::string folder = zones_folder();
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
                     std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                              c == '_' || c == '-' || c == '+';
                     });
  // For an unknown name the C library takes UTC and says nothing.
  const bool known = plain && (name == "UTC" || is_zone_file(folder + '/' + name));
  if (!known)
    throw WrongUse("--timezone is '" + shortened(name) + "', which " + folder +
                   " does not have: give an IANA name such as Europe/Berlin or UTC (package tzdata), or times with an "
                   "offset");
  setenv("TZ", name == "UTC" ? "UTC0" : (":" + name).c_str(), 1);
  tzset();
}

int64_t parse_time(const std::string& text, Day day) {
  Moment moment;
  if (!read_moment(Reader(text), moment)) throw WrongUse("'" + shortened(text) + "' is not a time: give " + kTimeForms);
  if (!moment.offset) check_machine_zone();
  tzset();
  std::optional<std::time_t> time;
  if (!moment.second_of_day) {
    time = first_second(day == Day::kBegins ? moment.date : next(moment.date));
  } else if (moment.offset) {
    time = utc_seconds(moment.date) + *moment.second_of_day - *moment.offset;
  } else {
    time = local_moment(moment.date, *moment.second_of_day);
  }
  if (!time)
    throw WrongUse("'" + shortened(text) + "' does not exist there, because clocks are put forward at that time");
  const int64_t milliseconds = 1000 * int64_t{*time} + moment.milliseconds;
  if (milliseconds <= 0)
    throw WrongUse("'" + shortened(text) + "' begins before 1970 in UTC: the earliest is 1970-01-01T00:00:01Z");
  return milliseconds;
}

std::string utc_time(int64_t milliseconds) {
  const int64_t fraction = ((milliseconds % 1000) + 1000) % 1000;
  const auto seconds = static_cast<std::time_t>((milliseconds - fraction) / 1000);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[64];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char end[8];
  std::snprintf(end, sizeof end, ".%03dZ", int(fraction));
  return std::string(text, length) + end;
}

}  // namespace visavis::cli
