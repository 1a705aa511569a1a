// SHA-256, atomic writes, working folders. sdk/src/base has the same, but the command links only the public library.
#include "files.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "failure.h"
#include "interrupt.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

constexpr char kWorkPrefix[] = ".fetch-";

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw Failure(path.string() + ": " + what + ": " + std::strerror(errno));
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0) : fd_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_;
};

// Gives the file to `use`, piece by piece. False if it cannot be opened.
bool read_pieces(const fs::path& path, const std::function<void(const char*, size_t)>& use) {
  const Descriptor file(path, O_RDONLY);
  if (file.get() < 0) return false;
  std::vector<char> piece(1 << 20);
  for (;;) {
    stop_if_interrupted();
    const ssize_t got = read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, "cannot read");
    if (got == 0) return true;
    use(piece.data(), size_t(got));
  }
}

// A folder is left over if nobody holds its lock. One without a lock may be just being made, unless it is old.
bool is_left_over(const fs::path& folder) {
  const Descriptor lock(folder / "lock", O_RDWR);
  if (lock.get() >= 0) return flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
  std::error_code error;
  const auto age = fs::file_time_type::clock::now() - fs::last_write_time(folder, error);
  return !error && age > std::chrono::hours(1);
}

void remove_left_overs(const fs::path& parent) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with(kWorkPrefix) && !it->is_symlink()) found.push_back(it->path());
  for (const fs::path& folder : found)
    if (is_left_over(folder)) fs::remove_all(folder, error);
}

fs::path folder_of(const fs::path& file) { return file.parent_path().empty() ? fs::path(".") : file.parent_path(); }

constexpr char kHex[] = "0123456789abcdef";
constexpr char kUnfinished[] = ".part";
constexpr size_t kDigits = 8;

// `.NAME.1f2e3d4c.part`, beside NAME.
fs::path unfinished_name(const fs::path& to) {
  std::string digits;
  for (size_t i = 0; i < kDigits; ++i) digits += kHex[randombytes_uniform(16)];
  return folder_of(to) / ('.' + to.filename().string() + '.' + digits + kUnfinished);
}

// What processes that were killed have left of `to`: it holds what `to` would. Nobody holds its lock.
void remove_unfinished(const fs::path& to) {
  const std::string begin = '.' + to.filename().string() + '.';
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(folder_of(to), error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() == begin.size() + kDigits + sizeof kUnfinished - 1 && name.starts_with(begin) &&
        name.ends_with(kUnfinished) && name.find_first_not_of(kHex, begin.size()) == begin.size() + kDigits)
      found.push_back(it->path());
  }
  for (const fs::path& path : found) {
    const Descriptor file(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    struct stat is {};
    const bool ours = file.get() >= 0 && fstat(file.get(), &is) == 0 && S_ISREG(is.st_mode) && is.st_uid == geteuid();
    if (ours && flock(file.get(), LOCK_EX | LOCK_NB) == 0) unlink(path.c_str());
  }
}

// A new file beside `to`, locked while it is written. It is removed if it was not put in place.
class UnfinishedFile {
 public:
  UnfinishedFile(const fs::path& to, mode_t mode) : to_(to) {
    constexpr int kMostTries = 100;
    for (int tries = 0; tries < kMostTries; ++tries) {
      path_ = unfinished_name(to);
      file_.emplace(path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
      if (file_->get() < 0 && errno == EEXIST) continue;
      if (file_->get() < 0) fail(to, "cannot write here");
      // Another process may have taken it for left over before it was locked. Some file systems know no locks.
      struct stat is {};
      const bool taken = flock(file_->get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
      if (!taken && fstat(file_->get(), &is) == 0 && is.st_nlink > 0) return;
    }
    errno = EBUSY;
    fail(to, "cannot write here");
  }
  ~UnfinishedFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  int get() const { return file_->get(); }
  void put_in_place() {
    // Closed afterwards: without its lock it would be left over.
    if (rename(path_.c_str(), to_.c_str()) != 0) fail(to_, "cannot write");
    path_.clear();
    if (!file_->close()) fail(to_, "cannot write");
  }

 private:
  fs::path to_, path_;
  std::optional<Descriptor> file_;
};

}  // namespace

struct Hasher::State {
  crypto_hash_sha256_state sha;
};

Hasher::Hasher() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->sha); }
Hasher::~Hasher() = default;

void Hasher::add(const void* bytes, size_t size) {
  crypto_hash_sha256_update(&state_->sha, static_cast<const unsigned char*>(bytes), size);
}

std::string Hasher::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256_final(&state_->sha, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

bool file_is(const fs::path& path, int64_t size, const std::string& sha256) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) != uintmax_t(size) || error) return false;
  Hasher hasher;
  return read_pieces(path, [&](const char* bytes, size_t count) { hasher.add(bytes, count); }) &&
         hasher.hex() == sha256;
}

