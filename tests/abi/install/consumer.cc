// A C++ program outside, by visavis.hpp: pixels in, HOG detector, gallery file, exceptions. Needs no model file.
#include <cstdio>
#include <type_traits>
#include <utility>
#include <vector>

#include "visavis/visavis.hpp"

// `if (matches.decision())`, `bool known = matches.decision()` and `if (gallery.verify(…))` would let every stranger in:
// they do not compile.
template <class T>
constexpr bool never_a_condition = !std::is_constructible<bool, T>::value && !std::is_convertible<T, bool>::value &&
                                   !std::is_convertible<T, int>::value;
static_assert(never_a_condition<visavis::Decision>, "");
static_assert(never_a_condition<visavis::Comparison>, "");
static_assert(never_a_condition<visavis::Comparability>, "");
static_assert(never_a_condition<visavis::Erasure>, "");
static_assert(never_a_condition<visavis::EraseReceipt>, "");
static_assert(never_a_condition<visavis::AuditReport>, "");
static_assert(never_a_condition<visavis::CheckReport>, "");
static_assert(never_a_condition<visavis::JobProgress>, "");
static_assert(never_a_condition<visavis::Matches>, "");

static int use(const char *path) {
  const std::vector<std::uint8_t> grey(200 * 200);
  visavis::Pixels pixels;
  pixels.format = VAV_PIXEL_GRAY;
  pixels.width = pixels.height = 200;
  pixels.data[0] = grey.data();
  visavis::Image image = visavis::Image::wrap(pixels);
  const visavis::Image moved = std::move(image);
  if (moved.width() != 200 || image.get()) return 3;

  const visavis::Models models;
  int count = 0;
  for (const visavis::ModelInfo &model : models) count += model.sha256.size() == 64;
  if (count != models.size() || count == 0) return 4;

  const visavis::Engine engine(models);
  if (!engine.detect(moved).empty()) return 5;

  visavis::Gallery gallery(path, models);
  {
    visavis::Transaction undone(gallery);
    gallery.add_person("Nobody");
  }
  visavis::Transaction kept(gallery);
  const auto ada = gallery.add_person("Ada");
  const std::vector<float> embedding(VAV_EMBEDDING_DIM, 0.1f);
  gallery.add_template(ada, embedding);
  kept.commit();

  int persons = 0;
  for (const visavis::Person &person : gallery.persons()) persons += person.id == ada && person.templates == 1;
  if (persons != 1 || gallery.persons().size() != 1) return 6;
  const visavis::Matches matches = gallery.identify(embedding);
  if (matches.decision() != VAV_DECISION_MATCH || matches[0].person != ada || matches[0].distance != 0) return 7;
  if (!gallery.verify(ada, embedding).same() || !gallery.check().empty()) return 8;
  try {
    gallery.remove_person(99);
    return 9;
  } catch (const visavis::Error &e) {
    if (e.code() != VAV_E_NOT_FOUND || !*e.what()) return 10;
    std::printf("found Ada, and no 99: %s", e.name());
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  try {
    return use(argv[1]);
  } catch (const visavis::Error &e) {
    std::fprintf(stderr, "%s: %s\n", e.name(), e.what());
    return 1;
  }
}
