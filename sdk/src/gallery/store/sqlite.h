// SQLite's C API with owners and exceptions: a connection and its transactions. query.h has what is asked on it.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "gallery/records.h"

namespace visavis {

// Who waits to write tries again after this time at the latest. So a process that writes often lets others in if it
// pauses for longer.
inline constexpr std::chrono::milliseconds kLongestPause{4};

// One connection, protected against a file that was made to do harm. Used by one thread at a time.
class Connection {
 public:
  enum class Access {
    create,  // read and write, the file is made if need be
    write,   // read and write
    read,    // read, seeing the changes of others; SQLite may make its -shm file
    frozen   // read, without locks and without making files: right only while nobody writes
  };

  // `path` must be absolute: SQLite gives names such as "file:…" and ":memory:" a meaning of their own. Error
  // GALLERY_BUSY also when the file is open under another name, and when a new file is being put in its place for
  // longer than `busy_timeout_ms`. Until keep() is called, closing leaves the file as it is: the file may be somebody
  // else's and is not tidied up.
  // A call that takes long or waits for others asks `keep_going`; Error CANCELLED. Rolling back does not ask.
  Connection(const std::string& path, Access access, int busy_timeout_ms, const KeepGoing& keep_going = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void keep();
  // Takes keep() back: from now on closing leaves the file and its log as they are.
  void leave() noexcept;
  // Asks keep_going. Error CANCELLED when it says no.
  void ask() const { keep_going_.require(path_); }
  void execute(const char* sql);
  // Runs a statement that is composed and used only once.
  void run(const std::string& sql);
  // Rolls back a transaction that execute() or try_execute() has begun for writing. SQLite may have rolled it back
  // already, for lack of memory or disk: that can happen in any statement, also in one that only reads.
  void roll_back();
  // The same, while the owner of the transaction does not know of it: nothing is written until the owner calls
  // roll_back().
  void give_up() noexcept;
  // Prepares the rollback, which must not need memory. A changed setting makes SQLite compile all statements again:
  // call this after it.
  void make_ready_to_roll_back();
  // Executes without waiting. False when another connection is in the way.
  bool try_execute(const char* sql);
  // Moves everything into the main file and empties the -wal file; false when a reader is in the way.
  bool checkpoint();
  // Writes the file again without gaps; false when another connection is in the way. Needs as much memory as the file
  // is long.
  bool try_vacuum();

  // Null while the memory is still shared with the other processes and the log is whole, as far as can be seen. Else
  // what to tell the user. Takes no memory.
  const char* what_is_lost() const noexcept;
  // Whether every page of the log is as it was written. Reads all of it. Error IO.
  bool is_log_whole() const;

  bool read_only() const;
  bool in_transaction() const { return !sqlite3_get_autocommit(db_) && !is_abandoned_; }
  // A transaction was begun for writing, and SQLite has not undone it since.
  bool is_writing() const { return is_begun_ && !is_undone_ && in_transaction(); }
  int64_t changes() const { return sqlite3_changes(db_); }
  const std::string& path() const { return path_; }
  sqlite3* handle() { return db_; }  // for SQLite's own backup

  // Throws the Error that the result code means.
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
  // To be called before every statement: ends a transaction that could not be rolled back.
  void end_abandoned();
  void end();
  int step(sqlite3_stmt* statement);
  void note(const char* sql) noexcept;
  int write_error() const;

  std::string path_;
  int busy_timeout_ms_;
  KeepGoing keep_going_;
  bool asks_ = true;
  // The transaction could not be rolled back, for lack of memory. The next statement does it.
  bool is_abandoned_ = false;
  // is_begun_: a transaction was begun for writing and its owner has not ended it. is_undone_: SQLite has undone it
  // since. in_part_: a part of it, which can be undone alone, is open.
  bool is_begun_ = false, is_undone_ = false, in_part_ = false;
  // is_in_writing_: a statement that writes in such a part is running and must not be stopped. is_due_: meanwhile it
  // was time to ask keep_going.
  bool is_in_writing_ = false, is_due_ = false;
  std::chrono::steady_clock::time_point waits_until_ = {};
  mutable bool stopped_ = false;  // keep_going stopped it while it waited; fail() says so
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;  // by the address of their text in sql.h
};

// While it lives, a table can be renamed, made again and dropped without a change to the tables that refer to it. Make
// it before the transaction that does so; it must end after that transaction.
class TablesApart {
 public:
  explicit TablesApart(Connection& connection);
  ~TablesApart();
  TablesApart(const TablesApart&) = delete;
  TablesApart& operator=(const TablesApart&) = delete;

 private:
  Connection& connection_;
};

// A read transaction: all queries in it see one state of the file. If a transaction is open already, it is part of
// that.
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
