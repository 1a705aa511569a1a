// `visavis gallery`: what a gallery holds and whether it is sound; further commands in gallery_commands.h.

#include "all_models.h"
#include "commands/check_people.h"
#include "commands/commands.h"
#include "commands/gallery_commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

// The name of the set of models that a gallery moves to: for a model of a user's own, the one that it has here.
std::string set_moved_to(const Context& context, const Gallery& gallery, const MoveStatus& move) {
  if (move.to_set == "own")
    for (const ModelInfo& model : all_models(context))
      if (model.sha256 == move.to_model_sha256) {  // which may be used in several ways
        const Models own(ModelsOptions{context.models, false, model.set});
        if (gallery.move_status(&own).to_these) return model.set;
      }
  return move.to_set;
}

Json moving_to_json(const Context& context, const Gallery& gallery, const MoveStatus& move) {
  if (!move.under_way) return nullptr;
  const std::string set = set_moved_to(context, gallery, move);
  return {{"set", set.empty() ? Json(nullptr) : Json(set)},
          {"model_sha256", move.to_model_sha256},
          {"recipe", move.to_recipe}};
}

}  // namespace

std::string moving_to(const Context& context, const Gallery& gallery, const MoveStatus& move) {
  const std::string set = set_moved_to(context, gallery, move);
  if (set.empty()) return "models that this version does not know (" + move.to_recipe + ")";
  return set == "own" ? "a model of somebody's own (" + move.to_model_sha256 + ")" : set;
}

namespace {

std::string threshold_words(const Context& context, const GalleryInfo& info) {
  const auto shown = [](float threshold) { return Json(short_number(threshold)).dump(); };
  if (info.threshold) return shown(*info.threshold) + ", the gallery's own";
  if (const Models models = open_models(context); *models.calibration() != '\0')
    return "none of its own: that of the preset standard, for a search now " +
           shown(models.limits({}, std::max<int64_t>(info.templates, 1)).threshold) +
           (context.calibration.empty() ? "" : ", by " + context.calibration);
  if (const auto of_model = measured_threshold(context))
    return "none of its own: that of the model, " + shown(*of_model);
  return "none: nobody has measured one for this model";
}

int info(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_READ_ONLY);
  const GalleryInfo info = gallery.info();
  const MoveStatus move = gallery.move_status();
  if (context.json) {
    print_json({{"gallery", path},
                {"persons", info.persons},
                {"templates", info.templates},
                {"created_at", utc_time(info.created_at)},
                {"schema_version", info.schema_version},
                {"model_sha256", info.model_sha256},
                {"recipe", info.recipe},
                {"set", open_models_alone(context).set()},
                {"encrypted", info.encrypted},
                {"reencrypting", info.reencrypting},
                {"erase_pending", info.erase_pending},
                {"audit", info.audit},
                {"threshold", info.threshold ? Json(short_number(*info.threshold)) : Json(nullptr)},
                {"moving", move.under_way},
                {"moving_to", moving_to_json(context, gallery, move)},
                {"staged", move.staged},
                {"kept_chips", move.kept_chips}});
    return kDone;
  }
  const std::string threshold = threshold_words(context, info);
  out() << path << '\n'
        << "  persons    " << info.persons << '\n'
        << "  templates  " << info.templates << '\n'
        << "  created    " << utc_time(info.created_at) << '\n'
        << "  schema     " << info.schema_version << '\n'
        << "  model      " << info.model_sha256 << '\n'
        << "  recipe     " << info.recipe << '\n'
        << "  set        " << open_models_alone(context).set() << '\n'
        << "  encrypted  " << (info.encrypted ? info.reencrypting ? "yes, a new key is on the way" : "yes" : "no")
        << '\n'
        << "  audit log  " << (info.audit ? "on" : "off") << '\n'
        << "  threshold  " << threshold << '\n';
  if (move.under_way)
    out() << "  moving     to " << moving_to(context, gallery, move) << ": " << move.staged << " of " << move.templates
          << " templates are staged\n";
  if (move.kept_chips > 0) out() << "  chips      of " << move.kept_chips << " templates are kept\n";
  if (info.erase_pending) out() << "  erasing    pending: somebody still reads an older state\n";
  return kDone;
}

struct CheckOptions {
  bool people = false;
  Threshold threshold;
};

Json two_faced_json(const std::vector<TwoFaced>& people) {
  Json list = Json::array();
  for (const TwoFaced& one : people)
    list.push_back({{"person", {{"id", one.person}, {"name", one.name}}},
                    {"faces", one.faces},
                    {"distance", short_number(one.distance)}});
  return list;
}

void print_two_faced(const TwoFaced& one) {
  out() << one.name << " (id " << one.person << ") has templates of " << one.faces.size() << " faces: ";
  for (size_t face = 0; face < one.faces.size(); ++face) {
    if (face > 0) out() << " and ";
    for (size_t i = 0; i < one.faces[face].size(); ++i) out() << (i > 0 ? ", " : "") << one.faces[face][i];
  }
  out().print("; the nearest two are %.3f apart\n", one.distance);
}

// Removes the advice to run `gallery check`, for messages of `gallery check` itself.
std::string without_check_advice(std::string message) {
  for (const std::string_view advice : {"run `visavis gallery check` on it and ", "; run `visavis gallery check` on it",
                                        "`visavis gallery check` names all of them: "})
    if (const size_t at = message.find(advice); at != std::string::npos) message.erase(at, advice.size());
  return message;
}

