// The command `visavis`: global options, the commands, and what happens after failures.
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "command_words.h"
#include "commands/commands.h"
#include "detectors.h"
#include "engine.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "pictures.h"
#include "printable.h"
#include "secret.h"
#include "times.h"
#include "visavis/version.hpp"

namespace visavis::cli {
namespace {

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
    throw WrongUse("--roi is '" + shortened(text) +
                   "', not X,Y,W,H: four whole numbers of px up to 65535, width and height at least 1");
  if (numbers[2] == 1 && numbers[3] == 1)  // at 0,0 it would stand for the whole picture
    throw WrongUse("--roi is '" + shortened(text) + "', a single pixel, which shows no face");
  return numbers;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

void use_detector(Context& context, const std::string& text) {
  context.detector = detector_named(text).number;
  context.detector_word = text;
}

// Refuses options that do not fit together, before any work.
void check_options(const Context& context) {
  if (context.max_face > 0 && context.max_face < context.min_face)
    throw WrongUse("--max-face " + std::to_string(context.max_face) + " is below --min-face " +
                   std::to_string(context.min_face));
  const Models models = open_models_alone(context);
  const std::string own = models.detectors();
  if (!context.detector_word.empty() && (' ' + own + ' ').find(' ' + context.detector_word + ' ') == std::string::npos)
    throw WrongUse("--detector " + context.detector_word + " is not of the set of models " + models.set() +
                   ", which has: " + own + "; --model-set takes another set");
  if (context.gray && !detector_in_use(context).takes_gray)
    throw WrongUse("--gray is for --detector hog only: the others look at colours");
  if (!is_utf8(context.audit_label))
    throw WrongUse("--audit-label is not UTF-8: '" + shortened(context.audit_label) + "'");
}

void add_global_options(Command& app, Context& context) {
  constexpr const char* kGroup = "Options for all commands";
  const auto add = [&app](const char* name, auto& value, const std::string& help, const char* argument) {
    return app.add_option(name, value, help).option_text(argument).group(kGroup);
  };
  const auto add_flag = [&app](const char* name, bool& value, const std::string& help) {
    app.add_flag(name, value, help).group(kGroup);
  };
  context.models = environment("VISAVIS_MODELS");
  add("--models", context.models, "Look for models here first (default: VISAVIS_MODELS, then the cache of the user)",
      "DIR");
  context.model_set = environment("VISAVIS_MODEL_SET");
  add("--model-set,--recipe", context.model_set,
      "Which models to use, and how: dlib, dlib-1, opencv-zoo or sface-1 (default: VISAVIS_MODEL_SET, then that of the "
      "gallery, then dlib-1)",
      "SET");
  context.calibration = environment("VISAVIS_CALIBRATION");
  add("--calibration", context.calibration,
      "A table of error rates, as visavis calibrate -o writes it: presets and rates go by it (default: "
      "VISAVIS_CALIBRATION, then the library's)",
      "FILE");
  context.unlock = environment("VISAVIS_UNLOCK");
  add("--unlock", context.unlock, kSecretHelp, "SOURCE");
  add("--audit-label", context.audit_label, "Who uses the gallery, for its audit log", "TEXT");
  add("--wait", context.wait, "How many seconds to wait while another process writes to the gallery (default 5)", "S")
      .range(1, 3600);
  add_flag("--json", context.json, "Print one JSON object on each line, for programs");
  app.add_option("--timezone", use_time_zone,
                 "The time zone of dates, an IANA name such as Europe/Berlin (default: that of the machine)")
      .option_text("ZONE")
      .group(kGroup);
  add_flag("-q,--quiet", context.quiet, "Print no progress and no summaries");
  add_flag("--recursive", context.recursive, "Take also the pictures in folders inside a folder");
  add("--threads", context.threads, "Use at most this many threads; 0 = all that the machine has", "N").range(0, 256);
  app.add_option(
         "--detector", [&context](const std::string& text) { use_detector(context, text); },
         "hog: fast, finds frontal faces; cnn: slow, also finds turned and covered faces; yunet: fast, finds them all "
         "and "
         "small ones; its file has another licence: cli.md")
      .option_text("hog|cnn|yunet")
      .group(kGroup);
  app.add_choice("--backend", context.backend,
                 {{"auto", VAV_BACKEND_AUTO},
                  {"dlib", VAV_BACKEND_DLIB},
                  {"onednn", VAV_BACKEND_ONEDNN},
                  {"opencv", VAV_BACKEND_OPENCV}},
                 "What runs the networks")
      .option_text("auto|dlib|onednn|opencv")
      .group(kGroup);
  app.add_choice("--precision", context.precision, {{"exact", VAV_PRECISION_EXACT}, {"fast", VAV_PRECISION_FAST}},
                 "How exact embeddings are; fast: those of SFace in two fifths of the time, where the CPU can (cli.md)")
      .option_text("exact|fast")
      .group(kGroup);
  add("--min-face", context.min_face,
      "The smallest face to find, in px; smaller ones take more time; 0 (default) = what the detector sees by itself: "
      "hog about 72, cnn about 40, yunet a sixtieth of the longer side",
      "PX")
      .range(0, 65535);
  add("--max-face", context.max_face, "The largest face to find, in px; 0 = no limit", "PX").range(0, 1000000);
  add("--max-megapixels", context.max_megapixels,
      "Refuse larger pictures: as files (default 100), and as the detector looks at them (default: hog 400, cnn 50; "
      "yunet takes any, in parts); "
      "limits memory",
      "N")
      .range(0, 1000);
  add_flag("--gray", context.gray,
           "Look at the picture in grey: a little faster; a face or a box may differ (only hog)");
  add_flag("--upright", context.upright,
           "Also look at each picture turned by 90, 180 and 270 degrees; takes four times as long");
  app.add_option(
         "--roi", [&context](const std::string& text) { context.roi = region(text); },
         "Look for faces only in this part of each picture")
      .option_text("X,Y,W,H")
      .group(kGroup);
}

void add_commands(Command& app, Context& context) {
  add_demo(app, context);
  add_detect(app, context);
  add_embed(app, context);
  add_cluster(app, context);
  add_compare(app, context);
  add_enroll(app, context);
  add_identify(app, context);
  add_verify(app, context);
  add_person(app, context);
  add_gallery(app, context);
  add_audit(app, context);
  add_draw(app, context);
  add_portrait(app, context);
  add_models(app, context);
  add_eval(app, context);
  add_calibrate(app, context);
  add_bench(app, context);
  add_doctor(app, context);
}

std::string version_text() { return std::string("visavis ") + version(); }

int print_version(bool json) {
  if (json) {
    print_json({{"version", version()}});
  } else {
    out() << version_text() << '\n';
  }
  return kDone;
}

void add_help(Command& app, Context& context) {
  auto* help = app.add_subcommand("help", "Show how to use a command");
  const auto words = std::make_shared<std::vector<std::string>>();
  help->add_option("command", *words, "Such as: identify, or: person list").type_name("COMMAND");
  help->footer("Example:\n  visavis help person list");
  help->callback([&app, &context, words] {
    context.action = [&app, words] {
      out().raw(app.help(*words));
      return kDone;
    };
  });
  auto* version = app.add_subcommand("version", "Show the version");
  version->footer("Example:\n  visavis version");
  version->callback([&context] { context.action = [&context] { return print_version(context.json); }; });
}

// A file whose name begins with a dash is taken for an option, and then "path is required" does not help.
void hint_at_dashes(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    std::error_code error;
    if (argv[i][0] == '-' && std::filesystem::exists(argv[i], error)) {
      const std::string name = argv[i];
      err() << "There is a file " << name << ": to mean it, write ./" << name << " or put -- before it\n";
    }
  }
}

// Works also if the command line could not be read to its end.
bool wants_json(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i)
    if (std::string_view(argv[i]) == "--json") return true;
  return false;
}

