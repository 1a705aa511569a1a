// A model that a user brought: its card, which says how it is used, and the set that it makes with YuNet's points.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "models/model_set.h"

namespace visavis {

struct OwnModel {
  std::string name;
  std::string sha256;    // of the file NAME.onnx
  int64_t size = 0;      // bytes
  int input_size = 112;  // px, width and height of a chip
  bool blue_first = false;
  std::array<float, 3> mean = {127.5f, 127.5f, 127.5f};  // of the colours in their order
  float scale = 1 / 127.5f;                              // (pixel - mean) * scale goes in
  int length = 0;                                        // numbers in an embedding
  bool cosine = true;                                    // else Euclidean distances of the numbers as they come
  float threshold = 0;                                   // a distance; 0: nobody has measured it
  std::string license, training_data;
};

inline constexpr int64_t kMostOwnModel = int64_t{1} << 30;  // bytes of a file

// Lower-case letters, digits, - and _, 1 to 64 of them, beginning with a letter or digit; no built-in set or model.
bool is_own_name(const std::string& name);

// Error INVALID_ARGUMENT unless every value is within its range; `name` is_own_name.
void check_own_model(const OwnModel& model);

// NAME.card.json, and back. Reading gives MODEL_ALTERED for whatever write_card does not write.
std::string write_card(const OwnModel& model);
OwnModel read_card(const std::string& name, const std::string& text);

// Puts the model's file and its card into the directory of `files`, the card last: without it there is no model. Errors
// ALREADY_EXISTS, INVALID_ARGUMENT (there is no directory), DISK_FULL, PERMISSION, IO.
void install_own_model(const ModelFiles& files, const OwnModel& model, std::span<const uint8_t> bytes);

// Takes them away again. Errors MODEL_NOT_FOUND (there is no such card), PERMISSION, IO.
void remove_own_model(const ModelFiles& files, const std::string& name);

// What the manifest would say of it.
ModelEntry entry_of(const OwnModel& model);

// The set of YuNet and this model. It owns all that it points to.
std::shared_ptr<const ModelSet> make_own_set(const OwnModel& model);

// The set of this name: built in, or made by the card that `files` finds, whose model it then knows. Error MODEL_UNKNOWN.
std::shared_ptr<const ModelSet> open_set(const std::string& name, ModelFiles& files);

}  // namespace visavis
