// `visavis draw`: a copy of a picture with the faces marked, and named when a gallery is given.
#include <memory>
#include <optional>

#include "commands/commands.h"
#include "draw/annotate.h"
#include "draw/picture_writer.h"
#include "engine.h"
#include "gallery_access.h"
#include "incoming.h"
#include "interrupt.h"
#include "output.h"
#include "pictures.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct DrawCommand {
  std::string in, out, gallery, font;
  Decisive decisive;
  bool force = false;
};

// A copy to draw on: the library's pixels are not ours to change.
cv::Mat copy_pixels(const Image& image) {
  const Pixels pixels = image.pixels();
  return cv::Mat(pixels.height, pixels.width, CV_8UC3, const_cast<uint8_t*>(pixels.data[0]), size_t(pixels.stride[0]))
      .clone();
}

// Sets the mark as the gallery answers for this face, and returns the answer as JSON keys.
Json name_face(const DrawCommand& command, const Gallery& gallery, EmbeddingView embedding, Mark& mark) {
  if (embedding.empty()) {
    mark.label = "NOT COMPARABLE";
    return {{"decision", "not_evaluated"}, {"person", nullptr}, {"distance", nullptr}};
  }
  IdentifyOptions options;
  options.max_candidates = 1;
  command.decisive.put_into(options);
  const Matches matches = gallery.identify(embedding, options);
  const bool match = matches.decision() == VAV_DECISION_MATCH;
  mark.kind = match ? MarkKind::kKnown : MarkKind::kUnknown;
  mark.label = "UNKNOWN";
  Json keys = {{"decision", decision_name(matches.decision())}, {"person", nullptr}, {"distance", nullptr}};
  put_limits(keys, matches.limits());
  if (!matches.empty()) keys["distance"] = short_number(matches[0].distance);
  if (match) {
    mark.label = matches[0].name;
    keys["person"] = {{"id", matches[0].person}, {"name", mark.label}};
  }
  return keys;
}

int run(const Context& context, const DrawCommand& command) {
  if (command.gallery.empty() && command.decisive.given())
    throw WrongUse("--threshold, --false-rate and --preset are for names: give a gallery with -g");
  check_picture_extension(command.out);
  check_new_picture(command.out, {command.in, command.gallery, command.font}, command.force);
  if (!command.font.empty()) require_file(command.font);
  const Lettering lettering(command.font);
  const Models models = open_models(context);
  require_rates(models, command.decisive);
  std::optional<Gallery> gallery;
  if (!command.gallery.empty()) gallery = open_to_search(context, command.gallery, models);
  if (gallery) require_threshold(context, models, *gallery, command.decisive);
  const Engine engine = create_engine(context, models);
  const Image image = load_image(command.in);
  const uint32_t what = VAV_ANALYZE_LANDMARKS | (gallery ? VAV_ANALYZE_EMBEDDING : 0);
  const Faces faces = find_faces(context, engine, image, what);
  stop_if_interrupted();

  std::vector<Mark> marks;
  Json line = picture_json(command.in, image);
  line["output"] = command.out;
  for (int32_t i = 0; i < faces.size(); ++i) {
    Mark mark{faces[i], MarkKind::kFace, ""};
    Json object = face_json(mark.face);
    if (gallery) object.update(name_face(command, *gallery, faces.embedding(i), mark));
    line["faces"].push_back(std::move(object));
    marks.push_back(std::move(mark));
  }
  cv::Mat picture = copy_pixels(image);
  annotate(picture, marks, lettering);
  write_picture(command.out, picture);
  if (context.json)
    print_json(line);
  else if (!context.quiet)
    out() << command.out << ": " << marks.size() << (marks.size() == 1 ? " face" : " faces") << " marked\n";
  return kDone;
}

}  // namespace

void add_draw(Command& app, Context& context) {
  auto* command = app.add_subcommand("draw", "Mark the faces on a copy of a picture, with names if a gallery is given");
  auto options = std::make_shared<DrawCommand>();
  command->add_option("in", options->in, "The picture").required().type_name("IN");
  command->add_option("out", options->out, "The new file: .jpg, .jpeg or .png").required().type_name("OUT");
  command->add_option("-g,--gallery", options->gallery, "Write the names of persons in this gallery")
      .type_name("GALLERY");
  add_decisive_options(command, options->decisive);
  command->add_option("--font", options->font, "A TrueType font for the names (default: one that is installed)")
      .type_name("FILE");
  command->add_flag("--force", options->force, "Replace OUT if it exists; never the picture itself");
  command->footer("Example:\n  visavis draw door.jpg marked.png -g people.vav");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
