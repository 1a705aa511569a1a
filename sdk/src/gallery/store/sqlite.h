// SQLite's C API with owners and exceptions: a connection and its transactions. query.h has what is asked on it.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "gallery/records.h"

namespace visavis {

// Whoever waits to write tries again after this at the latest. So who writes often lets others in by pausing for longer.
inline constexpr std::chrono::milliseconds kLongestPause{4};

// One connection, hardened against a file that was made to harm. Used by one thread at a time.
class Connection {
 public:
  enum class Access {
    create,  // read and write, the file is made if need be
    write,   // read and write
    read,    // read, seeing the changes of others; SQLite may make its -shm file
    frozen   // read, without locks and without making files: right only while nobody writes
  };

  // Error GALLERY_BUSY also when a new file is being put into its place for longer than `busy_timeout_ms`, and when it
  // is open under another name. `path` must be absolute: SQLite gives names such as "file:…" and ":memory:" a meaning
  // of their own. Closing leaves the file as it is until keep() was called, so that a stranger's file is never tidied
  // up.
  // Whoever takes long, or waits for others, asks `keep_going`; Error CANCELLED. Taking a transaction back does not.
  Connection(const std::string& path, Access access, int busy_timeout_ms, const KeepGoing& keep_going = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void keep();
  // From now on closing leaves the file and its log as they are.
  void leave() noexcept;
  // Error CANCELLED when the caller wants no more.
  void ask() const { keep_going_.require(path_); }
  void execute(const char* sql);
  // A statement that is composed, and not asked again.
  void run(const std::string& sql);
  // Ends a transaction that execute or try_execute has begun for writing, taking it back. SQLite may have done so
  // itself: for want of memory or disk, within any statement, one that only reads too.
  void roll_back();
  // The same while its owner does not know of it yet: nothing is written before roll_back().
  void give_up() noexcept;
  // Rolling back must not need memory. A changed setting makes SQLite compile all statements again: call this after it.
  void make_ready_to_roll_back();
  // Without waiting: false when another connection is in the way.
  bool try_execute(const char* sql);
  // Moves everything into the main file and empties the -wal file; false when a reader is in the way.
  bool checkpoint();
  // Writes the file anew without gaps; false when another connection is in the way. Takes the file's size in memory.
  bool try_vacuum();

  // Null while the memory shared with other processes is still theirs as well and the log is whole, as far as can be
  // seen; else what to tell.
  // Takes no memory.
  const char* what_is_lost() const noexcept;
  // Whether every page of the log is as it was written. Reads all of it. Error IO.
  bool is_log_whole() const;

  bool read_only() const;
  bool in_transaction() const { return !sqlite3_get_autocommit(db_) && !is_abandoned_; }
  // A transaction that was begun for writing, and that SQLite has not undone since.
  bool is_writing() const { return is_begun_ && !is_undone_ && in_transaction(); }
  int64_t changes() const { return sqlite3_changes(db_); }
  const std::string& path() const { return path_; }
  sqlite3* handle() { return db_; }  // for SQLite's own backup

  // Throws what the result code means.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Query;
  friend class Snapshot;
  friend class TablesApart;
  void open(const std::string& name, int flags);
  void configure();
  void set(int option, int value);
  class Boundary;
  void wait_for_others(bool wait);
  void ask_within(bool ask);
  static int on_busy(void* self, int tries);
  sqlite3_stmt* prepared(const char* sql);
  // Before every statement.
  void end_abandoned();
  void end();
  int step(sqlite3_stmt* statement);
  void note(const char* sql) noexcept;
  int write_error() const;

  std::string path_;
  int busy_timeout_ms_;
  KeepGoing keep_going_;
  bool asks_ = true;
  // Its transaction could not be rolled back, for want of memory: the next statement does it.
  bool is_abandoned_ = false;
  // A transaction was begun for writing and its owner has not ended it; SQLite has undone it since; a part of it, which
  // can be undone alone, is under way.
  bool is_begun_ = false, is_undone_ = false, in_part_ = false;
  // A statement that writes such a part is running, which must not be stopped; and keep_going was to be asked meanwhile.
  bool is_in_writing_ = false, is_due_ = false;
  std::chrono::steady_clock::time_point waits_until_ = {};
  mutable bool stopped_ = false;  // while it waited; fail() says so
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;  // by the address of their text in sql.h
};

// While it lives, a table can be renamed, made anew and dropped without a change to the tables that refer to it. Made
// before the transaction in which that is done, and ended after it.
class TablesApart {
 public:
  explicit TablesApart(Connection& connection);
  ~TablesApart();
  TablesApart(const TablesApart&) = delete;
  TablesApart& operator=(const TablesApart&) = delete;

 private:
  Connection& connection_;
};

// A read transaction: all queries in it see one state of the file. Part of an open transaction if there is one.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Connection& connection_;
  bool own_;
};

}  // namespace visavis
