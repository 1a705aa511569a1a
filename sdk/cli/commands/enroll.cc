// `visavis enroll`: pictures become templates of persons in a gallery.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "commands/commands.h"
#include "engine.h"
#include "enroll/enroll_writer.h"
#include "enroll/people_enrolment.h"
#include "interrupt.h"
#include "names.h"
#include "one_face.h"
#include "parallel.h"
#include "pictures.h"
#include "policy.h"
#include "progress.h"

namespace visavis::cli {
namespace {

struct EnrollOptions {
  std::string gallery;
  std::vector<std::string> paths;
  std::string name;
  std::string external_id;
  std::string person;
  bool force_different = false;
  EnrollFaceOptions faces;
  PolicyOptions policy_options;
  PeopleOptions people;  // of a table
};

// Persons are computed and committed together until they have this many pictures. So there are few commits, and after
// Ctrl-C only little is computed again.
constexpr int64_t kBatchPictures = 64;

class Enrolment {
 public:
  Enrolment(const Context& context, const EnrollOptions& options)
      : context_(context),
        options_(options),
        plan_(options.name.empty() && options.person.empty()
                  ? plan_by_names(options.paths, context.recursive)
                  : plan_one_person(options.name, options.paths, context.recursive)),
        models_(open_models(context)),
        engine_(create_single_threaded_engine(context, models_)),
        progress_(context, plan_.pictures(), "enrolling") {
    // A new gallery is made only when there is something to put into it.
    std::error_code unknown;
    if (!options.person.empty() || std::filesystem::exists(options.gallery, unknown) || unknown)
      open();
    else
      require_threshold(context, models_);
  }

  int run() {
    // Checked before any work: the person that the options name, and that the models are there.
    if (!options_.person.empty()) {
      const Person person = find_person(*gallery_, options_.person);
      person_ = person.id;
      plan_.persons.front().name = person.name;
    }
    if (gallery_ && !options_.name.empty()) find_target(*gallery_, target(plan_.persons.front()));
    engine_.warm_up(context_.detector, uint32_t{VAV_ANALYZE_EMBEDDING});
    for (const Refusal& refusal : plan_.refusals) refuse(refusal);
    explain_names();
    try {
      enroll_all();
    } catch (...) {
      tell_what_stays();
      throw;
    }
    progress_.hide();
    summarize();
    return templates_ == 0 && already_ == 0 ? kFailed : kDone;
  }

 private:
  void open() {
    gallery_.emplace(open_gallery(context_, options_.gallery, models_,
                                  options_.person.empty() ? VAV_GALLERY_OPEN_OR_CREATE : VAV_GALLERY_MUST_EXIST));
    writer_.emplace(*gallery_);
    like_names_.emplace(*gallery_);
    if (!options_.force_different) writer_->refuse_different_faces();
  }

  void write(std::vector<EnrollWriter::Batch>& batches) {
    const auto has_face = [](const EnrollWriter::Batch& batch) {
      return std::ranges::any_of(batch.faces, [](const EnrollFace& face) { return face.embedding.has_value(); });
    };
    if (!writer_ && std::ranges::any_of(batches, has_face)) open();
    if (writer_) return writer_->write(batches);
    for (auto& batch : batches) batch.lines.assign(batch.faces.size(), {});
  }

  // Users often give the folder of one person as if each picture were a person.
  void explain_names() {
    if (plan_.named_by_file < 2 || context_.quiet) return;
    progress_.note("visavis: note: " + std::to_string(plan_.named_by_file) +
                   " pictures are not in a folder of their own: each becomes a person, named as its file. If they "
                   "show one person, use --name");
  }

  int64_t persons() const { return writer_ ? writer_->persons() : 0; }
  int64_t persons_added() const { return writer_ ? writer_->persons_added() : 0; }

  void enroll_all() {
    std::vector<EnrollWriter::Batch> batches;
    int64_t pictures = 0;
    for (const PersonToEnroll& person : plan_.persons) {
      if (!is_clear(person)) continue;
      batches.emplace_back().target = target(person);
      for (const std::string& picture : person.pictures) batches.back().faces.emplace_back().image = picture;
      pictures += int64_t(person.pictures.size());
      if (pictures >= kBatchPictures) {
        work_off(batches);
        pictures = 0;
      }
    }
    work_off(batches);
  }

  EnrollTarget target(const PersonToEnroll& person) const {
    EnrollTarget target;
    target.name = person.name;
    target.external_id = options_.external_id;
    target.person = person_;
    return target;
  }

  // If several persons have a name, only its own pictures are refused.
  bool is_clear(const PersonToEnroll& person) {
    try {
      if (gallery_) find_target(*gallery_, target(person));
      return true;
    } catch (const Error& error) {
      if (error.code() != VAV_OK && error.code() != VAV_E_ALREADY_EXISTS)
        throw;  // it is about the gallery, not about the name
      for (const std::string& picture : person.pictures) refuse({picture, "ambiguous_name", told(error).what()});
      progress_.advance(int64_t(person.pictures.size()));
      return false;
    }
  }

