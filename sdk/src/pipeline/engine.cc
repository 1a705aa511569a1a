// Wires the stages: detect, then landmarks, chip and embedding of all faces of all pictures together.
#include "pipeline/engine.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "align/chip.h"
#include "base/error.h"
#include "base/parallel.h"
#include "detect/face_size.h"
#include "detect/yunet/yunet_network.h"
#include "embed/embedder.h"
#include "landmark/landmarker.h"
#include "nn/onnx/read_network.h"
#include "pipeline/aligner.h"
#include "pipeline/all_ways_up.h"
#include "pipeline/dlib_aligner.h"
#include "pipeline/feature_aligner.h"
#include "quality/measures.h"

namespace visavis {

struct Engine::Task {
  const ImageView* image;
  Face* face;
};

namespace {

// The part of a picture that is looked at.
ImageView looked_at(const ImageView& image, const Box& roi) {
  if (roi.width() <= 0) return image;
  if (roi.left < 0 || roi.top < 0 || roi.right >= image.width || roi.bottom >= image.height)
    throw Error(VAV_E_INVALID_ARGUMENT, "the roi " + std::to_string(roi.left) + "," + std::to_string(roi.top) + " to " +
                                            std::to_string(roi.right) + "," + std::to_string(roi.bottom) +
                                            " reaches beyond the picture, which is " + std::to_string(image.width) +
                                            "x" + std::to_string(image.height) + " px");
  return {image.data + roi.top * image.stride + int64_t{roi.left} * 3, int32_t(roi.width()), int32_t(roi.height()),
          image.stride};
}

Box moved(const Box& box, int32_t x, int32_t y) { return {box.left + x, box.top + y, box.right + x, box.bottom + y}; }

void move(Face& face, int32_t x, int32_t y) {
  face.box = moved(*face.box, x, y);
  if (face.seen)
    for (Point& point : *face.seen) point = {point.x + float(x), point.y + float(y)};
}

// Lets each face know how large the largest of the others is.
void compare_sizes(std::vector<Face>& faces) {
  double largest = 0, second = 0;
  for (const Face& face : faces) {
    const double area = face.box->area();
    second = std::max(second, std::min(area, largest));
    largest = std::max(largest, area);
  }
  for (Face& face : faces) face.largest_other = face.box->area() == largest ? second : largest;
}

Network read_onnx_model(const std::vector<char>& model) {
  return read_onnx({reinterpret_cast<const uint8_t*>(model.data()), model.size()});
}

}  // namespace

Engine::Engine(std::shared_ptr<const ModelFiles> files, int threads, Backend backend, int64_t max_pixels,
               std::shared_ptr<const ModelSet> set, Precision precision)
    : files_(std::move(files)),
      set_(std::move(set)),
      threads_(threads),
      asked_(backend),
      max_pixels_(max_pixels),
      backend_(choose_backend(backend, set_->is_onnx ? Networks::all : Networks::of_dlib)),
      precision_(precision) {
  if (precision_ == Precision::exact) return;
  if (!set_->is_onnx || !is_faster_rounded(backend_.backend)) precision_ = Precision::exact;
  backend_.why += precision_ == Precision::fast ? "; fast, with rounded products"
                                                : "; exact, for there is no faster way with this set, backend and CPU";
}

Engine::~Engine() = default;

const std::shared_ptr<const YunetNetwork>& Engine::yunet() const {
  yunet_once_([&] {
    const std::string& id = chosen(yunet_models(), *files_).id;
    // The backend of dlib's networks may be one that runs no others.
    const Backend backend = set_->is_onnx ? backend_.backend : choose_backend(asked_, Networks::all).backend;
    yunet_ = files_->load<YunetNetwork>(id.c_str(), int(backend), [&](const std::vector<char>& model) {
      const Network network = read_onnx_model(model);
      return std::make_unique<YunetNetwork>(network, make_runner(backend, network));
    });
  });
  return yunet_;
}

const Detector& Engine::detector(DetectorKind kind) const {
  const Backend backend = backend_.backend;
  switch (kind) {
    case DetectorKind::hog:
      hog_once_([&] { hog_ = make_hog_detector(); });
      return *hog_;
    case DetectorKind::cnn:
      return *files_->load<Detector>(kCnnDetectorModel, int(backend),
                                     [&](const std::vector<char>& model) { return make_cnn_detector(model, backend); });
    case DetectorKind::yunet:
      yunet_detector_once_([&] {
        const bool of_dlib = !set_->landmarks.empty();  // whose landmarks begin from boxes as dlib's detectors lay them
        yunet_detector_ = make_yunet_detector(yunet(), of_dlib ? YunetBoxes::of_dlib : YunetBoxes::own);
      });
      return *yunet_detector_;
  }
  throw Error(VAV_E_INTERNAL, "no detector is made for kind " + std::to_string(int(kind)));
}

const Aligner& Engine::aligner() const {
  aligner_once_([&] {
    if (set_->landmarks.empty()) {
      aligner_ = std::make_unique<FeatureAligner>(yunet(), *set_->chip, *set_->floors);
    } else {
      const std::string& id = chosen(set_->landmarks, *files_).id;
      aligner_ = std::make_unique<DlibAligner>(files_->load<Landmarker>(id.c_str(), 0, make_tree_landmarker),
                                               detector(DetectorKind::hog));
    }
  });
  return *aligner_;
}

const Embedder& Engine::embedder() const {
  const Backend backend = backend_.backend;
  const std::string& id = chosen(set_->embedder, *files_).id;
  constexpr int kOfFast = 100;  // beyond all backends
  const int variant = int(backend) + (precision_ == Precision::fast ? kOfFast : 0);
  return *files_->load<Embedder>(id.c_str(), variant, [&](const std::vector<char>& model) {
    NetworkFaces faces{.chip_size = set_->chip->size,
                       .length = set_->embedding_length,
                       .unit_norm = set_->is_onnx && set_->scoring->norm != 0};
    std::unique_ptr<Embedder> plain;
    if (set_->is_onnx) {
      faces.blue_first = set_->input.blue_first, faces.mean = set_->input.mean, faces.scale = set_->input.scale;
      Network network = read_onnx_model(model);
      network.may_round = precision_ == Precision::fast;
      plain = make_network_embedder(faces, make_runner(backend, network));
    } else if (backend == Backend::dlib) {
      plain = make_dlib_embedder(model);
    } else {
      const Network network = read_embedding_network(model);
      faces.mean = network.mean, faces.scale = network.scale;
      plain = make_network_embedder(faces, make_runner(backend, network));
    }
    const Scoring& scoring = *set_->scoring;
    return scoring.density ? make_centred_embedder(std::move(plain), faces.chip_size, *scoring.density, scoring.norm)
                           : std::move(plain);
  });
}

void Engine::warm_up(DetectorKind kind, Wanted wanted) const {
  const bool any = wanted.any();
  const uint32_t needed =
      (any ? 1u : 0u) | (wanted.embedding ? 2u : 0u) | 4u << int(kind);  // of detectors as many as come
  if ((loaded_ & needed) == needed) return;
  // The two that take longest first, side by side.
  std::vector<std::function<void()>> parts;
  if (any) parts.push_back([&] { aligner(); });
  if (wanted.embedding) parts.push_back([&] { embedder(); });
  parts.push_back([&] { detector(kind); });
  parallel_for(int(parts.size()), threads_, [&](int i) { parts[i](); });
  loaded_ |= needed;
}

std::vector<std::vector<Face>> Engine::analyze(const std::vector<ImageView>& images, DetectorKind kind,
                                               const DetectOptions& options, bool clip, Wanted wanted) const {
  warm_up(kind, wanted);
  DetectOptions limited = options;
  limited.max_pixels = max_pixels_;
  const Detector& finder = detector(kind);
  std::vector<std::vector<Face>> faces(images.size());
  const int threads_each = std::max(1, threads_ / std::max(1, int(images.size())));
  parallel_for(int(images.size()), threads_, [&](int i) {
    try {
      const ImageView part = looked_at(images[i], options.roi);
      if (options.upright) {
        faces[i] = detect_all_ways_up(finder, part, limited, threads_each);
      } else {
        for (const Detection& found : finder.detect(part, limited, threads_each)) {
          Face& face = faces[i].emplace_back();
          face.box = found.box;
          face.score = found.score;
          face.seen = found.landmarks;
        }
      }
      for (Face& face : faces[i]) move(face, options.roi.left, options.roi.top);
      compare_sizes(faces[i]);
    } catch (const Error& e) {
      if (images.size() == 1) throw;
      throw Error(e.code(), "picture " + std::to_string(i) + ": " + e.what());
    }
  });
  std::vector<Task> tasks;
  for (size_t i = 0; i < images.size(); ++i)
    for (Face& face : faces[i]) tasks.push_back({&images[i], &face});
  complete(tasks, wanted);
  if (clip)
    for (const Task& task : tasks) {
      task.face->whole = task.face->box;
      task.face->box = clip_box(*task.face->box, *task.image);
    }
  return faces;
}

// From what the detector saw, and not from the boxes alone: those do not say where the eyes are, nor which way up the
// face is, so that another face in the box could be taken for it.
std::vector<Face> Engine::analyze_faces(const ImageView& image, std::vector<Face> found, Wanted wanted) const {
  std::vector<std::optional<Box>> boxes;  // as the caller has them, cut at the picture's edges
  std::vector<Task> tasks;
  for (Face& face : found) {
    boxes.push_back(face.box);
    if (face.whole) face.box = face.whole;
    tasks.push_back({&image, &face});
  }
  complete(tasks, wanted);
  for (size_t i = 0; i < found.size(); ++i) found[i].box = boxes[i];
  return found;
}

std::vector<Face> Engine::analyze_boxes(const ImageView& image, const std::vector<Box>& boxes, Wanted wanted) const {
  std::vector<Face> faces(boxes.size());
  std::vector<Task> tasks;
  for (size_t i = 0; i < boxes.size(); ++i) {
    faces[i].box = boxes[i];
    tasks.push_back({&image, &faces[i]});
  }
  complete(tasks, wanted);
  return faces;
}

std::vector<Face> Engine::analyze_landmarks(const ImageView& image, const std::vector<Landmarks>& landmarks,
                                            Wanted wanted) const {
  std::vector<Face> faces(landmarks.size());
  std::vector<Task> tasks;
  for (size_t i = 0; i < landmarks.size(); ++i) {
    faces[i].landmarks = landmarks[i];
    tasks.push_back({&image, &faces[i]});
  }
  complete(tasks, wanted);
  return faces;
}

// Fills in what is wanted and missing. Only faces that can be compared get an embedding.
void Engine::complete(std::vector<Task>& tasks, Wanted wanted) const {
  if (tasks.empty() || !wanted.any()) return;
  const Aligner& aligner = this->aligner();
  // Those that the detector was least sure of first: they may take twenty times as long, and the other threads are to have
  // work meanwhile.
  std::vector<const Task*> order;
  for (const Task& task : tasks) order.push_back(&task);
  std::ranges::stable_sort(order, std::less(), [](const Task* task) { return task->face->score; });
  parallel_for(int(order.size()), threads_, [&](int i) { aligner.align(*order[i]->image, *order[i]->face); });
  if (wanted.embedding) {
    std::vector<const uint8_t*> chips;
    std::vector<Face*> faces;
    for (const Task& task : tasks)
      if (task.face->comparability == Comparability::comparable) {
        chips.push_back(task.face->chip->data());
        faces.push_back(task.face);
      }
    std::vector<Embedding> embeddings(faces.size());
    if (!faces.empty()) embedder().embed(chips, embeddings.data(), threads_);
    for (size_t i = 0; i < faces.size(); ++i) faces[i]->embedding = std::move(embeddings[i]);
  }
  if (wanted.quality)
    parallel_for(int(tasks.size()), threads_, [&](int i) {
      Face& face = *tasks[i].face;
      const ImageView& image = *tasks[i].image;
      const MeanFace& mean_face = set_->chip->mean_face;
      // Whichever chip the embedder takes, quality/ looks at dlib's.
      face.quality = set_->chip == &kDlibChip
                         ? measure_quality(image, face, *face.chip, mean_face)
                         : measure_quality(image, face, cut_chip(image, *face.landmarks, mean_face), mean_face);
    });
  if (!wanted.chip)
    for (Task& task : tasks) task.face->chip.reset();
}

std::vector<Embedding> Engine::embed_chips(const uint8_t* chips, size_t count) const {
  std::vector<const uint8_t*> pointers(count);
  for (size_t i = 0; i < count; ++i) pointers[i] = chips + i * size_t(set_->chip->size) * size_t(set_->chip->size) * 3;
  std::vector<Embedding> embeddings(count);
  embedder().embed(pointers, embeddings.data(), threads_);
  return embeddings;
}

}  // namespace visavis
