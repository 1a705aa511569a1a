// A limit is MEASURE=LEAST..MOST, either bound of which may be left out.
#include "policy.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "failure.h"
#include "visavis/quality.hpp"

namespace visavis::cli {
namespace {

vav_quality_measure measure_named(const std::string& name) {
  std::string known;
  for (const vav_quality_measure measure : Quality::measures()) {
    const std::string one = Quality{measure, {}, {}, false, 0}.name();
    if (one == name) return measure;
    known += (known.empty() ? "" : ", ") + one;
  }
  throw WrongUse("--limit: no measure is called '" + name + "'; there are " + known);
}

[[noreturn]] void refuse(const std::string& limit) {
  throw WrongUse("--limit is '" + limit +
                 "': give MEASURE=LEAST..MOST, such as inter_eye_distance=60.. (a bound that is left out is none)");
}

float bound_of(const std::string& text, float none, const std::string& whole) {
  if (text.empty()) return none;
  float bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(bound)) refuse(whole);
  return bound;
}

vav_quality_limit read_limit(const std::string& text) {
  const size_t equals = text.find('='), dots = text.find("..", equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || dots == std::string::npos) refuse(text);
  constexpr float kNone = std::numeric_limits<float>::infinity();
  const vav_quality_limit limit = {measure_named(text.substr(0, equals)),
                                   bound_of(text.substr(equals + 1, dots - equals - 1), -kNone, text),
                                   bound_of(text.substr(dots + 2), kNone, text)};
  if (!(limit.least <= limit.most)) throw WrongUse("--limit is '" + text + "': the first bound is above the second");
  return limit;
}

vav_policy_kind kind_named(const std::string& word) {
  for (const auto& [name, kind] : {std::pair("strict", VAV_POLICY_STRICT), std::pair("normal", VAV_POLICY_NORMAL),
                                   std::pair("lenient", VAV_POLICY_LENIENT)})
    if (word == name) return kind;
  throw WrongUse("--policy is '" + word + "': there are strict, normal and lenient");
}

}  // namespace

AskedPolicy PolicyOptions::read() const {
  if (kind.empty() && limits.empty()) return {};
  Policy policy{kind.empty() ? vav_policy_kind{VAV_POLICY_NORMAL} : kind_named(kind), {}};
  for (const std::string& limit : limits) policy.limits.push_back(read_limit(limit));
  return policy;
}

void add_policy_options(Command* command, PolicyOptions& options, bool always) {
  const Option kind =
      command
          ->add_option("--policy", options.kind, "Refuse pictures that are not good enough: strict, normal or lenient")
          .option_text("P");
  Option limit = command->add_option(
      "--limit", options.limits,
      "Another limit than that of the policy for a measure of `detect --quality`; may be given several times");
  limit.option_text("MEASURE=LEAST..MOST");
  if (!always) limit.needs(kind);
}

std::string refusal_of(const Faces& faces, int32_t index, const Policy& policy) try {
  std::string text;
  for (const visavis::Refusal& refusal : Refusals(faces, index, policy))
    text += (text.empty() ? "" : "; ") + refusal.text;
  return text;
} catch (const Error& error) {  // a limit that the library refuses is no picture's fault
  if (error.code() != VAV_E_INVALID_ARGUMENT) throw;
  const std::string_view message = error.what();  // "policy.limits[0] has the bound …"
  const size_t what = message.starts_with("policy.limits[") ? message.find("] ") : std::string_view::npos;
  throw WrongUse("--limit" +
                 (what == message.npos ? ": " + std::string(message) : std::string(message.substr(what + 1))));
}

}  // namespace visavis::cli
