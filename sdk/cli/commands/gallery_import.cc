// `visavis gallery import`: adds an export, or encodings of other programs, to a gallery; all of it or nothing.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "commands/gallery_commands.h"
#include "commands/gallery_job.h"
#include "encodings.h"
#include "engine.h"
#include "enroll/enroll_writer.h"
#include "gallery_access.h"
#include "incoming.h"
#include "names.h"

namespace visavis::cli {
namespace {

struct ImportOptions {
  std::string file;
  bool skip_known = false;
  bool force_different = false;
};

constexpr const char* kIfSeveral =
    "rename all but one (visavis person rename), or make them one (visavis person merge), or change the name in the "
    "file";

// If another face got into the gallery under a person's name, it would be let in as that person.
void refuse_different_faces(const Encodings& collection, const std::vector<EnrollWriter::Batch>& batches,
                            const std::vector<std::vector<size_t>>& places, const ImportOptions& options) {
  std::string first;
  int64_t count = 0;
  for (size_t b = 0; b < batches.size(); ++b)
    for (size_t i = 0; i < batches[b].lines.size(); ++i) {
      if (batches[b].lines[i].result != EnrollWriter::Result::kDifferentFace) continue;
      if (count++ == 0)
        first = collection.where(places[b][i]) + " is " + EnrollWriter::different_face(batches[b], i, "encodings");
    }
  if (count == 0) return;
  const std::string more = count == 1 ? "" : " (and " + std::to_string(count - 1) + " more such encodings)";
  throw Failure(options.file + ": " + first + more +
                ". Nothing was imported: give that face another name in the file; or, if it is the same person, import "
                "with --force-different");
}

// A wrong one is reported with its place in the file, before any work.
void check_encodings(const Models& models, const Encodings& collection, const std::string& file) {
  for (size_t i = 0; i < collection.encodings.size(); ++i) try {
      models.check_embedding(collection.encodings[i]);
    } catch (const Error& error) {
      throw Failure(file + ": " + collection.where(i) + ": " + told(error).what());
    }
}

// Tells it as enroll does, but of each two persons once, and only of the first ones if there are many. The JSON has
// all.
Json like_names(const Gallery& gallery, const std::vector<EnrollWriter::Batch>& batches) {
  constexpr size_t kMostTold = 20;
  LikeNames names(gallery);
  Json all = Json::array();
  for (const EnrollWriter::Batch& batch : batches) {
    if (!batch.added) continue;
    const NamedPerson added{batch.lines.front().person, batch.target.name};
    for (const NamedPerson& other : names.like(added.name, added.id)) {
      if (other.id > added.id) continue;  // it is new as well, and will be told with the other one
      if (all.size() < kMostTold)
        err() << "visavis: warning: the new person " << added.name << " (id " << added.id
              << ") has a name that looks like that of " << other.name << " (id " << other.id << ")\n";
      all.push_back({{"id", added.id}, {"name", added.name}, {"like", {{"id", other.id}, {"name", other.name}}}});
    }
  }
  if (all.size() > kMostTold)
    err() << "visavis: warning: and " << all.size() - kMostTold << " more such names; --json lists them\n";
  return all;
}

// Each name is one person, new or in the gallery already. All in one transaction.
Json import_encodings(Gallery& gallery, const ImportOptions& options, const Encodings& collection) {
  std::map<std::string, std::vector<size_t>> by_name;
  for (size_t i = 0; i < collection.names.size(); ++i) by_name[normal_form(collection.names[i])].push_back(i);
  std::vector<EnrollWriter::Batch> batches;
  std::vector<std::vector<size_t>> places;  // for each batch, where its faces are in the file
  for (auto& [name, indices] : by_name) {
    EnrollWriter::Batch& batch = batches.emplace_back();
    batch.target.name = name;
    batch.target.if_several = kIfSeveral;
    for (const size_t index : indices) {
      EnrollFace& face = batch.faces.emplace_back();
      face.image = options.file;
      face.embedding = collection.encodings[index];
    }
    places.push_back(std::move(indices));
  }
  EnrollWriter writer(gallery);
  writer.look_for_others(false);  // `gallery duplicates` does it for all at once
  if (!options.force_different) writer.refuse_different_faces();
  Transaction transaction(gallery);
  writer.write_within(batches);
  refuse_different_faces(collection, batches, places, options);
  transaction.commit();
  int64_t templates = 0;
  for (const auto& batch : batches)
    for (const auto& line : batch.lines) templates += line.result == EnrollWriter::Result::kEnrolled;
  return {{"persons_added", writer.persons_added()},
          {"templates", templates},
          {"names_look_alike", like_names(gallery, batches)}};
}

constexpr const char* kSetOfEncodings = "dlib";

bool is_export(const std::string& file) {
  constexpr std::string_view kStart = "visavis-export ";
  require_file(file);
  std::ifstream in(file, std::ios::binary);
  std::string start(kStart.size(), '\0');
  if (!in) throw Failure(file + ": cannot be opened", VAV_E_FILE_NOT_FOUND);
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start == kStart;
}

// A gallery that was made for this import. If the import fails, it is removed.
class NewGallery {
 public:
  explicit NewGallery(const std::string& path) : path_(path) {
    std::error_code unknown;
    is_new_ = !std::filesystem::exists(path, unknown) && !unknown;
  }
  ~NewGallery() {
    if (!is_new_ || kept_) return;
    gallery.reset();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  NewGallery(const NewGallery&) = delete;
  NewGallery& operator=(const NewGallery&) = delete;
  vav_gallery_mode mode() const { return is_new_ ? VAV_GALLERY_MUST_BE_NEW : VAV_GALLERY_MUST_EXIST; }
  void keep() { kept_ = true; }
  std::optional<Gallery> gallery;

 private:
  std::string path_;
  bool is_new_ = false, kept_ = false;
};

// Who was in a gallery before. Nobody, if the gallery is so large that reading the names takes long.
struct Before {
  std::set<std::string> names;
  int64_t last = 0;  // the highest id
};

Before who_is_in(const Gallery& gallery, int64_t persons) {
  constexpr int32_t kMostPersons = 100'000;
  Before before;
  if (persons > kMostPersons) return before;
  PersonQuery query;
  query.limit = kMostPersons;
  for (const Person& person : list_persons(gallery, query)) {
    before.names.insert(normal_form(person.name));
    before.last = person.id;
  }
  return before;
}

// How many new persons have the name of somebody who was there before. An export of the same gallery adds everybody
// without an external id again: nothing says that they are the same.
int64_t came_again(const Gallery& gallery, const Before& before) {
  constexpr int32_t kPage = 10'000;
  int64_t count = 0;
  if (before.names.empty()) return count;
  PersonQuery query;
  query.limit = kPage;
  for (query.after = before.last;;) {
    const std::vector<Person> page = list_persons(gallery, query);
    for (const Person& person : page) count += before.names.contains(normal_form(person.name));
    if (page.size() < kPage) return count;
    query.after = page.back().id;
  }
}

Json import_export(const Context& context, Gallery& gallery, const ImportOptions& options) {
  const GalleryInfo info = gallery.info();
  const Before before = who_is_in(gallery, info.persons);
  run_job(context, gallery.start_import(options.file, options.skip_known), "importing");
  const GalleryInfo after = gallery.info();
  const int64_t again = came_again(gallery, before);
  if (again > 0)
    err()
        << "visavis: warning: " << again << " of the new persons " << (again == 1 ? "is" : "are")
        << " named as somebody who was there before: persons without an external id are always added. visavis gallery "
           "duplicates lists persons who are in it twice\n";
  return {{"persons_added", after.persons - info.persons},
          {"templates", after.templates - info.templates},
          {"same_name", again}};
}

int import_file(const Context& given, const std::string& path, const ImportOptions& options) {
  Context context = given;
  const bool ours = is_export(options.file);
  // All of this comes before a gallery is made for it.
  const std::optional<Encodings> encodings = ours ? std::nullopt : std::optional(read_encodings(options.file));
  // A new gallery is of the set of what comes into it. What other programs bring is of dlib's model as it is.
  if (context.set_of_gallery && !std::filesystem::exists(path))
    context.model_set = encodings ? kSetOfEncodings : model_set_of(options.file);
  const Models models = open_models(context);
  if (encodings) check_encodings(models, *encodings, options.file);
  NewGallery target(path);
  if (encodings && target.mode() == VAV_GALLERY_MUST_BE_NEW) require_threshold(context, models);
  target.gallery = open_gallery(context, path, models, target.mode());
  const Json counts =
      ours ? import_export(context, *target.gallery, options) : import_encodings(*target.gallery, options, *encodings);
  target.keep();
  Json object = {{"gallery", path}, {"imported", options.file}};
  object.update(counts);
  tell(context, object,
       "Imported " + counts["templates"].dump() + " templates and " + counts["persons_added"].dump() +
           " new persons into " + path + ".");
  return kDone;
}

}  // namespace

void add_gallery_import(Command* command, Context& context, const GalleryPath& path) {
  const auto options = std::make_shared<ImportOptions>();
  auto* verb =
      command->add_subcommand("import", "Add everything from an export, or from an .npz, CSV or JSON of encodings");
  verb->add_option("file", options->file, "The file to import; its content decides what it is")
      .required()
      .type_name("FILE");
  verb->add_flag(
      "--skip-known", options->skip_known,
      "For an export: leave out persons whose external id is in the gallery; without this, nothing is imported then");
  verb->add_flag("--force-different", options->force_different,
                 "For encodings: import also faces that differ from those of the person by more than the threshold; "
                 "without this, nothing is imported then");
  verb->footer(
      "Imports all of it or nothing. How to save encodings of face_recognition, without pickle:\n"
      "  np.savez(\"faces.npz\", names=np.array(names, dtype=str), encodings=np.array(encodings))\n"
      "Persons of an export without an external id are always added, also those who are in the gallery.\n"
      "Example:\n  visavis gallery import -g people.vav people.export");
  verb->callback([&context, path, options] {
    context.action = [&context, path, options] { return import_file(context, *path, *options); };
  });
}

}  // namespace visavis::cli
