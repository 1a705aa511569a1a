// The tables of a gallery's file, in each version. columns.cc has the columns of those in which something is sealed;
// migrate.cc brings a file of an earlier version up to this one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gallery/store/columns.h"

namespace visavis {

class Connection;

namespace schema {

// "VAVG" in the file's header: this is a gallery, and not the file of another application.
inline constexpr int64_t kApplicationId = 0x56415647;

// A table, index, … as the file describes it.
struct Object {
  std::string type, name, sql;
  friend auto operator<=>(const Object&, const Object&) = default;
};

// The statements that make the tables and indexes of a version, in order, for embeddings of `length` numbers.
std::vector<std::string> statements(int64_t version, size_t length);

// Makes them in a blank file. A transaction must be open.
void create(Connection& connection, size_t length);

// Error GALLERY_FORMAT for a version of the file that is not known here.
void refuse_newer(const Connection& connection, int64_t version);

// How many numbers an embedding has, as the table of the templates says; 128 if it says nothing that is possible.
size_t length_in(const std::vector<Object>& objects);

// Writes the version into the file's header.
void stamp(Connection& connection, int64_t version);

// What a file of that version holds, sorted.
std::vector<Object> expected_objects(size_t length, int64_t version = kVersion);

// Throws unless the file holds exactly that, to the letter, for embeddings of any possible length. A computed column, a
// trigger or an index that leaves rows out could change what decides. Error GALLERY_CORRUPT.
void require_ours(Connection& connection, int64_t version = kVersion);

// What the file holds, sorted.
std::vector<Object> objects(Connection& connection);

}  // namespace schema
}  // namespace visavis
