// `visavis cluster`: puts the faces of pictures together person by person, without knowing anybody.
#include "visavis/cluster.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "cluster_table.h"
#include "commands/commands.h"
#include "commands/gallery_job.h"
#include "engine.h"
#include "files.h"
#include "folders.h"
#include "gallery_access.h"
#include "incoming.h"
#include "interrupt.h"
#include "one_face.h"
#include "output.h"
#include "parallel.h"
#include "pictures.h"
#include "progress.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct ClusterCommand {
  std::vector<std::string> paths;
  std::string table, gallery;
  Decisive decisive;
};

// What was found in one picture.
struct Seen {
  std::vector<ClusteredFace> faces;
  std::vector<Embedding> embeddings;  // of each
  std::string mark;                   // of the picture, for the table
  Json refused = Json::array();       // faces without an embedding, and why
  std::optional<Failure> failure;     // instead of all that
};

Seen look_at(const Context& context, const Engine& engine, const std::string& path, bool for_table) {
  Seen seen;
  try {
    const Image image = load_image(path);
    if (for_table) seen.mark = mark_of(image);
    const Faces found = find_faces(context, engine, image, VAV_ANALYZE_EMBEDDING);
    for (int32_t i = 0; i < found.size(); ++i) {
      const EmbeddingView embedding = found.embedding(i);
      if (embedding.empty()) {
        const Comparability why = found.comparability(i);
        seen.refused.push_back({{"image", path},
                                {"face", i + 1},
                                {"box", box_json(*found[i].box)},
                                {"reason", why.name()},
                                {"advice", not_comparable_message(why)}});
        continue;
      }
      seen.faces.push_back({path, i + 1, *found[i].box, seen.mark});
      seen.embeddings.emplace_back(embedding.begin(), embedding.end());
    }
  } catch (const Error& error) {
    if (is_no_pictures_fault(error)) throw;
    seen.failure = Failure(naming(path, told(error).what()), error.code());
  }
  return seen;
}

// Everybody who is of the gallery gets the name from there. Returns the places of the others.
std::vector<size_t> not_of_gallery(const Context& context, const ClusterCommand& options, const Models& models,
                                   std::vector<ClusteredFace>& faces, const std::vector<Embedding>& embeddings) {
  std::vector<size_t> others;
  if (options.gallery.empty()) {
    for (size_t i = 0; i < faces.size(); ++i) others.push_back(i);
    return others;
  }
  const Gallery gallery = open_to_search(context, options.gallery, models);
  IdentifyOptions search;
  options.decisive.put_into(search);
  constexpr size_t kAtOnce = 1000;
  for (size_t from = 0; from < faces.size(); from += kAtOnce) {
    stop_if_interrupted();
    const size_t to = std::min(from + kAtOnce, faces.size());
    const std::vector<EmbeddingView> part(embeddings.begin() + ptrdiff_t(from), embeddings.begin() + ptrdiff_t(to));
    const std::vector<Matches> found = gallery.identify_batch(part, search);
    for (size_t i = from; i < to; ++i) {
      const Matches& matches = found[i - from];
      if (matches.decision() == VAV_DECISION_MATCH) {
        if (!faces[i].name.empty() && faces[i].name != matches[0].name)
          err() << "visavis: " << faces[i].image << ": the table calls face " << faces[i].number << " '"
                << faces[i].name << "', and the gallery '" << matches[0].name << "', which is taken\n";
        faces[i].person = 0, faces[i].name = matches[0].name, faces[i].gallery_id = matches[0].person;
      } else {
        others.push_back(i);
      }
    }
  }
  return others;
}

// Gives each of these faces its person.
Limits cluster(const Context& context, const ClusterCommand& options, const Models& models,
               std::vector<ClusteredFace>& faces, const std::vector<Embedding>& embeddings,
               const std::vector<size_t>& which, int64_t last_label) {
  std::vector<float> numbers;
  std::vector<int64_t> earlier;
  int64_t last_earlier = 0;
  for (const size_t i : which) {
    numbers.insert(numbers.end(), embeddings[i].begin(), embeddings[i].end());
    earlier.push_back(faces[i].person);
    last_earlier = std::max(last_earlier, faces[i].person);
  }
  ClusteringOptions asked;
  asked.asked = options.decisive.asked();
  asked.threads = context.threads;
  Clustering clustering(models, numbers, models.embedding_dim(), asked);
  run_with_bar(context, clustering, "clustering");
  const std::vector<int64_t> labels = clustering.labels(earlier);
  for (size_t k = 0; k < which.size(); ++k)  // labels of faces that are not here now are not given again
    faces[which[k]].person = labels[k] > last_earlier ? labels[k] - last_earlier + last_label : labels[k];
  return clustering.limits();
}

// Each picture once, also where its file is given by two paths.
std::vector<std::string> without_doubles(const std::vector<std::string>& pictures) {
  std::set<std::string> known;
  std::vector<std::string> single;
  for (const std::string& path : pictures) {
    if (is_stream(path) || known.insert(link_target(path).string()).second) single.push_back(path);
  }
  return single;
}

Json face_line(const ClusteredFace& face) {
  return {{"image", face.image},
          {"face", face.number},
          {"box", box_json(face.box)},
          {"person", face.person ? Json(face.person) : Json(nullptr)},
          {"name", face.name.empty() ? Json(nullptr) : Json(face.name)},
          {"gallery_id", face.gallery_id ? Json(face.gallery_id) : Json(nullptr)}};
}

