// The C++ layer's keys, forgetting, audit log and damage; and what functions of ours throw when the library asks them.
#include <algorithm>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <utility>

#include "cpp/scratch.h"

namespace {

using scratch::code_of;
using scratch::flat;

const std::vector<std::uint8_t> kFirst(VAV_KEY_SIZE, 1), kSecond(VAV_KEY_SIZE, 2);

struct Stop : std::runtime_error {
  Stop() : std::runtime_error("stop") {}
};

class SecrecyTest : public testing::Test {
 protected:
  visavis::Gallery open(const visavis::GalleryOptions& options) { return {path_, models_, options}; }
  visavis::Gallery open(const visavis::Key& key) {
    visavis::GalleryOptions options;
    options.key = key;
    return open(options);
  }

  scratch::Folder folder_;
  visavis::Models models_;
  std::string path_ = folder_.file("secret.vav");
};

TEST_F(SecrecyTest, KeysOfAllKindsOpen) {
  visavis::Key other = visavis::Key::raw(kFirst.data(), kFirst.size());
  const visavis::Key raw = std::move(other);
  EXPECT_EQ(other.get().key, raw.get().key);  // a key is shared, also when moved
  EXPECT_FALSE(raw.is_asked());
  EXPECT_NE(raw.get().key, nullptr);
  {
    visavis::Gallery gallery = open(raw);
    gallery.add_person("Ada");
    EXPECT_TRUE(gallery.info().encrypted);
  }
  EXPECT_EQ(code_of([&] { open(visavis::GalleryOptions()); }), VAV_E_GALLERY_LOCKED);
  EXPECT_EQ(code_of([&] { open(visavis::Key::raw(kSecond.data(), kSecond.size())); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([] { visavis::Key::raw(kFirst.data(), 3); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([] { visavis::Key::passphrase(std::string("a\0b", 3)); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([] { visavis::Key::ask(nullptr); }), VAV_E_INVALID_ARGUMENT);

  int asked = 0;
  const visavis::Key::Give give = [&](std::uint8_t* key) {
    ++asked;
    std::copy(kFirst.begin(), kFirst.end(), key);
  };
  EXPECT_EQ(open(visavis::Key::ask(give)).info().persons, 1);
  EXPECT_GT(asked, 0);

  visavis::Gallery gallery = open(raw);
  gallery.rekey(visavis::Key::passphrase("correct horse"));
  gallery.reencrypt();
  EXPECT_FALSE(gallery.info().reencrypting);
  EXPECT_EQ(open(visavis::Key::passphrase("correct horse")).info().persons, 1);
  // The gallery keeps a function it was given for as long as it may be asked.
  gallery.rekey(visavis::Key::ask(give), true);
  gallery.reencrypt();
  EXPECT_EQ(gallery.persons()[0].name, "Ada");
  EXPECT_EQ(open(raw).info().persons, 1);
}

TEST_F(SecrecyTest, WhatAKeyThrowsComesOutOfTheCall) {
  EXPECT_THROW(open(visavis::Key::ask([](std::uint8_t*) { throw Stop(); })), Stop);
  EXPECT_EQ(code_of([&] {
              open(visavis::Key::ask([](std::uint8_t*) { throw visavis::Error(VAV_E_PERMISSION, "card is out"); }));
            }),
            VAV_E_PERMISSION);
  // The next call on this thread is not touched by it; and a key may use the layer, where that throws and is caught.
  const visavis::Key nested = visavis::Key::ask([&](std::uint8_t* key) {
    EXPECT_EQ(code_of([] { visavis::Image::load("no such file"); }), VAV_E_FILE_NOT_FOUND);
    std::copy(kFirst.begin(), kFirst.end(), key);
  });
  EXPECT_TRUE(open(nested).info().encrypted);
}

TEST_F(SecrecyTest, KeepGoingStopsACallAndMayThrow) {
  enum { kGo, kStop, kThrow } mood = kGo;
  int asked = 0;
  visavis::GalleryOptions options;
  options.keep_going = [&] {
    ++asked;
    if (mood == kThrow) throw Stop();
    return mood == kGo;
  };
  visavis::Gallery gallery = open(options);
  {
    visavis::Transaction all(gallery);
    for (int i = 0; i < 300; ++i) gallery.add_template(gallery.add_person("Somebody"), flat(float(i)));
    all.commit();
  }
  EXPECT_TRUE(gallery.check().empty());
  EXPECT_GT(asked, 0);
  mood = kStop;
  EXPECT_EQ(code_of([&] { gallery.check(); }), VAV_E_CANCELLED);
  mood = kThrow;
  asked = 0;
  EXPECT_THROW(gallery.check(), Stop);
  EXPECT_EQ(asked, 1);  // who has thrown is not asked again by the same call
  visavis::Job job = gallery.start_export(folder_.file("all.json"));
  mood = kGo;
  visavis::Gallery moved = std::move(gallery);
  gallery = open(visavis::GalleryOptions());  // the old one's function is still there for its job and the one it became
  EXPECT_TRUE(moved.check().empty());
  { const visavis::Gallery closed = std::move(moved); }
  mood = kThrow;
  EXPECT_THROW(job.run(), Stop);
}

TEST_F(SecrecyTest, ForgetsWithAReceipt) {
  visavis::Gallery gallery = open(visavis::GalleryOptions());
  const std::int64_t ada = gallery.add_person("Ada");
  gallery.add_template(ada, flat(0));
  const visavis::EraseReceipt receipt = gallery.forget_person(ada, 1000);
  EXPECT_TRUE(receipt.erasure.done());
  EXPECT_EQ(receipt.erasure, VAV_ERASURE_DONE);
  EXPECT_EQ(receipt.person, ada);
  EXPECT_EQ(receipt.templates, 1);
  EXPECT_GE(receipt.erased_at.value(), receipt.requested_at);
  EXPECT_TRUE(gallery.finish_erasing(0).done());
  EXPECT_FALSE(gallery.info().erase_pending);
  EXPECT_EQ(code_of([&] { gallery.forget_person(ada, 0); }), VAV_E_NOT_FOUND);
}

TEST_F(SecrecyTest, KeepsAnAuditLog) {
  visavis::GalleryOptions options;
  options.audit_label = "front door";
  visavis::Gallery gallery = open(options);
  gallery.set_audit(true);
  EXPECT_TRUE(gallery.info().audit);
  const std::int64_t ada = gallery.add_person("Ada");
  const std::int64_t added = gallery.add_template(ada, flat(0));
  gallery.identify(flat(0));
  gallery.identify(flat(0.05f));
  gallery.set_audit(false);

  const visavis::AuditReport report = gallery.verify_audit();
  EXPECT_TRUE(report.sound);
  EXPECT_EQ(report.first_wrong, std::nullopt);
  const visavis::AuditEntries entries = gallery.audit_entries();
  ASSERT_EQ(entries.size(), report.entries);
  EXPECT_TRUE(gallery.verify_audit(report.head).sound);
  EXPECT_EQ(gallery.audit_entries(1, 2).size(), 2);

  bool matched = false, near = false, enrolled = false;
  std::int64_t number = 0;
  for (const visavis::AuditEntry& entry : entries) {
    EXPECT_EQ(entry.number, ++number);
    EXPECT_GT(entry.time, 0);
    EXPECT_EQ(entry.label, "front door");
    EXPECT_FALSE(entry.recipe.empty());
    enrolled |= entry.event == VAV_AUDIT_ENROLL && entry.template_id == added && entry.person == ada;
    if (entry.event != VAV_AUDIT_IDENTIFY) continue;
    EXPECT_GT(entry.threshold, 0.2f);
    matched |= entry.decision == VAV_DECISION_MATCH && entry.person == ada && entry.distance == 0;
    near |= entry.decision == VAV_DECISION_UNKNOWN && !entry.person && entry.near_person == ada;
  }
  EXPECT_TRUE(matched && near && enrolled);
}

TEST_F(SecrecyTest, ACheckNamesWhatIsWrong) {
  {
    visavis::Gallery gallery = open(visavis::GalleryOptions());
    for (int i = 0; i < 200; ++i) gallery.add_template(gallery.add_person("Somebody"), flat(float(i)));
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(0, std::ios::end);
    const auto size = std::streamoff(file.tellg());
    for (std::streamoff at = size / 2; at < size / 2 + 200; ++at) {
      file.seekp(at);
      file.put('\x55');
    }
  }
  std::vector<std::string> problems;
  EXPECT_EQ(code_of([&] {
              const visavis::Gallery gallery = open(visavis::GalleryOptions());
              for (const std::string& problem : gallery.check()) problems.push_back(problem);
            }),
            VAV_OK);
  ASSERT_FALSE(problems.empty());
  EXPECT_FALSE(problems[0].empty());
}

}  // namespace
