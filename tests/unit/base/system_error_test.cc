// base/system_error and what SQLite passes on of it: a want of memory is never told as a broken disk.
#include "base/system_error.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>
#include <new>

#include "gallery/store/sqlite_error.h"

namespace visavis {
namespace {

TEST(SystemErrors, HaveOneMeaningEach) {
  EXPECT_EQ(status_of_system_error(ENOMEM), VAV_E_OUT_OF_MEMORY);
  EXPECT_EQ(status_of_system_error(ENOENT), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(status_of_system_error(EROFS), VAV_E_PERMISSION);
  EXPECT_EQ(status_of_system_error(EFBIG), VAV_E_DISK_FULL);
  EXPECT_EQ(status_of_system_error(EEXIST), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(status_of_system_error(EIO), VAV_E_IO);
  EXPECT_EQ(status_of_system_error(0), VAV_E_IO);
}

TEST(SystemErrors, AWantOfMemoryComesThroughSqlite) {
  EXPECT_THROW(sqlite_error(SQLITE_NOMEM, 0, "", ""), std::bad_alloc);
  EXPECT_THROW(sqlite_error(SQLITE_IOERR_NOMEM, 0, "", ""), std::bad_alloc);
  EXPECT_THROW(sqlite_error(SQLITE_CANTOPEN, ENOMEM, "", ""), std::bad_alloc);
  EXPECT_THROW(sqlite_error(SQLITE_IOERR_READ, ENOMEM, "", ""), std::bad_alloc);
  EXPECT_EQ(sqlite_error(SQLITE_IOERR_READ, EIO, "", "").code(), VAV_E_IO);
  EXPECT_EQ(sqlite_error(SQLITE_CORRUPT, ENOMEM, "", "").code(), VAV_E_GALLERY_CORRUPT);
}

}  // namespace
}  // namespace visavis
