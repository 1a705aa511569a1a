// SQLite's file format, as far as it takes to break it: https://sqlite.org/fileformat.html
#include "gallery_mutator.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

namespace visavis::fuzz {
namespace {

using Random = std::mt19937;

// One page of a B-tree.
class Page {
 public:
  Page(std::string& file, size_t number, size_t size)
      : bytes_(file.data() + number * size), size_(size), header_(number == 0 ? 100 : 0) {}

  bool is_tree() const { return type() == 2 || type() == 5 || type() == 10 || type() == 13; }
  unsigned char type() const { return static_cast<unsigned char>(bytes_[header_]); }
  bool is_inner() const { return type() < 10; }
  size_t cells() const { return std::min(number(header_ + 3), (size_ - first_cell()) / 2); }
  size_t cell(size_t i) const { return number(first_cell() + 2 * i); }
  void set_cell(size_t i, size_t at) { set(first_cell() + 2 * i, at); }
  void set_cells(size_t count) { set(header_ + 3, count); }
  void set_type(unsigned char type) { bytes_[header_] = static_cast<char>(type); }
  char* at(size_t place) { return bytes_ + place % size_; }
  char* right_child() { return bytes_ + header_ + 8; }

 private:
  size_t first_cell() const { return header_ + (is_inner() ? 12 : 8); }
  size_t number(size_t at) const {
    return static_cast<unsigned char>(bytes_[at]) * 256u + static_cast<unsigned char>(bytes_[at + 1]);
  }
  void set(size_t at, size_t value) {
    bytes_[at] = static_cast<char>(value >> 8);
    bytes_[at + 1] = static_cast<char>(value);
  }
  char* bytes_;
  size_t size_, header_;
};

size_t page_size(const std::string& file) {
  const size_t size = static_cast<unsigned char>(file[16]) * 256u + static_cast<unsigned char>(file[17]);
  return size < 512 ? 4096 : size;
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// ---- On the bytes ----

std::string exchange_pages(std::string& file, Random& random) {
  const size_t size = page_size(file), pages = file.size() / size;
  const size_t a = 1 + random() % (pages - 1), b = 1 + random() % (pages - 1);
  if (random() % 2) {
    std::swap_ranges(file.begin() + long(a * size), file.begin() + long((a + 1) * size), file.begin() + long(b * size));
    return "pages " + std::to_string(a + 1) + " and " + std::to_string(b + 1) + " exchanged";
  }
  std::copy_n(file.begin() + long(a * size), size, file.begin() + long(b * size));
  return "page " + std::to_string(a + 1) + " twice";
}

std::string break_tree(std::string& file, Random& random) {
  const size_t size = page_size(file), pages = file.size() / size;
  for (int tries = 0; tries < 100; ++tries) {
    const size_t number = random() % pages;
    Page page(file, number, size);
    if (!page.is_tree() || page.cells() < 2) continue;
    const size_t a = random() % page.cells(), b = random() % page.cells();
    const std::string where = " on page " + std::to_string(number + 1);
    switch (random() % 7) {
      case 0: {
        const size_t first = page.cell(a), second = page.cell(b);
        page.set_cell(a, second);
        page.set_cell(b, first);
        return "cells exchanged" + where;
      }
      case 1:
        page.set_cell(a, page.cell(b));
        return "a cell twice" + where;
      case 2:
        page.set_cell(a, random() % size);
        return "a cell anywhere" + where;
      case 3:
        page.set_cells(random() % 2 ? page.cells() - 1 : random() % 400);
        return "another number of cells" + where;
      case 4:
        page.set_type(std::string("\x02\x05\x0a\x0d")[random() % 4]);
        return "another type" + where;
      case 5: {  // the number at the beginning of a cell: a child, a length, a row id
        char* cell = page.at(page.cell(a));
        for (size_t i = 0; i < 4; ++i)
          if (page.at(page.cell(a) + i) == cell + i) cell[i] = static_cast<char>(random());
        return "a cell's head" + where;
      }
      default:
        if (!page.is_inner()) continue;
        std::swap_ranges(page.right_child(), page.right_child() + 4, page.at(page.cell(a)));
        return "children exchanged" + where;
    }
  }
  return "nothing";
}

std::string change_bytes(std::string& file, Random& random) {
  const unsigned count = 1 + random() % 8;
  for (unsigned i = 0; i < count; ++i) file[random() % file.size()] = static_cast<char>(random());
  return std::to_string(count) + " bytes";
}

std::string change_header(std::string& file, Random& random) {
  const size_t at = random() % 100;
  file[at] = static_cast<char>(random());
  return "byte " + std::to_string(at) + " of the header";
}

std::string cut(std::string& file, Random& random) {
  file.resize(random() % 2 ? random() % file.size() : (random() % (file.size() / 4096)) * 4096);
  return "cut to " + std::to_string(file.size());
}

// ---- By SQL ----

const char* const kStatements[] = {
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'INTEGER', 'TEXT') WHERE type = 'table'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '')",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = rootpage + 1 WHERE name = 'person'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = "
    "'person') WHERE name = 'template'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = substr(sql, 1, 60) WHERE name = 'person'",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE rowid = (SELECT max(rowid) FROM sqlite_master)",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET name = 'persons', tbl_name = 'persons' WHERE name = "
    "'person'",
    "CREATE TRIGGER t AFTER INSERT ON person BEGIN DELETE FROM template; END",
    "CREATE VIEW v AS SELECT * FROM person; CREATE TABLE more (x)",
    "CREATE INDEX extra ON person (created_at)",
    "ALTER TABLE person ADD COLUMN extra GENERATED ALWAYS AS (printf('%.*c', 90000000, 'x'))",
    "UPDATE sqlite_sequence SET seq = 0",
    "UPDATE sqlite_sequence SET seq = 9223372036854775807",
    "UPDATE sqlite_sequence SET seq = 'x'",
    "DELETE FROM sqlite_sequence",
    "INSERT INTO staged (id, person_id, embedding) VALUES (1, 1, zeroblob(532))",
    "INSERT INTO staged (id, person_id, embedding) SELECT id, person_id, embedding FROM template",
    "INSERT INTO kept_chip (id, person_id, picture) VALUES (1, 1, zeroblob(100)), (99999, 1, 'x')",
    "INSERT OR REPLACE INTO setting (key, value) VALUES ('origin', zeroblob(110))",
    "INSERT OR REPLACE INTO setting (key, value) VALUES ('origin', x'00000000')",
    "UPDATE gallery SET model_sha256 = substr(model_sha256, 2) || 'b'",
    "UPDATE person SET name = zeroblob(100)",
    "UPDATE person SET name = 7, created_at = 'yesterday'",
    "UPDATE person SET valid_from = -1, valid_until = 9e99",
    "UPDATE person SET id = -id WHERE id % 2",
    "UPDATE person SET id = 9223372036854775807 - id",
    "UPDATE person SET tag = NULL",
    "UPDATE person SET metadata = printf('%.*c', 300000, '[')",
    "UPDATE template SET person_id = person_id % 3 + 1",
    "UPDATE template SET person_id = 'x'",
    "UPDATE template SET id = id + 9007199254740992",
    "UPDATE template SET embedding = zeroblob(532)",
    "UPDATE template SET embedding = randomblob(length(embedding))",
    "UPDATE template SET embedding = substr(embedding, 2)",
    "UPDATE template SET embedding = 'text'",
    "DELETE FROM person WHERE id % 2",
    "DELETE FROM template WHERE id % 2",
    "DELETE FROM setting",
    "UPDATE setting SET value = randomblob(300)",
    "UPDATE setting SET value = NULL",
    "UPDATE gallery SET uid = randomblob(16)",
    "UPDATE gallery SET uid = 'x', created_at = -1",
    "DELETE FROM gallery",
    "INSERT INTO removal (template_id) SELECT id FROM template",
    "INSERT INTO membership (person_id, group_id) SELECT id, 77 FROM person",
    "UPDATE person_group SET name = NULL",
    "PRAGMA user_version = 1",
    "PRAGMA user_version = 2",
    "PRAGMA application_id = 7",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA page_size = 512; VACUUM",
    "PRAGMA encoding = 'UTF-16'; PRAGMA auto_vacuum = 1; VACUUM",
};

std::string run_sql(std::string& file, Random& random, const std::string& scratch) {
  const char* statement = kStatements[random() % std::size(kStatements)];
  write(scratch, file);
  sqlite3* db = nullptr;
  if (sqlite3_open(scratch.c_str(), &db) == SQLITE_OK) {
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF", nullptr, nullptr, nullptr);
    sqlite3_exec(db, statement, nullptr, nullptr, nullptr);
  }
  sqlite3_close(db);
  file = read(scratch);
  for (const char* end : {"", "-wal", "-shm", "-journal"}) unlink((scratch + end).c_str());
  return statement;
}

// ---- The log ----

void big_endian(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

struct Sums {
  uint32_t a = 0, b = 0;
  void add(const std::string& bytes) {
    const auto word = [&](size_t at) {
      uint32_t value = 0;
      for (size_t i = 0; i < 4; ++i) value |= uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
      return value;
    };
    for (size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      a += word(at) + b;
      b += word(at + 4) + a;
    }
  }
};

// A log that SQLite believes, of pages of the file that were changed or lie in the wrong places; or rubbish.
std::string log_of(const std::string& file, Random& random) {
  const size_t size = page_size(file), pages = file.size() / size;
  std::string log;
  if (random() % 3 == 0) {
    log.resize(random() % 20000);
    for (char& byte : log) byte = static_cast<char>(random());
    return log;
  }
  Sums sums;
  big_endian(log, 0x377f0682);
  big_endian(log, 3007000);
  big_endian(log, static_cast<uint32_t>(size));
  for (int i = 0; i < 3; ++i) big_endian(log, 1);
  sums.add(log);
  big_endian(log, sums.a);
  big_endian(log, sums.b);
  const unsigned frames = 1 + random() % 3;
  for (unsigned i = 0; i < frames; ++i) {
    std::string head;
    const size_t from = random() % pages, to = 1 + (random() % 2 ? from : random() % (pages + 2));
    std::string page = file.substr(from * size, size);
    if (random() % 2) page[random() % size] = static_cast<char>(random());
    big_endian(head, static_cast<uint32_t>(to));
    big_endian(head, i + 1 == frames ? static_cast<uint32_t>(pages) : 0);
    sums.add(head);
    sums.add(page);
    for (int k = 0; k < 2; ++k) big_endian(head, 1);
    big_endian(head, sums.a);
    big_endian(head, sums.b);
    log += head + page;
  }
  return log;
}

}  // namespace

Mutant mutate(const std::string& file, unsigned seed, const std::string& scratch) {
  Random random(seed);
  Mutant mutant{file, {}, {}};
  const unsigned steps = 1 + random() % 3;
  for (unsigned i = 0; i < steps && mutant.file.size() >= 3 * page_size(file); ++i) {
    std::string what;
    switch (random() % 12) {
      case 0:
      case 1:
        what = exchange_pages(mutant.file, random);
        break;
      case 2:
      case 3:
      case 4:
      case 5:
        what = break_tree(mutant.file, random);
        break;
      case 6:
        what = random() % 4 ? change_bytes(mutant.file, random) : change_header(mutant.file, random);
        break;
      case 7:
        mutant.log = log_of(mutant.file, random);
        what = "a log";
        break;
      case 8:
        what = random() % 4 ? change_bytes(mutant.file, random) : cut(mutant.file, random);
        break;
      default:
        what = run_sql(mutant.file, random, scratch);
    }
    mutant.what += (mutant.what.empty() ? "" : "; ") + what;
  }
  return mutant;
}

}  // namespace visavis::fuzz
