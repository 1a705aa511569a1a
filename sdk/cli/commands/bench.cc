// `visavis bench`: how fast each step is on this machine; dlib's models beside the same with dlib running the networks.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "command_words.h"
#include "commands/commands.h"
#include "detectors.h"
#include "engine.h"
#include "folders.h"
#include "interrupt.h"
#include "output.h"
#include "parallel.h"
#include "pictures.h"
#include "progress.h"
#include "visavis/version.hpp"

namespace visavis::cli {
namespace {

constexpr int kFewestTurns = 3;
constexpr int kBatch = 16;                // chips
constexpr double kCnnPixels = 640 * 480;  // dlib's CNN takes 1.2 GB of memory for each megapixel

struct BenchCommand {
  std::vector<std::string> paths;
  double seconds = 1;  // how long to measure each side of a row
};

struct Row {
  std::string what;
  double amount;  // of `unit`, in one call
  std::string unit;
  std::function<void(const Engine&)> once;
  bool network;        // a network takes part: dlib can be compared
  double ms = 0;       // median
  double dlib_ms = 0;  // 0 = not measured
};

// dlib's threads are those of the BLAS. If that is OpenBLAS, dlib gets as many threads as we use.
void limit_blas_threads(int threads) {
  if (const auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(threads);
}

std::vector<std::string> sample_photos(const Models& models) {
  const auto folder = std::filesystem::path(models.directory()).parent_path() / "photos";
  std::error_code error;
  std::vector<std::string> found;
  if (std::filesystem::is_directory(folder, error)) found = pictures_in(folder, false).pictures;
  if (found.empty())
    throw Failure("no sample photos in " + folder.string() +
                  in_command_words(": run `visavis models fetch --photos`, or name photos: visavis bench PHOTO"));
  return found;
}

// The photo for the CNN detector: no larger than kCnnPixels.
class Shrunk {
 public:
  explicit Shrunk(const Image& image) : kept_(shrink(image)), image_(wrap(kept_)) {}
  const Image& image() const { return image_; }

 private:
  static cv::Mat shrink(const Image& image) {
    const Pixels pixels = image.pixels();
    const cv::Mat whole(pixels.height, pixels.width, CV_8UC3, const_cast<uint8_t*>(pixels.data[0]),
                        size_t(pixels.stride[0]));
    const double scale = std::min(1.0, std::sqrt(kCnnPixels / (double(pixels.width) * pixels.height)));
    const cv::Size size(std::max(1, int(pixels.width * scale)), std::max(1, int(pixels.height * scale)));
    cv::Mat small;
    cv::resize(whole, small, size, 0, 0, cv::INTER_AREA);
    return small;
  }
  static Image wrap(const cv::Mat& rgb) {
    Pixels pixels;
    pixels.format = VAV_PIXEL_RGB;
    pixels.width = rgb.cols;
    pixels.height = rgb.rows;
    pixels.stride[0] = int64_t(rgb.step);
    pixels.data[0] = rgb.data;
    return Image::wrap(pixels);
  }

  cv::Mat kept_;
  Image image_;
};

double megapixels(const Image& image) { return 1e-6 * image.width() * image.height(); }

// The input of the rows, which refer to it.
struct Inputs {
  std::vector<std::string> paths;
  std::vector<Image> images;
  double pixels = 0;            // megapixels of all photos
  int32_t faces = 0;            // in all photos
  std::optional<Shrunk> small;  // the photo with the most faces, made smaller
  size_t crowd = 0;             // the index of that photo
  std::vector<vav_box> boxes;   // the faces of that photo
  std::vector<uint8_t> chips;   // kBatch chips from all photos, repeated as needed; empty without a face
};

Inputs prepare(const Context& context, const BenchCommand& command, const Models& models, const Engine& engine) {
  Inputs inputs;
  if (command.paths.empty()) {
    inputs.paths = sample_photos(models);
  } else {
    Found found = expand_pictures(command.paths, context.recursive);
    if (!found.failed.empty()) throw Failure(found.failed[0].path + ": " + found.failed[0].reason);
    inputs.paths = std::move(found.pictures);
  }
  std::vector<uint8_t> chips;
  const size_t chip_bytes = 3 * size_t(models.chip_size()) * size_t(models.chip_size());
  for (const std::string& path : inputs.paths) {
    stop_if_interrupted();
    const Image& image = inputs.images.emplace_back(load_image(path));
    inputs.pixels += megapixels(image);
    const Faces found = find_faces(context, engine, image, VAV_ANALYZE_CHIP);
    const int32_t count = found.size();
    inputs.faces += count;
    for (int32_t i = 0; i < count; ++i) {
      const uint8_t* chip = found.chip(i);
      chips.insert(chips.end(), chip, chip + chip_bytes);
    }
    if (inputs.images.size() > 1 && count <= int32_t(inputs.boxes.size())) continue;
    inputs.crowd = inputs.images.size() - 1;
    inputs.boxes.clear();
    for (const Face& face : found) inputs.boxes.push_back(*face.box);
  }
  inputs.small.emplace(inputs.images[inputs.crowd]);
  for (size_t i = 0; !chips.empty() && i < kBatch * chip_bytes; ++i) inputs.chips.push_back(chips[i % chips.size()]);
  return inputs;
}

std::vector<Row> make_rows(const Context& context, const Inputs& inputs, bool of_dlib) {
  const auto detect = [&context](vav_detector detector, const Image& image, const Engine& engine) {
    DetectOptions options = detect_options(context);
    options.detector = detector;
    engine.detect(image, options);
  };
  const auto all = [&inputs](const std::function<void(size_t)>& each) {
    for (size_t i = 0; i < inputs.images.size(); ++i) {
      stop_if_interrupted();
      each(i);
    }
  };
  const bool yunet = detector_in_use(context).number == VAV_DETECTOR_YUNET;
  const auto count = double(inputs.images.size());
  char small[32];
  std::snprintf(small, sizeof small, "detect, cnn, %.2f Mpx", megapixels(inputs.small->image()));
  std::vector<Row> rows = {
      {"decode", inputs.pixels, "Mpx",
       [=, &inputs](const Engine&) { all([&](size_t i) { load_image(inputs.paths[i]); }); }, false},
      {yunet ? "detect, yunet" : "detect, hog", inputs.pixels, "Mpx",
       [=, &inputs](const Engine& engine) {
         all([&](size_t i) { detect(yunet ? VAV_DETECTOR_YUNET : VAV_DETECTOR_HOG, inputs.images[i], engine); });
       },
       false}};
  if (of_dlib)
    rows.push_back({small, megapixels(inputs.small->image()), "Mpx",
                    [=, &inputs](const Engine& engine) { detect(VAV_DETECTOR_CNN, inputs.small->image(), engine); },
                    true});
  if (inputs.faces == 0) return rows;
  rows.push_back({"landmarks and chip", double(inputs.boxes.size()), "faces",
                  [&inputs](const Engine& engine) {
                    AnalyzeOptions options;
                    options.what = VAV_ANALYZE_CHIP;
                    engine.analyze_boxes(inputs.images[inputs.crowd], inputs.boxes, options);
                  },
                  false});
  rows.push_back({"embed 1 face", 1, "faces",
                  [&inputs](const Engine& engine) { engine.embed_chips(inputs.chips.data(), 1); }, true});
  rows.push_back({"embed 16 at once", kBatch, "faces",
                  [&inputs](const Engine& engine) { engine.embed_chips(inputs.chips.data(), kBatch); }, true});
  rows.push_back({"file to embeddings", count, "photos",
                  [=, &inputs, &context](const Engine& engine) {
                    all([&](size_t i) {
                      const Image image = load_image(inputs.paths[i]);
                      find_faces(context, engine, image, VAV_ANALYZE_EMBEDDING);
                    });
                  },
                  !yunet});  // dlib has no YuNet, and the reference takes minutes
  return rows;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

// The two sides take turns, so that both run under the same conditions. `dlib` may be null.
void measure(Row& row, double seconds, const Engine& ours, const Engine* dlib) {
  const size_t fewest = seconds > 0 ? kFewestTurns : 1;
  std::vector<double> times[2];
  const Engine* const sides[2] = {&ours, row.network ? dlib : nullptr};
  if (seconds > 0)
    for (const Engine* side : sides)
      if (side) row.once(*side);  // loads what it needs
  double spent = 0;               // by our side, which is the faster one
  while (times[0].size() < fewest || spent < seconds * 1e3) {
    for (int side = 0; side < 2; ++side) {
      stop_if_interrupted();
      if (!sides[side]) continue;
      // The slow side has used its time long before the fast one.
      if (side == 1 && times[1].size() >= fewest && median(times[1]) * double(times[1].size()) > seconds * 1e3)
        continue;
      const auto start = std::chrono::steady_clock::now();
      row.once(*sides[side]);
      times[side].push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    spent += times[0].back();
  }
  row.ms = median(times[0]);
  if (!times[1].empty()) row.dlib_ms = median(times[1]);
}

void print_plain(const Inputs& inputs, const std::string& backend, int threads, const std::vector<Row>& rows) {
  out().print("%zu photo%s, %.1f megapixels, %d face%s; %d thread%s\nnetworks on %s\n\n", inputs.images.size(),
              inputs.images.size() == 1 ? "" : "s", inputs.pixels, inputs.faces, inputs.faces == 1 ? "" : "s", threads,
              threads == 1 ? "" : "s", backend.c_str());
  const bool compared = std::ranges::any_of(rows, [](const Row& row) { return row.dlib_ms > 0; });
  out().print("%-24s %10s %18s%s\n", "what", "ms", "per second", compared ? "   x dlib" : "");
  for (const Row& row : rows) {
    out().print("%-24s %10.2f %11.1f ", row.what.c_str(), row.ms, row.amount / row.ms * 1e3);
    if (row.dlib_ms > 0)
      out().print("%-6s %8.1f\n", row.unit.c_str(), row.dlib_ms / row.ms);
    else
      out().print("%s\n", row.unit.c_str());
  }
  out().print("\nms: median of a run over all that the row works on.%s\n",
              compared
                  ? " x dlib: how many times faster than the same with\ndlib running the network (--backend dlib), in "
                    "the same run; empty where no network takes part."
                  : "");
}

void print_as_json(const Inputs& inputs, const std::string& backend, int threads, const std::vector<Row>& rows) {
  Json lines = Json::array();
  for (const Row& row : rows) {
    const bool compared = row.dlib_ms > 0;
    lines.push_back({{"what", row.what},
                     {"ms", row.ms},
                     {"per_second", row.amount / row.ms * 1e3},
                     {"unit", row.unit},
                     {"dlib_ms", compared ? Json(row.dlib_ms) : Json(nullptr)},
                     {"times_dlib", compared ? Json(row.dlib_ms / row.ms) : Json(nullptr)}});
  }
  print_json({{"version", version()},
              {"backend", backend},
              {"threads", threads},
              {"photos", inputs.images.size()},
              {"megapixels", inputs.pixels},
              {"faces", inputs.faces},
              {"rows", lines}});
}

int run(const Context& context, const BenchCommand& command) {
  const int threads = worker_count(context);
  limit_blas_threads(threads);
  const Models models = open_models_alone(context);
  const Engine engine = create_engine(context, models);
  const std::string backend = engine.backend();
  Context with_dlib = context;
  with_dlib.backend = VAV_BACKEND_DLIB;
  // dlib runs its own networks alone; where it does anyway, there is nothing to compare.
  const bool of_dlib = models.set() == "dlib";
  std::optional<Engine> dlib;
  if (of_dlib && !backend.starts_with("dlib")) dlib = create_engine(with_dlib, models);

  const Inputs inputs = prepare(context, command, models, engine);
  std::vector<Row> rows = make_rows(context, inputs, of_dlib);
  Progress progress(context, int64_t(rows.size()), "measuring");
  if (inputs.faces == 0)
    progress.note("visavis: no face was found in these photos, so nothing about faces is measured");
  for (Row& row : rows) {
    measure(row, command.seconds, engine, dlib ? &*dlib : nullptr);
    progress.advance();
  }
  progress.hide();
  if (context.json)
    print_as_json(inputs, backend, threads, rows);
  else
    print_plain(inputs, backend, threads, rows);
  return kDone;
}

}  // namespace

void add_bench(Command& app, Context& context) {
  auto* command = app.add_subcommand("bench", "Measure how fast this machine is, compared with plain dlib");
  auto options = std::make_shared<BenchCommand>();
  command->add_option("path", options->paths, "Photos, or folders of photos (default: the sample photos)")
      .type_name("PATH");
  command
      ->add_option(
          "--seconds", options->seconds,
          "How many seconds to measure each side of a row, at least three turns; 0: one turn, loading included "
          "(default 1)")
      .range(0.0, 3600.0)
      .type_name("S");
  command->footer("Example:\n  visavis bench\n  visavis bench --threads 1 group.jpg");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