int fail(bool json, int exit, const Failure& failure) {
  const std::string message = failure.what();
  err() << "visavis: ";
  err().raw(dynamic_cast<const LongFailure*>(&failure) ? printable_lines(message) : printable(message)) << '\n';
  if (json) print_json({{"error", error_json(failure)}});
  return exit;
}

int parse_and_run(Command& app, Context& context, int argc, char** argv) {
  const bool json = wants_json(argc, argv);
  try {
    std::string answer;
    if (app.parse(argc, argv, version_text(), answer)) {
      if (context.model_set.empty()) {
        context.model_set = model_set_of(app.given("--gallery"));
        context.set_of_gallery = true;
      }
      context.calibration_of_environment = app.given("--calibration").empty();
      check_options(context);
      name_models_folder(context.models == environment("VISAVIS_MODELS") ? "" : context.models);
      allow_pictures_of(context.max_megapixels);
      return context.action ? context.action() : int{kDone};
    }
    if (json && answer == version_text() + '\n') return print_version(true);
    out().raw(answer);
    return kDone;
  } catch (const WrongUse& e) {
    const int code = fail(json, kWrongUse, Failure(e.what()));
    hint_at_dashes(argc, argv);
    return code;
  } catch (const LongFailure& failure) {
    return fail(json, exit_code_of(failure), failure);
  } catch (const Error& error) {
    const Failure failure = told(error);
    const int exit = exit_code_of(failure);
    // With --json, wrong use has no code of the library, whoever found it.
    return fail(json, exit, exit == kWrongUse ? Failure(failure.what()) : failure);
  }
}

int run(int argc, char** argv) {
  Context context;
  Command app("Face recognition: finds, compares, enrols and identifies faces.", "visavis");
  app.require_subcommand();
  app.footer(
      "For more: visavis COMMAND --help. Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 failed.\n"
      "A path that begins with a dash: put -- before it, or write ./-name.jpg");
  add_global_options(app, context);
  add_commands(app, context);
  add_help(app, context);
  try {
    const int code = parse_and_run(app, context, argc, argv);
    finish_output();
    return code;
  } catch (const Interrupted&) {
    out().flush_what_is_taken();  // the results so far, and the summary
    err() << "visavis: interrupted\n";
    return kInterrupted;
  } catch (const OutputFailure& e) {
    if (e.reader_gone()) {  // other programs end by this signal, silently
      signal(SIGPIPE, SIG_DFL);
      raise(SIGPIPE);
    }
    err() << "visavis: " << std::string(e.what()) << '\n';
    return kFailed;
  } catch (const std::bad_alloc&) {
    return fail(context.json, kFailed, Failure("out of memory", VAV_E_OUT_OF_MEMORY));
  } catch (const std::exception& e) {
    return fail(context.json, kFailed, Failure(e.what()));
  }
}

}  // namespace
}  // namespace visavis::cli

int main(int argc, char** argv) {
  visavis::cli::guard_standard_streams();
  visavis::cli::watch_interrupt();
  return visavis::cli::run(argc, argv);
}