void write_all(int descriptor, const void* bytes, size_t size) {
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(descriptor, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Failure(std::string("cannot write: ") + std::strerror(errno));
    next += written;
    size -= size_t(written);
  }
}

namespace {

// As every file of SQLite begins.
bool is_gallery(const fs::path& file) {
  constexpr std::string_view kBegin("SQLite format 3", 16);
  std::array<char, kBegin.size()> begin{};
  const Descriptor opened(file, O_RDONLY | O_NONBLOCK);
  return opened.get() >= 0 && read(opened.get(), begin.data(), begin.size()) == ssize_t(begin.size()) &&
         std::string_view(begin.data(), begin.size()) == kBegin;
}

}  // namespace

void require_place_for_file(const fs::path& to) {
  std::error_code error;
  const fs::file_status there = fs::status(to, error);
  if (fs::exists(there) && !fs::is_regular_file(there))
    throw Failure(to.string() + " is no ordinary file, and stays as it is: give another name", VAV_E_INVALID_ARGUMENT);
  const std::string path = to.string();
  if (is_gallery(to))
    throw Failure(path + " is a gallery, and stays as it is: give another name", VAV_E_INVALID_ARGUMENT);
  for (const std::string_view end : {"-wal", "-shm", "-journal"}) {
    const std::string owner = path.substr(0, path.size() - std::min(end.size(), path.size()));
    if (path.ends_with(end) && !owner.empty() && fs::is_regular_file(owner, error))
      throw Failure(path + ": this name belongs to " + owner +
                        ", beside which SQLite keeps changes and locks under it; give another name",
                    VAV_E_INVALID_ARGUMENT);
  }
}

void write_atomically(const fs::path& to, const std::function<void(int descriptor)>& write, Readers readers) {
  require_place_for_file(to);
  struct stat old {};
  const bool is_there = stat(to.c_str(), &old) == 0;
  remove_unfinished(to);
  UnfinishedFile file(to, readers == Readers::kOwner ? 0600 : 0666);
  try {
    if (is_there && fchmod(file.get(), old.st_mode & 0777) != 0) fail(to, "cannot give the file its rights");
    write(file.get());
    if (fsync(file.get()) != 0) fail(to, "cannot write");
    file.put_in_place();
    // So that the new name survives a power cut, too. Some file systems cannot do this; then nothing more can be done.
    if (Descriptor place(folder_of(to), O_RDONLY | O_DIRECTORY, 0); place.get() >= 0) fsync(place.get());
  } catch (const Failure& failure) {
    const std::string message = failure.what();
    throw Failure(message.starts_with(to.string()) ? message : to.string() + ": " + message, failure.code());
  }
}

void write_text(const fs::path& to, const std::string& text, Readers readers) {
  write_atomically(
      to, [&](int descriptor) { write_all(descriptor, text.data(), text.size()); }, readers);
}

void copy_checked(const fs::path& from, const fs::path& to, int64_t size, const std::string& sha256) {
  write_atomically(to, [&](int descriptor) {
    Hasher hasher;
    int64_t total = 0;
    const bool opened = read_pieces(from, [&](const char* bytes, size_t count) {
      total += int64_t(count);
      if (total > size) throw Failure(from.string() + " is larger than " + std::to_string(size) + " bytes");
      hasher.add(bytes, count);
      write_all(descriptor, bytes, count);
    });
    if (!opened) fail(from, "cannot read");
    if (const std::string got = hasher.hex(); total != size || got != sha256)
      throw Failure(from.string() + " is not the file that was published: SHA-256 " + got + ", expected " + sha256);
  });
}

WorkFolder::WorkFolder(const fs::path& parent) {
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) throw Failure(parent.string() + ": cannot make this folder: " + error.message());
  remove_left_overs(parent);
  std::string name = (parent / (std::string(kWorkPrefix) + "XXXXXX")).string();
  if (!mkdtemp(name.data())) fail(parent, "cannot write into this folder");
  path_ = name;
  lock_ = open((path_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ >= 0) flock(lock_, LOCK_EX | LOCK_NB);
}

WorkFolder::~WorkFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (lock_ >= 0) close(lock_);
}

std::filesystem::path link_target(const std::string& path) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::canonical(path, error);
  return error ? std::filesystem::path(path) : place;
}

bool can_write_into(const fs::path& folder) {
  std::error_code error;
  fs::path existing = fs::absolute(folder, error);
  while (!existing.empty() && !fs::exists(existing, error) && existing != existing.root_path())
    existing = existing.parent_path();
  return fs::is_directory(existing, error) && access(existing.c_str(), W_OK | X_OK) == 0;
}

void require_new_file(const std::string& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error)))
    throw Failure(path + " exists already: remove it first, or give another name", VAV_E_ALREADY_EXISTS);
  require_place_for_file(path);
  if (!can_write_into(folder_of(path))) throw Failure(path + ": cannot write into this folder", VAV_E_PERMISSION);
}

}  // namespace visavis::cli
