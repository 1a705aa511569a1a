// A text line, a JSON line, records of kind, length and payload, and a BLAKE2b checksum of all of it.
#include "gallery/transfer/transfer.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/flat_json.h"
#include "base/secret_memory.h"
#include "base/system_error.h"
#include "base/text.h"
#include "gallery/store/columns.h"
#include "gallery/store/embedding_bytes.h"
#include "gallery/store/metadata.h"

namespace visavis {
namespace {

constexpr char kFirstLine[] = "visavis-export 1";
constexpr char kAnyVersion[] = "visavis-export ";
constexpr size_t kHashBytes = 32;
constexpr size_t kMostHeader = 64 << 10;
constexpr size_t kMostPerson = 16 << 20;  // metadata of 1 MiB can be six times that in JSON
constexpr size_t kMostTemplate = 32 << 10;
constexpr int64_t kFirstExported = 3;  // the schema whose persons' columns all exports of this format hold
constexpr int64_t kMostNumber = int64_t{1} << 53;
// A gallery that takes over ids goes on from the highest: as many again are left.
constexpr int64_t kMostId = int64_t{1} << 52;

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

void put_u32(std::string& out, uint32_t value) {
  for (int k = 0; k < 4; ++k) out += char(value >> (8 * k));
}

uint32_t get_u32(const char* bytes) {
  uint32_t value = 0;
  for (int k = 0; k < 4; ++k) value |= uint32_t{uint8_t(bytes[k])} << (8 * k);
  return value;
}

// Members of an object, of the right type and within bounds, or std::invalid_argument.
class Members {
 public:
  explicit Members(std::string_view text) : members_(parse_flat_json(text)) {}
  ~Members() {
    for (auto& [name, value] : members_) {
      if (auto* text = std::get_if<std::string>(&value)) wipe(*text);
      if (auto* list = std::get_if<std::vector<std::string>>(&value)) wipe(*list);
    }
  }

  // Null when it is not there.
  const FlatValue& take(const char* name) const {
    static const FlatValue kNull = nullptr;
    const auto found = members_.find(name);
    return found == members_.end() ? kNull : found->second;
  }
  bool has(const char* name) const { return members_.contains(name); }
  std::optional<std::string> text(const char* name, size_t most) const {
    const FlatValue& value = take(name);
    if (is_null(value)) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value);
    if (!text) throw std::invalid_argument(std::string(name) + " is no text");
    return checked(*text, name, most);
  }
  std::string needed_text(const char* name, size_t most) const {
    auto value = text(name, most);
    if (!value || value->empty()) throw std::invalid_argument(std::string("lacks ") + name);
    return *value;
  }
  std::optional<int64_t> number(const char* name) const {
    const FlatValue& value = take(name);
    if (is_null(value)) return std::nullopt;
    const auto* number = std::get_if<int64_t>(&value);
    if (!number || *number < 0 || *number > kMostNumber)
      throw std::invalid_argument(std::string(name) + " is out of range");
    return *number;
  }
  int64_t id() const {
    const int64_t id = needed_number("id");
    if (id == 0 || id > kMostId) throw std::invalid_argument("has the id " + std::to_string(id) + ", out of range");
    return id;
  }
  int64_t needed_number(const char* name) const {
    const auto value = number(name);
    if (!value) throw std::invalid_argument(std::string("lacks ") + name);
    return *value;
  }
  std::optional<double> real(const char* name) const {
    const FlatValue& value = take(name);
    if (is_null(value)) return std::nullopt;
    if (const auto* whole = std::get_if<int64_t>(&value)) return double(*whole);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    throw std::invalid_argument(std::string(name) + " is no number");
  }
  bool needed_truth(const char* name) const {
    const auto* truth = std::get_if<bool>(&take(name));
    if (!truth) throw std::invalid_argument(std::string(name) + " is not true or false");
    return *truth;
  }
  const std::vector<std::string>& needed_list(const char* name) const {
    const auto* list = std::get_if<std::vector<std::string>>(&take(name));
    if (!list) throw std::invalid_argument(std::string(name) + " is no list");
    return *list;
  }
  static const std::string& checked(const std::string& text, const char* name, size_t most) {
    if (text.size() > most || text.find('\0') != std::string::npos || !is_utf8(text))
      throw std::invalid_argument(std::string(name) + " is too long or no proper text");
    return text;
  }

