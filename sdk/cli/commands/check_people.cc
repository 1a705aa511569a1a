// Sorts a person's templates into faces.
#include "commands/check_people.h"

#include <algorithm>
#include <limits>

#include "interrupt.h"
#include "progress.h"

namespace visavis::cli {
namespace {

// The templates of a person and all distances between them.
struct Table {
  std::vector<int64_t> ids;
  std::vector<std::vector<float>> distances;
};

Table table_of(const Gallery& gallery, int64_t person) {
  const Templates templates = gallery.templates(person);
  const std::vector<float> all = templates.embeddings();
  Table table;
  for (const Template& one : templates) {
    table.ids.push_back(one.id);
    table.distances.push_back(compare_many(one.embedding, all));
  }
  return table;
}

// The number of the face that each template shows. Templates that are near to one another show the same face.
std::vector<size_t> faces_of(const Table& table, float threshold) {
  constexpr size_t kNone = std::numeric_limits<size_t>::max();
  std::vector<size_t> face(table.ids.size(), kNone);
  size_t count = 0;
  for (size_t start = 0; start < face.size(); ++start) {
    if (face[start] != kNone) continue;
    std::vector<size_t> open = {start};
    face[start] = count;
    while (!open.empty()) {
      const size_t i = open.back();
      open.pop_back();
      for (size_t k = 0; k < face.size(); ++k) {
        if (face[k] != kNone || table.distances[i][k] > threshold) continue;
        face[k] = count;
        open.push_back(k);
      }
    }
    ++count;
  }
  return face;
}

}  // namespace

std::vector<TwoFaced> find_two_faced(const Context& context, const Gallery& gallery, float threshold) {
  constexpr int32_t kPage = 1000;
  const GalleryInfo info = gallery.info();
  Progress progress(context, info.persons, "comparing");
  std::vector<TwoFaced> found;
  PersonQuery query;
  query.limit = kPage;
  for (std::vector<Person> page; query.after == 0 || int32_t(page.size()) == kPage; query.after = page.back().id) {
    page = list_persons(gallery, query);
    for (const Person& person : page) {
      stop_if_interrupted();
      progress.advance();
      if (person.templates < 2) continue;
      const Table table = table_of(gallery, person.id);
      const std::vector<size_t> face = faces_of(table, threshold);
      if (std::ranges::max(face) == 0) continue;
      TwoFaced one{person.id, person.name, {}, std::numeric_limits<float>::infinity()};
      one.faces.resize(std::ranges::max(face) + 1);
      for (size_t i = 0; i < face.size(); ++i) {
        one.faces[face[i]].push_back(table.ids[i]);
        for (size_t k = 0; k < i; ++k)
          if (face[i] != face[k]) one.distance = std::min(one.distance, table.distances[i][k]);
      }
      found.push_back(std::move(one));
    }
    if (page.empty()) break;
  }
  return found;
}

}  // namespace visavis::cli
