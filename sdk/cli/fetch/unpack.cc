// Streams an archive through libarchive.
#include "fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

#include <algorithm>
#include <memory>

#include "failure.h"
#include "files.h"
#include "interrupt.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

// A limit far above honest archives: the published ones unpack to 130 MB in about 100 members.
constexpr int kMostMembers = 100'000;
constexpr int64_t kMostBytes = int64_t{4} << 30;

struct CloseArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

[[noreturn]] void fail(const fs::path& path, archive* reader) {
  const char* reason = archive_error_string(reader);
  throw Failure(path.string() + ": cannot be read as an archive (.tar.gz, .zip …): " + (reason ? reason : "damaged"));
}

Reader open_archive(const fs::path& path) {
  Reader reader(archive_read_new());
  if (!reader) throw Failure("out of memory");
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 18) != ARCHIVE_OK) fail(path, reader.get());
  return reader;
}

std::string base_name(archive_entry* entry) {
  const char* name = archive_entry_pathname(entry);
  return name ? fs::path(name).filename().string() : std::string();
}

// Writes the current member to `to`. True if it is exactly what the manifest describes.
bool take_member(const fs::path& path, archive* reader, const FileEntry& wanted, const fs::path& to) {
  struct Wrong {};
  try {
    write_atomically(to, [&](int descriptor) {
      Hasher hasher;
      int64_t total = 0;
      const void* bytes = nullptr;
      size_t count = 0;
      la_int64_t offset = 0;
      for (;;) {
        stop_if_interrupted();
        const int result = archive_read_data_block(reader, &bytes, &count, &offset);
        if (result == ARCHIVE_EOF) break;
        if (result < ARCHIVE_WARN) fail(path, reader);
        if (offset != total) throw Wrong();  // a sparse member; the real files are never packed so
        total += int64_t(count);
        if (total > wanted.size) throw Wrong();
        hasher.add(bytes, count);
        write_all(descriptor, bytes, count);
      }
      if (total != wanted.size || hasher.hex() != wanted.sha256) throw Wrong();
    });
    return true;
  } catch (const Wrong&) {
    return false;
  }
}

}  // namespace

Unpacked unpack(const fs::path& path, const std::vector<FileEntry>& wanted, const fs::path& folder) {
  const Reader reader = open_archive(path);
  Unpacked result;
  archive_entry* entry = nullptr;
  for (int members = 0; result.found.size() < wanted.size(); ++members) {
    stop_if_interrupted();
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN) fail(path, reader.get());
    if (members >= kMostMembers || archive_filter_bytes(reader.get(), 0) > kMostBytes)
      throw Failure(path.string() + ": holds far more than an archive with these files");
    const std::string name = base_name(entry);
    const auto match = std::find_if(wanted.begin(), wanted.end(), [&](const FileEntry& file) {
      return file.file == name && !result.found.contains(file.id);
    });
    if (match == wanted.end() || archive_entry_filetype(entry) != AE_IFREG) continue;
    if (take_member(path, reader.get(), *match, folder / match->file))
      result.found[match->id] = folder / match->file;
    else
      result.altered.push_back(match->id);
  }
  std::erase_if(result.altered, [&](const std::string& id) { return result.found.contains(id); });
  return result;
}

}  // namespace visavis::cli
