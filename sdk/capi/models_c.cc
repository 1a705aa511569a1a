// visavis/models.h: the set of models.
#include "base/text.h"
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "models/model_set.h"
#include "visavis/models.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

const ModelEntry& entry(const char* id) { return manifest_model(checked_text(id, 256, "id")); }

}  // namespace

extern "C" {

void vav_models_options_init(vav_models_options* options) { init_struct(options); }
void vav_model_info_init(vav_model_info* info) { init_struct(info); }

vav_status vav_models_open(vav_models** out, const vav_models_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    const auto asked = read_struct(options, "options");
    read_flag(asked.skip_user_cache, "options.skip_user_cache");
    auto models = std::make_unique<vav_models>();
    models->set = asked.set ? &model_set(checked_text(asked.set, 256, "options.set")) : &model_sets().front();
    models->files = std::make_shared<ModelFiles>(asked.directory ? read_path(asked.directory, "options.directory") : "",
                                                 asked.skip_user_cache == 1);
    for (const DetectorKind kind : models->set->detectors)
      models->detectors += (models->detectors.empty() ? "" : " ") + std::string(name_of(kind));
    models->found.resize(manifest_models().size());
    return models;
  });
}

void vav_models_destroy(vav_models* models) { destroy(models); }

int32_t vav_models_count(const vav_models* models) { return alive(models) ? count_of(manifest_models()) : 0; }

vav_status vav_models_get_info(const vav_models* models, int32_t index, vav_model_info* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    checked(models, "models");
    const ModelEntry& model = capi::entry(manifest_models(), index);
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
    info.set = set_of_model(model.id);
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
  return guard(err, [&] { checked(models, "models")->files->verify(entry(id)); });
}

vav_status vav_models_install(const vav_models* models, const char* id, const char* path, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    models->files->install(entry(id), read_path(path, "path"));
  });
}

const char* vav_models_get_directory(const vav_models* models) {
  return alive(models) ? models->files->directory().c_str() : "";
}

const char* vav_models_get_set(const vav_models* models) { return alive(models) ? models->set->name : ""; }

const char* vav_models_detectors(const vav_models* models) { return alive(models) ? models->detectors.c_str() : ""; }

int32_t vav_models_embedding_dim(const vav_models* models) { return alive(models) ? models->set->embedding_length : 0; }

int32_t vav_models_chip_size(const vav_models* models) { return alive(models) ? models->set->chip->size : 0; }

float vav_models_default_threshold(const vav_models* models) {
  return alive(models) ? models->set->scoring->default_threshold : 0;
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
