// A C++ program outside, by visavis.hpp: pixels in, HOG detector, gallery file, exceptions. Needs no model file.
#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "visavis/visavis.hpp"

// `if (matches.decision())` and `if (gallery.verify(…))` would let every stranger in: they do not compile.
static_assert(!std::is_constructible<bool, decltype(std::declval<const visavis::Matches &>().decision())>::value, "");
static_assert(!std::is_constructible<bool, visavis::Comparison>::value, "");

static int use(const char *path) {
  const std::vector<std::uint8_t> grey(200 * 200);
  auto pixels = visavis::sized<vav_pixels>();
  pixels.format = VAV_PIXEL_GRAY;
  pixels.width = pixels.height = 200;
  pixels.data[0] = grey.data();
  visavis::Image image = visavis::Image::wrap(pixels);
  const visavis::Image moved = std::move(image);
  if (moved.width() != 200 || image.get()) return 3;

  const visavis::Models models;
  int count = 0;
  for (const vav_model_info &model : models) count += std::strlen(model.sha256) == 64;
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
  gallery.add_template(ada, embedding.data());
  kept.commit();

  int persons = 0;
  for (const vav_person &person : gallery.persons()) persons += person.id == ada && person.templates == 1;
  if (persons != 1 || gallery.persons().size() != 1) return 6;
  const visavis::Matches matches = gallery.identify(embedding.data());
  if (matches.decision() != VAV_DECISION_MATCH || matches[0].person != ada || matches[0].distance != 0) return 7;
  if (gallery.verify(ada, embedding.data()).decision != VAV_DECISION_MATCH || gallery.check().size() != 0) return 8;
  try {
    gallery.remove_person(99);
    return 9;
  } catch (const visavis::Exception &e) {
    if (e.status() != VAV_E_NOT_FOUND || !*e.what()) return 10;
    std::printf("found Ada, and no 99: %s", e.name());
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  try {
    return use(argv[1]);
  } catch (const visavis::Exception &e) {
    std::fprintf(stderr, "%s: %s\n", e.name(), e.what());
    return 1;
  }
}
