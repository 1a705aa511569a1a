// Calls the C API as a command says, and writes down the answer in the words of the model.
#pragma once

#include <memory>
#include <string>

#include "command.h"
#include "visavis/visavis.h"

namespace visavis::reliability {

class Actor {
 public:
  // `folder`: for files to import.
  Actor(std::string path, std::string folder, bool encrypted);
  std::string perform(const Command& command);

 private:
  struct Close {
    void operator()(vav_gallery* gallery) const { vav_gallery_destroy(gallery); }
  };
  std::string open(const vav_models* models = nullptr);  // NULL: those of dlib
  vav_status stage_rest(const vav_models* to, bool back);
  std::string move(bool leaves_behind);
  std::string matches(vav_matches* found);
  std::string import(const Command& command, float offset);
  std::string name(vav_status status) const { return status == VAV_OK ? "" : vav_status_name(status); }

  const std::string path_, folder_;
  const bool encrypted_;
  std::unique_ptr<vav_gallery, Close> gallery_;
};

}  // namespace visavis::reliability
