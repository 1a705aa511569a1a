// The command `visavis`: global options, the commands, and what becomes of their failures.
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "secret.h"
#include "visavis/visavis.h"

namespace visavis::cli {
namespace {

// Takes one of some words for a number.
CLI::Validator word(const std::map<std::string, int32_t>& numbers) {
  return CLI::Validator(
      [numbers](std::string& text) -> std::string {
        const auto found = numbers.find(text);
        if (found == numbers.end()) {
          std::string known;
          for (const auto& [name, number] : numbers) known += (known.empty() ? "" : " or ") + name;
          return "expected " + known + ", not " + text;
        }
        text = std::to_string(found->second);
        return "";
      },
      "");
}

// "X,Y,W,H" in px.
std::vector<int32_t> region(const std::string& text) {
  std::vector<int32_t> numbers;
  bool plain = true;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    int32_t number = -1;
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), number);
    plain = plain && failed == std::errc() && end == part.data() + part.size() && number >= 0 && number <= 65535;
    numbers.push_back(number);
  }
  if (!plain || numbers.size() != 4 || text.back() == ',' || numbers[2] == 0 || numbers[3] == 0)
    throw CLI::ValidationError("--roi", "\"" + text + "\" is not X,Y,W,H: four whole numbers of px up to 65535, " +
                                            "width and height at least 1");
  return numbers;
}

void add_global_options(CLI::App& app, Context& context) {
  const auto add = [&app](const std::string& name, auto& value, const std::string& help, const char* argument) {
    return app.add_option(name, value, help)->option_text(argument)->group("Options for all commands");
  };
  if (const char* models = std::getenv("VISAVIS_MODELS")) context.models = models;
  add("--models", context.models, "Look for models here first (else VISAVIS_MODELS, the user's cache)", "DIR");
  if (const char* unlock = std::getenv("VISAVIS_UNLOCK")) context.unlock = unlock;
  add("--unlock", context.unlock, kSecretHelp, "SOURCE");
  add("--audit-label", context.audit_label, "Who is at work, for the audit log of a gallery that keeps one", "TEXT");
  app.add_flag("--json", context.json, "One JSON object a line, for programs")->group("Options for all commands");
  app.add_flag("-q,--quiet", context.quiet, "No progress and no summaries")->group("Options for all commands");
  add("--threads", context.threads, "At most this many threads; 0 = all the machine has", "N")
      ->check(CLI::Range(0, 256));
  add("--detector", context.detector, "hog: fast, frontal faces; cnn: turned and covered ones too, slow", "hog|cnn")
      ->transform(word({{"hog", VAV_DETECTOR_HOG}, {"cnn", VAV_DETECTOR_CNN}}));
  add("--backend", context.backend, "What runs the networks", "auto|dlib|onednn|opencv")
      ->transform(word({{"auto", VAV_BACKEND_AUTO},
                        {"dlib", VAV_BACKEND_DLIB},
                        {"onednn", VAV_BACKEND_ONEDNN},
                        {"opencv", VAV_BACKEND_OPENCV}}));
  add("--min-face", context.min_face,
      "Smallest face looked for, in px; small ones cost time (default: hog about 72, cnn about 40)", "PX")
      ->check(CLI::Range(0, 65535));
  add("--max-face", context.max_face, "Largest face looked for, in px; 0 = no limit", "PX")
      ->check(CLI::Range(0, 1000000));
  add("--max-megapixels", context.max_megapixels,
      "Refuse pictures larger than this, as the detector looks at them; bounds memory (default: hog 400, cnn 50)", "N")
      ->check(CLI::Range(0, 1000));
  app.add_flag("--gray", context.gray, "Look at the grey picture: a little faster, now and then another box (hog only)")
      ->group("Options for all commands");
  app.add_option_function<std::string>(
         "--roi", [&context](const std::string& text) { context.roi = region(text); },
         "Look for faces in this part of each picture only")
      ->option_text("X,Y,W,H")
      ->group("Options for all commands");
}

void add_commands(CLI::App& app, Context& context) {
  add_detect(app, context);
  add_embed(app, context);
  add_compare(app, context);
  add_enroll(app, context);
  add_identify(app, context);
  add_verify(app, context);
  add_person(app, context);
  add_gallery(app, context);
  add_audit(app, context);
  add_draw(app, context);
  add_models(app, context);
  add_eval(app, context);
  add_bench(app, context);
  add_doctor(app, context);
}

std::string explain(const CLI::App* app, const CLI::Error& error) {
  std::string what = error.what();
  if (app->get_subcommands().empty() && error.get_exit_code() == int(CLI::ExitCodes::RequiredError)) {
    const std::vector<std::string> words = app->remaining();
    what = words.empty() ? "a command is required" : "there is no command " + words.front();
    return "visavis: " + what + ". Run visavis --help for a list.\n";
  }
  return "visavis: " + what + "\nRun visavis COMMAND --help for more.\n";
}

// A file whose name looks like an option is easily given, and hardly understood from "path is required".
void hint_at_dashes(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    std::error_code error;
    if (argv[i][0] == '-' && std::filesystem::exists(argv[i], error))
      std::cerr << "There is a file " << argv[i] << ": to mean it, write ./" << argv[i] << " or put -- before it\n";
  }
}

void report(const Context& context, vav_status code, const char* message) {
  std::cerr << "visavis: " << message << '\n';
  if (context.json) print_json({{"error", error_json(code, message)}});
}

int run(const Context& context) {
  try {
    const int result = context.action ? context.action() : kDone;
    if (!std::cout.flush()) throw Failure("could not write the output");
    return result;
  } catch (const Interrupted&) {
    std::cerr << "visavis: interrupted\n";
    return kInterrupted;
  } catch (const WrongUse& e) {
    std::cerr << "visavis: " << e.what() << '\n';
    return kWrongUse;
  } catch (const Failure& e) {
    report(context, e.code(), e.what());
    return kFailed;
  } catch (const std::exception& e) {
    report(context, VAV_OK, e.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace visavis::cli

int main(int argc, char** argv) {
  using namespace visavis::cli;
  Context context;
  CLI::App app("Face recognition: finds, compares, enrols and identifies faces.", "visavis");
  app.require_subcommand(1);
  app.fallthrough();  // global options may stand after the command too
  app.failure_message(explain);
  app.set_version_flag("--version", std::string("visavis ") + vav_version());
  app.footer(
      "visavis COMMAND --help tells more. Exit codes: 0 done, 1 a negative answer, 2 wrong use, 3 failed.\n"
      "A path that begins with a dash: put -- before it, or write ./-name.jpg");
  add_global_options(app, context);
  add_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (app.exit(e) == 0) return kDone;
    hint_at_dashes(argc, argv);
    return kWrongUse;
  }
  watch_interrupt();
  return run(context);
}
