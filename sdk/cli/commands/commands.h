// The commands: each adds itself to the command line and, when it is given, puts its work into context.action.
//
// The pattern of a commands/<verb>.cc:
//   void add_verb(Command& app, Context& context) {
//     auto* command = app.add_subcommand("verb", "What it does in one line.");
//     auto options = std::make_shared<VerbOptions>();
//     command->add_option("path", options->paths, "…").required();
//     command->footer("Example:\n  visavis verb a.jpg");
//     command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); };
//     });
//   }
// The options live in the shared_ptr because the command line is read into them after add_verb has returned.
#pragma once

#include "command_line.h"
#include "context.h"

namespace visavis::cli {

void add_demo(Command& app, Context& context);
void add_detect(Command& app, Context& context);
void add_embed(Command& app, Context& context);
void add_cluster(Command& app, Context& context);
void add_compare(Command& app, Context& context);
void add_enroll(Command& app, Context& context);
void add_identify(Command& app, Context& context);
void add_verify(Command& app, Context& context);
void add_person(Command& app, Context& context);
void add_gallery(Command& app, Context& context);
void add_audit(Command& app, Context& context);
void add_draw(Command& app, Context& context);
void add_portrait(Command& app, Context& context);
void add_models(Command& app, Context& context);
void add_eval(Command& app, Context& context);
void add_calibrate(Command& app, Context& context);
void add_bench(Command& app, Context& context);
void add_doctor(Command& app, Context& context);

}  // namespace visavis::cli
