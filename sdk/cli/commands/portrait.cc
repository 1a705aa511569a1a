// `visavis portrait`: a face as passports want it, or why the picture does not do.
#include "visavis/portrait.hpp"

#include <memory>
#include <opencv2/core.hpp>

#include "commands/commands.h"
#include "draw/picture_writer.h"
#include "engine.h"
#include "one_face.h"
#include "output.h"
#include "pictures.h"
#include "policy.h"
#include "quality.h"

namespace visavis::cli {
namespace {

struct PortraitCommand {
  std::string in, out;
  PolicyOptions policy_options;
  AskedPolicy policy;  // of these
  int32_t width = 0;
  bool largest = false, force = false;
};

int run(const Context& context, const PortraitCommand& command) {
  check_picture_extension(command.out);
  check_new_picture(command.out, {command.in}, command.force);
  const Models models = open_models_alone(context);
  const Engine engine = create_engine(context, models);
  const Image image = load_image(command.in);
  const Faces found = find_faces(context, engine, image, 0);
  if (found.empty()) throw Failure(command.in + ": " + no_face_message(context, image));
  if (found.size() > 1 && !command.largest)
    throw Failure(command.in + ": " + std::to_string(found.size()) + " faces; use --largest");
  AnalyzeOptions options;
  options.what = VAV_ANALYZE_QUALITY;
  const Faces faces = engine.analyze_faces(image, found, {found.largest()}, options);
  Policy policy = command.policy.value_or(Policy{});
  policy.portrait = true;
  if (const std::string why = refusal_of(faces, 0, policy); !why.empty()) throw Failure(command.in + ": " + why);
  const Image portrait = cut_portrait(image, faces, 0, command.width);
  const Pixels pixels = portrait.pixels();
  write_picture(command.out, cv::Mat(pixels.height, pixels.width, CV_8UC3, const_cast<uint8_t*>(pixels.data[0]),
                                     size_t(pixels.stride[0])));
  if (context.json) {
    Json line = picture_json(command.in, image);
    line["faces"].push_back(face_json(faces[0]));
    line["faces"].back()["quality"] = quality_json(faces, 0);
    line["output"] = command.out;
    line["portrait"] = {{"width", pixels.width}, {"height", pixels.height}};
    print_json(line);
  } else if (!context.quiet) {
    out() << command.out << ": a portrait of " << pixels.width << 'x' << pixels.height << " px\n";
  }
  return kDone;
}

}  // namespace

void add_portrait(Command& app, Context& context) {
  auto* command = app.add_subcommand("portrait", "Cut a face out as passports want it, if the picture is good enough");
  const auto options = std::make_shared<PortraitCommand>();
  command->add_option("in", options->in, "The picture").required().type_name("IN");
  command->add_option("out", options->out, "The new file: .jpg, .jpeg or .png").required().type_name("OUT");
  add_policy_options(command, options->policy_options, /*always=*/true);
  command->add_option("--width", options->width, "Width of the portrait (default: as in the picture, at most 1200)")
      .range(12, 4000)
      .type_name("PX");
  command->add_flag("--largest", options->largest,
                    "Take the largest face of a picture with several; without this, such a picture is refused");
  command->add_flag("--force", options->force, "Replace OUT if it exists; never the picture itself");
  command->footer(
      "Without --policy it is normal.\nExample:\n  visavis portrait photo.jpg portrait.jpg --policy strict");
  command->callback([&context, options] {
    context.action = [&context, options] {
      options->policy = options->policy_options.read();
      return run(context, *options);
    };
  });
}

}  // namespace visavis::cli
