// `visavis verify`: is the largest face of a picture this person of the gallery?
#include "commands/commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "output.h"
#include "similarity.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct VerifyOptions {
  std::string gallery;
  std::string person;
  std::string path;
  Decisive decisive;
  Prior prior;
  PolicyOptions policy_options;
  AskedPolicy policy;  // of these
  std::vector<std::string> groups;
  bool include_inactive = false;
};

int run(const Context& context, const VerifyOptions& options) {
  check_texts(options.groups, "--group");
  const Models models = open_models(context);
  require_rates(models, options.decisive);
  const Gallery gallery = open_to_search(context, options.gallery, models);
  require_threshold(context, models, gallery, options.decisive);
  const Person person = find_person(gallery, options.person);
  tell_unknown_groups(gallery, options.groups);
  const Engine engine = create_engine(context, models);
  const LargestFace probe = largest_face(context, engine, options.path, options.policy);
  IdentifyOptions how;
  options.decisive.put_into(how);
  how.include_inactive = options.include_inactive;
  if (!options.groups.empty()) how.groups = options.groups;
  const Comparison result = gallery.verify(person.id, probe.embedding, how);
  if (result.decision == VAV_DECISION_NOT_EVALUATED) {
    throw Failure(person.name + " (id " + std::to_string(person.id) +
                  ") has no template to compare with; add one with visavis enroll --person " +
                  std::to_string(person.id));
  }
  const bool same = result.same();
  const bool inactive = result.decision == VAV_DECISION_INACTIVE;
  const Similarity similarity = models.similarity(result.distance, float(options.prior.of_two()));
  if (context.json) {
    Json line = {{"image", options.path},
                 {"person", {{"id", person.id}, {"name", person.name}}},
                 {"distance", short_number(result.distance)},
                 {"threshold", short_number(result.threshold)},
                 {"false_rate", false_rate_json(result.support, result.rate)},
                 {"false_rate_is", support_name(result.support)},
                 {"decision", decision_name(result.decision)},
                 {"same", same},
                 {"inactive", inactive},
                 {"box", box_json(probe.box)}};
    put_similarity(line, similarity, options.prior.of_two());
    print_json(line);
  } else {
    const bool review = result.decision == VAV_DECISION_REVIEW;
    const bool sure = result.distance <= result.threshold;
    out() << (review      ? "to be reviewed: this may be "
              : !inactive ? (same ? "this is " : "this is not ")
              : sure      ? "this is "
                          : "this may be ")
          << person.name << " (id " << person.id << ')';
    if (inactive)
      out() << ", who may not be let in: disabled, not yet or no longer valid, expired, or in no such group";
    out().print(": distance %.3f", result.distance).print(", threshold %.3f", result.threshold)
        << similarity_text(similarity, options.prior.of_two()) << '\n';
  }
  return same ? kDone : kNegative;
}

}  // namespace

void add_verify(Command& app, Context& context) {
  auto* command =
      app.add_subcommand("verify", "Compare the largest face of a picture with one person; exit 1 if they differ");
  const auto options = std::make_shared<VerifyOptions>();
  add_gallery_option(command, options->gallery);
  command->add_option("--person", options->person, kPersonHelp).required().type_name("P");
  command->add_option("path", options->path, "The picture").required().type_name("PATH");
  add_decisive_options(command, options->decisive);
  add_prior_option(command, options->prior, false);
  add_policy_options(command, options->policy_options);
  command
      ->add_option("--group", options->groups,
                   "Only if the person is a member of this group; if given several times, of at least one of them")
      .type_name("GROUP");
  command->add_flag("--include-inactive", options->include_inactive,
                    "Include disabled, expired and out-of-date persons");
  command->footer(
      "Exit code 0: this is the person, who may be let in now; 1: it is not, or the person may not.\nExample:\n  "
      "visavis verify -g "
      "people.vav --person Ada door.jpg && echo come in");
  command->callback([&context, options] {
    context.action = [&context, options] {
      options->policy = options->policy_options.read();
      return run(context, *options);
    };
  });
}

}  // namespace visavis::cli
