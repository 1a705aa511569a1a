// `visavis doctor`: what this installation is made of, what is wrong with it, and what mends that.
#include <algorithm>
#include <vector>

#include "commands/commands.h"
#include "engine.h"
#include "fetch/models_state.h"
#include "files.h"
#include "output.h"
#include "visavis/version.hpp"

namespace visavis::cli {
namespace {

struct Diagnosis {
  Json library;                // what it says of itself
  std::string set, detectors;  // of models
  Json table;                  // of error rates: "own", "library" or null
  std::string table_words;
  std::string backend;  // the one that runs
  std::vector<ModelState> models;
  std::string models_directory;
  bool writable = false;
  std::vector<std::string> problems;  // something needed is missing
  std::vector<std::string> hints;     // worth knowing
};

void diagnose_models(const Context& context, const Models& models, Diagnosis& found) {
  for (const ModelInfo& info : models) {
    ModelState state = verify_model(models, info);
    if (!state.fine()) found.problems.push_back(state.message);
    found.models.push_back(std::move(state));
  }
  found.models_directory = models.directory();
  found.writable = !found.models_directory.empty() && can_write_into(found.models_directory);
  if (!found.writable)
    found.hints.push_back("the folder for models (" +
                          (found.models_directory.empty() ? "no home directory" : found.models_directory) +
                          ") cannot be written: give `visavis models fetch` a folder that can, with --models DIR");
  if (!context.models.empty() && !std::filesystem::is_directory(context.models))
    found.hints.push_back(context.models + " (--models or VISAVIS_MODELS) is no folder");
}

// The table by which presets and rates go. One that cannot be used is a problem of whatever decides something.
void diagnose_table(const Context& context, const Models& models, Diagnosis& found) try {
  if (context.calibration.empty()) {
    const bool measured = *models.calibration() != '\0';
    found.table = measured ? Json("library") : Json(nullptr);
    found.table_words = measured ? "the library's" : "none: nobody has measured these models";
    return;
  }
  found.table = "own";
  const std::string by = context.calibration_of_environment ? " (VISAVIS_CALIBRATION)" : "";
  found.table_words = context.calibration + by + " cannot be used";
  const Limits limits = open_models(context).limits({});
  found.table_words = context.calibration + by + ", of " + std::to_string(limits.persons) + " persons";
} catch (const Error& error) {
  found.problems.push_back(told(error).what());
}

Diagnosis diagnose(const Context& context) {
  Diagnosis found;
  found.library = Json::parse(describe());
  const Models models = open_models_alone(context);
  found.set = models.set();
  found.detectors = models.detectors();
  diagnose_models(context, models, found);
  diagnose_table(context, models, found);
  found.backend = create_engine(context, models).backend();
  return found;
}

void print_as_json(const Diagnosis& found) {
  Json models = Json::array();
  for (const ModelState& state : found.models) models.push_back(model_state_json(state));
  print_json({{"ok", found.problems.empty()},
              {"version", version()},
              {"library", found.library},
              {"backend", found.backend},
              {"set", found.set},
              {"table", found.table},
              {"models", models},
              {"models_directory", found.models_directory},
              {"models_directory_writable", found.writable},
              {"problems", found.problems},
              {"hints", found.hints}});
}

// "a 1, b 2" for an object, "a, b" for an array.
std::string words(const Json& list) {
  std::string text;
  for (const auto& [key, value] : list.items()) {
    text += text.empty() ? "" : ", ";
    if (list.is_object()) text += key + ' ';
    text += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return text.empty() ? "none" : text;
}

void print_plain(const Diagnosis& found) {
  const Json& library = found.library;
  const Json cpu = library.value("cpu", Json::object());
  out() << "visavis   " << version() << '\n'
        << "built on  " << words(library.value("dependencies", Json::object())) << '\n'
        << "CPU       " << words(cpu.value("features", Json::array())) << "; " << cpu.value("threads", 0)
        << " threads\n"
        << "backends  " << words(library.value("backends", Json::array())) << "; in use: " << found.backend << '\n'
        << "model set " << found.set << ", with the detectors " << found.detectors << '\n';
  for (const ModelState& state : found.models) {
    const std::string role = state.set == found.set || state.set.empty() ? "optional" : "of " + state.set;
    out() << "model     " << state.status << (state.optional ? " (" + role + ")" : "") << ": "
          << (state.path.empty() ? state.id : state.path) << '\n';
  }
  out() << "rates by  " << found.table_words << '\n';
  out() << "fetch to  " << found.models_directory << (found.writable ? "" : " (not writable)") << '\n';
  for (const std::string& problem : found.problems) out() << "\nproblem: " << problem << '\n';
  for (const std::string& hint : found.hints) out() << "\nhint: " << hint << '\n';
  if (found.problems.empty()) out() << "\nAll that is needed is here.\n";
}

int run(const Context& context) {
  const Diagnosis found = diagnose(context);
  if (context.json)
    print_as_json(found);
  else
    print_plain(found);
  return found.problems.empty() ? kDone : kFailed;
}

}  // namespace

void add_doctor(Command& app, Context& context) {
  auto* command = app.add_subcommand("doctor", "Check this installation: versions, CPU, backends, models");
  command->footer("Example:\n  visavis doctor");
  command->callback([&context] { context.action = [&context] { return run(context); }; });
}

}  // namespace visavis::cli
