// `visavis embed`: the 128 numbers of each face, as JSON or as comma-separated lines.
#include <charconv>
#include <memory>

#include "commands/commands.h"
#include "csv.h"
#include "engine.h"
#include "one_face.h"
#include "output.h"
#include "pictures.h"

namespace visavis::cli {
namespace {

struct EmbedCommand {
  std::vector<std::string> paths;
  bool largest = false;
};

Json embedding_json(EmbeddingView embedding) {
  Json numbers = Json::array();
  for (const float value : embedding) numbers.push_back(short_number(value));
  return numbers;
}

void print_csv(const std::string& path, const vav_box& box, EmbeddingView embedding) {
  std::string line = csv_field(path);
  for (const int32_t edge : {box.left, box.top, box.right, box.bottom}) line += ',' + std::to_string(edge);
  for (const float value : embedding) {
    char number[32];
    line += ',';
    line.append(number, std::to_chars(number, number + sizeof number, value).ptr);
  }
  out() << line << '\n';
  out().flush();
}

void embed(const Context& context, const EmbedCommand& command, const Engine& engine, const std::string& path) {
  const Image image = load_image(path);
  const Faces faces = find_faces(context, engine, image, VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_EMBEDDING);
  const int32_t count = faces.size();
  const int32_t first = command.largest ? std::max(faces.largest(), 0) : 0;
  const int32_t end = command.largest ? std::min(first + 1, count) : count;
  Json line = picture_json(path, image);
  for (int32_t i = first; i < end; ++i) {
    const Face face = faces[i];
    const EmbeddingView embedding = faces.embedding(i);
    if (context.json) {
      Json object = face_json(face);
      object["embedding"] = embedding.empty() ? Json(nullptr) : embedding_json(embedding);
      line["faces"].push_back(std::move(object));
    } else if (embedding.empty()) {
      err() << "visavis: " << path << ": face " << box_text(*face.box) << ": "
            << not_comparable_message(face.comparability) << '\n';
    } else {
      print_csv(path, *face.box, embedding);
    }
  }
  if (count == 0) line["hint"] = no_face_message(context, image);
  if (context.json)
    print_json(line);
  else if (count == 0)
    err() << "visavis: " << path << ": " << no_face_message(context, image) << '\n';
}

int run(const Context& context, const EmbedCommand& command) {
  const Engine engine = create_engine(context, open_models_alone(context));
  return for_each_picture(context, command.paths, "embedding",
                          [&](const std::string& path) { embed(context, command, engine, path); });
}

}  // namespace

void add_embed(Command& app, Context& context) {
  auto* command = app.add_subcommand("embed", "Compute the embedding (128 numbers) of faces in pictures");
  auto options = std::make_shared<EmbedCommand>();
  command->add_option("path", options->paths, "Pictures, or folders of pictures").required().type_name("PATH");
  command->add_flag("--largest", options->largest, "Only the largest face of each picture");
  command->footer("Example:\n  visavis embed --largest ada.jpg > ada.csv\n  visavis embed --json photos/");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