 private:
  static bool is_null(const FlatValue& value) { return std::holds_alternative<std::nullptr_t>(value); }
  std::map<std::string, FlatValue> members_;
};

// What a column is called and of which type stands in its rule. One that came later may be absent: who is exported by an
// earlier version has what a new person has.
void read_member(const Members& members, const ColumnRule& rule, Person& person) {
  const char* name = rule.name;
  const size_t most = rule.place == Column::metadata ? kMostMetadata : kMostText;
  if (rule.since > kFirstExported && !members.has(name)) return;
  std::visit(
      [&](auto member) {
        using Member = decltype(member);
        if constexpr (std::is_same_v<Member, bool Person::*>)
          person.*member = members.needed_truth(name);
        else if constexpr (std::is_same_v<Member, int64_t Person::*>)
          person.*member = std::string_view(name) == "id" ? members.id() : members.needed_number(name);
        else if constexpr (std::is_same_v<Member, std::optional<int64_t> Person::*>)
          person.*member = members.number(name);
        else if constexpr (std::is_same_v<Member, std::string Person::*>)
          person.*member = members.needed_text(name, most);
        else if constexpr (std::is_same_v<Member, std::optional<std::string> Person::*>)
          person.*member = members.text(name, most);
      },
      rule.member);
}

std::string in_words(char kind) {
  if (kind > ' ' && kind <= '~') return std::string("\"") + kind + "\"";
  return std::to_string(static_cast<unsigned char>(kind));
}

}  // namespace

TransferHash::TransferHash() { crypto_generichash_init(&state_, nullptr, 0, kHashBytes); }

void TransferHash::update(std::span<const uint8_t> bytes) {
  crypto_generichash_update(&state_, bytes.data(), bytes.size());
}

std::string TransferHash::final() {
  std::string hash(kHashBytes, '\0');
  crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(hash.data()), hash.size());
  return hash;
}

// ---- Writing ----

TransferWriter::TransferWriter(const std::string& path, bool overwrite, const TransferHeader& header)
    : file_(path, overwrite) {
  const std::string line = write_flat_json({{"model_sha256", header.recipe.model_sha256},
                                            {"scoring", header.recipe.scoring},
                                            {"exported_at", header.exported_at},
                                            {"persons", header.counts.persons},
                                            {"templates", header.counts.templates}});
  write_all(bytes_of(std::string(kFirstLine) + "\n" + line + "\n"));
}

void TransferWriter::write_all(std::span<const uint8_t> bytes) {
  hash_.update(bytes);
  file_.write(bytes);
}

void TransferWriter::record(char kind, std::span<const uint8_t> payload) {
  std::string head(1, kind);
  put_u32(head, uint32_t(payload.size()));
  write_all(bytes_of(head));
  write_all(payload);
}

// Each column that callers see, by its name; kPersonColumns lists them.
void TransferWriter::write(const Person& person) {
  std::vector<FlatMember> members;
  for (const ColumnRule& rule : kPersonColumns)
    std::visit(
        [&](auto member) {
          if constexpr (!std::is_same_v<decltype(member), std::monostate>)
            members.emplace_back(rule.name, person.*member);
        },
        rule.member);
  members.emplace_back("groups", person.groups);
  std::string payload = write_flat_json(members);
  record('P', bytes_of(payload));
  wipe(payload);
}

void TransferWriter::write(const Template& one) {
  const EmbeddingBytes embedding = to_bytes(one.embedding);
  std::string payload;
  payload.reserve(kMostTemplate);  // grown later, it would leave a copy behind
  payload.append(reinterpret_cast<const char*>(embedding.data()), embedding.size());  // iterators would copy twice
  put_u32(payload, std::bit_cast<uint32_t>(one.offset));
  const std::optional<double> quality = one.fields.quality;
  std::string members = write_flat_json(
      {{"id", one.id}, {"quality", quality}, {"source", one.fields.source}, {"created_at", one.created_at}});
  payload += members;
  record('T', bytes_of(payload));
  wipe(payload);
  wipe(members);
}

