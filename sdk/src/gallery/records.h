// What a gallery stores and finds, as plain structs. Times are milliseconds since 1970-01-01 UTC.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "types/face.h"

namespace visavis {

enum class GalleryMode : int32_t { open_or_create = 0, must_exist = 1, must_be_new = 2, read_only = 3 };

struct GalleryOptions {
  GalleryMode mode = GalleryMode::open_or_create;
  int busy_timeout_ms = 5000;
};

// What to set; an absent field stays as it is (a new person: none, "{}"). An external id of "" is none.
struct PersonFields {
  std::optional<std::string> name, external_id, metadata;
};

struct Person {
  int64_t id = 0;
  std::string name;
  std::optional<std::string> external_id;
  std::string metadata;
  int64_t created_at = 0, updated_at = 0;
  int64_t templates = 0;  // how many
};

// Absent = any.
struct PersonQuery {
  int64_t after = 0;
  std::optional<int64_t> id = {};
  std::optional<std::string> name = {}, external_id = {};
  int64_t limit = std::numeric_limits<int64_t>::max();
};

struct TemplateFields {
  std::optional<float> quality;
  std::optional<std::string> source;
};

struct Template {
  int64_t id = 0;
  TemplateFields fields;
  int64_t created_at = 0;
  Embedding embedding{};
};

struct GalleryCounts {
  int64_t persons = 0, templates = 0;
};

// A person found by its nearest template.
struct Match {
  int64_t person = 0, template_id = 0;
  float distance = 0;
  std::string name;
};

}  // namespace visavis
