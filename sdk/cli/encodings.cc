// A .npz file is a zip of .npy arrays: libarchive opens the zip, a strict parser reads the arrays.
#include "encodings.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "csv.h"
#include "failure.h"
#include "json_input.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int64_t kMostEncodings = 10'000'000;     // encodings
constexpr size_t kMostUnpacked = size_t{4} << 30;  // of a member when unpacked
constexpr std::uintmax_t kMostJson = 2ull << 30;   // of a file
constexpr size_t kMostName = 1024;                 // bytes the gallery stores

[[noreturn]] void wrong(const std::string& what) { throw std::runtime_error(what); }

uint64_t number_at(const char* bytes, size_t count, bool big_endian = false) {
  uint64_t value = 0;
  for (size_t k = 0; k < count; ++k) value |= uint64_t{uint8_t(bytes[k])} << (8 * (big_endian ? count - 1 - k : k));
  return value;
}

void append_utf8(std::string& text, uint64_t point) {
  if (point >= 0x110000 || (point >= 0xD800 && point < 0xE000)) wrong("a text holds what is no character");
  const auto add = [&](uint64_t byte) { text += char(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) return add(0xC0 | point >> 6), add(0x80 | (point & 63));
  if (point < 0x10000) return add(0xE0 | point >> 12), add(0x80 | (point >> 6 & 63)), add(0x80 | (point & 63));
  add(0xF0 | point >> 18), add(0x80 | (point >> 12 & 63)), add(0x80 | (point >> 6 & 63)), add(0x80 | (point & 63));
}

// Zero characters at the end are padding.
std::string text_of(const char* bytes, size_t characters, size_t size, bool big_endian) {
  std::string text;
  std::vector<uint64_t> points;
  for (size_t i = 0; i < characters; ++i) points.push_back(number_at(bytes + i * size, size, big_endian));
  while (!points.empty() && points.back() == 0) points.pop_back();
  for (const uint64_t point : points) {
    if (point == 0) wrong("a text holds a NUL");
    if (size == 1) {
      text += char(point);  // bytes are taken for UTF-8; the gallery refuses what is not
    } else {
      append_utf8(text, point);
    }
  }
  return text;
}

// Whole numbers one after the other: two or three, or one with a comma. The shape is read apart from the rest, so that
// a mistake in it gets a message of its own.
std::vector<int64_t> shape_in(std::string_view header) {
  constexpr std::string_view kKey = "'shape': ";
  const size_t at = header.find(kKey);
  if (at == header.npos) wrong("has a .npy header without a shape");
  std::string text(header.substr(at + kKey.size()));
  if (text.ends_with('}')) text.pop_back();
  text.erase(text.find_last_not_of(" ,") + 1);
  static const std::regex kShape(R"re(\((\d{1,12})(?:, ?(\d{1,12}))?(?:, ?(\d{1,12}))?,?\))re");
  constexpr size_t kLongest = 50;
  std::smatch parts;
  if (text.size() > kLongest || !std::regex_match(text, parts, kShape))
    wrong("has an array of the shape " + shortened(text) + ", which neither names (n,) nor encodings (n, 128) have");
  std::vector<int64_t> shape;
  for (size_t k = 1; k <= 3; ++k)
    if (parts[k].matched) shape.push_back(std::stoll(parts[k]));
  return shape;
}

// The place of item `index` of C's order, in which the last index runs fastest; in the file the first one does.
uint64_t place_in_fortran_order(uint64_t index, const std::vector<int64_t>& shape) {
  uint64_t place = 0, behind = 1;
  for (const int64_t size : shape) behind *= uint64_t(size);
  for (size_t k = shape.size(); k-- > 0;) {
    const auto size = uint64_t(shape[k]);
    behind /= size;
    place += index % size * behind;
    index /= size;
  }
  return place;
}

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};

std::string read_member(archive* reader) {
  std::string bytes;
  std::vector<char> block(1 << 16);
  for (;;) {
    const la_ssize_t count = archive_read_data(reader, block.data(), block.size());
    if (count == 0) return bytes;
    if (count < 0) wrong("cannot be unpacked");
    if (bytes.size() + size_t(count) > kMostUnpacked) wrong("holds an array of more than 4 GiB");
    bytes.append(block.data(), size_t(count));
  }
}

