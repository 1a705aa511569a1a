// A connection keeps no transaction open that nobody is in, even when memory is too short to end it.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <new>
#include <optional>
#include <string>

#include "gallery/store/query.h"
#include "gallery/store/sql.h"

namespace visavis {
namespace {

// While it lives, SQLite gets no more memory.
struct NoMemory {
  NoMemory() { sqlite3_hard_heap_limit64(1); }
  ~NoMemory() { sqlite3_hard_heap_limit64(0); }
};

constexpr char kMake[] = "CREATE TABLE t (x)";
constexpr char kAdd[] = "INSERT INTO t VALUES (1)";
constexpr char kCount[] = "SELECT count(*) FROM t";

int64_t count(Connection& connection) {
  Query query(connection, kCount);
  return query.next() ? query.integer(0) : -1;
}

// Where no file of an earlier run is.
std::string blank_path() {
  const std::string path = testing::TempDir() + "sqlite_test_" + std::to_string(getpid()) + ".db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  return path;
}

class Sqlite : public testing::Test {
 protected:
  const std::string path_ = blank_path();
  Connection connection_{path_, Connection::Access::create, 0};
  void SetUp() override {
    connection_.execute(sql::kUseWal);
    connection_.execute(kMake);
    connection_.keep();
  }
};

TEST_F(Sqlite, ASnapshotEndsWithoutMemory) {
  std::optional<NoMemory> without_memory;
  {
    const Snapshot snapshot(connection_);
    EXPECT_EQ(count(connection_), 0);
    connection_.keep();
    without_memory.emplace();
  }
  without_memory.reset();
  EXPECT_NE(sqlite3_get_autocommit(connection_.handle()), 0);
}

TEST_F(Sqlite, ATransactionThatCouldNotBeRolledBackIsBeforeTheNextStatement) {
  Connection other(path_, Connection::Access::write, 0);
  {
    const Snapshot snapshot(connection_);
    EXPECT_EQ(count(connection_), 0);
    connection_.leave();  // a setting, after which SQLite needs memory to roll back
    const NoMemory none;
    EXPECT_THROW(connection_.roll_back(), std::bad_alloc);
  }
  EXPECT_EQ(sqlite3_get_autocommit(connection_.handle()), 0) << "this test tests nothing any more";
  EXPECT_FALSE(connection_.in_transaction());
  other.execute(kAdd);
  Query composed(connection_, std::string(kCount));
  ASSERT_TRUE(composed.next());
  EXPECT_EQ(composed.integer(0), 1) << "an old state is read";
  EXPECT_EQ(count(connection_), 1);
  connection_.execute(sql::kBeginWrite);
  connection_.execute(sql::kCommit);
}

}  // namespace
}  // namespace visavis
