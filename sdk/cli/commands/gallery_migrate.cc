// `visavis gallery migrate`: moves a gallery to other models, from the photos of its people. Stopped at any point, the
// same command goes on.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "commands/gallery_commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "migrate/photo_index.h"
#include "migrate/re_embed.h"
#include "one_face.h"
#include "parallel.h"
#include "pictures.h"
#include "progress.h"

namespace visavis::cli {
namespace {

struct MigrateOptions {
  std::string gallery;
  std::string to;
  std::vector<std::string> photos;
  bool leave_behind = false;
  bool stage_only = false;
  bool cancel = false;
};

// A template on its way: what is known of it, and what was found.
struct Moving {
  int64_t id = 0;
  int64_t person = 0;
  std::string name, source;
  Embedding before;
  ReEmbedded found;
  std::string from;          // the picture that was taken
  bool by_chip = false;      // the kept chip was enough
  bool unavailable = false;  // a picture that may be the one is there, and could not be read
};

// The disk's or the user's fault and no picture's: at another time it may be read.
bool is_no_reading(const Error& error) {
  const vav_status code = error.code();
  return code == VAV_E_IO || code == VAV_E_FILE_NOT_FOUND || code == VAV_E_PERMISSION;
}

// Templates are staged together in so many at most: few commits, and little to do again after Ctrl-C.
constexpr int32_t kStagedAtOnce = 64;

Context with_set(Context context, const std::string& set) {
  context.model_set = set;
  context.calibration.clear();  // of the other set
  context.detector = VAV_DETECTOR_DEFAULT;
  context.detector_word.clear();
  context.gray = false;
  return context;
}

class Migration {
 public:
  Migration(const Context& context, const MigrateOptions& options)
      : context_(context),
        after_context_(with_set(context, options.to)),
        options_(options),
        models_(open_models(context)),
        to_(open_models_alone(after_context_)),
        gallery_(open_gallery(context, options.gallery, models_, VAV_GALLERY_MUST_EXIST)) {}

  int run() {
    const MoveStatus status = gallery_.move_status(&to_);
    if (status.under_way && !status.to_these)
      throw Failure(options_.gallery + ": a move to " + moving_to(context_, gallery_, status) +
                        " is under way: finish it, or end it with --cancel",
                    VAV_E_WRONG_STATE);
    already_ = status.staged;
    try {
      stage_all();
    } catch (...) {
      tell_what_stays();
      throw;
    }
    return finish();
  }

 private:
  void stage_all() {
    const PhotoIndex photos(options_.photos);
    not_looked_at_ = !photos.failed().empty();
    for (const Unusable& one : photos.failed()) err() << "visavis: " << one.path << ": " << one.reason << '\n';
    const Engine before = create_single_threaded_engine(context_, models_);
    const Engine after = create_single_threaded_engine(after_context_, to_);
    before.warm_up(context_.detector, uint32_t{VAV_ANALYZE_EMBEDDING});
    after.warm_up(VAV_DETECTOR_DEFAULT, uint32_t{VAV_ANALYZE_EMBEDDING});
    const ReEmbedder embedder(context_, before, after, to_.embedding_dim(), threshold_of(context_, gallery_));
    const MoveStatus status = gallery_.move_status();
    Progress progress(context_, status.templates - status.staged, "re-embedding");
    int64_t last = 0;
    for (std::vector<Unstaged> page; !(page = gallery_.unstaged(last, kStagedAtOnce)).empty();
         last = page.back().template_id) {
      std::vector<Moving> batch = read(page);
      for_each_parallel(int64_t(batch.size()), worker_count(context_), [&](int64_t i) {
        find(batch[size_t(i)], photos, embedder);
        progress.advance();
      });
      stop_if_interrupted();
      stage(batch);
      progress.hide();
      for (const Moving& one : batch) report(one);
    }
  }

