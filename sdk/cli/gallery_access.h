// Galleries and persons as the command line names them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command_line.h"
#include "context.h"
#include "failure.h"
#include "output.h"
#include "threshold.h"
#include "times.h"
#include "visavis/gallery.hpp"

namespace visavis::cli {

// -g, the same for every command.
Option add_gallery_option(Command* command, std::string& path);

// With the key of --unlock, if there is one.
Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode);
// With another key.
Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode,
                     const Key& key);
// For asking who somebody is: read-only, unless the gallery writes down what is decided.
Gallery open_to_search(const Context& context, const std::string& path, const Models& models);

// The same, and who is matched is to be noted in it: left out, and said, when it may only be read.
Gallery open_to_note(const Context& context, const std::string& path, const Models& models);

// The threshold that decides where none is given: the gallery's own, else the library's.
float threshold_of(const Context& context, const Gallery& gallery, const Threshold& asked = {});

// Says on stderr which of these groups have no member: a mistyped one looks like a door that is closed to everybody.
void tell_unknown_groups(const Gallery& gallery, const std::vector<std::string>& groups);

std::vector<Person> list_persons(const Gallery& gallery, const PersonQuery& query);

// `text` is id:N, ext:ID, name:NAME, a number alone (an id) or any other text (a name). What could be two persons, by
// one reading or by two, is a Failure that says how to tell them apart. In find_person.cc.
Person find_person(const Gallery& gallery, const std::string& text);
Person find_person(const Gallery& gallery, int64_t id);

// What `--person` and the like say in the help.
inline constexpr const char* kPersonHelp =
    "The person: id:N, ext:ID (external id) or name:NAME; a number alone is an id, any other text a name";

// The text, when the gallery can keep it; `what` is said of it when it is no UTF-8, when nothing of it would be seen,
// or when it is too long: WrongUse.
std::string checked_text(const std::string& text, const std::string& what);
std::string checked_name(const std::string& text);
// --group and the like, each time it is given.
inline void check_texts(const std::vector<std::string>& texts, const std::string& what) {
  for (const std::string& text : texts) checked_text(text, what);
}

Json person_json(const Person& person);

}  // namespace visavis::cli
