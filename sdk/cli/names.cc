// Simplifies names and compares them with those of a gallery.
#include "names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "gallery_access.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int64_t kMostPersons = 100'000;

// A text that is not UTF-8 stays as it is.
std::string composed(const std::string& name, int also) {
  const auto how = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | also);
  utf8proc_uint8_t* made = nullptr;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
  const utf8proc_ssize_t size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(name.size()), &made, how);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, &std::free);
  return size < 0 ? name : std::string(reinterpret_cast<const char*>(made), size_t(size));
}

// Makes plain small letters of upper case and compatibility forms.
std::string plain_letters(const std::string& name) { return composed(name, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD); }

// Small letters that look alike; the Latin letter stands for all of them.
uint32_t lookalike(uint32_t code) {
  constexpr std::u32string_view kOther = U"аеорсухіјѕһԁԛԝвкмнтυνοραικτεζημχβ";
  constexpr std::u32string_view kLatin = U"aeopcyxijshdqwbkmhtuvopaiktezhmxb";
  static_assert(kOther.size() == kLatin.size());
  const size_t at = kOther.find(static_cast<char32_t>(code));
  return at == std::u32string_view::npos ? code : kLatin[at];
}

}  // namespace

std::string normal_form(const std::string& name) { return composed(name, 0); }

std::string folded_name(const std::string& name) {
  std::string folded;
  for (const uint32_t code : visible_characters(plain_letters(name))) {
    const uint32_t plain = lookalike(code);
    for (int shift = 24; shift >= 0; shift -= 8) folded += char(plain >> shift);
  }
  return folded;
}

void LikeNames::read() {
  read_ = true;
  const GalleryInfo info = gallery_.info();
  if (info.persons > kMostPersons) return;
  PersonQuery query;
  query.limit = int32_t(kMostPersons);
  for (const Person& person : list_persons(gallery_, query))
    persons_.emplace(folded_name(person.name), NamedPerson{person.id, person.name});
}

std::vector<NamedPerson> LikeNames::like(const std::string& name, int64_t id) {
  if (!read_) read();
  const std::string folded = folded_name(name);
  std::vector<NamedPerson> alike;
  const auto [first, last] = persons_.equal_range(folded);
  bool known = false;
  for (auto it = first; it != last; ++it) {
    known = known || it->second.id == id;
    if (it->second.id != id && normal_form(it->second.name) != normal_form(name)) alike.push_back(it->second);
  }
  if (!known) persons_.emplace(folded, NamedPerson{id, name});
  std::ranges::sort(alike, {}, &NamedPerson::id);
  return alike;
}

std::vector<NamedPerson> tell_like_names(const Gallery& gallery, const std::string& name, int64_t id) {
  const std::vector<NamedPerson> alike = LikeNames(gallery).like(name, id);
  for (const NamedPerson& other : alike)
    err() << "visavis: warning: the name " << name << " (id " << id << ") looks like that of " << other.name << " (id "
          << other.id << ")\n";
  return alike;
}

void add_like_names(Json& object, const std::vector<NamedPerson>& alike) {
  for (const NamedPerson& other : alike) object["name_looks_like"].push_back({{"id", other.id}, {"name", other.name}});
}

}  // namespace visavis::cli
