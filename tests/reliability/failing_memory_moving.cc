// The calls that move a gallery to other models, for failing_memory.
#include <cstdio>

#include "failing_memory.h"

namespace visavis::reliability {
namespace {

Face unit_face() {
  Face face{};
  face[7] = 1;
  return face;
}

// A gallery that is ready to move. One that could not must be as it was.
vav_status make_house(World& world, bool all_are_staged) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  if (world.house && world.move_status != VAV_OK) return vav_gallery_get_info(world.house, &info, &err);
  vav_gallery_destroy(world.house);
  world.house = nullptr;
  const std::string path = world.folder + "/house.vav";
  for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  vav_status status = world.open(&world.house, path, VAV_GALLERY_MUST_BE_NEW);
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = "Ada";
  int64_t person = 0, id = 0;
  if (status == VAV_OK) status = vav_gallery_add_person(&person, world.house, &fields, &err);
  for (int i = 0; i < 2 && status == VAV_OK; ++i) {
    status = vav_gallery_add_template(&id, world.house, person, face("p", i).data(), VAV_EMBEDDING_DIM, nullptr, &err);
    if (status == VAV_OK && (i == 0 || all_are_staged))
      status = vav_gallery_stage(world.house, world.others, id, unit_face().data(), VAV_EMBEDDING_DIM, &err);
  }
  return status;
}

vav_status stage_five(World& world) {
  return vav_gallery_stage(world.gallery, world.others, 5, unit_face().data(), VAV_EMBEDDING_DIM, &err);
}

vav_status keep_five(World& world) { return vav_gallery_keep_chip(world.gallery, 5, world.chip, &err); }

}  // namespace

bool prepare_move(World& world) {
  static const uint8_t kPixels[3 * 40 * 40] = {9, 8, 7};
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.set = "opencv-zoo";
  vav_pixels pixels = VAV_PIXELS_INIT;
  pixels.format = VAV_PIXEL_RGB;
  pixels.width = pixels.height = 40;
  pixels.data[0] = kPixels;
  return vav_models_open(&world.others, &options, &err) == VAV_OK &&
         vav_image_wrap(&world.chip, &pixels, &err) == VAV_OK;
}

void end_move(World& world) {
  vav_gallery_destroy(world.house);
  vav_image_destroy(world.chip);
  vav_models_destroy(world.others);
}

std::vector<Call> moving_calls() {
  const auto cancel = [](World& world) { return vav_gallery_cancel_move(world.gallery, &err); };
  const auto remove_chips = [](World& world) { return vav_gallery_remove_chips(world.gallery, &err); };
  return {
      {"stage", stage_five, cancel},
      {"cancel move", cancel, stage_five},
      {"list unstaged",
       [](World& world) {
         vav_unstaged page[20];
         int32_t count = 0;
         return vav_gallery_list_unstaged(page, &count, 20, world.gallery, 0, &err);
       }},
      {"move status",
       [](World& world) {
         vav_move_status status = VAV_MOVE_STATUS_INIT;
         return vav_gallery_get_move(world.gallery, world.others, &status, &err);
       }},
      {"keep chip", keep_five, remove_chips},
      {"remove chips", remove_chips, keep_five},
      {"kept chip",
       [](World& world) {
         vav_image* chip = nullptr;
         const vav_status status = vav_gallery_get_chip(&chip, world.gallery, 5, &err);
         vav_image_destroy(chip);
         return status;
       },
       keep_five},
      {"move", [](World& world) { return world.move_status = vav_gallery_move(world.house, world.others, 0, &err); },
       [](World& world) { return make_house(world, true); }},
      {"move, leaving behind",
       [](World& world) { return world.move_status = vav_gallery_move(world.house, world.others, 1, &err); },
       [](World& world) { return make_house(world, false); }},
  };
}

}  // namespace visavis::reliability
