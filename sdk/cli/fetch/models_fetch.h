// `visavis models fetch`: brings models and sample photos to their place. No byte counts before it is checked.
#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace visavis::cli {

struct FetchOptions {
  std::vector<std::string> ids;   // models; empty = all of the set
  std::string set;                // of which models; "all"; empty = --model-set
  bool photos = false;            // the sample photos as well
  std::string photos_folder;      // empty = "photos" beside the folder of the models
  std::vector<std::string> from;  // files, archives, folders; empty = download
  std::string keep_archive;       // folder that gets a copy of what was downloaded
  std::string python;             // interpreter whose pip downloads
};

int fetch_models(const Context& context, const FetchOptions& options);

}  // namespace visavis::cli
