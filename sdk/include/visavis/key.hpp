/* C++ layer: the key of an encrypted gallery, and the functions that a gallery calls back. */
#ifndef VISAVIS_KEY_HPP
#define VISAVIS_KEY_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/gallery.h"
#include "visavis/key.h"

namespace visavis {
inline namespace cpp {

/**
 * Where the key of a gallery comes from. Copies share one secret, which is overwritten when the last copy is destroyed.
 * Overwrite your own copy of the secret yourself. If the key is lost, nobody can open the gallery any more.
 */
class Key {
 public:
  /** Your function that gives the key: writes VAV_KEY_SIZE bytes to `key`. What it throws, the waiting call throws. */
  using Give = std::function<void(std::uint8_t *key)>;

  /* Moving copies: a key that was moved from would have no secret. */
  Key(const Key &) = default;
  Key &operator=(const Key &) = default;

  /** A key of VAV_KEY_SIZE random bytes. */
  static Key raw(const std::uint8_t *bytes, std::size_t size) {
    if (!bytes || size != VAV_KEY_SIZE) detail::refuse("key", "not VAV_KEY_SIZE bytes");
    return Key(Secret{Kind::raw, {bytes, bytes + size}, nullptr});
  }
  /** A passphrase, UTF-8, 1..1,024 bytes. Argon2id makes a key of it (64 MiB, about 0.1 s). */
  static Key passphrase(const std::string &words) {
    const char *const text = detail::text(words, "passphrase");
    return Key(Secret{Kind::passphrase, {text, text + words.size() + 1}, nullptr});
  }
  /**
   * A function that gives the key. It is called on any thread that uses the gallery, until the gallery and its jobs are
   * destroyed. It must not use that gallery.
   */
  static Key ask(Give give) {
    if (!give) detail::refuse("key", "there is no function to ask");
    return Key(Secret{Kind::asked, {}, std::move(give)});
  }

  /** The key for the C API, borrowed: valid while this key or a copy of it exists. */
  vav_gallery_key get() const {
    auto plain = sized<vav_gallery_key>();
    if (secret_->kind == Kind::raw) plain.key = secret_->bytes.data();
    if (secret_->kind == Kind::passphrase) plain.passphrase = reinterpret_cast<const char *>(secret_->bytes.data());
    if (secret_->kind == Kind::asked) {
      plain.callback = &give_key;
      plain.user = secret_.get();
    }
    return plain;
  }
  /** Whether the key is a function. The library may call it later, so somebody has to keep this object. */
  bool is_asked() const noexcept { return secret_->kind == Kind::asked; }

 private:
  enum class Kind { raw, passphrase, asked };

  struct Secret {
    Kind kind;
    std::vector<std::uint8_t> bytes; /* moving a vector leaves no second copy behind */
    Give give;

    Secret(Kind k, std::vector<std::uint8_t> b, Give g) : kind(k), bytes(std::move(b)), give(std::move(g)) {}
    Secret(Secret &&) = default;
    Secret &operator=(Secret &&) = delete;
    ~Secret() {
      volatile std::uint8_t *const at = bytes.data();
      for (std::size_t i = 0; i < bytes.size(); ++i) at[i] = 0;
    }
  };

  explicit Key(Secret &&secret) : secret_(std::make_shared<Secret>(std::move(secret))) {}

  static vav_status give_key(void *user, std::uint8_t *key) noexcept {
    vav_status status = VAV_E_CANCELLED;
    const bool given = detail::run_callback([&] {
      try {
        static_cast<const Secret *>(user)->give(key);
      } catch (const Error &error) {
        status = error.code();
        throw;
      }
    });
    return given ? VAV_OK : status == VAV_OK ? VAV_E_CANCELLED : status;
  }

  std::shared_ptr<Secret> secret_;
};

namespace detail {

/* The functions that a gallery and its jobs call back. Lives until the last of them is destroyed. */
class Callbacks {
 public:
  explicit Callbacks(std::function<bool()> going = nullptr) : keep_going_(std::move(going)) {}
  Callbacks(const Callbacks &) = delete;
  Callbacks &operator=(const Callbacks &) = delete;

  void keep(const Key &key) {
    if (!key.is_asked()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    keys_.push_back(key);
  }
  bool has_keep_going() const noexcept { return bool(keep_going_); }
  static std::int32_t keep_going(void *self) noexcept {
    bool going = false;
    return run_callback([&] { going = static_cast<const Callbacks *>(self)->keep_going_(); }) && going;
  }

 private:
  const std::function<bool()> keep_going_;
  std::mutex mutex_;
  std::vector<Key> keys_;
};

/* Owns an object that calls back. The functions that it calls are destroyed after it, not before. */
template <class T, void (*Destroy)(T *)>
class Caller {
 public:
  Caller(T *object, std::shared_ptr<Callbacks> callbacks) noexcept : object_(object, Deleter{std::move(callbacks)}) {}
  /** The object, for functions of the C API; null after a move. */
  T *get() const noexcept { return object_.get(); }

 protected:
  void adopt(T *object) noexcept { object_.reset(object); }
  /* Null after a move. */
  const std::shared_ptr<Callbacks> &callbacks() const noexcept { return object_.get_deleter().callbacks; }

 private:
  struct Deleter {
    std::shared_ptr<Callbacks> callbacks;
    void operator()(T *object) const noexcept { Destroy(object); }
  };
  std::unique_ptr<T, Deleter> object_;
};

}  // namespace detail

}  // namespace cpp
}  // namespace visavis

#endif
