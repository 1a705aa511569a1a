// visavis/secrecy.h: rekeying and forgetting.
#include "capi/gallery_handles.h"
#include "capi/keys.h"
#include "capi/sized.h"
#include "visavis/secrecy.h"

using namespace visavis;
using namespace visavis::capi;

extern "C" {

void vav_rekey_options_init(vav_rekey_options* options) { init_struct(options); }
void vav_erase_receipt_init(vav_erase_receipt* receipt) { init_struct(receipt); }

vav_status vav_gallery_rekey(vav_gallery* gallery, const vav_rekey_options* options, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    const auto asked = read_struct(required(options, "options"), "options");
    read_flag(asked.reencrypt, "options.reencrypt");
    if (!asked.reencrypt && !asked.new_key) invalid("options ask for nothing: give a new_key, or reencrypt");
    core.rekey(read_key(asked.new_key, "options.new_key"), asked.reencrypt == 1);
  });
}

vav_status vav_gallery_forget_person(vav_erase_receipt* out, vav_gallery* gallery, int64_t person, int32_t timeout_ms,
                                     vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    Gallery& core = checked_gallery(gallery);
    const Erasure erasure = core.forget_person(person, within(timeout_ms, 0, kMostMilliseconds, "timeout_ms"));
    vav_erase_receipt receipt{};
    receipt.erasure = erasure.erased_at != 0 ? VAV_ERASURE_DONE : VAV_ERASURE_PENDING;
    receipt.person = erasure.person;
    receipt.templates = erasure.templates;
    receipt.requested_at = erasure.requested_at;
    receipt.erased_at = erasure.erased_at;
    write_struct(out, receipt, "out");
  });
}

vav_status vav_gallery_finish_erasing(vav_erasure* out, vav_gallery* gallery, int32_t timeout_ms, vav_error* err) {
  return guard(err, [&] {
    *required(out, "out") = VAV_ERASURE_PENDING;
    Gallery& core = checked_gallery(gallery);
    if (core.finish_erasing(within(timeout_ms, 0, kMostMilliseconds, "timeout_ms"))) *out = VAV_ERASURE_DONE;
  });
}

}  // extern "C"