  // Whoever was removed meanwhile is left out.
  std::vector<Moving> read(const std::vector<Unstaged>& page) const {
    std::map<int64_t, std::set<int64_t>> wanted;  // by person
    for (const Unstaged& one : page) wanted[one.person].insert(one.template_id);
    std::vector<Moving> batch;
    for (const auto& [person, templates] : wanted) {
      PersonQuery query;
      query.person = person;
      const std::vector<Person> row = list_persons(gallery_, query);
      if (row.empty()) continue;
      const Templates all = gallery_.templates(person);
      for (int32_t i = 0; i < all.size(); ++i) {
        const Template one = all[i];
        if (!templates.contains(one.id)) continue;
        batch.push_back({one.id, person, row.front().name, one.source.value_or(""), {}, {}, {}, false});
        batch.back().before.assign(one.embedding.begin(), one.embedding.end());
      }
    }
    return batch;
  }

  void try_chip(Moving& one, const ReEmbedder& embedder) const {
    try {
      const auto chip = kept_chip(gallery_, one.id);
      if (!chip) return;
      one.found = embedder.from_chip(*chip, one.before);
    } catch (const Error& error) {
      if (error.code() != VAV_E_GALLERY_CORRUPT) throw;
      one.found.reason = "unreadable", one.found.message = told(error).what();
    }
    one.by_chip = one.found.embedding.has_value();
    if (!one.by_chip) one.found.message = "the kept chip: " + one.found.message;
  }

  // Several pictures may have the name: the one with the nearest face is the right one. Called on several threads.
  void find(Moving& one, const PhotoIndex& photos, const ReEmbedder& embedder) const {
    try_chip(one, embedder);
    if (one.by_chip) return;
    if (one.source.empty()) {
      if (one.found.reason.empty())
        one.found.reason = "no_source", one.found.message = "the template does not say which picture it comes from";
      return;
    }
    if (one.found.reason.empty())  // else it says what is wrong with the kept chip
      one.found.reason = "not_found", one.found.message = "no picture of that name in the given folders";
    for (const std::string& path : photos.candidates(one.source, one.name)) {
      ReEmbedded found;
      try {
        found = embedder.from(load_image(path), one.before);
      } catch (const Error& error) {
        if (is_no_pictures_fault(error)) throw;
        one.unavailable = one.unavailable || is_no_reading(error);
        found.reason = is_no_reading(error) ? "unavailable" : "unreadable", found.message = told(error).what();
      }
      const bool is_told = one.unavailable && found.reason != "unavailable";  // which is what there is to do about
      const bool better = found.embedding ? !one.found.embedding || found.distance < one.found.distance
                                          : !one.found.embedding && !is_told;
      if (better) one.found = std::move(found), one.from = path;
      if (one.found.embedding && one.found.same_picture) return;
    }
  }

  void stage(const std::vector<Moving>& batch) {
    Transaction transaction(gallery_);
    int64_t staged = 0;
    for (const Moving& one : batch) {
      if (!one.found.embedding) continue;
      try {
        gallery_.stage(to_, one.id, *one.found.embedding);
        ++staged;
      } catch (const Error& error) {
        if (error.code() != VAV_E_NOT_FOUND) throw;  // removed meanwhile
      }
    }
    transaction.commit();
    staged_ += staged;
  }

  static Json json(const Moving& one) {
    Json object = {{"template", one.id},
                   {"person", {{"id", one.person}, {"name", one.name}}},
                   {"source", one.source.empty() ? Json(nullptr) : Json(one.source)},
                   {"status", one.found.embedding ? "staged" : "failed"}};
    if (!one.from.empty()) object["image"] = one.from;
    if (one.by_chip) object["kept_chip"] = true;
    if (one.found.embedding) object["distance"] = short_number(one.found.distance);
    if (!one.found.embedding) object["reason"] = one.found.reason, object["message"] = one.found.message;
    return object;
  }

  static std::string text(const Moving& one) {
    return one.name + " (id " + std::to_string(one.person) + "), template " + std::to_string(one.id) +
           (one.source.empty() ? "" : " from " + one.source) + ": " +
           (one.from.empty() || one.found.message.find(one.from) != std::string::npos ? "" : one.from + ": ") +
           one.found.message;
  }

  void report(const Moving& one) {
    if (!one.found.embedding) failed_.push_back(one);
    if (context_.json) print_json(json(one));
  }

