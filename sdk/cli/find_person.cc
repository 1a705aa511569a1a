// Reads the text that names a person. A text that could mean two persons is refused.
#include <algorithm>
#include <charconv>

#include "gallery_access.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int32_t kShown = 10;  // ids in a message

// The persons that `text` may mean, and the words for a message if there is none.
struct Reading {
  std::vector<Person> persons;
  std::string described;
};

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Reading by_id(const Gallery& gallery, const std::string& digits) {
  PersonQuery query;
  std::from_chars(digits.data(), digits.data() + digits.size(), query.person);  // stays 0 if it is larger than any id
  return {query.person == 0 ? std::vector<Person>() : list_persons(gallery, query), "person with the id " + digits};
}

Reading by_external_id(const Gallery& gallery, const std::string& external_id) {
  PersonQuery query;
  query.external_id = external_id;
  return {list_persons(gallery, query), "person with the external id '" + external_id + "'"};
}

Reading by_name(const Gallery& gallery, const std::string& name) {
  PersonQuery query;
  query.name = name;
  query.limit = kShown + 1;
  return {list_persons(gallery, query), "person named '" + name + "'"};
}

std::string ids_of(const std::vector<Person>& persons) {
  std::string ids;
  for (size_t i = 0; i < std::min<size_t>(persons.size(), kShown); ++i)
    ids += (ids.empty() ? "id:" : ", id:") + std::to_string(persons[i].id);
  return ids + (persons.size() > kShown ? ", …" : "");
}

Person the_one(const Reading& reading) {
  if (reading.persons.empty())
    throw Failure("no " + reading.described + " in this gallery; see visavis person list", VAV_E_NOT_FOUND);
  if (reading.persons.size() == 1) return reading.persons.front();
  throw Failure("more than one " + reading.described + ": say which, one of " + ids_of(reading.persons));
}

// The person that is meant, unless somebody else has `text` as a name.
Person unless_also_a_name(const Gallery& gallery, const std::string& text, const Reading& meant) {
  Reading named = by_name(gallery, text);
  std::erase_if(named.persons, [&](const Person& person) {
    return std::ranges::any_of(meant.persons, [&](const Person& other) { return other.id == person.id; });
  });
  if (named.persons.empty()) return the_one(meant);
  const std::string first = meant.persons.empty() ? "no " + meant.described
                                                  : "the " + meant.described + " is " + meant.persons.front().name +
                                                        " (" + ids_of(meant.persons) + ")";
  throw Failure("'" + text + "' could mean two persons: " + first + ", and '" + text + "' is the name of " +
                ids_of(named.persons) +
                ". Say which by id:, ext: or name:, such as id:" + std::to_string(named.persons.front().id));
}

}  // namespace

Person find_person(const Gallery& gallery, const std::string& text) {
  checked_text(text, "the person");
  if (text.starts_with("id:")) {
    if (!is_number(text.substr(3)))
      throw WrongUse("'" + shortened(text) + "' is not an id: an id is a number, such as id:3");
    return the_one(by_id(gallery, text.substr(3)));
  }
  if (text.starts_with("ext:")) return unless_also_a_name(gallery, text, by_external_id(gallery, text.substr(4)));
  if (text.starts_with("name:")) return unless_also_a_name(gallery, text, by_name(gallery, text.substr(5)));
  if (is_number(text)) return unless_also_a_name(gallery, text, by_id(gallery, text));
  return the_one(by_name(gallery, text));
}

Person find_person(const Gallery& gallery, int64_t id) { return the_one(by_id(gallery, std::to_string(id))); }

}  // namespace visavis::cli
