// Opening, hardening and using an SQLite connection; its transactions.
#include "gallery/store/sqlite.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/error.h"
#include "gallery/locks/lock_vfs.h"
#include "gallery/store/query.h"
#include "gallery/store/sql.h"
#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

// SQLite takes "immutable" only in a URI. Every character that could mean something in one is escaped.
std::string frozen_uri(const std::string& path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/";
  std::string uri = path.starts_with('/') ? "file://" : "file:///";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri + "?immutable=1";
}

int open_flags(Connection::Access access) {
  switch (access) {
    case Connection::Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Access::write:
      return SQLITE_OPEN_READWRITE;
    case Connection::Access::read:
      return SQLITE_OPEN_READONLY;
    case Connection::Access::frozen:
      return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

Connection::Connection(const std::string& path, Access access, int busy_timeout_ms, const KeepGoing& keep_going)
    : path_(path), busy_timeout_ms_(busy_timeout_ms), keep_going_(keep_going) {
  const std::string name = access == Access::frozen ? frozen_uri(path) : path;
  try {
    open(name, open_flags(access) | SQLITE_OPEN_NOMUTEX);
    configure();
  } catch (...) {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(db_);
    throw;
  }
}

// Waits while a new file is being put there.
void Connection::open(const std::string& name, int flags) {
  using Clock = std::chrono::steady_clock;
  for (const auto deadline = Clock::now() + std::chrono::milliseconds(busy_timeout_ms_);;) {
    const int code = sqlite3_open_v2(name.c_str(), &db_, flags, lock_vfs());
    if (code == SQLITE_OK) return;
    if (!db_ || sqlite3_extended_errcode(db_) != kBeingReplaced || Clock::now() >= deadline) fail(code);
    sqlite3_close_v2(std::exchange(db_, nullptr));
    ask();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Connection::~Connection() {
  asks_ = false;
  if (in_transaction()) sqlite3_step(prepared(sql::kRollback));
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

void Connection::configure() {
  sqlite3_extended_result_codes(db_, 1);
  wait_for_others(true);
  ask_within(true);
  // The file may come from anywhere: nothing in it may run, and nothing may make us take more memory than our own data
  // ever needs. Cascading deletes need no triggers.
  const struct {
    int option, value;
  } switches[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                  {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                  {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                  {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                  {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                  {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                  {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
  for (const auto& [option, value] : switches) set(option, value);
  sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, 4 << 20);
  sqlite3_limit(db_, SQLITE_LIMIT_SQL_LENGTH, 64 << 10);
  sqlite3_limit(db_, SQLITE_LIMIT_COLUMN, 100);
  sqlite3_limit(db_, SQLITE_LIMIT_EXPR_DEPTH, 50);
  sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db_, SQLITE_LIMIT_WORKER_THREADS, 0);
  make_ready_to_roll_back();
}

void Connection::make_ready_to_roll_back() {
  sqlite3_stmt*& statement = statements_[sql::kRollback];
  sqlite3_finalize(statement);
  statement = nullptr;
  prepared(sql::kRollback);
}

void Connection::set(int option, int value) {
  int now = -1;
  if (sqlite3_db_config(db_, option, value, &now) != SQLITE_OK || now != value)
    throw Error(VAV_E_INTERNAL, "this SQLite (" SQLITE_VERSION ") does not take setting " + std::to_string(option));
}

void Connection::keep() {
  int now = -1;
  sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, &now);
  make_ready_to_roll_back();
}

void Connection::leave() noexcept {
  int now = -1;
  sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &now);
}

const char* Connection::what_is_lost() const noexcept {
  int code = SQLITE_OK;  // stays so if our layer is not there
  sqlite3_file_control(db_, "main", kCheckSharedMemory, &code);
  switch (code) {
    case SQLITE_OK:
      return nullptr;
    case kLogCut:
      return kLogCutAdvice;
    case kSharedMemoryGone:
      return kSharedMemoryGoneAdvice;
    default:  // it cannot be looked at just now: a call that must read it reports that
      return nullptr;
  }
}

bool Connection::is_log_whole() const {
  int code = SQLITE_OK;
  sqlite3_file_control(db_, "main", kCheckWholeLog, &code);
  if (code == SQLITE_OK || code == kLogCut || code == kSharedMemoryGone) return code == SQLITE_OK;
  throw sqlite_error(code, 0, path_, sqlite3_errstr(code));  // it could not be read: it may be whole or not
}

// SQLite's own busy handler would not ask keep_going.
int Connection::on_busy(void* self, int tries) {
  auto& connection = *static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (tries == 0) connection.waits_until_ = now + std::chrono::milliseconds(connection.busy_timeout_ms_);
  connection.stopped_ = connection.asks_ && !connection.keep_going_();
  if (connection.stopped_ || now >= connection.waits_until_) return 0;
  std::this_thread::sleep_for(std::min(std::chrono::milliseconds(1 << std::min(tries, 10)), kLongestPause));
  return 1;
}

void Connection::wait_for_others(bool wait) { sqlite3_busy_handler(db_, wait ? on_busy : nullptr, this); }

void Connection::ask_within(bool ask) {
  constexpr int kInstructions = 2000;  // of SQLite's virtual machine, about 0.1 ms
  const auto stop = [](void* self) {
    auto& connection = *static_cast<Connection*>(self);
    connection.is_due_ = connection.is_in_writing_;
    return !connection.is_due_ && connection.asks_ && !connection.keep_going_() ? 1 : 0;
  };
  if (keep_going_.ask) sqlite3_progress_handler(db_, ask ? kInstructions : 0, ask ? +stop : nullptr, this);
}

// SQLite calls the progress handler also after the last step of a statement. A BEGIN or COMMIT that has worked could
// then be reported as stopped, and nobody would know that a transaction is open, or committed. So it does not ask
// during these.
class Connection::Boundary {
 public:
  Boundary(Connection& connection, const char* sql) : connection_(begins_or_ends(sql) ? &connection : nullptr) {
    if (connection_) connection_->ask_within(false);
  }
  ~Boundary() {
    if (connection_) connection_->ask_within(true);
  }
  Boundary(const Boundary&) = delete;
  Boundary& operator=(const Boundary&) = delete;

 private:
  static bool begins_or_ends(const char* sql) {
    return sql == sql::kBegin || sql == sql::kBeginWrite || sql == sql::kCommit || sql == sql::kBeginPart ||
           sql == sql::kEndPart || sql == sql::kUndoPart;
  }

  Connection* connection_;
};

void Connection::roll_back() {
  is_begun_ = is_undone_ = in_part_ = false;
  end();
}

void Connection::give_up() noexcept {
  is_undone_ = true;
  try {
    end();
  } catch (const std::exception&) {  // the next statement does it
  }
}

// Also ends a transaction that only reads.
void Connection::end() {
  if (sqlite3_get_autocommit(db_)) {
    is_abandoned_ = false;
    return;
  }
  sqlite3_stmt* statement = prepared(sql::kRollback);
  asks_ = false;
  const int code = sqlite3_step(statement);
  asks_ = true;
  sqlite3_reset(statement);
  is_abandoned_ = !sqlite3_get_autocommit(db_);
  if (is_abandoned_) fail(code);
}

// Remembers which transaction is open for writing. If SQLite had undone it, a read transaction that begins now would
// look like it.
void Connection::note(const char* sql) noexcept {
  if (sql == sql::kBeginWrite) is_begun_ = true, is_undone_ = false;
  if (sql == sql::kCommit) is_begun_ = false;
  if (sql == sql::kBeginPart) in_part_ = true;
  if (sql == sql::kEndPart || sql == sql::kCommit) in_part_ = false;
}

void Connection::execute(const char* sql) {
  const Boundary boundary(*this, sql);
  if (sql == sql::kBegin) is_undone_ = is_begun_;
  Query query(*this, sql);
  while (query.next()) {
  }
  note(sql);
}

// If a statement that writes is interrupted, SQLite undoes the whole transaction and not only its part. So keep_going
// is asked before the next statement.
int Connection::step(sqlite3_stmt* statement) {
  if (sqlite3_stmt_readonly(statement)) return sqlite3_step(statement);
  if (is_begun_ && !is_writing())
    throw Error(VAV_E_WRONG_STATE, path_ + ": " + kUndoneAdvice);  // SQLite would commit it at once, by itself
  if (std::exchange(is_due_, false) && asks_) ask();
  is_in_writing_ = in_part_;
  const int code = sqlite3_step(statement);
  is_in_writing_ = false;
  return code;
}

void Connection::run(const std::string& sql) {
  Query query(*this, sql);
  while (query.next()) {
  }
}

bool Connection::try_execute(const char* sql) {
  const Boundary boundary(*this, sql);
  sqlite3_stmt* statement = prepared(sql);
  wait_for_others(false);
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  wait_for_others(true);
  sqlite3_reset(statement);
  if ((code & 0xFF) == SQLITE_BUSY) return false;
  if (code != SQLITE_DONE) fail(code);
  note(sql);
  return true;
}

bool Connection::checkpoint() {
  wait_for_others(false);
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  wait_for_others(true);
  return code == SQLITE_OK;
}

bool Connection::try_vacuum() {
  sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 1);  // SQLite attaches what it makes meanwhile
  try {
    const bool done = try_execute(sql::kVacuum);
    sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 0);
    return done;
  } catch (...) {
    sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 0);
    throw;
  }
}

bool Connection::read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }

// The errno of a write that failed. SQLite keeps it for each file, but for the connection it loses it if a commit
// fails.
int Connection::write_error() const {
  int error = 0;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(db_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log && log->pMethods) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  if (error == 0) sqlite3_file_control(db_, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

void Connection::fail(int code) const {
  if (std::exchange(stopped_, false) && (code & 0xFF) == SQLITE_BUSY) code = SQLITE_INTERRUPT;
  const int extended = db_ ? sqlite3_extended_errcode(db_) : code;
  // What the connection has stored may be from a later call.
  const bool same = (extended & 0xFF) == (code & 0xFF);
  int system_error = db_ ? sqlite3_system_errno(db_) : 0;
  if (db_ && (same ? extended : code) == SQLITE_IOERR_WRITE)
    if (const int error = write_error()) system_error = error;
  throw sqlite_error(same ? extended : code, system_error, path_,
                     same && db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code));
}

void Connection::end_abandoned() {
  if (is_abandoned_) end();
}

sqlite3_stmt* Connection::prepared(const char* sql) {
  if (sql != sql::kRollback) end_abandoned();
  sqlite3_stmt*& statement = statements_[sql];
  if (!statement) {
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
  return statement;
}

TablesApart::TablesApart(Connection& connection) : connection_(connection) {
  connection.set(SQLITE_DBCONFIG_ENABLE_FKEY, 0);
  connection.set(SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1);
}

TablesApart::~TablesApart() {
  int now = -1;
  sqlite3_db_config(connection_.db_, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, &now);
  sqlite3_db_config(connection_.db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &now);
}

Snapshot::Snapshot(Connection& connection) : connection_(connection), own_(!connection.in_transaction()) {
  if (own_) connection_.execute(sql::kBegin);
}

Snapshot::~Snapshot() {
  // If ending a read fails, that does not matter: nothing was changed.
  if (!own_ || !connection_.in_transaction()) return;
  try {
    connection_.end();
  } catch (const std::exception&) {  // the transaction ends with the connection
  }
}

}  // namespace visavis
