// Opening and creating. A file is first looked at without locks and without any right to change it; only when it is
// ours, or blank, is it opened for work.
#include "gallery/store/open.h"

#include <time.h>

#include <chrono>
#include <optional>
#include <thread>

#include "base/byte_writer.h"
#include "base/error.h"
#include "base/new_file.h"
#include "gallery/locks/lock_vfs.h"
#include "gallery/locks/open_files.h"
#include "gallery/locks/replaced_file.h"
#include "gallery/store/file_state.h"
#include "gallery/store/keyring.h"
#include "gallery/store/migrate.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/schema.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

const std::string kOrigin = "origin";
constexpr size_t kMostOfRecipe = 1024;

int64_t value(Connection& connection, const char* sql) {
  Query query(connection, sql);
  return query.next() ? query.integer(0) : 0;
}

// Whether it holds nothing at all yet. Error GALLERY_FORMAT if it is not ours.
bool is_blank(Connection& connection) {
  const Snapshot one_state(connection);  // another process may be making it just now
  const int64_t application = value(connection, sql::kApplicationIdOf);
  const int64_t version = value(connection, sql::kUserVersionOf);
  if (application == 0 && version == 0 && value(connection, sql::kObjectCount) == 0) return true;
  if (application != schema::kApplicationId)
    throw Error(VAV_E_GALLERY_FORMAT,
                connection.path() + ": a database of another application, not a gallery; it was left untouched");
  schema::refuse_newer(connection, version);
  if (version < 1)
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": its schema version is " + std::to_string(version) +
                                           ", which never was; restore a backup");
  return false;
}

// Refuses files that are certainly not ours, before anything can change them: opening a database for work replays its
// logs.
void refuse_strangers(const std::string& path, uint64_t size, const GalleryOptions& options) {
  constexpr uint64_t kSmallestPage = 512;  // SQLite takes a file of one byte for an empty database
  if (size < kSmallestPage) throw Error(VAV_E_GALLERY_FORMAT, path + ": the file is no gallery; it was left untouched");
  Connection connection(path, Connection::Access::frozen, options.busy_timeout_ms, options.keep_going);
  try {
    is_blank(connection);
  } catch (const Error& e) {
    // This reads without locks, so a file that is just being written may look damaged. The real connection decides.
    if (e.code() != VAV_E_GALLERY_CORRUPT) throw;
  }
}

void check_mode(const std::string& path, bool exists, GalleryMode mode) {
  if (exists && mode == GalleryMode::must_be_new)
    throw Error(VAV_E_ALREADY_EXISTS, path + ": exists already, and a new gallery was asked for");
  if (!exists && (mode == GalleryMode::must_exist || mode == GalleryMode::read_only))
    throw Error(VAV_E_FILE_NOT_FOUND, path + ": no such gallery");
}

// SQLite keeps the log beside the name that it is given. Under another name the same file would have another log, and
// neither log would know of the other.
void refuse_second_name(const std::string& path, const FileState& file) {
  if (is_mount_point(path))
    throw Error(VAV_E_GALLERY_FORMAT, path +
                                          ": this file was mounted by itself, and its log would lie elsewhere than " +
                                          "beside it: mount its folder instead (docker run -v /folder:/folder)");
  if (file.names <= 1) return;
  throw Error(VAV_E_GALLERY_FORMAT, path + ": this file has " + std::to_string(file.names) +
                                        " names (hard links), and each would get a log of its own: remove the others " +
                                        "(`find -samefile` lists them), or open a copy made by `cp`");
}

void apply_settings(Connection& connection, Durability durability) {
  connection.execute(durability == Durability::normal ? sql::kSynchronousNormal : sql::kSynchronousFull);
  for (const char* setting : sql::kSettings) connection.execute(setting);
  connection.make_ready_to_roll_back();
  if (value(connection, sql::kSecureDelete) != 1)
    throw Error(VAV_E_INTERNAL, "this SQLite cannot overwrite what is deleted (secure_delete)");
}

const KeySource& source_of(const GalleryOptions& options) {
  static const KeySource kNone;
  return options.key ? *options.key : kNone;
}

// Version 1 had neither keys nor settings.
bool has_settings(Connection& connection) { return value(connection, sql::kUserVersionOf) > 1; }

