// visavis/key.h and visavis/secrecy.h: keys from outside, rekeying, forgetting.
#include "capi/gallery_handles.h"
#include "capi/keys.h"
#include "capi/sized.h"
#include "visavis/secrecy.h"

namespace visavis::capi {

std::shared_ptr<const KeySource> read_key(const vav_gallery_key* key, const char* what) {
  if (!key) return nullptr;
  const auto asked = read_struct(key, what);
  if ((asked.key ? 1 : 0) + (asked.passphrase ? 1 : 0) + (asked.callback ? 1 : 0) != 1)
    invalid(std::string(what) + ": give one of key, passphrase and callback");
  if (asked.reserved != 0) throw Error(VAV_E_UNSUPPORTED, std::string(what) + ".reserved is not 0");
  auto source = std::make_shared<KeySource>();
  if (asked.key) source->key = SecretBytes::copy_of({asked.key, VAV_KEY_SIZE});
  if (asked.passphrase) {
    std::string text = checked_text(asked.passphrase, kMaxText, "passphrase");
    source->passphrase = SecretBytes::copy_of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    wipe(text);
    if (source->passphrase->size() == 0) invalid("passphrase is empty");
  }
  if (asked.callback)
    source->callback = [callback = asked.callback, user = asked.user](std::span<uint8_t> bytes) {
      if (const vav_status status = callback(user, bytes.data()); status != VAV_OK)
        throw Error(status, "the key callback gave no key");
    };
  return source;
}

namespace {

constexpr int32_t kLongestWait = 3'600'000;  // ms

int32_t checked_timeout(int32_t timeout_ms) {
  if (timeout_ms < 0 || timeout_ms > kLongestWait)
    invalid("timeout_ms is " + std::to_string(timeout_ms) + ", not within 0..3,600,000");
  return timeout_ms;
}

}  // namespace
}  // namespace visavis::capi

using namespace visavis;
using namespace visavis::capi;

extern "C" {

void vav_gallery_key_init(vav_gallery_key* key) { init_struct(key); }
void vav_rekey_options_init(vav_rekey_options* options) { init_struct(options); }
void vav_erase_receipt_init(vav_erase_receipt* receipt) { init_struct(receipt); }

vav_status vav_gallery_rekey(vav_gallery* gallery, const vav_rekey_options* options, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    const auto asked = read_struct(required(options, "options"), "options");
    if (asked.reencrypt != 0 && asked.reencrypt != 1) invalid("options.reencrypt is neither 0 nor 1");
    if (!asked.reencrypt && !asked.new_key) invalid("options ask for nothing: give a new_key, or reencrypt");
    core.rekey(read_key(asked.new_key, "options.new_key"), asked.reencrypt == 1);
  });
}

vav_status vav_gallery_forget_person(vav_erase_receipt* out, vav_gallery* gallery, int64_t person, int32_t timeout_ms,
                                     vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    Gallery& core = checked_gallery(gallery);
    const Erasure erasure = core.forget_person(person, checked_timeout(timeout_ms));
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
    Gallery& core = checked_gallery(gallery);
    *required(out, "out") = VAV_ERASURE_PENDING;
    if (core.finish_erasing(checked_timeout(timeout_ms))) *out = VAV_ERASURE_DONE;
  });
}

}  // extern "C"
