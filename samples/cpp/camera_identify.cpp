// Watches a camera and says who comes and who goes.
// Usage: camera_identify GALLERY.vav SOURCE [--headless] [--min-face PX]
// SOURCE: a camera's number, a stream, a video file or a folder. A window shows the picture where there is a display
// and OpenCV has highgui; Esc or q in it ends the program. Exit: 0 ended, 2 wrong use, 3 failed.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

#include "frames.h"
#ifdef HAVE_HIGHGUI
#include <opencv2/highgui.hpp>
#include <opencv2/imgproc.hpp>
#endif

struct Named {
  vav_box box;
  std::string name;  // "unknown" for a stranger
  float distance;
};

static std::vector<Named> identify(const visavis::Engine& engine, const visavis::Gallery& gallery,
                                   const visavis::Image& image, const visavis::DetectOptions& detect) {
  std::vector<Named> people;
  const visavis::Faces faces = engine.analyze(image, detect);
  for (int i = 0; i < faces.size(); ++i) {
    if (faces.embedding(i).empty()) continue;  // blurred or turned away: perhaps in the next picture
    const visavis::Matches matches = gallery.identify(faces.embedding(i));
    const bool known = matches.decision() == VAV_DECISION_MATCH;
    people.push_back({faces[i].box.value(), known ? matches[0].name : "unknown", known ? matches[0].distance : 0});
  }
  return people;
}

// Says each person's coming and going once. One missed frame is not a going: a face turns away for a moment.
class Presence {
 public:
  void update(double seconds, const std::vector<Named>& people) {
    for (const Named& person : people) {
      if (last_seen_.count(person.name) == 0) {
        if (person.name == "unknown")
          std::printf("%7.1f s  + unknown\n", seconds);
        else
          std::printf("%7.1f s  + %s, distance %.2f\n", seconds, person.name.c_str(), person.distance);
      }
      last_seen_[person.name] = seconds;
    }
    for (auto it = last_seen_.begin(); it != last_seen_.end();) {
      const bool gone = seconds - it->second > kGoneAfter;
      if (gone) std::printf("%7.1f s  - %s\n", seconds, it->first.c_str());
      it = gone ? last_seen_.erase(it) : std::next(it);
    }
    std::fflush(stdout);
  }

 private:
  static constexpr double kGoneAfter = 2;  // seconds
  std::map<std::string, double> last_seen_;
};

// False when the viewer asked to end.
static bool show(const visavis::Image& image, const std::vector<Named>& people) {
#ifdef HAVE_HIGHGUI
  const visavis::Pixels pixels = image.pixels();
  const cv::Mat rgb(pixels.height, pixels.width, CV_8UC3, const_cast<std::uint8_t*>(pixels.data[0]),
                    std::size_t(pixels.stride[0]));
  cv::Mat picture;
  cv::cvtColor(rgb, picture, cv::COLOR_RGB2BGR);
  for (const Named& person : people) {
    const cv::Point corner(person.box.left, person.box.top);
    cv::rectangle(picture, corner, {person.box.right, person.box.bottom}, {0, 200, 0}, 2);
    cv::putText(picture, person.name, corner - cv::Point(0, 6), cv::FONT_HERSHEY_SIMPLEX, 0.6, {0, 200, 0}, 2);
  }
  cv::imshow("Visavis", picture);
  const int key = cv::waitKey(1);
  return key != 27 && key != 'q';
#else
  (void)image;
  (void)people;
  return true;
#endif
}

static bool has_display() { return std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY"); }

int main(int argc, char** argv) {
  bool window = has_display();
  visavis::DetectOptions detect;
  bool usage = argc < 3;
  for (int i = 3; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--headless")
      window = false;
    else if (option == "--min-face" && i + 1 < argc)
      detect.min_face = std::atoi(argv[++i]);
    else
      usage = true;
  }
  if (usage) {
    std::fprintf(stderr, "usage: camera_identify GALLERY.vav SOURCE [--headless] [--min-face PX]\n");
    return 2;
  }
  try {
    visavis::ModelsOptions models_of;
    models_of.set = visavis::Gallery::model_set(argv[1]);  // those that its people were enrolled with
    const visavis::Models models(models_of);
    const visavis::Engine engine(models);
    visavis::GalleryOptions read_only;
    read_only.mode = VAV_GALLERY_READ_ONLY;
    const visavis::Gallery gallery(argv[1], models, read_only);
    Frames frames(argv[2]);
    Presence presence;
    while (const std::optional<Frame> frame = frames.next()) {
      const std::vector<Named> people = identify(engine, gallery, frame->image, detect);
      presence.update(frame->seconds, people);
      if (window && !show(frame->image, people)) break;
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "camera_identify: %s\n", error.what());
    return 3;
  }
}