  int finish() {
    const MoveStatus status = gallery_.move_status();
    const int64_t left = status.templates - status.staged;
    // What could not be read is not what is gone: nobody is left behind for it.
    const bool unread =
        not_looked_at_ || std::ranges::any_of(failed_, [](const Moving& one) { return one.unavailable; });
    const bool leaves = options_.leave_behind && !unread;
    const bool moves = !options_.stage_only && (status.staged > 0 || status.templates == 0) && (left == 0 || leaves);
    std::vector<Person> without;
    if (moves) {
      without = losing_all();
      gallery_.move(to_, leaves);
    }
    if (context_.json)
      print_json(summary(status, moves, without));
    else
      print(status, left, moves, without);
    if (options_.leave_behind && unread && !moves)
      err()
          << "visavis: nobody is left behind, for some pictures or folders could not be read: see to it that they can "
             "be, or leave them out of --photos, and run the same command again\n";
    return moves || (options_.stage_only && left == 0) ? kDone : kFailed;
  }

  // The persons who will have no template any more.
  std::vector<Person> losing_all() const {
    std::map<int64_t, int64_t> left;  // templates that are not staged, by person
    int64_t last = 0;
    for (std::vector<Unstaged> page; !(page = gallery_.unstaged(last, 1000)).empty(); last = page.back().template_id)
      for (const Unstaged& one : page) ++left[one.person];
    std::vector<Person> persons;
    for (const auto& [id, count] : left) {
      PersonQuery query;
      query.person = id;
      for (Person& person : list_persons(gallery_, query))
        if (person.templates <= count) persons.push_back(std::move(person));
    }
    return persons;
  }

  Json summary(const MoveStatus& status, bool moved, const std::vector<Person>& without) const {
    Json failed = Json::array(), persons = Json::array();
    for (const Moving& one : failed_) failed.push_back(json(one));
    for (const Person& person : without) persons.push_back({{"id", person.id}, {"name", person.name}});
    return {{"summary",
             {{"gallery", options_.gallery},
              {"to", options_.to},
              {"moved", moved},
              {"staged", staged_},
              {"already_staged", already_},
              {"templates", status.templates},
              {"failed", failed},
              {"left_behind", moved ? status.templates - status.staged : 0},
              {"persons_without_template", persons}}}};
  }

  void print(const MoveStatus& status, int64_t left, bool moved, const std::vector<Person>& without) const {
    if (!failed_.empty()) err() << failed_.size() << " could not be embedded anew:\n";
    for (const Moving& one : failed_) err() << "  " << text(one) << '\n';
    for (const Person& person : without)
      err() << "  " << person.name << " (id " << person.id << ") has no template any more\n";
    if (moved) {
      if (context_.quiet) return;
      out() << options_.gallery << ": moved to " << options_.to << ", " << status.staged
            << (status.staged == 1 ? " template" : " templates");
      if (left > 0) out() << "; " << left << " left behind";
      out() << ". Use --model-set " << options_.to << " from now on.\n";
    } else if (options_.stage_only || left == 0) {
      if (!context_.quiet)
        out() << options_.gallery << ": " << status.staged << " of " << status.templates << " templates are staged for "
              << options_.to << "; it answers with its present models until the move.\n";
    } else {
      err() << "visavis: " << options_.gallery << " has not moved: " << left << " of " << status.templates
            << " templates have no embedding of " << options_.to
            << ". Give their photos with --photos, or remove them with --leave-behind; the same command goes on\n";
    }
  }

  void tell_what_stays() noexcept {
    try {
      if (!context_.quiet)
        err() << "visavis: " << staged_ + already_ << " templates are staged; the same command goes on\n";
    } catch (const std::exception&) {
    }
  }