Encodings read_npz(const std::filesystem::path& path) {
  const std::unique_ptr<archive, CloseArchive> reader(archive_read_new());
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 18) != ARCHIVE_OK) wrong("is no .npz file");
  std::map<std::string, NpyArray> arrays;
  std::set<std::string> members_met;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  for (int members = 0; (status = archive_read_next_header(reader.get(), &entry)) != ARCHIVE_EOF; ++members) {
    if (status < ARCHIVE_WARN || members > 100) wrong("is no .npz file");
    const char* name = archive_entry_pathname(entry);
    // Of two members with one name some readers take the first and some the last.
    if (name && !members_met.insert(name).second)
      wrong("holds two members of the name '" + shortened(name) + "': save the arrays anew with np.savez");
    if (!name || (std::strcmp(name, "names.npy") != 0 && std::strcmp(name, "encodings.npy") != 0)) continue;
    arrays[name] = parse_npy(read_member(reader.get()));
  }
  if (arrays.size() != 2) wrong("lacks the arrays 'names' and 'encodings': np.savez(file, names=…, encodings=…)");
  const NpyArray &names = arrays["names.npy"], &encodings = arrays["encodings.npy"];
  if (names.shape.size() != 1 || names.texts.size() != size_t(names.shape[0])) wrong("'names' is no list of texts");
  // Users often store one face of each picture as (n, 1, 128).
  const auto& shape = encodings.shape;
  const bool fits = (shape.size() == 2 || (shape.size() == 3 && shape[1] == 1)) && shape.back() == VAV_EMBEDDING_DIM;
  if (!fits || !encodings.texts.empty()) wrong("'encodings' is not of the shape (n, 128): np.array(encodings)");
  if (encodings.shape[0] != names.shape[0]) wrong("has not as many names as encodings");
  Encodings result;
  result.names = names.texts;
  result.encodings.resize(names.texts.size());
  for (size_t i = 0; i < result.encodings.size(); ++i)
    result.encodings[i].assign(encodings.numbers.begin() + ptrdiff_t(i * VAV_EMBEDDING_DIM),
                               encodings.numbers.begin() + ptrdiff_t((i + 1) * VAV_EMBEDDING_DIM));
  return result;
}

void check_values(const Encodings& result) {
  if (result.names.empty()) wrong("holds no encoding");
  for (size_t i = 0; i < result.names.size(); ++i) {
    if (!is_utf8(result.names[i]))
      wrong(result.where(i) + " has a name that is not UTF-8: save the file as UTF-8 (of a spreadsheet \"CSV UTF-8\")");
    if (is_blank(result.names[i])) wrong(result.where(i) + " has a name that is blank: give one that can be read");
    if (result.names[i].size() > kMostName) wrong(result.where(i) + " has a name longer than 1,024 bytes");
    for (const float value : result.encodings[i]) {
      if (std::isnan(value)) wrong(result.where(i) + " holds NaN");
      if (std::isinf(value)) wrong(result.where(i) + " holds infinity, or a number too large for 32 bits");
    }
  }
}

}  // namespace

NpyArray parse_npy(std::string_view bytes) {
  constexpr std::string_view kMagic("\x93NUMPY", 6);
  if (bytes.size() < 10 || !bytes.starts_with(kMagic)) wrong("is no .npy array");
  const int version = static_cast<unsigned char>(bytes[6]);
  const size_t length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3 || bytes.size() < 8 + length_bytes) wrong("is a .npy array of an unknown version");
  const uint64_t header_size = number_at(bytes.data() + 8, length_bytes);
  if (header_size > 10'000 || header_size > bytes.size() - 8 - length_bytes)
    wrong("has a .npy header that is too long");
  std::string header(bytes.substr(8 + length_bytes, header_size));
  header.erase(header.find_last_not_of(" \n") + 1);  // padding, which the expression below would recurse over
  bytes.remove_prefix(8 + length_bytes + header_size);

  static const std::regex kHeader(R"re(\{'descr': '([<>|]?)([fUSOiu])(\d{0,6})', 'fortran_order': (True|False), )re");
  std::smatch parts;
  const std::string type = header.substr(0, header.find("'shape'"));
  if (!std::regex_match(type, parts, kHeader)) wrong("has a .npy type that is neither floats nor texts");
  const char kind = parts[2].str()[0];
  if (kind == 'O') wrong("holds Python objects (pickle), which can run code: save names as np.array(names, dtype=str)");
  const bool fortran = parts[4] == "True";  // what numpy saves of X.T
  const size_t size = parts[3].length() ? std::stoul(parts[3]) : 0;
  const bool big_endian = parts[1] == ">", whole = kind == 'i' || kind == 'u', text = kind == 'U' || kind == 'S';
  if (kind == 'f' && size != 4 && size != 8) wrong("holds floats that are not of 4 or 8 bytes: .astype(np.float32)");
  if (whole && size != 1 && size != 2 && size != 4 && size != 8) wrong("holds whole numbers of an unknown size");
  if ((whole ? size > 1 : kind != 'S') && parts[1] != "<" && parts[1] != ">") wrong("is of an unknown byte order");
  if (text && size == 0) wrong("holds nothing but empty texts");
  if (text && size > kMostName) wrong("holds texts longer than 1,024 characters");

  NpyArray array;
  uint64_t items = 1;
  array.shape = shape_in(header);
  for (const int64_t extent : array.shape) {
    if (extent > kMostEncodings) wrong("is larger than any collection of faces");
    items *= uint64_t(extent);  // below 2^63: two are at most 10^7, and so is the third
    if (items > kMostEncodings * uint64_t{VAV_EMBEDDING_DIM}) wrong("is larger than any collection of faces");
  }
  const uint64_t item_bytes = kind == 'U' ? 4 * size : size;
  if (items * item_bytes != bytes.size())
    wrong("holds " + std::to_string(bytes.size()) + " bytes where its shape and type make " +
          std::to_string(items * item_bytes) + ": it is not as long as its header says");
  for (uint64_t i = 0; i < items; ++i) {
    const char* item = bytes.data() + (fortran ? place_in_fortran_order(i, array.shape) : i) * item_bytes;
    const uint64_t bits = text ? 0 : number_at(item, size, big_endian);
    if (text)
      array.texts.push_back(text_of(item, size, kind == 'U' ? 4 : 1, big_endian));
    else if (kind == 'u')
      array.texts.push_back(std::to_string(bits));
    else if (kind == 'i')  // the sign is the highest bit of the item
      array.texts.push_back(std::to_string(int64_t(bits << (64 - 8 * size)) >> (64 - 8 * size)));
    else if (size == 4)
      array.numbers.push_back(std::bit_cast<float>(uint32_t(bits)));
    else
      array.numbers.push_back(float(std::bit_cast<double>(bits)));
  }
  return array;
}

