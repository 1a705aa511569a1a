// Galleries and persons as the command line names them.
#pragma once

#include <cstdint>
#include <optional>
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

// Adds -g, the same for every command.
Option add_gallery_option(Command* command, std::string& path);

// Opens it with the key of --unlock, if there is one.
Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode);
// Opens it with another key.
Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode,
                     const Key& key);
// Opens it to search: read-only, unless the audit log of the gallery is on.
Gallery open_to_search(const Context& context, const std::string& path, const Models& models);

// The same, for a search that stores who was seen. If the gallery may only be read, that is left out, and stderr says
// so.
Gallery open_to_note(const Context& context, const std::string& path, const Models& models);

// WrongUse, before any picture is looked at, where nothing says how near a match is.
void require_threshold(const Context& context, const Models& models, const Gallery& gallery, const Decisive& asked);

// The threshold to use: `asked`, else the gallery's own, else the library's.
float threshold_of(const Context& context, const Gallery& gallery, const Threshold& asked = {});

// Says on stderr which of these groups have no member. Otherwise, if a group is mistyped, nobody would be found, and
// nothing would say why.
void tell_unknown_groups(const Gallery& gallery, const std::vector<std::string>& groups);

// The picture that is kept of a template; nothing if none is.
std::optional<Image> kept_chip(const Gallery& gallery, int64_t template_id);

std::vector<Person> list_persons(const Gallery& gallery, const PersonQuery& query);

// `text` is id:N, ext:ID, name:NAME, a number alone (an id) or any other text (a name). If it could mean two persons, a
// Failure says how to tell them apart. In find_person.cc.
Person find_person(const Gallery& gallery, const std::string& text);
Person find_person(const Gallery& gallery, int64_t id);

// The help text of `--person` and others like it.
inline constexpr const char* kPersonHelp =
    "The person: id:N, ext:ID (external id) or name:NAME; a number alone is an id, any other text a name";

// The text, if the gallery can store it. WrongUse, which names it as `what`, if it is not UTF-8, if nothing in it can
// be seen, or if it is too long.
std::string checked_text(const std::string& text, const std::string& what);
std::string checked_name(const std::string& text);
// The same for options that may be given several times, such as --group.
inline void check_texts(const std::vector<std::string>& texts, const std::string& what) {
  for (const std::string& text : texts) checked_text(text, what);
}

Json person_json(const Person& person);

}  // namespace visavis::cli
