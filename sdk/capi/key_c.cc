// visavis/key.h: keys from outside.
#include "base/text.h"
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/keys.h"
#include "capi/sized.h"

namespace visavis::capi {

std::shared_ptr<const KeySource> read_key(const vav_gallery_key* key, const char* what) {
  if (!key) return nullptr;
  const auto asked = read_struct(key, what);
  if ((asked.key ? 1 : 0) + (asked.passphrase ? 1 : 0) + (asked.callback ? 1 : 0) != 1)
    invalid(std::string(what) + ": give exactly one of key, passphrase and callback");
  require_unused(asked.reserved, std::string(what) + ".reserved");
  auto source = std::make_shared<KeySource>();
  if (asked.key) source->key = SecretBytes::copy_of({asked.key, VAV_KEY_SIZE});
  if (asked.passphrase) {
    std::string text = checked_text(asked.passphrase, kMostText, "passphrase");
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

}  // namespace visavis::capi

extern "C" {

void vav_gallery_key_init(vav_gallery_key* key) { visavis::capi::init_struct(key); }

}  // extern "C"
