// The file format in which galleries are exported and imported; sdk/docs/gallery.md describes it.
#pragma once

#include <sodium/crypto_generichash.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "base/new_file.h"
#include "gallery/records.h"
#include "types/recipe.h"

namespace visavis {

// Whether a file is an export, by its first bytes. What is no ordinary file is none.
bool is_export(const std::string& path);

struct TransferHeader {
  Recipe recipe;
  int64_t exported_at = 0;
  GalleryCounts counts;
};

class TransferHash {
 public:
  TransferHash();
  void update(std::span<const uint8_t> bytes);
  std::string final();  // 32 bytes

 private:
  crypto_generichash_state state_;
};

class TransferWriter {
 public:
  TransferWriter(const std::string& path, bool overwrite, const TransferHeader& header);
  void write(const Person& person);
  void write(const Template& one);  // of the person written last
  void finish();

 private:
  void write_all(std::span<const uint8_t> bytes);
  void record(char kind, std::span<const uint8_t> payload);

  NewFile file_;
  TransferHash hash_;
};

// Checks every length before memory is taken and every value before it is given out; the checksum at the end.
class TransferReader {
 public:
  // Errors FILE_NOT_FOUND, GALLERY_FORMAT, GALLERY_CORRUPT.
  explicit TransferReader(const std::string& path);
  ~TransferReader();
  const TransferHeader& header() const { return header_; }
  // The next person or template; nothing after the last, when all of it was what was written. Errors GALLERY_CORRUPT,
  // GALLERY_FORMAT (a newer version wrote what this one must know and does not).
  std::optional<std::variant<Person, Template>> next();

  int64_t position() const { return position_; }
  int64_t size() const { return size_; }

 private:
  void verify_checksum();
  std::string read(size_t bytes, bool hashed = true);
  std::string read_line(size_t most);
  char next_record(std::string& payload);  // its kind
  [[noreturn]] void damaged(const std::string& what) const;
  Person read_person(const std::string& payload) const;
  Template read_template(const std::string& payload);
  void end(const std::string& payload);

  std::string path_;
  std::string buffer_ = std::string(64 << 10, '\0');  // of file_, and wiped in the end: names and faces pass through
  std::ifstream file_;
  int64_t position_ = 0, size_ = 0;
  TransferHash hash_;
  TransferHeader header_;
  std::optional<TemplateRange> range_;  // of its recipe; known from the first template on
  GalleryCounts seen_;
};

}  // namespace visavis