  void work_off(std::vector<EnrollWriter::Batch>& batches) {
    std::vector<EnrollFace*> faces;
    for (auto& batch : batches) {
      for (EnrollFace& face : batch.faces) faces.push_back(&face);
    }
    for_each_parallel(int64_t(faces.size()), worker_count(context_), [&](int64_t i) {
      look_at_face(context_, engine_, options_.faces, *faces[size_t(i)]);
      progress_.advance();
    });
    stop_if_interrupted();
    if (!faces.empty()) write(batches);
    for (const auto& batch : batches) count(batch);
    for (const auto& batch : batches) report(batch);
    batches.clear();
  }

  // Says it once for each new person.
  std::vector<NamedPerson> tell_like_names(const EnrollWriter::Batch& batch) {
    if (!batch.added) return {};
    const auto first = std::ranges::find_if(batch.lines, [](const auto& line) { return line.person != 0; });
    const std::vector<NamedPerson> alike = like_names_->like(batch.target.name, first->person);
    for (const NamedPerson& other : alike)
      progress_.note("visavis: warning: the new person " + batch.target.name + " (id " + std::to_string(first->person) +
                     ") has a name that looks like that of " + other.name + " (id " + std::to_string(other.id) + ")");
    return alike;
  }

  // Counts at once, before Ctrl-C can end the command: the persons are in the gallery already.
  void count(const EnrollWriter::Batch& batch) {
    for (size_t i = 0; i < batch.faces.size(); ++i) {
      if (batch.lines[i].result == EnrollWriter::Result::kEnrolled) ++templates_;
      if (batch.lines[i].result == EnrollWriter::Result::kAlreadyEnrolled) ++already_;
    }
  }

  void report(const EnrollWriter::Batch& batch) {
    const std::vector<NamedPerson> alike = tell_like_names(batch);
    for (size_t i = 0; i < batch.faces.size(); ++i) {
      const EnrollFace& face = batch.faces[i];
      const EnrollWriter::Line& line = batch.lines[i];
      if (line.result == EnrollWriter::Result::kRefused) {
        refuse(face.refusal);
        continue;
      }
      if (line.result == EnrollWriter::Result::kDifferentFace) {
        refuse({face.image, "different_face",
                EnrollWriter::different_face(batch, i, "pictures") +
                    ". Enrol it as another person (--name); or, if it is the same one, with --force-different"});
        continue;
      }
      const bool enrolled = line.result == EnrollWriter::Result::kEnrolled;
      for (const Lookalike& other : line.also)
        progress_.note("visavis: warning: " + face.image + ", enrolled as " + batch.target.name + ", looks like " +
                       other.name + " (id " + std::to_string(other.person) + ", distance " +
                       std::to_string(other.distance) + ")");
      if (!context_.json) continue;
      Json object = {{"image", face.image}, {"status", enrolled ? "enrolled" : "already_enrolled"}};
      object["person"] = {{"id", line.person}, {"name", batch.target.name}};
      if (enrolled) object["template"] = line.template_id;
      object["face"] = face_json(face.face);
      if (!line.also.empty()) {
        object["looks_like"] = Json::array();
        for (const Lookalike& other : line.also)
          object["looks_like"].push_back(
              {{"id", other.person}, {"name", other.name}, {"distance", short_number(other.distance)}});
      }
      add_like_names(object, alike);
      progress_.hide();
      print_json(object);
    }
  }

  void refuse(const Refusal& refusal) {
    refused_.push_back(refusal);
    if (context_.json) {
      progress_.hide();
      print_json(
          {{"image", refusal.image}, {"status", "refused"}, {"reason", refusal.reason}, {"message", refusal.message}});
    } else if (context_.quiet) {
      progress_.note("visavis: refused " + text(refusal));
    }
  }

  // The message. One of the library may name the picture already.
  static std::string text(const Refusal& refusal) {
    const bool named = refusal.message.find(refusal.image) != std::string::npos;
    return named ? refusal.message : refusal.image + ": " + refusal.message;
  }

  // Ctrl-C or a full disk may end the command, but what is in the gallery stays there. If stdout failed, nobody can
  // read this either.
  void tell_what_stays() noexcept {
    try {
      progress_.hide();
      summarize();
    } catch (const std::exception&) {
    }
  }

