// The cache file: magic number, version, recipe, entries, and a checksum of all of it (little-endian, as all our
// machines are).
#include "eval/embedding_cache.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "VAVCACHE";
constexpr uint32_t kVersion = 3;  // version 1 had no lengths, version 2 no scores
constexpr size_t kMostText = 65536;
constexpr uint32_t kMostNumbers = 1 << 20;
constexpr std::uintmax_t kMostFile = std::uintmax_t{4} << 30;

// FNV-1a finds damage. It does not protect against a forger, who could replace the pictures as well.
uint64_t checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

template <class T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(std::string& out, const std::string& text) {
  append(out, uint32_t(text.size()));
  out += text;
}

// Every read is checked against what is left.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(size_t count) {
    if (count > bytes_.size()) throw std::runtime_error("it is cut short");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<uint32_t>();
    if (size > kMostText) throw std::runtime_error("a text is too long");
    return std::string(take(size));
  }
  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

std::string read_whole(const fs::path& file) {
  if (fs::file_size(file) > kMostFile) throw std::runtime_error("it is too large");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) throw std::runtime_error("it cannot be read");
  return bytes.str();
}

std::vector<float> read_floats(Reader& reader) {
  const auto length = reader.number<uint32_t>();
  if (length > kMostNumbers) throw std::runtime_error("a list of numbers is too long");
  const std::string_view bytes = reader.take(length * sizeof(float));
  std::vector<float> numbers(length);
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  for (const float value : numbers) {
    if (!std::isfinite(value)) throw std::runtime_error("a number is not finite");
  }
  return numbers;
}

void append_floats(std::string& out, const std::vector<float>& numbers) {
  append(out, uint32_t(numbers.size()));
  for (const float number : numbers) append(out, number);
}

EmbeddingCache::Entry read_entry(Reader& reader) {
  EmbeddingCache::Entry entry;
  entry.stamp.size = reader.number<int64_t>();
  entry.stamp.modified = reader.number<int64_t>();
  if (reader.number<uint8_t>() == 0) return entry;
  entry.embedding = read_floats(reader);
  entry.scores = read_floats(reader);
  return entry;
}

}  // namespace

PictureStamp stamp_of(const fs::path& file) {
  return {int64_t(fs::file_size(file)), fs::last_write_time(file).time_since_epoch().count()};
}

bool EmbeddingCache::may_replace(const fs::path& file) {
  std::error_code unknown;
  const fs::file_status status = fs::status(file, unknown);
  if (!fs::exists(status)) return true;
  if (!fs::is_regular_file(status)) return false;
  std::string begins(kMagic.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) return false;
  in.read(begins.data(), std::streamsize(begins.size()));
  return in.gcount() == 0 || begins == kMagic;
}

std::string EmbeddingCache::load(const fs::path& file) {
  if (!fs::exists(file)) return "";
  try {
    const std::string bytes = read_whole(file);
    Reader whole(bytes);
    if (whole.take(kMagic.size()) != kMagic) return "it is not an embedding cache";
    if (whole.number<uint32_t>() != kVersion) return "it is of another version";
    if (bytes.size() < kMagic.size() + sizeof(uint32_t) + sizeof(uint64_t)) return "it is cut short";
    const std::string_view body(bytes.data(), bytes.size() - sizeof(uint64_t));
    if (Reader(std::string_view(bytes).substr(body.size())).number<uint64_t>() != checksum(body))
      return "it is damaged";

    Reader reader(body.substr(kMagic.size() + sizeof(uint32_t)));
    if (reader.text() != recipe_) return "it was made with other models or options";
    std::map<std::string, Entry> entries;
    while (!reader.done()) {
      std::string name = reader.text();
      entries.insert_or_assign(std::move(name), read_entry(reader));
    }
    entries_ = std::move(entries);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string EmbeddingCache::bytes() const {
  std::string bytes(kMagic);
  append(bytes, kVersion);
  append_text(bytes, recipe_);
  for (const auto& [name, entry] : entries_) {
    append_text(bytes, name);
    append(bytes, entry.stamp.size);
    append(bytes, entry.stamp.modified);
    append(bytes, uint8_t(entry.embedding.has_value()));
    if (!entry.embedding) continue;
    append_floats(bytes, *entry.embedding);
    append_floats(bytes, entry.scores);
  }
  append(bytes, checksum(bytes));
  return bytes;
}

const EmbeddingCache::Entry* EmbeddingCache::find(const std::string& name, const PictureStamp& stamp) const {
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.stamp == stamp ? &found->second : nullptr;
}

void EmbeddingCache::put(const std::string& name, Entry entry) { entries_.insert_or_assign(name, entry); }

}  // namespace visavis::cli