std::string Encodings::where(size_t index) const {
  return index < lines.size() ? "line " + std::to_string(lines[index]) : "encoding " + std::to_string(index);
}

Encodings parse_json_encodings(std::string_view text) {
  constexpr int kDeepest = 3;
  const Json all = read_json(text, kDeepest);
  if (!all.is_object() || !all.contains("names") || !all.contains("encodings") || !all["names"].is_array() ||
      !all["encodings"].is_array())
    wrong(kNoEncodings);
  Encodings result;
  if (all["names"].size() != all["encodings"].size()) wrong("has not as many names as encodings");
  for (const Json& name : all["names"]) {
    if (!name.is_string()) wrong("has a name that is no text");
    result.names.push_back(name.get<std::string>());
    if (result.names.back().find('\0') != std::string::npos) wrong("has a name with a NUL");
  }
  for (const Json& values : all["encodings"]) {
    if (!values.is_array() || values.size() != VAV_EMBEDDING_DIM) wrong("has an encoding that is not 128 numbers");
    Embedding& encoding = result.encodings.emplace_back(VAV_EMBEDDING_DIM);
    for (size_t k = 0; k < encoding.size(); ++k) {
      if (!values[k].is_number()) wrong("has an encoding that is not 128 numbers");
      encoding[k] = float(values[k].get<double>());  // too large becomes infinite, which is refused
    }
  }
  return result;
}

namespace {

// Protocols 2 to 5 have a header. Protocols 0 and 1 begin directly with an instruction that makes a list, a dictionary
// or an object.
bool is_pickle(std::string_view text) {
  if (text.size() >= 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5) return true;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.ends_with('.')) return false;
  const size_t first = text.find_first_not_of('(');
  const bool marked = first > 0;
  if (first == std::string_view::npos) return false;
  text.remove_prefix(first);
  for (const char* start : {"]q", "}q"})
    if (text.starts_with(start)) return true;
  for (const char* start : {"lp", "dp", "lq", "dq", "V", "F", "X"})
    if (marked && text.starts_with(start)) return true;
  return text.starts_with("cnumpy") || text.starts_with("ccopy_reg") || text.starts_with("c__builtin__");
}

// Refuses files of known other kinds: names the kind, and says what to do instead.
void refuse_known_kinds(std::string_view start) {
  constexpr const char* kSave =
      "save np.savez(\"faces.npz\", names=np.array(names, dtype=str), encodings=np.array(encodings))";
  if (start.find_first_not_of(" \t\r\n") == std::string_view::npos) wrong("is empty");
  if (is_pickle(start))
    wrong(std::string("is a Python pickle, which can run code when it is read: load it where it was made and ") +
          kSave);
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff"))
    wrong("is a text in UTF-16: save it as UTF-8 (of a spreadsheet \"CSV UTF-8\")");
  if (start.starts_with("\x93NUMPY")) wrong(std::string("is a .npy array alone, without names: ") + kSave);
  if (start.starts_with("SQLite format 3"))
    wrong("is a gallery or another database: `visavis gallery export` it first");
}

}  // namespace

Encodings read_encodings(const std::filesystem::path& path) {
  try {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Failure(path.string() + ": cannot be read", VAV_E_IO);
    char first[2] = {};
    in.read(first, 2);
    Encodings result;
    if (first[0] == 'P' && first[1] == 'K') {
      result = read_npz(path);
    } else {
      if (std::filesystem::file_size(path) > kMostJson) wrong("is longer than 2 GiB");
      in.clear();
      in.seekg(0);
      const std::string all(std::istreambuf_iterator<char>(in), {});
      const std::string_view text = without_byte_order_mark(all);
      refuse_known_kinds(text);
      const char start = text[text.find_first_not_of(" \t\r\n")];
      result = start == '{' || start == '[' ? parse_json_encodings(text) : parse_csv_encodings(text);
    }
    check_values(result);
    return result;
  } catch (const std::runtime_error& e) {
    if (dynamic_cast<const Failure*>(&e)) throw;
    throw Failure(path.string() + ": " + e.what());
  }
}

}  // namespace visavis::cli
