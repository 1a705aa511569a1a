// A gallery as the first version of the schema made it: its tables word for word, and rows with random numbers.
#pragma once

#include <string>

#include "support/gallery_fixture.h"

namespace visavis {

// Five persons of whom the second and the last were removed; template 2i-1 and 2i are person i's, all random.
inline std::string version_1_sql(const Recipe& recipe, int persons = 5) {
  std::string sql = R"(
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE gallery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_at INTEGER NOT NULL,
  model_sha256 TEXT NOT NULL,
  scoring TEXT NOT NULL
);
CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  external_id TEXT UNIQUE,
  name TEXT NOT NULL CHECK (name <> ''),
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX person_name ON person (name);
CREATE TABLE template (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 512),
  quality REAL,
  source TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX template_person ON template (person_id);
PRAGMA application_id = 0x56415647;
PRAGMA user_version = 1;
)";
  sql += "INSERT INTO gallery VALUES (1, 1700000000000, '" + recipe.model_sha256 + "', '" + recipe.scoring + "');\n";
  std::mt19937 random(1);
  for (int i = 1; i <= persons; ++i) {
    const std::string n = std::to_string(i);
    sql += "INSERT INTO person (external_id, name, metadata, created_at, updated_at) VALUES (" +
           (i % 2 ? "'badge-" + n + "'" : "NULL") + ", 'Person " + n + "', '{\"n\": " + n + "}', 170000000000" +
           std::to_string(i % 10) + ", 1700000001000);\n";
    for (int k = 0; k < 2; ++k) {
      std::string hex;  // floats between 0.5 and 1
      for (int f = 0; f < int(kDlibEmbedding); ++f) {
        char bytes[9];
        std::snprintf(bytes, sizeof bytes, "%02X%02X%02X3F", unsigned(random() & 255), unsigned(random() & 255),
                      unsigned(random() & 127));
        hex += bytes;
      }
      sql += "INSERT INTO template (person_id, embedding, quality, source, created_at) VALUES (" + n + ", x'" + hex +
             "', " + (k ? "0.5, 'photo.jpg'" : "NULL, NULL") + ", 1700000002000);\n";
    }
  }
  const std::string last = std::to_string(persons);
  for (const char* table : {"template WHERE person_id", "person WHERE id"})
    sql += std::string("DELETE FROM ") + table + " IN (2, " + last + ");\n";
  return sql + "COMMIT;\n";
}

}  // namespace visavis
