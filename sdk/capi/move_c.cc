// visavis/move.h: a gallery on its way to other models.
#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "visavis/move.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

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

}  // extern "C"
