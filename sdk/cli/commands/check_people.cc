// Sorts a person's templates into faces.
#include "commands/check_people.h"

#include <algorithm>
#include <limits>

#include "interrupt.h"
#include "progress.h"

namespace visavis::cli {
namespace {

// Templates and all distances between them.
struct Table {
  std::vector<int64_t> ids;
  std::vector<std::vector<float>> distances;
};

Table table_of(vav_gallery* gallery, int64_t person) {
  const Templates templates = make<Templates>(vav_gallery_list_templates, gallery, person);
  Table table;
  std::vector<float> all;
  for (int32_t i = 0; i < vav_templates_count(templates.get()); ++i) {
    vav_template entry = VAV_TEMPLATE_INIT;
    call(vav_templates_get, templates.get(), i, &entry);
    table.ids.push_back(entry.id);
    all.insert(all.end(), entry.embedding, entry.embedding + VAV_EMBEDDING_DIM);
  }
  for (size_t i = 0; i < table.ids.size(); ++i) {
    std::vector<float> row(table.ids.size());
    call(vav_compare_many, row.data(), all.data() + i * VAV_EMBEDDING_DIM, all.data(),
         static_cast<int64_t>(row.size()));
    table.distances.push_back(std::move(row));
  }
  return table;
}

// Which face each template shows: those near to one another show the same.
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

std::vector<TwoFaced> find_two_faced(const Context& context, vav_gallery* gallery, float threshold) {
  constexpr int32_t kPage = 1000;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery, &info);
  Progress progress(context, info.persons, "comparing");
  std::vector<TwoFaced> found;
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  query.limit = kPage;
  for (std::vector<Person> page; query.after == 0 || static_cast<int32_t>(page.size()) == kPage;
       query.after = page.back().id) {
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
