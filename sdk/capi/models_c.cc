// visavis/models.h: the set of models.
#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "decide/calibration.h"
#include "decide/calibration_file.h"
#include "models/model_set.h"
#include "models/own_model.h"
#include "pipeline/own_model_trial.h"
#include "visavis/models.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr size_t kMostName = 256;  // bytes, of a model or a set

const ModelEntry& entry(const vav_models* models, const char* id) {
  return models->files->entry(checked_text(id, kMostName, "id"));
}

OwnModel read_own_model(const vav_own_model& asked) {
  constexpr size_t kMostWords = 1000;
  OwnModel own;
  own.name = checked_text(asked.name, kMostName, "model.name");
  if (asked.input_size != 0) own.input_size = asked.input_size;
  own.blue_first = read_flag(asked.blue_first, "model.blue_first");
  within(asked.metric, int32_t{VAV_METRIC_COSINE}, int32_t{VAV_METRIC_EUCLIDEAN}, "model.metric");
  own.cosine = asked.metric == VAV_METRIC_COSINE;
  if (asked.scale != 0) std::copy_n(asked.mean, 3, own.mean.begin()), own.scale = asked.scale;
  own.threshold = asked.threshold;
  require_unused(asked.reserved, "model.reserved");
  own.license = optional_text(asked.license, kMostWords, "model.license").value_or("");
  own.training_data = optional_text(asked.training_data, kMostWords, "model.training_data").value_or("");
  return own;
}

}  // namespace

extern "C" {

void vav_models_options_init(vav_models_options* options) { init_struct(options); }
void vav_model_info_init(vav_model_info* info) { init_struct(info); }

vav_status vav_models_open(vav_models** out, const vav_models_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    const auto asked = read_struct(options, "options");
    read_flag(asked.skip_user_cache, "options.skip_user_cache");
    auto models = std::make_unique<vav_models>();
    const auto files = std::make_shared<ModelFiles>(
        asked.directory ? read_path(asked.directory, "options.directory") : "", asked.skip_user_cache == 1);
    models->set =
        asked.set ? open_set(checked_text(asked.set, kMostName, "options.set"), *files) : shared(model_sets().front());
    models->files = files;
    const Recipe recipe = recipe_of(*models->set, *files);
    models->recipe = recipe.scoring, models->model_sha256 = recipe.model_sha256;
    if (asked.calibration)
      models->calibration =
          read_calibration(read_path(asked.calibration, "options.calibration"), models->set->name, recipe);
    for (const DetectorKind kind : models->set->detectors)
      models->detectors += (models->detectors.empty() ? "" : " ") + std::string(name_of(kind));
    models->found.resize(files->entries().size());
    return models;
  });
}

void vav_models_destroy(vav_models* models) { destroy(models); }

int32_t vav_models_count(const vav_models* models) { return alive(models) ? count_of(models->files->entries()) : 0; }

vav_status vav_models_get_info(const vav_models* models, int32_t index, vav_model_info* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    checked(models, "models");
    const ModelEntry& model = capi::entry(models->files->entries(), index);
    const std::string path = models->files->find(model);
    vav_model_info info{};
    info.optional = !is_needed(*models->set, model.id, *models->files);
    info.size = model.size;
    info.id = model.id.c_str();
    info.file = model.file.c_str();
    info.sha256 = model.sha256.c_str();
    info.license = model.license.c_str();
    info.source = model.source.c_str();
    info.purpose = model.purpose.c_str();
    info.set = models->set->uses(model.id) ? models->set->name : set_of_model(model.id);
    info.training_data = model.training_data.c_str();
    if (!path.empty()) {
      // Paths once given stay valid: each new one is kept beside the old ones.
      std::lock_guard lock(models->mutex);
      info.path = models->found[index].insert(path).first->c_str();
    }
    write_struct(out, info, "out");
  });
}

vav_status vav_models_verify(const vav_models* models, const char* id, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    models->files->verify(entry(models, id));
  });
}

vav_status vav_models_install(const vav_models* models, const char* id, const char* path, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    models->files->install(entry(models, id), read_path(path, "path"));
  });
}

void vav_own_model_init(vav_own_model* model) { init_struct(model); }

vav_status vav_models_add(const vav_models* models, const char* path, const vav_own_model* model, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    const std::string file = read_path(path, "path");
    required(model, "model");
    OwnModel own = read_own_model(read_struct(model, "model"));
    check_own_model(own);
    const auto bytes = read_file(file, kMostOwnModel, FileKinds::ordinary);
    try_own_model(own, bytes);
    install_own_model(*models->files, own, bytes);
  });
}

vav_status vav_models_remove(const vav_models* models, const char* name, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    remove_own_model(*models->files, checked_text(name, kMostName, "name"));
  });
}

const char* vav_models_get_directory(const vav_models* models) {
  return alive(models) ? models->files->directory().c_str() : "";
}

const char* vav_models_get_set(const vav_models* models) { return alive(models) ? models->set->name : ""; }

const char* vav_models_get_recipe(const vav_models* models) { return alive(models) ? models->recipe.c_str() : ""; }

const char* vav_models_get_model_sha256(const vav_models* models) {
  return alive(models) ? models->model_sha256.c_str() : "";
}

const char* vav_models_detectors(const vav_models* models) { return alive(models) ? models->detectors.c_str() : ""; }

int32_t vav_models_embedding_dim(const vav_models* models) { return alive(models) ? models->set->embedding_length : 0; }

int32_t vav_models_chip_size(const vav_models* models) { return alive(models) ? models->set->chip->size : 0; }

float vav_models_default_threshold(const vav_models* models) {
  if (!alive(models)) return 0;
  const ModelRates rates = rates_of(*models->set, models->calibration.get());
  if (!calibration_of(rates.recipe, rates.own)) return rates.compat_threshold;
  return limits_for(Against::one, {}, 0, rates, 1).match;
}

vav_status vav_models_check_embedding(const vav_models* models, const float* embedding, int32_t length,
                                      vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    const Recipe recipe = recipe_of(*models->set, *models->files);
    require_fitting(recipe, read_embedding(embedding, length, "embedding"), Fitting::of_a_face);
  });
}

const char* vav_models_manifest(void) { return kManifestJson; }

}  // extern "C"
