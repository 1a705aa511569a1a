// What the calls of failing_memory are made on: two handles of a gallery, and what a move to other models needs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hand.h"

namespace visavis::reliability {

extern vav_error err;

// The gallery under test, and a second handle that sees what others see.
struct World {
  std::string path, folder;
  bool encrypted = false;
  vav_models* models = nullptr;
  vav_gallery *gallery = nullptr, *other = nullptr;
  vav_models* others = nullptr;  // to move to
  vav_image* chip = nullptr;
  vav_gallery* house = nullptr;  // another gallery, which moves
  vav_status move_status = VAV_OK;

  vav_status open(vav_gallery** out, const std::string& file, vav_gallery_mode mode) const {
    static const uint8_t kKey[VAV_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};
    vav_gallery_key key = VAV_GALLERY_KEY_INIT;
    key.key = kKey;
    vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
    options.mode = mode;
    options.busy_timeout_ms = 1;
    options.durability = VAV_DURABILITY_NORMAL;
    if (encrypted) options.key = &key;
    return vav_gallery_open(out, file.c_str(), models, &options, &err);
  }
};

using Act = std::function<vav_status(World&)>;
struct Call {
  const char* name;
  Act act;
  Act prepare = {};  // with memory, before each try
};

// Those of visavis/move.h. Opens what they need; false: it is not there.
bool prepare_move(World& world);
std::vector<Call> moving_calls();
void end_move(World& world);

}  // namespace visavis::reliability
