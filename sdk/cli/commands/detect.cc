// `visavis detect`: boxes, scores and landmarks of the faces in pictures.
#include <memory>

#include "commands/commands.h"
#include "engine.h"
#include "one_face.h"
#include "output.h"
#include "pictures.h"
#include "quality.h"

namespace visavis::cli {
namespace {

struct DetectCommand {
  std::vector<std::string> paths;
  bool clip = false;
  bool no_landmarks = false;
  bool quality = false;
  float threshold = 0;
};

Faces find(const Context& context, const DetectCommand& command, const Engine& engine, const Image& image) {
  DetectOptions detect = detect_options(context);
  detect.clip = command.clip;
  detect.threshold = command.threshold;
  const uint32_t what = VAV_ANALYZE_LANDMARKS | (command.quality ? VAV_ANALYZE_QUALITY : 0);
  return find_faces(context, detect, engine, image, command.no_landmarks ? 0 : what);
}

void print_json_faces(const Context& context, const std::string& path, const Image& image, const Faces& faces) {
  Json line = picture_json(path, image);
  for (int32_t i = 0; i < faces.size(); ++i) {
    line["faces"].push_back(face_json(faces[i]));
    if (faces[i].has_quality) line["faces"].back()["quality"] = quality_json(faces, i);
  }
  if (line["faces"].empty()) line["hint"] = no_face_message(context, image);
  print_json(line);
}

void print_plain_faces(const Context& context, const std::string& path, const Image& image, const Faces& faces) {
  const int32_t count = faces.size();
  if (count == 0) out() << path << ": " << no_face_message(context, image) << '\n';
  for (int32_t i = 0; i < count; ++i) {
    const Face face = faces[i];
    const Comparability comparability = face.comparability;
    out() << path << ": face " << i + 1 << " of " << count << ": " << box_text(*face.box);
    out().print(", score %.2f", *face.score);
    if (!comparability.comparable() && comparability != VAV_COMPARABILITY_NOT_EVALUATED)
      out() << ", not comparable: " << comparability.name();
    out() << '\n';
    if (face.has_quality) print_quality(faces, i);
  }
  out().flush();
}

int run(const Context& context, const DetectCommand& command) {
  const Engine engine = create_engine(context, open_models_alone(context));
  return for_each_picture(context, command.paths, "detecting", [&](const std::string& path) {
    const Image image = load_image(path);
    const Faces faces = find(context, command, engine, image);
    if (context.json)
      print_json_faces(context, path, image, faces);
    else
      print_plain_faces(context, path, image, faces);
  });
}

}  // namespace

void add_detect(Command& app, Context& context) {
  auto* command = app.add_subcommand("detect", "Find faces in pictures");
  auto options = std::make_shared<DetectCommand>();
  command->add_option("path", options->paths, "Pictures, or folders of pictures").required().type_name("PATH");
  command->add_flag("--clip", options->clip, "Cut boxes at the edges of the picture");
  const auto no_landmarks = command->add_flag("--no-landmarks", options->no_landmarks,
                                              "Print only boxes and scores: needs no landmark model");
  command
      ->add_flag("--quality", options->quality,
                 "Print the measures of ISO/IEC 29794-5 of each face, 0 to 100, and what would make a bad one better")
      .excludes(no_landmarks);
  command
      ->add_option("--threshold", options->threshold,
                   "Added to the threshold of the detector: above 0 it finds fewer and surer faces")
      .range(-10.0, 10.0)
      .type_name("X");
  command->footer("Example:\n  visavis detect photos/door.jpg\n  visavis detect --json --min-face 40 photos/");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