Recipe origin_of(Connection& connection, const Recipe& stamped) {
  return has_settings(connection) ? read_origin(connection) : stamped;
}

Codec read_codec(Connection& connection, const Recipe& recipe, const GalleryOptions& options, Keyring& ring) {
  const Recipe origin = origin_of(connection, recipe);
  ring = Keyring::read(connection);
  return ring.codec(read_gallery_id(connection), origin, source_of(options)).with_templates_of(recipe);
}

// In one transaction.
void fill(Connection& connection, const Recipe& recipe, const GalleryOptions& options) {
  schema::create(connection, embedding_length(recipe));
  Query(connection, sql::kStamp).bind(now_ms()).bind(recipe.model_sha256).bind(recipe.scoring).next();
  Keyring ring;
  if (options.key) {
    ring.add(read_gallery_id(connection), *options.key);
    ring.write(connection);
  }
  OwnerSettings{}.write(connection, ring.codec(read_gallery_id(connection), recipe, source_of(options)));
  connection.execute(sql::kCommit);
}

// Makes it under another name and renames it when it is complete: if this is interrupted, there is nothing at `path`.
// Error ALREADY_EXISTS when another process was faster.
void make_new(const std::string& path, const Recipe& recipe, const GalleryOptions& options) {
  NewFile file(path, false);  // its owner's alone, for embeddings are biometric data
  refuse_log_without_gallery(path);
  file.let_owner_read();
  {
    Connection connection(file.temporary(), Connection::Access::write, 0);
    connection.keep();
    apply_settings(connection, options.durability);
    connection.execute(sql::kBeginWrite);
    fill(connection, recipe, options);
  }
  file.finish();
}

// Makes a gallery of an empty file, which keeps its rights; completely or not at all.
void fill_blank(Connection& connection, const Recipe& recipe, const GalleryOptions& options) {
  connection.execute(sql::kBeginWrite);
  if (is_blank(connection)) return fill(connection, recipe, options);
  connection.roll_back();  // another process has just done it
  check_mode(connection.path(), true, options.mode);
}

// Brings an older gallery up to date; after a crash it is done completely or not at all.
void bring_up_to_date(Connection& connection, const Recipe& recipe, const GalleryOptions& options) {
  if (value(connection, sql::kUserVersionOf) == schema::kVersion) return;
  if (connection.read_only())
    throw Error(VAV_E_GALLERY_FORMAT,
                connection.path() +
                    ": was written by an earlier version; open it for writing once (`visavis gallery "
                    "compact` does) to bring it up to date, then it can be read");
  {
    const TablesApart apart(connection);
    connection.execute(sql::kBeginWrite);
    try {
      const int64_t from = value(connection, sql::kUserVersionOf);  // another process may just have done it
      if (from != schema::kVersion) {
        migrate(connection, from, [&] {
          Keyring ring;
          return read_codec(connection, recipe, options, ring);
        });
        schema::require_ours(connection);
      }
      connection.execute(sql::kCommit);
    } catch (...) {
      connection.roll_back();
      throw;
    }
  }
  connection.checkpoint();  // nothing of the old tables is kept in the log
}

// The write-ahead log, with which readers go on while one writes. The file remembers it, so this changes something only
// once. Then, if another process has the file open, SQLite answers BUSY at once instead of waiting.
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
    connection.ask();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void check_recipe(Connection& connection, const Recipe& recipe) {
  const Recipe stamped = read_stamp(connection).recipe;
  if (stamped != recipe)
    throw Error(VAV_E_GALLERY_RECIPE, connection.path() + ": its templates were made with " + describe(stamped) +
                                          "; the models given are " + describe(recipe) + ". " +
                                          advice_for_other(stamped, recipe,
                                                           "move it to those given (`visavis gallery migrate`), or "
                                                           "enrol into a new gallery"));
}

// Refuses what is no gallery before any right to change it is asked for.
std::unique_ptr<Connection> connect_to(const std::string& path, const FileState& file, Connection::Access access,
                                       const GalleryOptions& options) {
  refuse_second_name(path, file);
  if (file.size > 0) refuse_strangers(path, file.size, options);
  return std::make_unique<Connection>(path, access, options.busy_timeout_ms, options.keep_going);
}

