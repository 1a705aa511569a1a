// `visavis compare`: are the largest faces of two pictures the same person?
#include <memory>

#include "commands/commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "output.h"
#include "pictures.h"
#include "similarity.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct CompareCommand {
  std::string a, b;
  Decisive decisive;
  Prior prior;
};

int run(const Context& context, const CompareCommand& command) {
  const Models models = open_models(context);
  require_rates(models, command.decisive);
  const Engine engine = create_engine(context, models);
  const LargestFace a = largest_face(context, engine, command.a);
  stop_if_interrupted();
  const LargestFace b = largest_face(context, engine, command.b);
  const Limits limits = comparison_limits(context, command.decisive.asked());
  const Comparison result = compare(a.embedding, b.embedding, limits.threshold);
  const bool same = result.same();
  const bool review = !same && result.distance <= limits.review;
  const Similarity similarity = models.similarity(result.distance, float(command.prior.of_two()));
  if (context.json) {
    Json line = {{"a", command.a}, {"b", command.b}, {"distance", short_number(result.distance)}};
    line["decision"] = decision_name(review ? Decision(VAV_DECISION_REVIEW) : result.decision);
    put_limits(line, limits);
    put_similarity(line, similarity, command.prior.of_two());
    line.update({{"same", same}, {"box_a", box_json(a.box)}, {"box_b", box_json(b.box)}});
    print_json(line);
  } else
    (out() << (same     ? "same person"
               : review ? "to be reviewed: may be the same person"
                        : "different persons"))
            .print(": distance %.3f", result.distance)
            .print(", threshold %.3f", result.threshold)
        << similarity_text(similarity, command.prior.of_two()) << '\n';
  return same ? kDone : kNegative;
}

}  // namespace

void add_compare(Command& app, Context& context) {
  auto* command = app.add_subcommand("compare", "Compare the largest faces of two pictures; exit 1 if they differ");
  auto options = std::make_shared<CompareCommand>();
  command->add_option("a", options->a, "One picture").required().type_name("A");
  command->add_option("b", options->b, "The other picture").required().type_name("B");
  add_decisive_options(command, options->decisive, false);
  add_prior_option(command, options->prior, false);
  command->footer("Example:\n  visavis compare ada1.jpg ada2.jpg && echo same");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
