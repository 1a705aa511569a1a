// visavis/gallery.h: opening, info and transactions.
#include <algorithm>

#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/keys.h"
#include "capi/sized.h"
#include "gallery/store/schema.h"
#include "models/model_set.h"
#include "visavis/gallery.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

static_assert(int(GalleryMode::open_or_create) == VAV_GALLERY_OPEN_OR_CREATE &&
              int(GalleryMode::must_exist) == VAV_GALLERY_MUST_EXIST &&
              int(GalleryMode::must_be_new) == VAV_GALLERY_MUST_BE_NEW &&
              int(GalleryMode::read_only) == VAV_GALLERY_READ_ONLY && int(Durability::full) == VAV_DURABILITY_FULL &&
              int(Durability::normal) == VAV_DURABILITY_NORMAL);

GalleryOptions read_options(const vav_gallery_options* options) {
  const auto asked = read_struct(options, "options");
  if (asked.mode < VAV_GALLERY_OPEN_OR_CREATE || asked.mode > VAV_GALLERY_READ_ONLY)
    invalid("options.mode is " + std::to_string(asked.mode) + ", not a value of vav_gallery_mode");
  within(asked.busy_timeout_ms, 0, kMostMilliseconds, "options.busy_timeout_ms");
  if (asked.durability != VAV_DURABILITY_FULL && asked.durability != VAV_DURABILITY_NORMAL)
    invalid("options.durability is " + std::to_string(asked.durability) + ", not a value of vav_durability");
  within(asked.threads, 0, kMostThreads, "options.threads");
  require_unused(asked.reserved, "options.reserved");
  GalleryOptions result;
  result.threads = std::max(asked.threads, 1);
  result.durability = static_cast<Durability>(asked.durability);
  result.mode = static_cast<GalleryMode>(asked.mode);
  if (asked.busy_timeout_ms != 0) result.busy_timeout_ms = asked.busy_timeout_ms;
  result.key = read_key(asked.key, "options.key");
  result.audit_label = optional_text(asked.audit_label, kMostText, "options.audit_label").value_or("");
  result.keep_going = {asked.keep_going, asked.keep_going_user};
  return result;
}

}  // namespace

extern "C" {

void vav_gallery_options_init(vav_gallery_options* options) { init_struct(options); }
void vav_gallery_info_init(vav_gallery_info* info) { init_struct(info); }

vav_status vav_gallery_open(vav_gallery** out, const char* path, const vav_models* models,
                            const vav_gallery_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    const std::string checked_path = read_path(path, "path");
    checked(models, "models");
    const Recipe recipe = recipe_of(*models->set, *models->files);
    auto handle = std::make_unique<vav_gallery>();
    GalleryOptions asked = read_options(options);
    asked.compat_threshold = models->set->scoring->compat_threshold;
    asked.calibration = models->calibration;
    handle->gallery = Gallery::open(checked_path, recipe, asked);
    return handle;
  });
}

vav_status vav_gallery_model_set(const char** out, const char* path, vav_error* err) {
  return guard(err, [&] {
    *required(out, "out") = "";
    *out = set_of(Gallery::recipe_at(read_path(path, "path")));
  });
}

void vav_gallery_destroy(vav_gallery* gallery) { destroy(gallery); }

vav_status vav_gallery_get_info(vav_gallery* gallery, vav_gallery_info* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    Gallery& core = checked_gallery(gallery);
    const GalleryCounts counts = core.counts();
    vav_gallery_info info{};
    info.schema_version = int32_t(schema::kVersion);
    info.persons = counts.persons;
    info.templates = counts.templates;
    info.created_at = core.stamp().created_at;
    info.model_sha256 = core.stamp().recipe.model_sha256.c_str();
    info.recipe = core.stamp().recipe.scoring.c_str();
    const GalleryState state = core.state();
    info.encrypted = state.encrypted;
    info.reencrypting = state.reencrypting;
    info.erase_pending = state.erase_pending;
    info.audit = state.audit;
    info.threshold = core.threshold();
    write_struct(out, info, "out");
  });
}

vav_status vav_gallery_set_threshold(vav_gallery* gallery, float threshold, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    if (threshold != 0) require_threshold(threshold);
    core.set_threshold(threshold);
  });
}

vav_status vav_gallery_begin(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).begin(); });
}

vav_status vav_gallery_commit(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).commit(); });
}

vav_status vav_gallery_rollback(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).rollback(); });
}

}  // extern "C"
