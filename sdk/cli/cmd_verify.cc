// `visavis verify`: is the largest face of a picture this person of the gallery?
#include "commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "output.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct VerifyOptions {
  std::string gallery;
  std::string person;
  std::string path;
  Threshold threshold;
};

int run(const Context& context, const VerifyOptions& options) {
  const Models models = open_models(context);
  const Gallery gallery = open_to_search(context, options.gallery, models.get());
  const Person person = find_person(gallery.get(), options.person);
  const Engine engine = create_engine(context, models.get());
  const LargestFace probe = largest_face(context, engine.get(), options.path);
  vav_comparison result = VAV_COMPARISON_INIT;
  call(vav_gallery_verify, &result, gallery.get(), person.id, probe.embedding, or_default(options.threshold));
  if (result.decision == VAV_DECISION_NOT_EVALUATED) {
    throw Failure(person.name + " (id " + std::to_string(person.id) +
                  ") has no template to compare with; add one with visavis enroll --person " +
                  std::to_string(person.id));
  }
  const bool same = result.decision == VAV_DECISION_MATCH;
  if (context.json) {
    print_json({{"image", options.path},
                {"person", {{"id", person.id}, {"name", person.name}}},
                {"distance", short_number(result.distance)},
                {"threshold", short_number(result.threshold)},
                {"same", same},
                {"box", box_json(probe.face.box)}});
  } else {
    out() << (same ? "this is " : "this is not ") << person.name << " (id " << person.id << ')';
    out().print(": distance %.3f", result.distance).print(", threshold %.3f\n", result.threshold);
  }
  return same ? kDone : kNegative;
}

}  // namespace

void add_verify(Command& app, Context& context) {
  auto* command =
      app.add_subcommand("verify", "Compare the largest face of a picture with one person; exit 1 when they differ");
  const auto options = std::make_shared<VerifyOptions>();
  add_gallery_option(command, options->gallery);
  command->add_option("--person", options->person, kPersonHelp).required().type_name("P");
  command->add_option("path", options->path, "The picture").required().type_name("PATH");
  add_threshold_option(command, options->threshold);
  command->footer("Example:\n  visavis verify -g people.vav --person Ada door.jpg && echo come in");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