void TransferWriter::finish() {
  const std::string hash = hash_.final();
  std::string head = "E";
  put_u32(head, uint32_t(hash.size()));
  file_.write(bytes_of(head + hash));
  file_.finish();
}

// ---- Reading ----

bool is_export(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;  // opening a pipe would wait
  constexpr std::string_view kStart = kAnyVersion;
  std::string start(kStart.size(), '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), std::ssize(start));
  return start == kStart;
}

TransferReader::~TransferReader() {
  file_.close();
  wipe(buffer_);
}

TransferReader::TransferReader(const std::string& path) : path_(path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw Error(status_of_system_error(error.value()), path + ": cannot be read: " + error.message());
  size_ = int64_t(size);
  errno = 0;
  file_.rdbuf()->pubsetbuf(buffer_.data(), std::ssize(buffer_));
  file_.open(path, std::ios::binary);
  if (!file_) throw Error(status_of_system_error(errno), path + ": cannot be opened for reading");
  const std::string first = read_line(sizeof kFirstLine + 16);
  if (!first.starts_with(kAnyVersion))
    throw Error(VAV_E_GALLERY_FORMAT, path + ": is no export of a gallery: it does not begin with \"" + kFirstLine +
                                          "\"; encodings of other programs are imported by `visavis gallery import`");
  if (first != kFirstLine)
    throw Error(VAV_E_GALLERY_FORMAT, path + ": was written by a newer version (" + first + "): use a newer library");
  verify_checksum();
  try {
    const Members members(read_line(kMostHeader));
    header_.recipe = {members.needed_text("model_sha256", kMostText), members.needed_text("scoring", kMostText)};
    header_.exported_at = members.number("exported_at").value_or(0);
    header_.counts = {members.needed_number("persons"), members.needed_number("templates")};
  } catch (const std::invalid_argument& e) {
    damaged(std::string("its second line ") + e.what());
  }
}

void TransferReader::damaged(const std::string& what) const {
  throw Error(VAV_E_GALLERY_CORRUPT, path_ + ": damaged near byte " + std::to_string(position_) + ": " + what +
                                         "; nothing was imported, export it again");
}

// Before anything of it is believed; what is read afterwards is checked again, should the file change meanwhile.
void TransferReader::verify_checksum() {
  constexpr std::streamoff kEnd = 1 + 4 + kHashBytes;
  std::string piece(1 << 20, '\0');
  const WipedAfterwards wiped{piece};
  TransferHash hash;
  const auto read_piece = [&](int64_t bytes) {
    file_.read(piece.data(), bytes);
    if (file_.gcount() != bytes) damaged("it ends too early");
    return std::string_view(piece.data(), size_t(bytes));
  };
  if (size_ < kEnd) damaged("it ends too early");
  file_.seekg(0);
  for (int64_t left = size_ - kEnd; left > 0;) {
    const std::string_view part = read_piece(std::min<int64_t>(left, std::ssize(piece)));
    hash.update({reinterpret_cast<const uint8_t*>(part.data()), part.size()});
    left -= std::ssize(part);
  }
  const std::string_view end = read_piece(kEnd);
  if (end[0] != 'E' || get_u32(end.data() + 1) != kHashBytes || end.substr(5) != hash.final())
    damaged("its checksum is wrong, or it was cut off");
  file_.seekg(position_);
}

std::string TransferReader::read(size_t bytes, bool hashed) {
  if (int64_t(bytes) > size_ - position_) damaged("it ends too early");
  std::string read(bytes, '\0');
  file_.read(read.data(), static_cast<std::streamsize>(bytes));
  if (file_.gcount() != static_cast<std::streamsize>(bytes)) damaged("it ends too early");
  position_ += int64_t(bytes);
  if (hashed) hash_.update(bytes_of(read));
  return read;
}

std::string TransferReader::read_line(size_t most) {
  std::string line;
  while (line.size() < most && position_ < size_) {
    const std::string one = read(1);
    if (one == "\n") return line;
    line += one;
  }
  if (position_ == int64_t(line.size())) throw Error(VAV_E_GALLERY_FORMAT, path_ + ": is no export of a gallery");
  damaged("a line does not end");
}

// Small letters are of what later versions add and an earlier one may do without. A kind that is not known is no damage:
// the checksum of the whole was right.
char TransferReader::next_record(std::string& payload) {
  for (;;) {
    std::string head = read(5, false);
    const char kind = head[0];
    const bool known = kind == 'P' || kind == 'T' || kind == 'E', skipped = kind >= 'a' && kind <= 'z';
    if (!known && !skipped)
      throw Error(VAV_E_GALLERY_FORMAT, path_ + ": holds a record of the kind " + in_words(kind) +
                                            ", which a newer version wrote and this one does not know: use a newer "
                                            "library");
    const size_t length = get_u32(head.data() + 1);
    if (length > (kind == 'T' ? kMostTemplate : kind == 'E' ? kHashBytes : kMostPerson))
      damaged("a record is longer than any can be");
    if (kind != 'E') hash_.update(bytes_of(head));
    payload = read(length, kind != 'E');
    if (known) return kind;
    wipe(payload);
  }
}

std::optional<std::variant<Person, Template>> TransferReader::next() {
  std::string payload;
  const WipedAfterwards wiped{payload};
  const char kind = next_record(payload);
  if (kind == 'E') return end(payload), std::nullopt;
  try {
    if (kind == 'P') {
      ++seen_.persons;
      return read_person(payload);
    }
    if (seen_.persons == 0) throw std::invalid_argument("belongs to nobody");
    ++seen_.templates;
    return read_template(payload);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    damaged(std::string(kind == 'P' ? "a person " : "a template ") + e.what());
  }
}

Person TransferReader::read_person(const std::string& payload) const {
  const Members members(payload);
  Person person;
  for (const ColumnRule& rule : kPersonColumns) read_member(members, rule, person);
  if (is_blank(person.name)) throw std::invalid_argument("has a blank name");
  if (person.external_id == "") throw std::invalid_argument("has an empty external_id");
  require_metadata(person.metadata);
  if (is_never_valid(person.valid_from, person.valid_until))
    throw std::invalid_argument("is never valid: valid_from is not before valid_until");
  for (const std::string& group : members.needed_list("groups")) {
    person.groups.push_back(Members::checked(group, "a group", kMostText));
    if (is_blank(person.groups.back())) throw std::invalid_argument("has a group with a blank name");
  }
  return person;
}

Template TransferReader::read_template(const std::string& payload) {
  if (!range_) range_ = template_range(header_.recipe);
  const size_t numbers = 4 * range_->length;
  if (payload.size() < numbers + 4) throw std::invalid_argument("is too short");
  Template one;
  auto embedding = from_bytes(bytes_of(payload).first(numbers), range_->length);
  one.offset = std::bit_cast<float>(get_u32(payload.data() + numbers));
  // One of another set with a density would be near to many faces without it.
  const Scoring* const other = embedding ? scaled_by(*embedding) : nullptr;
  const bool of_other = other && other->density && other != range_->scoring && *set_of(header_.recipe) != '\0';
  if (!embedding || of_other || !is_within(*range_, *embedding, one.offset))
    throw std::invalid_argument("holds numbers that its recipe does not make");
  one.embedding = std::move(*embedding);
  const Members members(std::string_view(payload).substr(numbers + 4));
  one.id = members.id();
  if (const auto quality = members.real("quality")) {
    if (!(*quality >= 0 && *quality <= 1)) throw std::invalid_argument("quality is not in 0..1");
    one.fields.quality = float(*quality);
  }
  one.fields.source = members.text("source", kMostText);
  one.created_at = members.needed_number("created_at");
  return one;
}

void TransferReader::end(const std::string& payload) {
  if (payload != hash_.final()) damaged("its checksum is wrong");
  if (position_ != size_) damaged("something follows its end");
  if (seen_.persons != header_.counts.persons || seen_.templates != header_.counts.templates)
    damaged("it holds not as many persons and templates as it says");
}

}  // namespace visavis
