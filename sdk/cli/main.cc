// The command `visavis`: global options, the commands, and what becomes of their failures.
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "commands.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "visavis/visavis.h"

namespace visavis::cli {
namespace {

void add_global_options(CLI::App& app, Context& context) {
  const auto group = [](CLI::Option* option) { return option->group("Options for all commands"); };
  if (const char* models = std::getenv("VISAVIS_MODELS")) context.models = models;
  group(
      app.add_option("--models", context.models, "Look for models here first (else VISAVIS_MODELS, the user's cache)"))
      ->type_name("DIR");
  group(app.add_flag("--json", context.json, "One JSON object a line, for programs"));
  group(app.add_flag("-q,--quiet", context.quiet, "No progress and no summaries"));
  group(app.add_option("--threads", context.threads, "At most this many threads; 0 = all the machine has"))
      ->check(CLI::Range(0, 256))
      ->type_name("N");
  group(app.add_option("--detector", context.detector,
                       "hog: fast, frontal faces; cnn: turned and covered ones too, slow"))
      ->transform(
          CLI::Transformer(std::map<std::string, int32_t>{{"hog", VAV_DETECTOR_HOG}, {"cnn", VAV_DETECTOR_CNN}}))
      ->type_name("hog|cnn");
  group(app.add_option("--backend", context.backend, "What runs the networks"))
      ->transform(
          CLI::Transformer(std::map<std::string, int32_t>{{"auto", VAV_BACKEND_AUTO}, {"dlib", VAV_BACKEND_DLIB}}))
      ->type_name("auto|dlib");
  group(app.add_option("--min-face", context.min_face,
                       "Smallest face looked for; small ones cost time (default: what the "
                       "detector sees unaided, hog about 80, cnn about 40)"))
      ->check(CLI::Range(0, 65535))
      ->type_name("PX");
  group(app.add_option("--max-face", context.max_face, "Largest face looked for; 0 = no limit"))
      ->check(CLI::Range(0, 1000000))
      ->type_name("PX");
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
  add_draw(app, context);
  add_models(app, context);
  add_eval(app, context);
  add_doctor(app, context);
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
  app.set_version_flag("--version", std::string("visavis ") + vav_version());
  app.footer(
      "visavis COMMAND --help tells more. Exit codes: 0 done, 1 a negative answer, 2 wrong use, 3 failed.\n"
      "A path that begins with a dash: put -- before it, or write ./-name.jpg");
  add_global_options(app, context);
  add_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kWrongUse;
  }
  watch_interrupt();
  return run(context);
}