// This comes before any row is read: reading a row of a file that is not ours may do anything.
void require_ours(Connection& connection) {
  const Snapshot one_state(connection);  // another process may be bringing it up to date just now
  schema::require_ours(connection, value(connection, sql::kUserVersionOf));
}

[[noreturn]] void refuse_empty(const std::string& path) {
  throw Error(VAV_E_GALLERY_FORMAT, path + ": an empty file, not a gallery");
}

}  // namespace

int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);  // std::chrono counts nanoseconds, and is at its end in 2262
  if (now.tv_sec < 0 || now.tv_sec >= kLatestTime / 1000)
    throw Error(VAV_E_WRONG_STATE, "the clock of this machine says a time before 1970 or far beyond any calendar: " +
                                       std::to_string(now.tv_sec) + " s; set it right");
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

Stamp read_stamp(Connection& connection) {
  Query query(connection, sql::kReadStamp);
  if (!query.next())
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": the stamp of its recipe is missing; restore a backup");
  return {query.integer(0), {query.text(1), query.text(2)}};
}

Recipe read_origin(Connection& connection) {
  const Snapshot one_state(connection);  // another process may just be moving it to other models
  {
    Query query(connection, sql::kReadSetting);
    if (query.bind(kOrigin).next()) {
      ByteReader in(query.bytes(0));
      Recipe origin;
      origin.model_sha256 = in.text(kMostOfRecipe);
      origin.scoring = in.text(kMostOfRecipe);
      if (in.finished()) return origin;
      throw Error(VAV_E_GALLERY_CORRUPT,
                  connection.path() + ": the recipe that it began with is damaged; restore a backup");
    }
  }
  return read_stamp(connection).recipe;
}

void write_origin(Connection& connection, const Recipe& origin) {
  const auto bytes = ByteWriter().text(origin.model_sha256).text(origin.scoring).done();
  Query(connection, sql::kWriteSetting).bind(kOrigin).bind(bytes).next();
}

Recipe stamped_recipe(const std::string& path) {
  const GalleryOptions options{.mode = GalleryMode::read_only};
  const FileState file = look_at(path);
  check_mode(path, file.exists, options.mode);
  lock_vfs();
  require_usable_sqlite(path);
  const auto access = file.log_size == 0 ? Connection::Access::frozen : Connection::Access::read;
  const auto connection = connect_to(path, file, access, options);
  if (is_blank(*connection)) refuse_empty(path);
  require_ours(*connection);
  return read_stamp(*connection).recipe;
}

OpenedGallery open_gallery(const std::string& path, const Recipe& recipe, const GalleryOptions& options, bool frozen) {
  using Access = Connection::Access;
  FileState before = look_at(path);
  check_mode(path, before.exists, options.mode);
  lock_vfs();  // from the first gallery on, forks are watched
  require_usable_sqlite(path);
  if (!before.exists) {
    require_writable_folder(path);
    try {
      make_new(path, recipe, options);
    } catch (const Error& e) {
      if (e.code() != VAV_E_ALREADY_EXISTS || options.mode == GalleryMode::must_be_new) throw;
    }
    before = look_at(path);
  }
  const bool read_only = options.mode == GalleryMode::read_only;
  const bool may_create = options.mode == GalleryMode::open_or_create || options.mode == GalleryMode::must_be_new;
  const Access access = !read_only ? Access::write : frozen ? Access::frozen : Access::read;
  auto connection = connect_to(path, before, access, options);
  if (!read_only && connection->read_only())
    throw Error(VAV_E_PERMISSION, path + ": may only be read; open it read-only, or give the right to write");
  if (is_blank(*connection)) {
    if (!may_create) refuse_empty(path);
    apply_settings(*connection, options.durability);
    fill_blank(*connection, recipe, options);
  } else {
    apply_settings(*connection, options.durability);
  }
  require_ours(*connection);
  check_recipe(*connection, recipe);
  Keyring ring;
  std::optional<Codec> codec;
  // This comes before anything is written: without the key nothing changes.
  if (has_settings(*connection)) {
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
  bring_up_to_date(*connection, recipe, options);
  if (!codec) codec = read_codec(*connection, recipe, options, ring);
  const Stamp stamp{read_stamp(*connection).created_at, recipe};
  const Recipe origin = origin_of(*connection, recipe);
  return {std::move(connection), stamp, origin, std::move(ring), std::move(*codec)};
}

}  // namespace visavis
