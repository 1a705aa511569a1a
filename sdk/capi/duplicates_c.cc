// visavis/search.h: the same face twice.
#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/search.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kDefaultPage = 1000;
constexpr int32_t kLargestPage = 1'000'000;

}  // namespace

extern "C" {

void vav_duplicate_query_init(vav_duplicate_query* query) { init_struct(query); }
void vav_duplicate_init(vav_duplicate* duplicate) { init_struct(duplicate); }

vav_status vav_gallery_find_duplicates(vav_matches** out, vav_gallery* gallery, const float* embedding, int64_t ignore,
                                       float threshold, vav_error* err) {
  return guard_make(out, err, [&] {
    auto result = std::make_unique<vav_matches>();
    result->answer =
        find_duplicates(checked_gallery(gallery), read_embedding(embedding, "embedding"), ignore, threshold);
    return result;
  });
}

vav_status vav_gallery_list_duplicates(vav_duplicates** out, vav_gallery* gallery, const vav_duplicate_query* query,
                                       vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    const auto asked = read_struct(query, "query");
    if (asked.limit < 0 || asked.limit > kLargestPage)
      invalid("query.limit is " + std::to_string(asked.limit) + ", not within 0..1,000,000");
    if (asked.after < 0) invalid("query.after is negative");
    if (asked.reserved != 0) throw Error(VAV_E_UNSUPPORTED, "query.reserved is not 0");
    auto list = std::make_unique<vav_duplicates>();
    list->page = core.duplicates(asked.after, asked.limit != 0 ? asked.limit : kDefaultPage,
                                 resolve_threshold(asked.threshold, asked.threshold == 0 ? core.threshold() : 0));
    return list;
  });
}

void vav_duplicates_destroy(vav_duplicates* duplicates) { destroy(duplicates); }

int32_t vav_duplicates_count(const vav_duplicates* duplicates) {
  return alive(duplicates) ? count_of(duplicates->page.pairs) : 0;
}

int64_t vav_duplicates_last(const vav_duplicates* duplicates) { return alive(duplicates) ? duplicates->page.last : 0; }

vav_status vav_duplicates_get(const vav_duplicates* duplicates, int32_t index, vav_duplicate* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Duplicate& pair = entry(checked(duplicates, "duplicates")->page.pairs, index);
    vav_duplicate plain{};
    plain.distance = pair.distance;
    plain.person = pair.person;
    plain.other = pair.other;
    plain.name = pair.name.c_str();
    plain.other_name = pair.other_name.c_str();
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
