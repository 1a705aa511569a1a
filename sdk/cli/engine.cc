// Turns the global options into those of the library.
#include "engine.h"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "one_face.h"
#include "pictures.h"
#include "writer.h"

namespace visavis::cli {

std::string model_set_of(const std::string& gallery) try {
  std::error_code error;
  const auto file = std::filesystem::status(gallery, error);
  if (file.type() == std::filesystem::file_type::not_found) return gallery.empty() ? "" : kUsualSet;
  if (!std::filesystem::is_regular_file(file)) return "";
  return std::filesystem::file_size(gallery, error) == 0 ? kUsualSet : Gallery::model_set(gallery);
} catch (const Error&) {
  return "";
}

namespace {

Models open_models_with(const Context& context, const std::string& calibration) try {
  return Models(
      ModelsOptions{context.models, false, context.model_set.empty() ? kUsualSet : context.model_set, calibration});
} catch (const Error& error) {
  if (error.code() != VAV_E_MODEL_UNKNOWN) throw;
  throw WrongUse(told(error).what());
}

}  // namespace

Models open_models_alone(const Context& context) { return open_models_with(context, ""); }

Models open_models(const Context& context) {
  if (context.calibration.empty() || !context.calibration_of_environment)
    return open_models_with(context, context.calibration);
  open_models_alone(context);  // what fails now is the table's fault
  try {
    Models models = open_models_with(context, context.calibration);
    static bool told_of_it = false;
    if (!context.quiet && !std::exchange(told_of_it, true))
      err() << "visavis: note: presets and rates go by " << context.calibration
            << ", as the environment variable VISAVIS_CALIBRATION says\n";
    return models;
  } catch (const Error& error) {
    throw Failure(std::string(told(error).what()) + " (the environment variable VISAVIS_CALIBRATION names it)",
                  error.code());
  }
}

std::optional<float> measured_threshold(const Context& context) {
  const float threshold = open_models(context).default_threshold();
  return threshold == 0 ? std::nullopt : std::optional(threshold);
}

std::optional<float> published_threshold(const Context& context) {
  const Models models = open_models_alone(context);
  if (models.default_threshold() == 0) return std::nullopt;
  return models.limits({0, 0, VAV_PRESET_COMPAT}).threshold;
}

Limits comparison_limits(const Context& context, const Asked& asked) {
  const Models models = open_models(context);
  const bool nothing = asked.threshold == 0 && asked.false_rate == 0 && asked.preset == VAV_PRESET_DEFAULT;
  if (!nothing || models.default_threshold() != 0) return models.limits(asked);
  throw WrongUse(
      "nobody has measured a threshold for " + context.model_set +
      ": give --threshold, or set the gallery's own by `visavis gallery threshold`; or measure error rates with "
      "photos of yours, by `visavis calibrate -o`, and give that table with --calibration");
}

void require_threshold(const Context& context, const Models& models) {
  if (models.default_threshold() != 0) return;
  throw WrongUse("nobody has measured a threshold for " + context.model_set +
                 ": measure error rates with photos of yours, by `visavis calibrate -o`, and give that table with "
                 "--calibration; or "
                 "remove the model and add it again with --threshold (visavis models add)");
}

Engine create_engine(const Context& context, const Models& models) {
  EngineOptions options;
  options.backend = context.backend;
  options.precision = context.precision;
  const auto machine = int32_t(std::thread::hardware_concurrency());
  options.max_megapixels = context.max_megapixels;
  options.threads = context.threads > 0 ? context.threads : std::clamp(machine, 1, 256);
  return Engine(models, options);
}

DetectOptions detect_options(const Context& context) {
  DetectOptions options;
  options.detector = context.detector;
  options.min_face = context.min_face;
  options.max_face = context.max_face;
  options.gray = context.gray;
  options.upright = context.upright;
  if (const auto& roi = context.roi; !roi.empty())
    options.roi = {roi[0], roi[1], roi[0] + roi[2] - 1, roi[1] + roi[3] - 1};
  return options;
}

void check_roi(const Context& context, const Image& image) {
  const int32_t width = image.width(), height = image.height();
  const auto& roi = context.roi;
  if (roi.empty() || (int64_t{roi[0]} + roi[2] <= width && int64_t{roi[1]} + roi[3] <= height)) return;
  const auto text = [](int32_t number) { return std::to_string(number); };
  throw Failure("--roi " + text(roi[0]) + ',' + text(roi[1]) + ',' + text(roi[2]) + ',' + text(roi[3]) +
                " reaches beyond the picture, which is " + text(width) + 'x' + text(height) + " px");
}

Faces find_faces(const Context& context, const Engine& engine, const Image& image, uint32_t what) {
  return find_faces(context, detect_options(context), engine, image, what);
}

Faces find_faces(const Context& context, const DetectOptions& detect, const Engine& engine, const Image& image,
                 uint32_t what) {
  check_roi(context, image);
  try {
    if (what == 0) return engine.detect(image, detect);
    AnalyzeOptions analyze;
    analyze.what = what;
    return engine.analyze(image, detect, analyze);
  } catch (const Error& error) {
    throw in_megapixels(error);
  }
}

std::string not_comparable_message(Comparability comparability) {
  return std::string("the face cannot be compared: ") + comparability.advice();
}

LargestFace largest_face(const Context& context, const Engine& engine, const std::string& path,
                         const AskedPolicy& policy) try {
  const Image image = load_image(path);
  const Faces detected = find_faces(context, engine, image, 0);
  const int32_t largest = detected.largest();
  if (largest < 0) throw Failure(path + ": " + no_face_message(context, image));
  // Only this face, so that the other faces of a group photo cost nothing.
  AnalyzeOptions what = embedding_alone();
  if (policy) what.what |= VAV_ANALYZE_QUALITY;
  Faces faces = engine.analyze_faces(image, detected, {largest}, what);
  const EmbeddingView embedding = faces.embedding(0);
  if (embedding.empty()) throw Failure(path + ": " + not_comparable_message(faces.comparability(0)));
  if (policy)
    if (const std::string why = refusal_of(faces, 0, *policy); !why.empty()) throw Failure(path + ": " + why);
  return {std::move(faces), *detected[largest].box, embedding};
} catch (const Error& error) {
  if (is_no_pictures_fault(error)) throw;
  throw Failure(naming(path, told(error).what()), error.code());
}

}  // namespace visavis::cli
