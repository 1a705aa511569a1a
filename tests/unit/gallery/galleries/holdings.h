// All that a gallery holds, in words: written by the version that made it, and compared with what this version reads.
#pragma once

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace visavis {

template <class T>
std::string in_words(const std::optional<T>& value) {
  std::ostringstream text;
  text.precision(9);
  if (value)
    text << *value;
  else
    text << "-";
  return text.str();
}

// FNV-1a of its bytes: no two of a test are alike in it.
template <class Numbers>
uint64_t fingerprint(const Numbers& numbers) {
  uint64_t hash = 14695981039346656037u;
  const auto* bytes = reinterpret_cast<const uint8_t*>(numbers.data());
  for (size_t i = 0; i < numbers.size() * sizeof numbers[0]; ++i) hash = (hash ^ bytes[i]) * 1099511628211u;
  return hash;
}

// A member that a version does not have is what it is in a gallery that comes from there.
template <class Gallery>
std::string holdings(Gallery& gallery) {
  std::ostringstream text;
  text.precision(9);
  text << "made " << gallery.stamp().created_at << " by " << gallery.stamp().recipe.scoring << "\n";
  for (const auto& person : gallery.persons({})) {
    text << "person " << person.id << " | " << person.name << " | " << in_words(person.external_id) << " | "
         << person.metadata << " | " << person.created_at << " " << person.updated_at;
    if constexpr (requires { person.enabled; }) {
      text << " | " << person.enabled << " " << in_words(person.valid_from) << " " << in_words(person.valid_until)
           << " " << in_words(person.consent_ref) << " " << in_words(person.consent_at) << " "
           << in_words(person.expires_at) << " " << in_words(person.last_seen_at);
      for (const std::string& group : person.groups) text << " | " << group;
    } else {
      text << " | 1 - - - - - -";
    }
    text << "\n";
    for (const auto& one : gallery.templates(person.id))
      text << "  template " << one.id << " | " << in_words(one.fields.quality) << " | " << in_words(one.fields.source)
           << " | " << one.created_at << " | " << std::hex << fingerprint(one.embedding) << std::dec << "\n";
  }
  if constexpr (requires { gallery.groups(); })
    for (const auto& group : gallery.groups()) text << "group " << group.name << " | " << group.persons << "\n";
  if constexpr (requires { gallery.threshold(); })
    text << "threshold " << gallery.threshold() << "\n";
  else
    text << "threshold 0\n";
  if constexpr (requires { gallery.state(); }) {
    text << "audit " << gallery.state().audit << "\n";
    for (const auto& [number, entry] : gallery.audit_entries(0, 100))
      text << "entry " << number << " | " << int(entry.event) << " " << entry.time << " " << entry.person << " "
           << entry.template_id << " " << entry.decision << " " << entry.distance << " " << entry.threshold << " | "
           << entry.label << " | " << entry.recipe << "\n";
    const auto verdict = gallery.verify_audit(std::nullopt);
    text << "log " << (verdict.sound ? "sound" : "broken") << " " << verdict.head.entries;
    if (verdict.head.entries > 0) text << " " << std::hex << fingerprint(verdict.head.hash) << std::dec;
    text << "\n";
  } else {
    text << "audit 0\nlog sound 0\n";
  }
  return text.str();
}

}  // namespace visavis
