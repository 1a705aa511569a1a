// Opening and creating. A file is first looked at without locks and without any right to change it; only when it is
// ours, or blank, is it opened for work.
#include "gallery/open.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "base/error.h"
#include "gallery/file_state.h"
#include "gallery/keyring.h"
#include "gallery/lock_vfs.h"
#include "gallery/open_files.h"
#include "gallery/owner_settings.h"
#include "gallery/reseal.h"
#include "gallery/schema.h"
#include "gallery/sql.h"

namespace visavis {
namespace {

int64_t value(Connection& connection, const char* sql) {
  Query query(connection, sql);
  return query.next() ? query.integer(0) : 0;
}

// Whether it holds nothing at all yet; Error GALLERY_FORMAT when it is not ours.
bool is_blank(Connection& connection) {
  const Snapshot one_state(connection);  // another process may be making it just now
  const int64_t application = value(connection, sql::kApplicationIdOf);
  const int64_t version = value(connection, sql::kUserVersionOf);
  if (application == 0 && version == 0 && value(connection, sql::kObjectCount) == 0) return true;
  if (application != schema::kApplicationId)
    throw Error(VAV_E_GALLERY_FORMAT,
                connection.path() + ": a database of another application, not a gallery; it was left untouched");
  if (version > schema::kVersion)
    throw Error(VAV_E_GALLERY_FORMAT, connection.path() + ": written by a newer version (its schema is " +
                                          std::to_string(version) + ", this library knows " +
                                          std::to_string(schema::kVersion) + "): use a newer library");
  if (version < 1)
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": its schema version is " + std::to_string(version) +
                                           ", which never was; restore a backup");
  return false;
}

// Refuses what is certainly not ours, before anything could change it: opening a database for work replays its logs.
void refuse_strangers(const std::string& path, uint64_t size) {
  constexpr uint64_t kSmallestPage = 512;  // SQLite takes a file of one byte for an empty database
  if (size < kSmallestPage) throw Error(VAV_E_GALLERY_FORMAT, path + ": the file is no gallery; it was left untouched");
  Connection connection(path, Connection::Access::frozen, 0);
  try {
    is_blank(connection);
  } catch (const Error& e) {
    // Read without locks, a file that is just being written may look damaged: the real connection decides.
    if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
  }
}

void check_mode(const std::string& path, bool exists, GalleryMode mode) {
  if (exists && mode == GalleryMode::must_be_new)
    throw Error(VAV_E_ALREADY_EXISTS, path + ": exists already, and a new gallery was asked for");
  if (!exists && (mode == GalleryMode::must_exist || mode == GalleryMode::read_only))
    throw Error(VAV_E_FILE_NOT_FOUND, path + ": no such gallery");
}

void apply_settings(Connection& connection, Durability durability) {
  connection.execute(durability == Durability::normal ? sql::kSynchronousNormal : sql::kSynchronousFull);
  for (const char* setting : sql::kSettings) connection.execute(setting);
  if (value(connection, sql::kSecureDelete) != 1)
    throw Error(VAV_E_INTERNAL, "this SQLite cannot overwrite what is deleted (secure_delete)");
}

const KeySource& source_of(const GalleryOptions& options) {
  static const KeySource kNone;
  return options.key ? *options.key : kNone;
}

Codec read_codec(Connection& connection, const Recipe& recipe, const GalleryOptions& options, Keyring& ring) {
  ring = Keyring::read(connection);
  return ring.codec(read_gallery_id(connection), recipe, source_of(options));
}

// All of it or nothing: a crash, or another process doing the same at once, leaves a blank file or a whole gallery.
void create(Connection& connection, const Recipe& recipe, const GalleryOptions& options, bool existed) {
  connection.execute(sql::kBeginWrite);
  if (!is_blank(connection)) {
    connection.execute(sql::kRollback);
    check_mode(connection.path(), true, options.mode);
    return;
  }
  // Embeddings are biometric data: a file we made is the owner's alone. One that was there keeps its rights.
  if (!existed) {
    std::error_code ignored;  // a file system without rights
    std::filesystem::permissions(connection.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  }
  schema::create(connection);
  Query(connection, sql::kStamp).bind(now_ms()).bind(recipe.model_sha256).bind(recipe.scoring).next();
  Keyring ring;
  if (options.key) {
    ring.add(read_gallery_id(connection), *options.key);
    ring.write(connection);
  }
  OwnerSettings{}.write(connection, ring.codec(read_gallery_id(connection), recipe, source_of(options)));
  connection.execute(sql::kCommit);
}

// Brings an older gallery up to date: all of it or, after a crash, nothing.
void migrate(Connection& connection, const Recipe& recipe, const GalleryOptions& options) {
  if (value(connection, sql::kUserVersionOf) == schema::kVersion) return;
  if (connection.read_only())
    throw Error(VAV_E_GALLERY_FORMAT,
                connection.path() +
                    ": was written by an earlier version; open it for writing once (`visavis gallery "
                    "compact` does) to bring it up to date, then it can be read");
  connection.execute(sql::kBeginWrite);
  try {
    const int64_t from = value(connection, sql::kUserVersionOf);  // another process may just have done it
    if (from != schema::kVersion) {
      schema::migrate(connection, from);
      Keyring ring;
      const Codec codec = read_codec(connection, recipe, options, ring);
      if (from == 1) adopt_version_1(connection, codec);
      adopt_version_2(connection, codec);
      schema::require_ours(connection);
    }
    connection.execute(sql::kCommit);
  } catch (...) {
    if (connection.in_transaction()) connection.execute(sql::kRollback);
    throw;
  }
  connection.checkpoint();  // nothing of the old tables is kept in the log
}

// Readers go on while one writes. Kept in the file, so this does something once in its life; then SQLite answers BUSY
// at once instead of waiting, when another process has the file open.
void use_write_ahead_log(Connection& connection, int busy_timeout_ms) {
  using Clock = std::chrono::steady_clock;
  for (const auto deadline = Clock::now() + std::chrono::milliseconds(busy_timeout_ms);;) {
    try {
      Query query(connection, sql::kUseWal);
      if (query.next() && query.text(0) == "wal") return;
      throw Error(VAV_E_IO, connection.path() + ": its file system cannot share memory between processes; keep " +
                                "galleries on a local disk");
    } catch (const Error& e) {
      if (e.code() != VAV_E_GALLERY_BUSY || Clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void check_recipe(Connection& connection, const Recipe& recipe) {
  const Recipe stamped = read_stamp(connection).recipe;
  if (stamped != recipe)
    throw Error(VAV_E_GALLERY_RECIPE, connection.path() + ": its templates were made with " + describe(stamped) +
                                          "; the models given make " + describe(recipe) +
                                          ". Use the models of the gallery, or enrol into a new one");
}

}  // namespace

int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Stamp read_stamp(Connection& connection) {
  Query query(connection, sql::kReadStamp);
  if (!query.next())
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": the stamp of its recipe is missing; restore a backup");
  return {query.integer(0), {query.text(1), query.text(2)}};
}

OpenedGallery open_gallery(const std::string& path, const Recipe& recipe, const GalleryOptions& options, bool frozen) {
  using Access = Connection::Access;
  const FileState before = look_at(path);
  check_mode(path, before.exists, options.mode);
  if (!before.exists) require_writable_folder(path);
  lock_vfs();  // from the first gallery on, forks are watched
  require_usable_sqlite(path);
  if (before.size > 0) refuse_strangers(path, before.size);
  const bool read_only = options.mode == GalleryMode::read_only;
  const bool may_create = options.mode == GalleryMode::open_or_create || options.mode == GalleryMode::must_be_new;
  const Access access = read_only    ? (frozen ? Access::frozen : Access::read)
                        : may_create ? Access::create
                                     : Access::write;
  auto connection = std::make_unique<Connection>(path, access, options.busy_timeout_ms);
  if (!read_only && connection->read_only())
    throw Error(VAV_E_PERMISSION, path + ": may only be read; open it read-only, or give the right to write");
  if (is_blank(*connection)) {
    if (!may_create) throw Error(VAV_E_GALLERY_FORMAT, path + ": an empty file, not a gallery");
    apply_settings(*connection, options.durability);
    create(*connection, recipe, options, before.exists);
  } else {
    check_mode(path, true, options.mode);  // another process may just have made it
    apply_settings(*connection, options.durability);
  }
  // Before any row is looked at: what is not ours may do anything when it is read.
  schema::require_ours(*connection, value(*connection, sql::kUserVersionOf));
  check_recipe(*connection, recipe);
  Keyring ring;
  std::optional<Codec> codec;
  // Before anything is written: whoever has not the key changes nothing. Version 1 had none.
  if (value(*connection, sql::kUserVersionOf) > 1) {
    try {
      codec = read_codec(*connection, recipe, options, ring);
    } catch (...) {
      if (!read_only) connection->keep();  // it is a gallery: leave its folder as it was found
      throw;
    }
  }
  if (!read_only) {
    connection->keep();
    use_write_ahead_log(*connection, options.busy_timeout_ms);
  }
  migrate(*connection, recipe, options);
  if (!codec) codec = read_codec(*connection, recipe, options, ring);
  return {std::move(connection), std::move(ring), std::move(*codec)};
}

}  // namespace visavis