// A damaged file may fail to open. Then the advice to check it would not help.
int check_file(const Context& context, const std::string& path, const CheckOptions& options) try {
  if (options.threshold && !options.people) throw WrongUse("--threshold is for --people: give that as well");
  const Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_READ_ONLY);
  Json problems = Json::array();
  for (const std::string& problem : gallery.check()) problems.push_back(without_check_advice(problem));
  std::vector<TwoFaced> people;
  if (options.people) people = find_two_faced(context, gallery, threshold_of(context, gallery, options.threshold));
  if (context.json) {
    Json line = {{"gallery", path}, {"sound", problems.empty()}, {"problems", problems}};
    if (options.people) line["people"] = two_faced_json(people);
    print_json(line);
  } else if (problems.empty()) {
    out() << path << ": sound\n";
  } else {
    for (const Json& problem : problems) out() << path << ": " << problem.get<std::string>() << '\n';
  }
  if (!context.json)
    for (const TwoFaced& one : people) print_two_faced(one);
  return problems.empty() && people.empty() ? kDone : kFailed;
} catch (const Error& error) {
  throw Failure(without_check_advice(told(error).what()), error.code());
}

// Distances of sets with a density begin at some 0.5: with dlib's 0.6 not even the enrolled photo would be recognised.
void warn_of_nobody(const Gallery& gallery, const Models& models, float threshold) try {
  size_t templates = 0, beyond = 0;
  for (const Person& person : list_persons(gallery, PersonQuery()))
    for (const Template& one : gallery.templates(person.id)) {
      if (templates == 1000) break;  // enough to tell
      ++templates;
      beyond += visavis::compare_many(one.embedding, one.embedding.data(), 1).front() > threshold;
    }
  if (2 * beyond <= templates) return;
  err() << "visavis: warning: of " << templates << " templates " << beyond << " are farther than "
        << short_number(threshold) << " even from themselves: most people will not be recognised. Distances of the set "
        << models.set() << " do not begin at 0; for a comparison the preset standard is "
        << short_number(models.default_threshold()) << " there\n";
} catch (const Error& error) {
  if (error.code() != VAV_E_INVALID_ARGUMENT) throw;  // a model of a user's own, whose norms no set gives
}

int set_threshold(const Context& context, const std::string& path, const std::string& text) {
  const float threshold = text == "none" ? 0.0f : parse_threshold(text);
  Gallery gallery = open_gallery(context, path, open_models(context), VAV_GALLERY_MUST_EXIST);
  gallery.set_threshold(threshold);
  if (threshold > 0) warn_of_nobody(gallery, open_models(context), threshold);
  if (context.json) {
    print_json({{"gallery", path}, {"threshold", threshold > 0 ? Json(short_number(threshold)) : Json(nullptr)}});
  } else if (!context.quiet) {
    out() << path << ": ";
    if (threshold > 0)
      out() << short_number(threshold) << " decides where neither a threshold nor a rate nor a preset is given\n";
    else if (*open_models(context).calibration() != '\0')
      out() << "it has no threshold of its own any more: the preset standard decides where nothing is given\n";
    else if (const auto of_model = measured_threshold(context))
      out() << short_number(*of_model) << ", that of the model, decides where no threshold is given\n";
    else
      out() << "nothing decides where no threshold is given: nobody has measured one for this model\n";
  }
  return kDone;
}

}  // namespace

void add_gallery(Command& app, Context& context) {
  auto* command = app.add_subcommand("gallery", "Check, back up, export and change a gallery file");
  command->require_subcommand();
  const auto path = std::make_shared<std::string>();
  add_gallery_option(command, *path);

  auto* info_command =
      command->add_subcommand("info", "Show what the gallery holds and which model made its templates");
  info_command->footer("Example:\n  visavis gallery info -g people.vav");
  info_command->callback([&context, path] { context.action = [&context, path] { return info(context, *path); }; });

  auto* check_command = command->add_subcommand("check", "Read the whole file and report what is wrong with it");
  const auto check_options = std::make_shared<CheckOptions>();
  check_command->add_flag("--people", check_options->people,
                          "Report also persons with templates of more than one face");
  add_threshold_option(check_command, check_options->threshold);
  check_command->footer("Exit code 3 if there are problems.\nExample:\n  visavis gallery check -g people.vav --people");
  check_command->callback([&context, path, check_options] {
    context.action = [&context, path, check_options] { return check_file(context, *path, *check_options); };
  });

  auto* threshold_command = command->add_subcommand("threshold", "Set the gallery's own threshold");
  const auto threshold = std::make_shared<std::string>();
  threshold_command->add_option("threshold", *threshold, "A distance from 0.000001 to 1.2, or none")
      .required()
      .type_name("T");
  threshold_command->footer(
      "It is used where neither a threshold nor a rate nor a preset is given.\nExample:\n  visavis gallery threshold "
      "-g people.vav "
      "0.46");
  threshold_command->callback([&context, path, threshold] {
    context.action = [&context, path, threshold] { return set_threshold(context, *path, *threshold); };
  });

  add_gallery_people(command, context, path);
  add_gallery_files(command, context, path);
  add_gallery_import(command, context, path);
  add_gallery_migrate(command, context, path);
  add_gallery_rekey(command, context, path);
}

}  // namespace visavis::cli
