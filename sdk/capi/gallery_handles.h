// The structs behind the opaque pointers of a gallery.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/vectors.h"
#include "capi/guard.h"
#include "gallery/gallery.h"
#include "gallery/locks/open_files.h"
#include "pipeline/identification.h"
#include "visavis/audit.h"
#include "visavis/gallery.h"
#include "visavis/person.h"
#include "visavis/search.h"

namespace visavis::capi {

// What belongs to the process that made it. In the child of a fork it is neither used nor taken apart: its locks are
// the parent's, and a thread that is not there any more may have been in the middle of a change.
template <class T>
class OfProcess {
 public:
  ~OfProcess() {
    if (inherited()) static_cast<void>(object_.release());
  }
  OfProcess& operator=(std::unique_ptr<T> object) {
    object_ = std::move(object);
    return *this;
  }
  // Error WRONG_STATE in the child of a fork.
  T& get() const {
    if (inherited())
      throw Error(VAV_E_WRONG_STATE,
                  "this handle was opened before this process was forked: open another one here, or start processes "
                  "with exec or spawn");
    return *object_;
  }

 private:
  bool inherited() const { return made_after_ != forks(); }
  std::unique_ptr<T> object_;
  uint32_t made_after_ = forks();
};

}  // namespace visavis::capi

struct vav_gallery {
  visavis::capi::Handle<0x5647414c> tag;
  visavis::capi::OfProcess<visavis::Gallery> gallery;
};

struct vav_check_report {
  visavis::capi::Handle<0x5643484b> tag;
  std::vector<std::string> problems;
};

struct vav_audit_entries {
  visavis::capi::Handle<0x56415544> tag;
  std::vector<std::pair<int64_t, visavis::AuditEntry>> entries;
};

struct vav_persons {
  visavis::capi::Handle<0x56505253> tag;
  std::vector<visavis::Person> persons;
};

struct vav_groups {
  visavis::capi::Handle<0x56475250> tag;
  std::vector<visavis::Group> groups;
};

struct vav_duplicates {
  visavis::capi::Handle<0x56445550> tag;
  visavis::DuplicatePage page;
};

struct vav_job {
  visavis::capi::Handle<0x564a4f42> tag;
  visavis::capi::OfProcess<visavis::Job> job;
};

struct vav_templates {
  visavis::capi::Handle<0x5654504c> tag;
  std::vector<visavis::Template> templates;
};

struct vav_matches {
  visavis::capi::Handle<0x564d4154> tag;
  visavis::Identification answer;
};

namespace visavis::capi {

inline Gallery& checked_gallery(vav_gallery* gallery) { return checked(gallery, "gallery")->gallery.get(); }

}  // namespace visavis::capi
