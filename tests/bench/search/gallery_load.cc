// gallery_load FILE ROWS: fills a new gallery, then times opening it with its first search, and enrolling one by one.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "gallery/gallery.h"

using namespace visavis;
using Clock = std::chrono::steady_clock;

namespace {
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// About as far apart as different people, with most of the variance in few directions.
class People {
 public:
  People() {
    for (Embedding& axis : axes_)
      for (float& value : axis) value = normal_(random_) * 0.009f;
  }
  Embedding next() {
    Embedding e{};
    for (const Embedding& axis : axes_) {
      const float factor = normal_(random_);
      for (size_t i = 0; i < e.size(); ++i) e[i] += factor * axis[i];
    }
    return e;
  }

 private:
  std::mt19937_64 random_{1};
  std::normal_distribution<float> normal_;
  std::array<Embedding, 32> axes_;
};
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "gallery_load FILE ROWS\n"), 2;
  const Recipe recipe = make_recipe(std::string(64, 'a'));
  const long rows = std::atol(argv[2]);
  People people;
  const auto enroll = [&](Gallery& gallery) {
    const int64_t person = gallery.add_person({"somebody", std::nullopt, std::nullopt});
    gallery.add_template(person, people.next(), {});
  };
  {
    const auto gallery = Gallery::open(argv[1], recipe, {});
    gallery->begin();
    for (long i = 0; i < rows; ++i) enroll(*gallery);
    gallery->commit();
  }
  const Embedding probe = people.next();
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    const auto gallery = Gallery::open(argv[1], recipe, {GalleryMode::must_exist, 5000});
    const double opened = seconds_since(start);
    gallery->identify(probe, 1, 0.6f);
    std::printf("open %.3f s, with the first search %.3f s\n", opened, seconds_since(start));
  }
  const auto gallery = Gallery::open(argv[1], recipe, {GalleryMode::must_exist, 5000});
  gallery->identify(probe, 1, 0.6f);
  std::vector<double> enrolling, searching;
  for (int i = 0; i < 200; ++i) {
    auto start = Clock::now();
    enroll(*gallery);
    enrolling.push_back(seconds_since(start) * 1e3);
    start = Clock::now();
    gallery->identify(probe, 1, 0.6f);
    searching.push_back(seconds_since(start) * 1e3);
  }
  std::sort(enrolling.begin(), enrolling.end());
  std::sort(searching.begin(), searching.end());
  std::printf("enrol a person with a template (two commits): p50 %.2f ms; the search after it: p50 %.2f ms\n",
              enrolling[100], searching[100]);
}
