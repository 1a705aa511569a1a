// The library's handles as unique_ptrs, and `make`, which fills one.
#pragma once

#include <memory>

#include "failure.h"
#include "visavis/visavis.h"

namespace visavis::cli {

template <auto Destroy>
struct Destroyer {
  template <class T>
  void operator()(T* handle) const {
    Destroy(handle);
  }
};

using Models = std::unique_ptr<vav_models, Destroyer<vav_models_destroy>>;
using Engine = std::unique_ptr<vav_engine, Destroyer<vav_engine_destroy>>;
using Image = std::unique_ptr<vav_image, Destroyer<vav_image_destroy>>;
using Faces = std::unique_ptr<vav_faces, Destroyer<vav_faces_destroy>>;
using Gallery = std::unique_ptr<vav_gallery, Destroyer<vav_gallery_destroy>>;
using Persons = std::unique_ptr<vav_persons, Destroyer<vav_persons_destroy>>;
using Templates = std::unique_ptr<vav_templates, Destroyer<vav_templates_destroy>>;
using Matches = std::unique_ptr<vav_matches, Destroyer<vav_matches_destroy>>;
using Groups = std::unique_ptr<vav_groups, Destroyer<vav_groups_destroy>>;
using Duplicates = std::unique_ptr<vav_duplicates, Destroyer<vav_duplicates_destroy>>;
using Job = std::unique_ptr<vav_job, Destroyer<vav_job_destroy>>;
using CheckReport = std::unique_ptr<vav_check_report, Destroyer<vav_check_report_destroy>>;

// make<Image>(vav_image_load, path, nullptr): `out` and `err` are added; a failure is thrown.
template <class Handle, class... Params, class... Args>
Handle make(vav_status (*function)(typename Handle::pointer*, Params...), Args... args) {
  typename Handle::pointer handle = nullptr;
  vav_error err = VAV_ERROR_INIT;
  check(function(&handle, args..., &err), err);
  return Handle(handle);
}

}  // namespace visavis::cli
