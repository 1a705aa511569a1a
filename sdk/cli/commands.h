// The commands: each adds itself to the command line and, when it is given, puts its work into context.action.
//
// The pattern of a cmd_<verb>.cc:
//   void add_verb(CLI::App& app, Context& context) {
//     auto* command = app.add_subcommand("verb", "What it does in one line.");
//     auto options = std::make_shared<VerbOptions>();
//     command->add_option("path", options->paths, "…")->required();
//     command->footer("Example:\n  visavis verb a.jpg");
//     command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); };
//     });
//   }
// The options live in the shared_ptr because CLI11 writes into them after add_verb has returned.
#pragma once

#include <CLI/CLI.hpp>

#include "context.h"

namespace visavis::cli {

void add_detect(CLI::App& app, Context& context);
void add_embed(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_enroll(CLI::App& app, Context& context);
void add_identify(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_person(CLI::App& app, Context& context);
void add_gallery(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_draw(CLI::App& app, Context& context);
void add_models(CLI::App& app, Context& context);
void add_eval(CLI::App& app, Context& context);
void add_bench(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);

}  // namespace visavis::cli
