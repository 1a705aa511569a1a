// Several change the key of one gallery: whoever does not hold the key of now changes nothing, and afterwards the key
// that was said to open it opens it, and no other.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::IsEmpty;
using Source = std::shared_ptr<const KeySource>;

enum class Kind { raw, callback, passphrase };

// The n-th key, given in this way.
Source key(Kind kind, int n) {
  const auto bytes = uint8_t(n * 40);
  if (kind == Kind::passphrase) return std::make_shared<KeySource>(by_passphrase("words " + std::to_string(n)));
  if (kind == Kind::raw) return std::make_shared<KeySource>(by_key(bytes));
  return std::make_shared<KeySource>(KeySource{
      .callback = [bytes](std::span<uint8_t> out) { std::ranges::copy(counted_key(bytes).span(), out.begin()); }});
}

struct Act {
  const char* name;
  bool new_key, reencrypt;
};
constexpr Act kActs[] = {{"new key", true, false}, {"reencrypt", false, true}, {"both", true, true}};

class Rekey : public GalleryTest {
 protected:
  std::unique_ptr<Gallery> open(Source source, std::function<bool()> keep_going = {},
                                GalleryMode mode = GalleryMode::open_or_create) const {
    GalleryOptions options{mode};
    options.key = std::move(source);
    options.busy_timeout_ms = 5000;
    if (keep_going) {
      asked_ = std::move(keep_going);
      options.keep_going = {[](void* self) -> int32_t { return static_cast<const Rekey*>(self)->asked_(); },
                            const_cast<Rekey*>(this)};
    }
    return Gallery::open(path(), kRecipe, options);
  }

  static vav_status act(Gallery& gallery, const Act& how, Kind kind, int n) {
    return code_of([&] { gallery.rekey(how.new_key ? key(kind, n) : nullptr, how.reencrypt); });
  }

  // A gallery that the first key opens.
  void make(Kind kind) const {
    for (const std::string& name : files()) std::filesystem::remove(folder_ / name);
    open(key(kind, 1))->add_person(named("Ada"));
  }

  void expect_only(int expected, Kind kind, int most = 3) const {
    for (int n = 1; n <= most; ++n) {
      if (n != expected) {
        EXPECT_EQ(code_of([&] { open(key(kind, n)); }), VAV_E_GALLERY_KEY) << "key " << n;
        continue;
      }
      std::unique_ptr<Gallery> gallery;
      ASSERT_EQ(code_of([&] { gallery = open(key(kind, n)); }), VAV_OK) << "key " << n;
      EXPECT_EQ(gallery->persons({.name = "Ada"}).size(), 1u);
      EXPECT_THAT(gallery->check(), IsEmpty());
      gallery->add_person(named("Bo"));
    }
  }

  mutable std::function<bool()> asked_;
};

// ---- Two handles ----

TEST_F(Rekey, WhoHoldsAnOldKeyChangesNothing) {
  for (const Kind kind : {Kind::raw, Kind::callback, Kind::passphrase})
    for (const Act& first : kActs)
      for (const Act& second : kActs)
        for (const bool looks_before : {false, true}) {
          if (kind == Kind::passphrase && (&first != &kActs[0] || &second != &kActs[1] || looks_before))
            continue;  // each try takes 0.1 s
          SCOPED_TRACE(std::string(first.name) + ", then " + second.name + (looks_before ? ", after a look" : ""));
          make(kind);
          const auto one = open(key(kind, 1)), other = open(key(kind, 1));
          EXPECT_EQ(act(*one, first, kind, 2), VAV_OK);
          if (looks_before) code_of([&] { other->persons({}); });
          EXPECT_EQ(act(*other, second, kind, 3), first.new_key ? VAV_E_GALLERY_KEY : VAV_OK);
          expect_only(first.new_key ? 2 : second.new_key ? 3 : 1, kind);
        }
}

TEST_F(Rekey, ARefusedOneHasNotEvenBegun) {
  make(Kind::raw);
  const auto one = open(key(Kind::raw, 1)), other = open(key(Kind::raw, 1));
  one->set_audit(true);
  one->rekey(key(Kind::raw, 2), false);
  const auto entries = one->audit_entries(0, 100).size();
  EXPECT_EQ(code_of([&] { other->rekey(nullptr, true); }), VAV_E_GALLERY_KEY);
  EXPECT_FALSE(one->state().reencrypting);
  EXPECT_EQ(one->audit_entries(0, 100).size(), entries);
}

