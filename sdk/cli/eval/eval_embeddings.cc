// Detects faces, takes the largest, embeds it; keeps the cache.
#include "eval/eval_embeddings.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <new>
#include <vector>

#include "detectors.h"
#include "engine.h"
#include "eval/embedding_cache.h"
#include "files.h"
#include "one_face.h"
#include "output.h"
#include "parallel.h"
#include "pictures.h"
#include "printable.h"
#include "progress.h"
#include "visavis/quality.hpp"
#include "visavis/version.hpp"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

Faces find(const Context& context, const Engine& engine, const Image& image) {
  DetectOptions options = detect_options(context);
  Faces faces = engine.detect(image, options);
  if (!faces.empty() || context.min_face != 0) return faces;
  options.min_face = detector_in_use(context).doubling_face;
  try {
    return engine.detect(image, options);
  } catch (const Error& error) {
    // The picture is too large to be doubled: so only what was seen at its own size counts.
    if (error.code() == VAV_E_LIMIT_EXCEEDED) return faces;
    throw;
  }
}

// Everything that an embedding depends on, except the picture.
std::string recipe_of(const Context& context, const Models& models, const Engine& engine) {
  Json recipe = {{"library", version()},
                 {"backend", engine.backend()},
                 {"detector", context.detector_word},
                 {"set", models.set()},
                 {"min_face", context.min_face},
                 {"max_face", context.max_face},
                 {"gray", context.gray},
                 {"upright", context.upright},
                 {"only_comparable", 2},  // the version of the rules for faces without an embedding
                 {"roi", context.roi}};
  for (const ModelInfo& info : models)
    if (!info.optional) recipe["models"][info.id] = info.sha256;
  return recipe.dump();
}

class Computation {
 public:
  Computation(const Context& context, const EmbeddingRequest& request)
      : context_(context),
        request_(request),
        models_(open_models_alone(context)),
        engine_(create_single_threaded_engine(context, models_)),
        cache_(recipe_of(context, models_, engine_)) {
    set_.backend = engine_.backend();
  }

  EmbeddingSet run() {
    load_cache();
    find_missing();
    std::vector<std::string> todo;
    for (const std::string& name : request_.pictures) {
      if (!set_.missing.contains(name) && !take_from_cache(name)) todo.push_back(name);
    }
    if (todo.empty()) return std::move(set_);
    engine_.warm_up(context_.detector, uint32_t{VAV_ANALYZE_EMBEDDING});
    try {
      compute(todo);
    } catch (...) {
      save_cache();  // so that Ctrl-C loses nothing
      throw;
    }
    save_cache();
    refuse_missing();
    return std::move(set_);
  }

 private:
  fs::path path_of(const std::string& name) const { return fs::path(request_.folder) / name; }

  void load_cache() {
    if (request_.cache.empty()) return;
    // A path that was mistyped may be that of a gallery.
    if (!EmbeddingCache::may_replace(request_.cache))
      throw Failure(request_.cache + ": is no embedding cache, and is not replaced; give --cache another name");
    require_place_for_file(request_.cache);
    const std::string reason = cache_.load(request_.cache);
    if (!reason.empty()) {
      err() << "visavis: " << request_.cache << ": the embedding cache cannot be used and is made again: " << reason
            << '\n';
    }
  }

  void save_cache() const {
    if (request_.cache.empty()) return;
    write_text(request_.cache, cache_.bytes(), Readers::kOwner);  // embeddings of people
  }

  // Called before anything is computed.
  void find_missing() {
    for (const std::string& name : request_.pictures) {
      std::error_code error;
      if (!fs::is_regular_file(path_of(name), error)) set_.missing[name] = "no such file";
    }
    refuse_missing();
  }

  void refuse_missing() const {
    if (set_.missing.empty() || request_.skip_missing) return;
    std::string message = std::to_string(set_.missing.size()) + " of " + std::to_string(request_.pictures.size()) +
                          " pictures are missing (--skip-missing leaves them and their pairs out):";
    int shown = 0;
    for (const auto& [name, reason] : set_.missing) {
      if (++shown > 5) break;
      message += "\n  " + printable(path_of(name).string()) + ": " + printable(reason);
    }
    if (set_.missing.size() > 5) message += "\n  …";
    throw LongFailure(message, VAV_E_FILE_NOT_FOUND);
  }

  bool take_from_cache(const std::string& name) {
    if (request_.cache.empty()) return false;
    const EmbeddingCache::Entry* entry = cache_.find(name, stamp_of(path_of(name)));
    if (!entry || (request_.quality && entry->embedding && entry->scores.size() != Quality::measures().size()))
      return false;
    set_.pictures[name] = entry->embedding;
    set_.scores[name] = entry->scores;
    return true;
  }

  void compute(const std::vector<std::string>& names) {
    Progress progress(context_, int64_t(names.size()), "computing embeddings");
    for_each_parallel(int64_t(names.size()), request_.jobs, [&](int64_t i) {
      compute_one(names[size_t(i)]);
      progress.advance();
    });
  }

  // Called on several threads at once.
  void compute_one(const std::string& name) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string path = path_of(name).string();
    std::optional<Image> image;
    PictureStamp stamp;
    try {
      stamp = stamp_of(path);
      image.emplace(load_image(path));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      const auto* const known = dynamic_cast<const Error*>(&error);
      if (known && is_no_pictures_fault(*known)) throw;
      const std::lock_guard lock(mutex_);
      set_.missing[name] = error.what();
      return;
    }
    const Faces faces = find(context_, engine_, *image);
    std::optional<Embedding> embedding;
    QualityScores scores;
    if (!faces.empty()) {
      const OneFace one = embed_largest(engine_, *image, faces, request_.quality ? VAV_ANALYZE_QUALITY : 0);
      embedding = one.embedding;
      if (embedding && request_.quality)
        for (const vav_quality_measure measure : Quality::measures())
          scores.push_back(float(Quality::of(one.faces, 0, measure).score.value_or(-1)));
    }
    const auto end = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    set_.pictures[name] = embedding;
    set_.scores[name] = scores;
    cache_.put(name, {stamp, embedding, scores});
    ++set_.time.pictures;
    set_.time.seconds += std::chrono::duration<double>(end - begin).count();
  }

  const Context& context_;
  const EmbeddingRequest& request_;
  const Models models_;
  const Engine engine_;
  EmbeddingCache cache_;
  EmbeddingSet set_;
  std::mutex mutex_;
};

}  // namespace

std::string WorkTime::in_words() const {
  const std::optional<double> each = milliseconds_each();
  if (!each) return "not measured: all embeddings came from the cache";
  char text[64];
  std::snprintf(text, sizeof text, "%.1f ms for each picture on one thread", *each);
  return text;
}

void tell_left_out(const std::string& what, const std::vector<std::string>& left_out) {
  constexpr size_t kMostShown = 5;
  if (left_out.empty()) return;
  err() << "visavis: " << what << ": " << left_out.size() << '\n';
  for (size_t i = 0; i < std::min(left_out.size(), kMostShown); ++i) err() << "  " << left_out[i] << '\n';
  if (left_out.size() > kMostShown) err() << "  \u2026\n";
}

void tell_unreadable(const EmbeddingSet& set) {
  std::vector<std::string> names;
  for (const auto& [name, reason] : set.missing) names.push_back(name + ": " + reason);
  tell_left_out("pictures that cannot be read and are left out", names);
}

EmbeddingSet compute_embeddings(const Context& context, const EmbeddingRequest& request) {
  return Computation(context, request).run();
}

}  // namespace visavis::cli