  void summarize() const {
    if (context_.json) {
      Json refused = Json::array();
      for (const Refusal& r : refused_) {
        refused.push_back({{"image", r.image}, {"reason", r.reason}, {"message", r.message}});
      }
      print_json({{"summary",
                   {{"gallery", options_.gallery},
                    {"persons", persons()},
                    {"persons_added", persons_added()},
                    {"templates", templates_},
                    {"already_enrolled", already_},
                    {"named_by_file", plan_.named_by_file},
                    {"refused", refused},
                    {"skipped", skipped_json(plan_.skipped)}}}});
      return;
    }
    if (context_.quiet) return;
    if (gallery_)
      out() << "Enrolled " << templates_ << (templates_ == 1 ? " template of " : " templates of ") << persons()
            << (persons() == 1 ? " person" : " persons") << " (" << persons_added() << " new) into " << options_.gallery
            << ".\n";
    else
      out() << "Enrolled nothing; " << options_.gallery << " was not made.\n";
    if (already_ > 0) {
      out() << already_ << (already_ == 1 ? " picture was" : " pictures were") << " already enrolled.\n";
    }
    if (!refused_.empty()) out() << refused_.size() << " refused:\n";
    for (const Refusal& refusal : refused_) out() << "  " << text(refusal) << '\n';
    out().raw(skipped_text(plan_.skipped));
  }

  const Context& context_;
  const EnrollOptions& options_;
  EnrollPlan plan_;
  const Models models_;
  std::optional<Gallery> gallery_;  // nothing until the gallery exists
  const Engine engine_;
  std::optional<EnrollWriter> writer_;
  std::optional<LikeNames> like_names_;
  Progress progress_;
  int64_t person_ = 0;
  int64_t templates_ = 0;
  int64_t already_ = 0;
  std::vector<Refusal> refused_;
};

}  // namespace

void add_enroll(Command& app, Context& context) {
  auto* command = app.add_subcommand("enroll", "Add persons to a gallery from their pictures");
  const auto options = std::make_shared<EnrollOptions>();
  add_gallery_option(command, options->gallery);
  const Option name = command
                          ->add_option(
                              "--name", [options](const std::string& text) { options->name = checked_name(text); },
                              "All pictures show this person, who is new or in the gallery")
                          .type_name("NAME");
  command
      ->add_option(
          "--external-id",
          [options](const std::string& text) { options->external_id = checked_text(text, "--external-id"); },
          "Your own key for that person, unique in the gallery")
      .needs(name)
      .type_name("ID");
  command
      ->add_option("--person", options->person,
                   "All pictures show this person of the gallery (id:N, ext:ID or name:NAME)")
      .excludes(name)
      .type_name("P");
  command->add_flag("--largest", options->faces.largest,
                    "Take the largest face of a picture with several; without this, such a picture is refused");
  command->add_flag("--force-different", options->force_different,
                    "Enrol also faces that differ from those of the person by more than the threshold");
  command->add_flag("--keep-chips", options->faces.keep_chips,
                    "Keep also a small picture of each face in the gallery, so that it can move to other models "
                    "without the photos; ask the people first");
  add_policy_options(command, options->policy_options);
  command
      ->add_option("path", options->paths,
                   "Pictures, or folders. In a folder each sub-folder is one person; without sub-folders each picture "
                   "is one, named as its file")
      .type_name("PATH");
  const Option csv =
      command
          ->add_option("--csv", options->people.csv,
                       "Instead of PATH a table of people: name, external_id, photo, groups, valid_until, … (see the "
                       "page of the command); run it again after the table has changed")
          .excludes(name)
          .type_name("FILE");
  command
      ->add_option("--photos", options->people.photos,
                   "The folder of the photos of the table (default: that of the table). Without a column photo they "
                   "are named as external_id or name")
      .needs(csv)
      .type_name("DIR");
  command->add_flag("--dry-run", options->people.dry_run, "Only say what the table would change").needs(csv);
  command
      ->add_option("--report", options->people.report,
                   "Write what became of each person and photo: a .csv, or an .html with small pictures")
      .needs(csv)
      .type_name("FILE");
  command->footer(
      "Each picture must show one face. Pictures that are not enrolled are listed at the end with the reason.\n"
      "Examples:\n  visavis enroll -g people.vav photos/\n  visavis enroll -g people.vav --name Ada ada1.jpg ada2.jpg");
  command->callback([&context, options] {
    context.action = [&context, options] {
      options->faces.policy = options->policy_options.read();
      if (options->people.csv.empty() && options->paths.empty())
        throw WrongUse("PATH is missing: give pictures, folders of pictures, or --csv with a table of people");
      if (!options->people.csv.empty() && (!options->paths.empty() || !options->person.empty()))
        throw WrongUse("--csv names the people and their photos: leave out PATH and --person");
      if (!options->people.csv.empty())
        return enroll_people(context, options->gallery, options->people, options->faces, options->force_different);
      return Enrolment(context, *options).run();
    };
  });
}

}  // namespace visavis::cli
