// `visavis demo`: faces are found, compared and named on pictures that it draws itself, so that no photo is needed.
#include <filesystem>
#include <memory>

#include "commands/commands.h"
#include "draw/annotate.h"
#include "draw/drawn_face.h"
#include "draw/picture_writer.h"
#include "engine.h"
#include "files.h"
#include "gallery_access.h"
#include "output.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

struct DemoCommand {
  std::string folder = "visavis-demo";
  bool force = false;
};

struct Shown {
  const char* file;
  cv::Mat picture;
  LargestFace face;
};

// Writes the picture and finds its face in the file, as a user's photo would be.
Shown show(const Context& context, const Engine& engine, const fs::path& folder, const char* file,
           const cv::Mat& picture) {
  const std::string path = (folder / file).string();
  write_picture(path, picture);
  Shown shown{file, picture, largest_face(context, engine, path)};
  if (!context.json) out() << "  " << path << ": face " << box_text(shown.face.box) << '\n';
  return shown;
}

void print_distance(const char* what, const Comparison& comparison) {
  (out() << "  " << what).print(": distance %.3f, ", comparison.distance)
      << (comparison.same() ? "same person" : "different persons") << '\n';
}

// The pictures side by side, with what the gallery says of each.
void draw_answers(const fs::path& path, const std::vector<const Shown*>& all, const std::vector<Mark>& marks) {
  std::vector<cv::Mat> pictures;
  const Lettering lettering("");
  for (size_t i = 0; i < all.size(); ++i) {
    pictures.push_back(all[i]->picture.clone());
    annotate(pictures.back(), {marks[i]}, lettering);
  }
  cv::Mat row;
  cv::hconcat(pictures, row);
  write_picture(path, row);
}

int run(const Context& asked, const DemoCommand& command) {
  Context context = asked;  // of the sets of models, dlib is the one that tells drawings apart
  context.model_set = "dlib";
  context.detector = VAV_DETECTOR_HOG;
  context.detector_word = "hog";
  context.min_face = context.max_face = 0;
  context.gray = context.upright = false;
  context.roi.clear();
  const fs::path folder = command.folder;
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !command.force)
    throw Failure(command.folder + " exists already: name another folder, or give --force to write into it",
                  VAV_E_ALREADY_EXISTS);
  const Models models = open_models(context);
  const Engine engine = create_engine(context, models);
  fs::create_directories(folder, ignored);
  const auto say = [&context](const char* text) {
    if (!context.json) out() << text << '\n';
  };

  say("1. Finds the face in each of three pictures that it has drawn, of nobody:");
  const Shown first = show(context, engine, folder, "one.png", draw_person(DrawnPerson::kFirst, {}));
  const Shown again = show(context, engine, folder, "one-turned.png", draw_person(DrawnPerson::kFirst, {0.2, -5, 0.9}));
  const Shown other = show(context, engine, folder, "other.png", draw_person(DrawnPerson::kSecond, {}));

  say("2. Compares them:");
  const Comparison near = compare(first.face.embedding, again.face.embedding);
  const Comparison far = compare(first.face.embedding, other.face.embedding);
  if (!context.json) {
    print_distance("one and one-turned", near);
    print_distance("one and other", far);
  }

  say("3. Learns the first picture as \"Number One\", and says who is on the others:");
  const fs::path path = folder / "people.vav";
  if (command.force)
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(path.string() + end, ignored);
  Gallery gallery = open_gallery(context, path.string(), models, VAV_GALLERY_MUST_BE_NEW);
  gallery.add_template(gallery.add_person("Number One"), first.face.embedding);
  std::vector<Mark> marks{{first.face.faces[0], MarkKind::kFace, "Learnt"}};
  std::vector<std::string> names;
  for (const Shown* shown : {&again, &other}) {
    const Matches matches = gallery.identify(shown->face.embedding);
    const bool match = matches.decision() == VAV_DECISION_MATCH;
    names.push_back(match ? matches[0].name : "");
    marks.push_back(
        {shown->face.faces[0], match ? MarkKind::kKnown : MarkKind::kUnknown, match ? matches[0].name : "Unknown"});
    if (!context.json)
      (out() << "  " << shown->file << ": " << (match ? matches[0].name : "unknown"))
          .print(", distance %.3f\n", matches.empty() ? 0.0 : double{matches[0].distance});
  }
  draw_answers(folder / "answers.png", {&first, &again, &other}, marks);

  const bool right = near.same() && !far.same() && !names[0].empty() && names[1].empty();
  if (context.json)
    print_json({{"folder", command.folder},
                {"distance_same", short_number(near.distance)},
                {"distance_other", short_number(far.distance)},
                {"threshold", short_number(far.threshold)},
                {"right", right}});
  else
    out() << "The three with boxes and names: " << (folder / "answers.png").string()
          << "\nWith photos of yours:\n  visavis compare A.jpg B.jpg\n  visavis enroll -g people.vav --name Ada "
             "ADA.jpg\n  visavis identify -g people.vav DOOR.jpg\n";
  if (!right) throw Failure("these are not the answers that were expected: something is wrong with this installation");
  return kDone;
}

}  // namespace

void add_demo(Command& app, Context& context) {
  auto* command = app.add_subcommand("demo", "Show what it does on faces that it draws itself; needs no photo");
  auto options = std::make_shared<DemoCommand>();
  command->add_option("folder", options->folder, "Where its pictures and gallery go (default: visavis-demo)")
      .type_name("FOLDER");
  command->add_flag("--force", options->force, "Write into FOLDER although it exists");
  command->footer("Example:\n  visavis demo");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