  const Context& context_;
  const Context after_context_;
  const MigrateOptions& options_;
  const Models models_, to_;
  Gallery gallery_;
  int64_t staged_ = 0, already_ = 0;
  bool not_looked_at_ = false;  // some of the folders
  std::vector<Moving> failed_;
};

int cancel(const Context& context, const MigrateOptions& options) {
  Gallery gallery = open_gallery(context, options.gallery, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  const int64_t staged = gallery.move_status().staged;
  gallery.cancel_move();
  if (context.json)
    print_json({{"gallery", options.gallery}, {"removed", staged}});
  else if (!context.quiet)
    out() << options.gallery << ": " << staged << " staged embeddings removed\n";
  return kDone;
}

int remove_chips(const Context& context, const std::string& path) {
  Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  const int64_t kept = gallery.move_status().kept_chips;
  gallery.remove_chips();
  if (context.json)
    print_json({{"gallery", path}, {"removed", kept}});
  else if (!context.quiet)
    out() << path << ": " << kept << (kept == 1 ? " kept chip" : " kept chips") << " removed\n";
  return kDone;
}

// Whether the gallery has moved already: by an earlier run of the same command, say, that was killed at its end.
bool is_there(const Context& context, const MigrateOptions& options) try {
  open_gallery(context, options.gallery, open_models_alone(with_set(context, options.to)), VAV_GALLERY_READ_ONLY);
  return true;
} catch (const Error&) {
  return false;
}

int migrate(const Context& context, const MigrateOptions& options) {
  if (options.cancel) {
    if (!options.to.empty() || !options.photos.empty() || options.leave_behind || options.stage_only)
      throw WrongUse("--cancel goes alone");
    return cancel(context, options);
  }
  if (options.to.empty()) throw WrongUse("--to is missing: the set of models to move to");
  if (options.leave_behind && options.stage_only)
    throw WrongUse("--leave-behind is for the move: not with --stage-only");
  const bool same = open_models_alone(context).set() == options.to;
  if (same && !is_there(context, options))
    throw WrongUse("--to is " + options.to + ", which --model-set is as well: name the other one");
  try {
    if (!same) return Migration(context, options).run();
  } catch (const Error& error) {
    if (error.code() != VAV_E_GALLERY_RECIPE || !is_there(context, options)) throw;
  }
  if (context.json)
    print_json({{"summary", {{"gallery", options.gallery}, {"to", options.to}, {"moved", true}, {"staged", 0}}}});
  else if (!context.quiet)
    out() << options.gallery << ": is a gallery of " << options.to << " already\n";
  return kDone;
}

}  // namespace

void add_gallery_migrate(Command* command, Context& context, const GalleryPath& path) {
  const auto options = std::make_shared<MigrateOptions>();
  auto* verb = command->add_subcommand("migrate", "Move the gallery to another set of models, with all its people");
  verb->add_option("--to", options->to, "The set of models to move to: dlib, opencv-zoo, or a model of your own")
      .type_name("SET");
  verb->add_option("--photos", options->photos,
                   "Folders with the photos that were enrolled; each is found again by its file name, and by the face. "
                   "Kept chips (enroll --keep-chips) need none")
      .type_name("DIR");
  verb->add_flag("--leave-behind", options->leave_behind,
                 "Move even if some templates could not be embedded anew: they are removed, their persons stay");
  verb->add_flag("--stage-only", options->stage_only,
                 "Embed everything anew, but do not move yet: the gallery goes on to answer with its present models");
  verb->add_flag("--cancel", options->cancel, "End a move that has begun: remove what is staged for it");
  verb->footer(
      "--model-set names the set that the gallery has now. Others may use the gallery meanwhile; if this is "
      "interrupted, "
      "run the same command again. Ids, names, groups, consent and the audit log stay.\n"
      "Example:\n  visavis gallery migrate -g people.vav --to opencv-zoo --photos photos/");
  verb->callback([&context, path, options] {
    options->gallery = *path;
    context.action = [&context, options] { return migrate(context, *options); };
  });
  auto* chips = command->add_subcommand("remove-chips", "Remove the pictures that `enroll --keep-chips` has kept");
  chips->footer("Templates stay.\nExample:\n  visavis gallery remove-chips -g people.vav");
  chips->callback([&context, path] { context.action = [&context, path] { return remove_chips(context, *path); }; });
}

}  // namespace visavis::cli
