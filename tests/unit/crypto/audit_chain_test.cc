// The chain verifies as it was written, and any altered, removed or moved entry breaks it.
#include "crypto/audit_chain.h"

#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

AuditEntry entry(int i) {
  return {
      AuditEvent::identify, 1'700'000'000'000 + i, 3 + i, 4, 7, 1, 0.4f, 0.6f, "door " + std::to_string(i), "euclid"};
}

class AuditChainTest : public testing::Test {
 protected:
  AuditChainTest() {
    for (int i = 0; i < 20; ++i) rows_.push_back({i + 1, chain_.append(head_, entry(i))});
  }

  // How many entries verify.
  int64_t verified(const std::vector<AuditRow>& rows, const AuditChain& chain) const {
    AuditHead head = chain.start();
    for (const AuditRow& row : rows)
      if (!chain.follow(head, row)) break;
    return head.entries;
  }
  int64_t verified(const std::vector<AuditRow>& rows) const { return verified(rows, chain_); }

  AuditChain chain_{counted_key(1).span(), gallery_id(1)};
  AuditHead head_ = chain_.start();
  std::vector<AuditRow> rows_;
};

TEST_F(AuditChainTest, SaysWhatWasWritten) {
  AuditHead head = chain_.start();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(chain_.follow(head, rows_[size_t(i)]), entry(i));
  EXPECT_EQ(head, head_);
}

TEST_F(AuditChainTest, AnEventThatANewerLibraryKnowsIsPassedOn) {
  AuditEntry newer = entry(1);
  newer.event = static_cast<AuditEvent>(200);
  AuditHead head = head_;
  rows_.push_back({21, chain_.append(head_, newer)});
  EXPECT_EQ(chain_.follow(head, rows_.back()), newer);
}

TEST_F(AuditChainTest, EveryAlteredBitIsFound) {
  for (size_t bit = 0; bit < 8 * rows_[7].bytes.size(); ++bit) {
    auto rows = rows_;
    rows[7].bytes[bit / 8] ^= uint8_t(1 << bit % 8);
    EXPECT_EQ(verified(rows), 7) << bit;
  }
}

TEST_F(AuditChainTest, RemovedEntriesAreFound) {
  for (size_t i = 0; i + 1 < rows_.size(); ++i) {
    auto rows = rows_;
    rows.erase(rows.begin() + ptrdiff_t(i));
    EXPECT_EQ(verified(rows), int64_t(i));
    for (size_t k = i; k < rows.size(); ++k) rows[k].number = int64_t(k + 1);  // numbered as if nothing had been there
    EXPECT_EQ(verified(rows), int64_t(i));
  }
}

TEST_F(AuditChainTest, MovedAndRepeatedEntriesAreFound) {
  auto moved = rows_;
  std::swap(moved[4].bytes, moved[9].bytes);
  EXPECT_EQ(verified(moved), 4);
  auto repeated = rows_;
  repeated[9].bytes = repeated[4].bytes;
  EXPECT_EQ(verified(repeated), 9);
}

TEST_F(AuditChainTest, ACutOffEndIsToldByTheHeadKeptElsewhere) {
  auto rows = rows_;
  rows.resize(15);
  AuditHead head = chain_.start();
  for (const AuditRow& row : rows) ASSERT_TRUE(chain_.follow(head, row));
  EXPECT_NE(head, head_);
}

TEST_F(AuditChainTest, OfAnotherGalleryOrKeyNothingVerifies) {
  EXPECT_EQ(verified(rows_, {counted_key(1).span(), gallery_id(2)}), 0);
  EXPECT_EQ(verified(rows_, {counted_key(2).span(), gallery_id(1)}), 0);
  EXPECT_EQ(verified(rows_, {{}, gallery_id(1)}), 0);
}

TEST_F(AuditChainTest, WithoutAKeyItIsStillAChain) {
  const AuditChain plain({}, gallery_id(1));
  AuditHead head = plain.start();
  std::vector<AuditRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back({i + 1, plain.append(head, entry(i))});
  EXPECT_EQ(verified(rows, plain), 5);
  rows[2].bytes[20] ^= 1;
  EXPECT_EQ(verified(rows, plain), 2);
}

TEST_F(AuditChainTest, LabelsAreBounded) {
  AuditEntry longest = entry(1);
  longest.label = std::string(kMostAuditLabel, 'x');
  AuditHead head = chain_.start();
  AuditHead again = head;
  EXPECT_EQ(chain_.follow(again, {1, chain_.append(head, longest)}), longest);
  longest.label += 'x';
  EXPECT_EQ(code_of([&] { chain_.append(head, longest); }), VAV_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace visavis
