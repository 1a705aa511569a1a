// visavis/move.h: a gallery on its way to other models.
#include <limits>

#include "align/kept_chip.h"
#include "capi/detecting.h"
#include "capi/face_to_cut.h"
#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "image/encode.h"
#include "pipeline/kept_picture.h"
#include "pipeline/remake.h"
#include "visavis/move.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

static_assert(kMostKeptChip == VAV_KEPT_CHIP_MAX);

Recipe read_target(const vav_models* to) {
  checked(to, "to");
  return recipe_of(*to->set, *to->files);
}

static_assert(VAV_REMAKE_NOT_EVALUATED == int32_t(RemakeResult::not_evaluated) &&
              VAV_REMAKE_DONE == int32_t(RemakeResult::done) && VAV_REMAKE_NO_FACE == int32_t(RemakeResult::no_face) &&
              VAV_REMAKE_NOT_COMPARABLE == int32_t(RemakeResult::not_comparable) &&
              VAV_REMAKE_DIFFERENT_FACE == int32_t(RemakeResult::different_face));

// In the order of the numbers.
constexpr const char* kResultNames[] = {"not_evaluated", "done", "no_face", "not_comparable", "different_face"};

template <size_t Size>
void copy_text(char (&out)[Size], const std::string& text) {
  out[text.copy(out, Size - 1)] = 0;
}

// A template that is stored need not be a face's; but what is none of the models cannot be compared with theirs.
Embedding read_template(const float* values, int32_t length, const ModelSet& set) {
  Embedding embedding = read_embedding(values, length, "of_template");
  if (embedding.size() != size_t(set.embedding_length))
    invalid("of_template has " + std::to_string(length) + " numbers, and the embeddings of the models before have " +
            std::to_string(set.embedding_length));
  if (!is_within(template_range(scoring_recipe(set)), embedding))
    invalid("of_template is no embedding of the set of models \"" + std::string(set.name) + "\"");
  return embedding;
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
    if (state.to) {
      copy_text(status.to_model_sha256, state.to->model_sha256);
      copy_text(status.to_recipe, state.to->scoring);
      copy_text(status.to_set, set_name(*state.to));
    }
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

const char* vav_remake_result_name(vav_remake_result result) {
  return result >= 0 && size_t(result) < std::size(kResultNames) ? kResultNames[result] : "unknown";
}

void vav_remade_init(vav_remade* remade) { init_struct(remade); }
void vav_remake_options_init(vav_remake_options* options) { init_struct(options); }

vav_status vav_engine_remake(vav_remade* out, float* made, int32_t made_length, vav_engine* before, vav_engine* after,
                             const vav_image* image, const float* of_template, int32_t length,
                             const vav_remake_options* options, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out")->distance = std::numeric_limits<float>::infinity();
    required(made, "made");
    checked(before, "before");
    checked(after, "after");
    checked(image, "image");
    const auto asked = read_struct(options, "options");
    require_unused(asked.reserved, "options.reserved");
    const RemakeSource source{image->image.view, read_flag(asked.kept_chip, "options.kept_chip")};
    const Look look_before = checked_detect(asked.before, "options.before", before);
    const Look look_after = checked_detect(asked.after, "options.after", after);
    const ModelSet& set = before->engine.set();
    const Embedding values = read_template(of_template, length, set);
    const int32_t wanted = after->engine.set().embedding_length;
    if (read_length(made_length) != size_t(wanted))
      invalid("made_length is " + std::to_string(made_length) + ", and the embeddings of the other models have " +
              std::to_string(wanted) + " numbers");
    const float threshold =
        limits_to_look_at(Against::one, {.threshold = asked.threshold}, 0, rates_of(set, before->calibration.get()), 1)
            .match;
    const Remade answer = remake(before->engine, look_before, after->engine, look_after, source, values, threshold);
    vav_remade plain{};
    plain.result = int32_t(answer.result);
    plain.comparability = int32_t(answer.why);
    plain.distance = answer.distance;
    plain.box = {answer.place.left, answer.place.top, answer.place.right, answer.place.bottom};
    plain.same_picture = answer.same_picture;
    write_struct(out, plain, "out");
    std::ranges::copy(answer.embedding, made);
  });
}

vav_status vav_image_cut_face(vav_image** out, const vav_image* image, const vav_faces* faces, int32_t index,
                              vav_error* err) {
  return guard_make(out, err, [&] {
    const ImageView& view = checked(image, "image")->image.view;
    const Face& face = face_to_cut(faces, index, view);
    auto cut = std::make_unique<vav_image>();
    cut->is_chip = true;
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
    image->is_chip = true;
    image->image = read_kept_picture(*picture);
    return image;
  });
}

vav_status vav_gallery_remove_chips(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).remove_chips(); });
}

}  // extern "C"
