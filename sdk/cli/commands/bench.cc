// `visavis bench`: how fast each step is on this machine, beside the same with dlib running the networks.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "commands/commands.h"
#include "engine.h"
#include "folders.h"
#include "interrupt.h"
#include "output.h"
#include "parallel.h"
#include "pictures.h"
#include "progress.h"

namespace visavis::cli {
namespace {

constexpr int kFewestTurns = 3;
constexpr int kBatch = 16;  // chips
constexpr size_t kChipBytes = VAV_CHIP_SIZE * VAV_CHIP_SIZE * 3;
constexpr double kCnnPixels = 640 * 480;  // dlib's CNN takes 1.2 GB of memory for each megapixel

struct BenchCommand {
  std::vector<std::string> paths;
  double seconds = 1;  // a side of a row
};

struct Row {
  std::string what;
  double amount;  // of `unit`, in one call
  std::string unit;
  std::function<void(vav_engine*)> once;
  bool network;        // a network takes part: dlib can be compared
  double ms = 0;       // median
  double dlib_ms = 0;  // 0 = not measured
};

// dlib leaves its threads to the BLAS; where it is OpenBLAS, dlib gets as many as we do.
void limit_blas_threads(int threads) {
  if (const auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(threads);
}

std::vector<std::string> sample_photos(const vav_models* models) {
  const auto folder = std::filesystem::path(vav_models_get_directory(models)).parent_path() / "photos";
  std::error_code error;
  std::vector<std::string> found;
  if (std::filesystem::is_directory(folder, error)) found = pictures_in(folder, false).pictures;
  if (found.empty())
    throw Failure("no sample photos in " + folder.string() +
                  in_command_words(": run `visavis models fetch --photos`, or name photos: visavis bench PHOTO"));
  return found;
}

// The photo as the CNN detector gets it: no larger than kCnnPixels.
class Shrunk {
 public:
  explicit Shrunk(const vav_image* image) {
    vav_pixels pixels = VAV_PIXELS_INIT;
    call(vav_image_get_pixels, image, &pixels);
    const cv::Mat whole(pixels.height, pixels.width, CV_8UC3, const_cast<uint8_t*>(pixels.data[0]),
                        size_t(pixels.stride[0]));
    const double scale = std::min(1.0, std::sqrt(kCnnPixels / (double(pixels.width) * pixels.height)));
    const cv::Size size(std::max(1, int(pixels.width * scale)), std::max(1, int(pixels.height * scale)));
    cv::resize(whole, kept_, size, 0, 0, cv::INTER_AREA);
    pixels.width = kept_.cols;
    pixels.height = kept_.rows;
    pixels.stride[0] = int64_t(kept_.step);
    pixels.data[0] = kept_.data;
    image_ = make<Image>(vav_image_wrap, &pixels);
  }
  const vav_image* get() const { return image_.get(); }

 private:
  cv::Mat kept_;
  Image image_;
};

double megapixels(const vav_image* image) { return 1e-6 * vav_image_width(image) * vav_image_height(image); }

// What the rows work on. The rows refer to it.
struct Inputs {
  std::vector<std::string> paths;
  std::vector<Image> images;
  double pixels = 0;                 // megapixels of all
  int32_t faces = 0;                 // in all
  std::unique_ptr<Shrunk> small;     // of the photo with the most faces
  const vav_image* crowd = nullptr;  // that photo
  std::vector<vav_box> boxes;        // its faces
  std::vector<uint8_t> chips;        // kBatch, of all photos, over and over; empty without a face
};

Inputs prepare(const Context& context, const BenchCommand& command, const vav_models* models, vav_engine* engine) {
  Inputs inputs;
  inputs.paths =
      command.paths.empty() ? sample_photos(models) : expand_pictures(command.paths, context.recursive).pictures;
  std::vector<uint8_t> chips;
  for (const std::string& path : inputs.paths) {
    stop_if_interrupted();
    const vav_image* image = inputs.images.emplace_back(load_image(path)).get();
    inputs.pixels += megapixels(image);
    const Faces found = find_faces(context, engine, image, VAV_ANALYZE_CHIP);
    const int32_t count = vav_faces_count(found.get());
    inputs.faces += count;
    for (int32_t i = 0; i < count; ++i) {
      const uint8_t* chip = vav_faces_chip(found.get(), i);
      chips.insert(chips.end(), chip, chip + kChipBytes);
    }
    if (inputs.crowd && count <= int32_t(inputs.boxes.size())) continue;
    inputs.crowd = image;
    inputs.boxes.clear();
    for (int32_t i = 0; i < count; ++i) inputs.boxes.push_back(get_face(found.get(), i).box);
  }
  inputs.small = std::make_unique<Shrunk>(inputs.crowd);
  for (size_t i = 0; !chips.empty() && i < kBatch * kChipBytes; ++i) inputs.chips.push_back(chips[i % chips.size()]);
  return inputs;
}

void embed(const Inputs& inputs, int32_t count, vav_engine* engine) {
  std::vector<float> embeddings(size_t(count) * VAV_EMBEDDING_DIM);
  call(vav_engine_embed_chips, embeddings.data(), engine, inputs.chips.data(), count);
}

std::vector<Row> make_rows(const Context& context, const Inputs& inputs) {
  const auto detect = [&context](vav_detector detector, const vav_image* image, vav_engine* engine) {
    vav_detect_options options = detect_options(context);
    options.detector = detector;
    make<Faces>(vav_engine_detect, engine, image, &options);
  };
  const auto all = [&inputs](const std::function<void(size_t)>& each) {
    for (size_t i = 0; i < inputs.images.size(); ++i) {
      stop_if_interrupted();
      each(i);
    }
  };
  const auto count = double(inputs.images.size());
  char small[32];
  std::snprintf(small, sizeof small, "detect, cnn, %.2f Mpx", megapixels(inputs.small->get()));
  std::vector<Row> rows = {
      {"decode", inputs.pixels, "Mpx",
       [=, &inputs](vav_engine*) { all([&](size_t i) { load_image(inputs.paths[i]); }); }, false},
      {"detect, hog", inputs.pixels, "Mpx",
       [=, &inputs](vav_engine* engine) {
         all([&](size_t i) { detect(VAV_DETECTOR_HOG, inputs.images[i].get(), engine); });
       },
       false},
      {small, megapixels(inputs.small->get()), "Mpx",
       [=, &inputs](vav_engine* engine) { detect(VAV_DETECTOR_CNN, inputs.small->get(), engine); }, true}};
  if (inputs.faces == 0) return rows;
  const auto faces = int32_t(inputs.boxes.size());
  rows.push_back({"landmarks and chip", double(faces), "faces",
                  [&inputs, faces](vav_engine* engine) {
                    vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
                    options.what = VAV_ANALYZE_CHIP;
                    make<Faces>(vav_engine_analyze_boxes, engine, inputs.crowd, inputs.boxes.data(), faces, &options);
                  },
                  false});
  rows.push_back({"embed 1 face", 1, "faces", [&inputs](vav_engine* engine) { embed(inputs, 1, engine); }, true});
  rows.push_back(
      {"embed 16 at once", kBatch, "faces", [&inputs](vav_engine* engine) { embed(inputs, kBatch, engine); }, true});
  rows.push_back({"file to embeddings", count, "photos",
                  [=, &inputs, &context](vav_engine* engine) {
                    all([&](size_t i) {
                      const Image image = load_image(inputs.paths[i]);
                      find_faces(context, engine, image.get(), VAV_ANALYZE_EMBEDDING);
                    });
                  },
                  true});
  return rows;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

// The two sides take turns, so that both meet the same machine. `dlib` may be null.
void measure(Row& row, double seconds, vav_engine* ours, vav_engine* dlib) {
  std::vector<double> times[2];
  vav_engine* const sides[2] = {ours, row.network ? dlib : nullptr};
  for (vav_engine* side : sides)
    if (side) row.once(side);  // loads what it needs
  double spent = 0;            // by ours, which is the faster one
  while (times[0].size() < kFewestTurns || spent < seconds * 1e3) {
    for (int side = 0; side < 2; ++side) {
      stop_if_interrupted();
      if (!sides[side]) continue;
      // A slow side has had its share long before the fast one has.
      if (side == 1 && times[1].size() >= kFewestTurns && median(times[1]) * double(times[1].size()) > seconds * 1e3)
        continue;
      const auto start = std::chrono::steady_clock::now();
      row.once(sides[side]);
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
  out().print("%-24s %10s %18s %8s\n", "what", "ms", "per second", "x dlib");
  for (const Row& row : rows) {
    out().print("%-24s %10.2f %11.1f ", row.what.c_str(), row.ms, row.amount / row.ms * 1e3);
    if (row.dlib_ms > 0)
      out().print("%-6s %8.1f\n", row.unit.c_str(), row.dlib_ms / row.ms);
    else
      out().print("%s\n", row.unit.c_str());
  }
  out().print(
      "\nms: median of a run over all that the row works on. x dlib: how many times faster than the same with\n"
      "dlib running the network (--backend dlib), in the same run; empty where no network takes part.\n");
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
  print_json({{"version", vav_version()},
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
  const Models models = open_models(context);
  const Engine engine = create_engine(context, models.get());
  const std::string backend = vav_engine_get_backend(engine.get());
  Context with_dlib = context;
  with_dlib.backend = VAV_BACKEND_DLIB;
  // When dlib runs the networks anyway, there is nothing to compare.
  const Engine dlib = backend.rfind("dlib", 0) == 0 ? nullptr : create_engine(with_dlib, models.get());

  const Inputs inputs = prepare(context, command, models.get(), engine.get());
  std::vector<Row> rows = make_rows(context, inputs);
  Progress progress(context, int64_t(rows.size()), "measuring");
  if (inputs.faces == 0)
    progress.note("visavis: no face was found in these photos, so nothing about faces is measured");
  for (Row& row : rows) {
    measure(row, command.seconds, engine.get(), dlib.get());
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
  auto* command = app.add_subcommand("bench", "Measure how fast this machine is, beside plain dlib's networks");
  auto options = std::make_shared<BenchCommand>();
  command->add_option("path", options->paths, "Photos, or folders of photos (default: the sample photos)")
      .type_name("PATH");
  command->add_option("--seconds", options->seconds, "So long for each side of a row, at least three turns (default 1)")
      .range(0.0, 3600.0)
      .type_name("S");
  command->footer("Example:\n  visavis bench\n  visavis bench --threads 1 group.jpg");
  command->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

}  // namespace visavis::cli
