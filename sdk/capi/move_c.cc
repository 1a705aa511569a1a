// visavis/move.h: a gallery on its way to other models.
#include "align/kept_chip.h"
#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "image/decode.h"
#include "image/encode.h"
#include "visavis/move.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

static_assert(kMostKeptChip == VAV_KEPT_CHIP_MAX);

Recipe read_target(const vav_models* to) {
  checked(to, "to");
  return recipe_of(*to->set, *to->files);
}

}  // namespace

extern "C" {

void vav_move_status_init(vav_move_status* status) { init_struct(status); }

vav_status vav_gallery_get_move(vav_gallery* gallery, const vav_models* to, vav_move_status* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    Gallery& core = checked_gallery(gallery);
    const std::optional<Recipe> asked = to ? std::optional(read_target(to)) : std::nullopt;
    const MoveState state = core.move_state();
    vav_move_status status{};
    status.under_way = state.to.has_value();
    status.to_these = state.to && state.to == asked;
    status.staged = state.staged;
    status.templates = state.templates;
    status.kept_chips = state.kept_chips;
    write_struct(out, status, "out");
  });
}

vav_status vav_gallery_stage(vav_gallery* gallery, const vav_models* to, int64_t template_id, const float* embedding,
                             int32_t length, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    core.stage(read_target(to), template_id, read_embedding(embedding, length, "embedding"));
  });
}

vav_status vav_gallery_list_unstaged(vav_unstaged* out, int32_t* out_count, int32_t most, vav_gallery* gallery,
                                     int64_t after, vav_error* err) {
  if (out_count) *out_count = 0;
  return guard(err, [&] {
    required(out, "out");
    required(out_count, "out_count");
    within(most, 1, kMostOfAPage, "most");
    if (after < 0) invalid("after is negative");
    const std::vector<TemplateOwner> found = checked_gallery(gallery).unstaged(after, most);
    for (size_t i = 0; i < found.size(); ++i) out[i] = {found[i].template_id, found[i].person};
    *out_count = count_of(found);
  });
}

vav_status vav_gallery_move(vav_gallery* gallery, const vav_models* to, int32_t leave_behind, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    const Recipe target = read_target(to);
    core.move(target, read_flag(leave_behind, "leave_behind"));
  });
}

vav_status vav_gallery_cancel_move(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).cancel_move(); });
}

vav_status vav_image_cut_face(vav_image** out, const vav_image* image, const vav_faces* faces, int32_t index,
                              vav_error* err) {
  return guard_make(out, err, [&] {
    const ImageView& view = checked(image, "image")->image.view;
    const Face& face = entry(checked(faces, "faces")->faces, index);
    if (!face.landmarks) invalid("face " + std::to_string(index) + " has no landmarks: ask for them, or embeddings");
    auto cut = std::make_unique<vav_image>();
    cut->image = cut_kept_chip(view, *face.landmarks, faces->mean_face);
    return cut;
  });
}

vav_status vav_gallery_keep_chip(vav_gallery* gallery, int64_t template_id, const vav_image* chip, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    const ImageView& view = checked(chip, "chip")->image.view;
    within(view.width, 1, kMostKeptChip, "the width of chip");
    within(view.height, 1, kMostKeptChip, "the height of chip");
    std::vector<uint8_t> picture = encode_png(view);
    const WipedAfterwards wiped{picture};
    core.keep_chip(template_id, picture);
  });
}

vav_status vav_gallery_get_chip(vav_image** out, vav_gallery* gallery, int64_t template_id, vav_error* err) {
  return guard_make(out, err, [&] {
    std::optional<std::vector<uint8_t>> picture = checked_gallery(gallery).kept_chip(template_id);
    if (!picture) throw Error(VAV_E_NOT_FOUND, "no chip is kept of template " + std::to_string(template_id));
    const WipedAfterwards wiped{*picture};
    auto image = std::make_unique<vav_image>();
    image->image = decode_image(*picture);
    return image;
  });
}

vav_status vav_gallery_remove_chips(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).remove_chips(); });
}

}  // extern "C"
