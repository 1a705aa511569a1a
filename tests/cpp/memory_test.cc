// The C++ layer when memory runs out: whatever the C API has made is owned, at whichever allocation it happens.
#include <cstdlib>
#include <new>

#include "cpp/scratch.h"

namespace {
thread_local int allocations_left = -1;  // until one fails; -1 = none does
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // GCC inlines one of the pair and takes the other for its own
#endif
void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
// What the standard library takes room with that it can do without; else a sanitizer's own comes into the pair.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size ? size : 1); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// Fails at the first allocation, at the second … until `body` comes to its end; how often it failed.
template <class Body>
int fail_everywhere(Body&& body) {
  for (int failures = 0;; ++failures) {
    try {
      allocations_left = failures;
      body();
      allocations_left = -1;
      return failures;
    } catch (const std::bad_alloc&) {
      allocations_left = -1;
    } catch (const visavis::Error& error) {
      allocations_left = -1;
      EXPECT_EQ(error.code(), VAV_E_OUT_OF_MEMORY) << error.what();
    }
  }
}

// Stands for an object of the C API, and counts how many there are.
struct Thing {
  static int alive;
};
int Thing::alive = 0;
Thing things[3];

void destroy(Thing* thing) { Thing::alive -= thing != nullptr; }
vav_status make_things(Thing** out, std::int32_t count, vav_error*) {
  for (std::int32_t i = 0; i < count; ++i) out[i] = &things[i];
  Thing::alive += count;
  return VAV_OK;
}
vav_status make_none(Thing**, std::int32_t, vav_error* err) {
  err->message[0] = '!';
  return VAV_E_IO;
}

using Owner = visavis::detail::Owner<Thing, destroy>;

TEST(Memory, ABatchIsOwnedWhenMemoryRunsOut) {
  std::size_t size = 0;
  const int failures = fail_everywhere([&] { size = visavis::detail::make_batch<Owner>(3, make_things, 3).size(); });
  EXPECT_EQ(size, 3u);
  EXPECT_EQ(failures, 2);  // both vectors, before the call
  EXPECT_EQ(Thing::alive, 0);
  EXPECT_EQ(scratch::code_of([] { visavis::detail::make_batch<Owner>(3, make_none, 3); }), VAV_E_IO);
}

TEST(Memory, CallsFailCleanly) {
  const scratch::Folder folder;
  const visavis::Models models;
  visavis::Gallery gallery(folder.file("people.vav"), models);
  const std::vector<float> face = scratch::flat(0);
  const std::int64_t ada = gallery.add_person("Somebody whose name needs memory of its own");
  gallery.join_group(ada, "A group whose name needs memory of its own");
  gallery.add_template(ada, face);
  gallery.identify(face);  // reads the index

  visavis::IdentifyOptions options;
  options.groups = {{"A group whose name needs memory of its own"}};
  EXPECT_GT(fail_everywhere([&] { (void)gallery.identify_batch({face, face}, options).at(0)[0]; }), 0);
  EXPECT_GT(fail_everywhere([&] { (void)gallery.persons()[0].groups.at(0); }), 0);
  EXPECT_GT(fail_everywhere([&] { (void)gallery.templates(ada)[0]; }), 0);
  EXPECT_GT(fail_everywhere([&] { (void)gallery.templates(ada).embeddings(); }), 0);
  EXPECT_TRUE(gallery.verify(ada, face).same());
}

}  // namespace
