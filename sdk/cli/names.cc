// Folds names and compares them with all of a gallery.
#include "names.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <string_view>

#include "gallery_access.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int64_t kMostPersons = 100'000;

// The library's own tables, whatever the user's locale is. NULL where there is no C.UTF-8: then only ASCII is folded.
locale_t tables() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

uint32_t lower(uint32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  return tables() ? static_cast<uint32_t>(towlower_l(static_cast<wint_t>(code), tables())) : code;
}

// Small letters that look alike; the Latin one stands for all.
uint32_t lookalike(uint32_t code) {
  constexpr std::u32string_view kOther = U"аеорсухіјѕһԁԛԝвкмнтυνοραικτεζημχβ";
  constexpr std::u32string_view kLatin = U"aeopcyxijshdqwbkmhtuvopaiktezhmxb";
  static_assert(kOther.size() == kLatin.size());
  const size_t at = kOther.find(static_cast<char32_t>(code));
  return at == std::u32string_view::npos ? code : kLatin[at];
}

}  // namespace

std::string folded_name(const std::string& name) {
  std::string folded;
  for (const uint32_t code : visible_characters(name)) {
    const uint32_t plain = lookalike(lower(code));
    for (int shift = 24; shift >= 0; shift -= 8) folded += static_cast<char>(plain >> shift);
  }
  return folded;
}

void LikeNames::read() {
  read_ = true;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery_, &info);
  if (info.persons > kMostPersons) return;
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  query.limit = static_cast<int32_t>(kMostPersons);
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
    if (it->second.id != id && it->second.name != name) alike.push_back(it->second);
  }
  if (!known) persons_.emplace(folded, NamedPerson{id, name});
  std::ranges::sort(alike, {}, &NamedPerson::id);
  return alike;
}

}  // namespace visavis::cli