TEST_F(Rekey, WhoHoldsAnOldKeyIsToldThatItWasChanged) {
  for (const bool looks_before : {false, true}) {
    make(Kind::raw);
    const auto one = open(key(Kind::raw, 1)), other = open(key(Kind::raw, 1)),
               reader = open(key(Kind::raw, 1), {}, GalleryMode::read_only);
    if (looks_before) {
      EXPECT_EQ(reader->persons({}).size(), 1u);
    }
    one->rekey(key(Kind::raw, 2), true);
    one->add_person(named("Bo"));
    for (Gallery* old : {other.get(), reader.get()}) {
      std::string message;
      EXPECT_EQ(code_of([&] { old->persons({}); }, &message), VAV_E_GALLERY_KEY);
      EXPECT_THAT(message, testing::AllOf(testing::StartsWith(path()), testing::HasSubstr("changed it since")));
    }
    EXPECT_EQ(code_of([&] { other->add_person(named("Cy")); }), VAV_E_GALLERY_KEY);
  }
}

TEST_F(Rekey, WhileOneEncryptsAnewAnotherChangesTheKey) {
  make(Kind::raw);
  const auto other = open(key(Kind::raw, 1));
  bool changed = false;
  const auto one = open(key(Kind::raw, 1), [&] {
    if (!changed && other->state().reencrypting)
      changed = code_of([&] { other->rekey(key(Kind::raw, 2), false); }) == VAV_OK;
    return true;
  });
  EXPECT_EQ(code_of([&] { one->rekey(nullptr, true); }), VAV_E_GALLERY_KEY) << "it cannot take the old data key away";
  ASSERT_TRUE(changed);
  EXPECT_TRUE(other->state().reencrypting);
  EXPECT_EQ(code_of([&] { one->rekey(nullptr, true); }), VAV_E_GALLERY_KEY);
  other->rekey(nullptr, true);
  EXPECT_FALSE(other->state().reencrypting);
  expect_only(2, Kind::raw);
}

// ---- A callback that gives another key each time ----

TEST_F(Rekey, ACallbackThatGivesAnotherKeyIsRefused) {
  make(Kind::raw);
  int n = 1;
  const auto changing = std::make_shared<KeySource>(KeySource{.callback = [&](std::span<uint8_t> out) {
    std::ranges::copy(counted_key(uint8_t(n * 40)).span(), out.begin());
  }});
  const auto gallery = open(changing);
  n = 2;
  EXPECT_EQ(code_of([&] { gallery->rekey(nullptr, true); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { gallery->rekey(key(Kind::raw, 3), true); }), VAV_E_GALLERY_KEY);
  expect_only(1, Kind::raw);
}

TEST_F(Rekey, ANewKeyIsAskedForOnce) {
  make(Kind::raw);
  int given = 1;
  const auto counting = std::make_shared<KeySource>(KeySource{.callback = [&](std::span<uint8_t> out) {
    ++given;
    std::ranges::copy(counted_key(uint8_t(std::min(given, 6) * 40)).span(), out.begin());
  }});
  code_of([&] { open(key(Kind::raw, 1))->rekey(counting, true); });  // it cannot go on with what it gives later
  expect_only(2, Kind::raw);
}

// ---- Two processes at once ----

TEST_F(Rekey, OfTwoProcessesAtOnceOneIsRefused) {
  for (int round = 0; round < 18; ++round) {
    const std::array<const Act*, 2> acts{&kActs[round % 3], &kActs[round / 3 % 3]};
    SCOPED_TRACE(std::string(acts[0]->name) + " beside " + acts[1]->name);
    make(Kind::raw);
    int ready[2], go[2];
    ASSERT_EQ(pipe(ready), 0);
    ASSERT_EQ(pipe(go), 0);
    std::array<pid_t, 2> children{};
    for (size_t i = 0; i < 2; ++i) {
      children[i] = fork();
      ASSERT_GE(children[i], 0);
      if (children[i] != 0) continue;
      std::unique_ptr<Gallery> gallery;
      const vav_status opened = code_of([&] { gallery = open(key(Kind::raw, 1)); });
      char byte = 0;
      if (opened != VAV_OK || write(ready[1], "r", 1) != 1 || read(go[0], &byte, 1) != 1) _exit(9);
      const vav_status status = act(*gallery, *acts[i], Kind::raw, int(i) + 2);
      gallery.reset();
      _exit(status == VAV_OK ? 0 : status == VAV_E_GALLERY_KEY ? 1 : 2);
    }
    for (size_t i = 0; i < 2; ++i) {
      char byte = 0;
      ASSERT_EQ(read(ready[0], &byte, 1), 1);
    }
    EXPECT_EQ(write(go[1], "gg", 2), 2);
    int expected = 1, changed = 0;
    for (size_t i = 0; i < 2; ++i) {
      int status = 0;
      ASSERT_EQ(waitpid(children[i], &status, 0), children[i]);
      ASSERT_TRUE(WIFEXITED(status));
      EXPECT_LE(WEXITSTATUS(status), 1);
      if (WEXITSTATUS(status) != 0 || !acts[i]->new_key) continue;
      expected = int(i) + 2;
      ++changed;
    }
    for (const int end : {ready[0], ready[1], go[0], go[1]}) close(end);
    EXPECT_LE(changed, 1);
    expect_only(expected, Kind::raw);
  }
}

}  // namespace
}  // namespace visavis
