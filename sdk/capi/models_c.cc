// visavis/models.h: the set of models.
#include "base/text.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "models/model_files.h"
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
    models->models = std::make_shared<ModelFiles>(
        asked.directory ? read_path(asked.directory, "options.directory") : "", asked.skip_user_cache == 1);
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
    const std::string path = models->models->find(model);
    vav_model_info info{};
    info.optional = model.optional;
    info.size = model.size;
    info.id = model.id.c_str();
    info.file = model.file.c_str();
    info.sha256 = model.sha256.c_str();
    info.license = model.license.c_str();
    info.source = model.source.c_str();
    info.purpose = model.purpose.c_str();
    if (!path.empty()) {
      // Paths once given stay valid: each new one is kept beside the old ones.
      std::lock_guard lock(models->mutex);
      info.path = models->found[index].insert(path).first->c_str();
    }
    write_struct(out, info, "out");
  });
}

vav_status vav_models_verify(const vav_models* models, const char* id, vav_error* err) {
  return guard(err, [&] { checked(models, "models")->models->verify(entry(id)); });
}

vav_status vav_models_install(const vav_models* models, const char* id, const char* path, vav_error* err) {
  return guard(err, [&] {
    checked(models, "models");
    models->models->install(entry(id), read_path(path, "path"));
  });
}

const char* vav_models_get_directory(const vav_models* models) {
  return alive(models) ? models->models->directory().c_str() : "";
}

const char* vav_models_manifest(void) { return kManifestJson; }

}  // extern "C"
