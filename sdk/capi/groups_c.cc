// visavis/person.h: groups.
#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/person.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

const Group* group_at(const vav_groups* groups, int32_t index) {
  return index >= 0 && index < vav_groups_count(groups) ? &groups->groups[size_t(index)] : nullptr;
}

}  // namespace

extern "C" {

vav_status vav_gallery_join_group(vav_gallery* gallery, int64_t person, const char* group, vav_error* err) {
  return guard(err, [&] {
    std::string name = checked_text(group, kMaxText, "group");
    const WipedAfterwards wiped{name};
    checked_gallery(gallery).join_group(person, name);
  });
}

vav_status vav_gallery_leave_group(vav_gallery* gallery, int64_t person, const char* group, vav_error* err) {
  return guard(err, [&] {
    std::string name = checked_text(group, kMaxText, "group");
    const WipedAfterwards wiped{name};
    checked_gallery(gallery).leave_group(person, name);
  });
}

vav_status vav_gallery_list_groups(vav_groups** out, vav_gallery* gallery, vav_error* err) {
  return guard_make(out, err, [&] {
    auto list = std::make_unique<vav_groups>();
    list->groups = checked_gallery(gallery).groups();
    return list;
  });
}

void vav_groups_destroy(vav_groups* groups) { destroy(groups); }

int32_t vav_groups_count(const vav_groups* groups) { return alive(groups) ? count_of(groups->groups) : 0; }

const char* vav_groups_name(const vav_groups* groups, int32_t index) {
  const Group* group = group_at(groups, index);
  return group ? group->name.c_str() : nullptr;
}

int64_t vav_groups_persons(const vav_groups* groups, int32_t index) {
  const Group* group = group_at(groups, index);
  return group ? group->persons : 0;
}

}  // extern "C"