void print_persons(const std::vector<ClusteredFace>& faces) {
  std::map<std::pair<int64_t, int64_t>, std::vector<const ClusteredFace*>> persons;  // by gallery id and label
  for (const ClusteredFace& face : faces) persons[{face.gallery_id, face.person}].push_back(&face);
  std::vector<std::pair<std::pair<int64_t, int64_t>, std::vector<const ClusteredFace*>>> sorted(persons.begin(),
                                                                                                persons.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(), [](const auto& one) { return one.second.size(); });
  int64_t alone = 0;
  for (const auto& [key, of_person] : sorted) {
    if (of_person.size() == 1 && !key.first) {
      ++alone;
      continue;
    }
    if (key.first)
      out() << "gallery's person " << key.first;
    else
      out() << "person " << key.second;
    if (!of_person.front()->name.empty()) out() << " (" << of_person.front()->name << ')';
    out() << ": " << of_person.size() << (of_person.size() == 1 ? " face" : " faces") << '\n';
    for (const ClusteredFace* face : of_person)
      out() << "  " << face->image << ": face " << box_text(face->box) << '\n';
  }
  if (alone > 0) out() << alone << (alone == 1 ? " person" : " persons") << " with one face each" << '\n';
}

int run(const Context& context, const ClusterCommand& options) {
  if (!options.table.empty())
    require_place_for_file(options.table), read_cluster_table(options.table);  // before the work
  const Models models = open_models(context);
  require_rates(models, options.decisive);
  Found found = expand_pictures(options.paths, context.recursive);
  found.pictures = without_doubles(found.pictures);
  int result = kDone;
  const auto fail = [&](const std::string& path, const Failure& failure) {
    err() << "visavis: " << failure.what() << '\n';
    if (context.json) print_json({{"image", path}, {"error", error_json(failure)}});
    result = kFailed;
  };
  for (const Unusable& one : found.failed) fail(one.path, Failure(one.path + ": " + one.reason));

  const Engine engine = create_single_threaded_engine(context, models);
  std::vector<Seen> seen(found.pictures.size());
  {
    Progress progress(context, int64_t(seen.size()), "looking for faces");
    for_each_parallel(int64_t(seen.size()), worker_count(context), [&](int64_t i) {
      seen[size_t(i)] = look_at(context, engine, found.pictures[size_t(i)], !options.table.empty());
      progress.advance();
    });
  }
  stop_if_interrupted();
  std::vector<ClusteredFace> faces;
  std::vector<Embedding> embeddings;
  std::map<std::string, std::string> pictures;  // the marks of those that were looked at
  Json refused = Json::array();
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].failure) fail(found.pictures[i], *seen[i].failure);
    std::ranges::move(seen[i].faces, std::back_inserter(faces));
    std::ranges::move(seen[i].embeddings, std::back_inserter(embeddings));
    for (Json& one : seen[i].refused) refused.push_back(std::move(one));
    if (!seen[i].failure) pictures[found.pictures[i]] = seen[i].mark;
  }

  // Read only now: somebody may have written names since the command began.
  const ClusterTable earlier = options.table.empty() ? ClusterTable() : read_cluster_table(options.table);
  TakenOver taken = take_over(faces, earlier.faces, pictures);
  for (const std::string& note : taken.notes) err() << "visavis: " << note << '\n';
  int64_t last_label = 0;
  for (const ClusteredFace& face : earlier.faces) last_label = std::max(last_label, face.person);
  const std::vector<size_t> unknown = not_of_gallery(context, options, models, faces, embeddings);
  const Limits limits = cluster(context, options, models, faces, embeddings, unknown, last_label);
  std::ranges::move(taken.kept, std::back_inserter(faces));
  for (const std::string& note : spread_names(faces)) err() << "visavis: " << note << '\n';
  if (!options.table.empty()) write_cluster_table(options.table, faces, earlier);

  if (context.json) {
    for (const ClusteredFace& face : faces) print_json(face_line(face));
    Json summary = {{"faces", faces.size()}, {"refused", std::move(refused)}, {"skipped", skipped_json(found.skipped)}};
    put_limits(summary, limits);
    print_json(summary);
  } else {
    print_persons(faces);
    if (!refused.empty())
      out() << refused.size() << (refused.size() == 1 ? " face" : " faces") << " cannot be compared; --json says why"
            << '\n';
    if (!context.quiet) err().raw(skipped_text(found.skipped));
  }
  if (options.decisive.asks_for_a_rate()) tell_if_extrapolated(models, limits);
  return result;
}

}  // namespace

void add_cluster(Command& app, Context& context) {
  auto* command = app.add_subcommand("cluster", "Put the faces of pictures together, person by person");
  const auto options = std::make_shared<ClusterCommand>();
  command->add_option("path", options->paths, "Pictures, or folders of pictures").required().type_name("PATH");
  command
      ->add_option("--table", options->table,
                   "Write faces and persons into this CSV. If it is there, persons keep their numbers, and a name that "
                   "was written beside one face goes to all faces of the person")
      .type_name("FILE");
  command
      ->add_option("-g,--gallery", options->gallery,
                   "Faces of persons of this gallery get their names and are left out of the rest")
      .type_name("FILE");
  add_decisive_options(command, options->decisive, false);
  command->footer(
      "Without an option the rate is that of the preset photos: somebody of whom there is one picture is put to\n"
      "others in one case of ten. Nothing but the table is written, and no embedding is kept.\n"
      "Example:\n  visavis cluster --recursive photos/ --table people.csv");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
