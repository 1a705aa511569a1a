/* C++ layer: the gallery, persons and their templates in one file, and transactions. */
#ifndef VISAVIS_GALLERY_HPP
#define VISAVIS_GALLERY_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "visavis/audit.hpp"
#include "visavis/base.hpp"
#include "visavis/compare.hpp"
#include "visavis/gallery.h"
#include "visavis/gallery_file.hpp"
#include "visavis/key.hpp"
#include "visavis/models.hpp"
#include "visavis/person.hpp"
#include "visavis/search.hpp"
#include "visavis/secrecy.hpp"

namespace visavis {
inline namespace cpp {

/** How to open. As it stands: opened, or created without a key. */
struct GalleryOptions {
  vav_gallery_mode mode = VAV_GALLERY_OPEN_OR_CREATE;
  std::int32_t busy_timeout_ms = 0; /* how long to wait for another writer, 0 = 5,000; at most 3,600,000 */
  vav_durability durability = VAV_DURABILITY_FULL;
  std::optional<Key> key;    /* empty: not encrypted. A new gallery is encrypted when there is one */
  std::string audit_label;   /* who uses this handle, for the audit log: UTF-8, at most 1,024 bytes */
  std::int32_t threads = 0;  /* at most this many for one search, 0 = 1: only the caller's own; at most 256 */
  /**
   * Asked now and then while a call on the gallery or on one of its jobs takes long or waits, on the thread of that call:
   * false makes it give up with CANCELLED, and what it throws comes out of that call; what the call had not finished is
   * undone. It must be quick and call nothing of this library. Empty: calls run to their end.
   */
  std::function<bool()> keep_going;
};

/** What a gallery holds, and in which state it is. */
struct GalleryInfo {
  std::int32_t schema_version;
  std::int64_t persons;
  std::int64_t templates;
  std::int64_t created_at;  /* milliseconds since 1970-01-01 UTC */
  std::string model_sha256; /* of the embedding model */
  std::string recipe;       /* chip and metric */
  bool encrypted;           /* templates and texts are sealed */
  bool reencrypting;        /* a change of keys has not come to its end */
  bool erase_pending;       /* bytes of somebody who was forgotten are still in the log */
  bool audit;               /* the audit log is on */
  std::optional<float> threshold; /* the gallery's own */
};

/**
 * Persons and their templates in one file. Safe from any number of threads at once. All functions may throw GALLERY_BUSY,
 * GALLERY_CORRUPT, IO, DISK_FULL and PERMISSION besides the codes that the C functions name. Times are milliseconds since
 * 1970-01-01 UTC.
 */
class Gallery : public detail::Caller<vav_gallery, vav_gallery_destroy> {
 public:
  /** Takes over a gallery of the C API. */
  explicit Gallery(vav_gallery *gallery) : Caller(gallery, std::make_shared<detail::Callbacks>()) {}
  /** Opens or creates. Codes: see vav_gallery_open. */
  Gallery(const std::string &path, const Models &models, const GalleryOptions &options = GalleryOptions())
      : Caller(nullptr, std::make_shared<detail::Callbacks>(options.keep_going)) {
    auto plain = sized<vav_gallery_options>();
    auto key = sized<vav_gallery_key>();
    plain.mode = options.mode;
    plain.busy_timeout_ms = options.busy_timeout_ms;
    plain.durability = options.durability;
    plain.audit_label = detail::text(options.audit_label, "audit_label");
    plain.threads = options.threads;
    if (options.key) {
      callbacks()->keep(*options.key);
      key = options.key->get();
      plain.key = &key;
    }
    if (callbacks()->has_keep_going()) {
      plain.keep_going = &detail::Callbacks::keep_going;
      plain.keep_going_user = callbacks().get();
    }
    adopt(detail::make(vav_gallery_open, detail::text(path, "path"), models.get(), &plain));
  }

  GalleryInfo info() const {
    const auto plain = detail::item<vav_gallery_info>(vav_gallery_get_info, get());
    return {plain.schema_version,
            plain.persons,
            plain.templates,
            plain.created_at,
            detail::copied(plain.model_sha256),
            detail::copied(plain.recipe),
            plain.encrypted == 1,
            plain.reencrypting == 1,
            plain.erase_pending == 1,
            plain.audit == 1,
            plain.threshold != 0 ? std::optional<float>(plain.threshold) : std::nullopt};
  }
  /** The gallery's own, which decides wherever none is given; 0 = none. */
  void set_threshold(float threshold) { detail::call(vav_gallery_set_threshold, get(), threshold); }

  /* ---- Persons, groups, templates ---- */

  /** Gives the id. Codes: ALREADY_EXISTS (external id). */
  std::int64_t add_person(const PersonFields &fields) {
    const auto plain = detail::plain(fields);
    return detail::number(vav_gallery_add_person, get(), &plain);
  }
  std::int64_t add_person(const std::string &name) {
    PersonFields fields;
    fields.name = name;
    return add_person(fields);
  }
  /** Changes what is not empty in `fields`. Codes: NOT_FOUND, ALREADY_EXISTS. */
  void update_person(std::int64_t person, const PersonFields &fields) {
    const auto plain = detail::plain(fields);
    detail::call(vav_gallery_update_person, get(), person, &plain);
  }
  /** With all templates. Codes: NOT_FOUND. */
  void remove_person(std::int64_t person) { detail::call(vav_gallery_remove_person, get(), person); }
  /** Removes everybody whose expires_at is not after `now` (0 = the system's clock), all or none; how many. */
  std::int64_t purge_expired(std::int64_t now = 0) {
    return detail::number(vav_gallery_purge_expired, get(), now);
  }
  Persons persons(const PersonQuery &query = PersonQuery()) const {
    const auto plain = detail::plain(query);
    return Persons(detail::make(vav_gallery_list_persons, get(), &plain));
  }

  /** A group is there while it has members. Twice is as once. Codes: NOT_FOUND (person). */
  void join_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_join_group, get(), person, detail::text(group, "group"));
  }
  /** A membership that is not there is fine. Codes: NOT_FOUND (person). */
  void leave_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_leave_group, get(), person, detail::text(group, "group"));
  }
  Groups groups() const { return Groups(detail::make(vav_gallery_list_groups, get())); }

  /** Gives the id. Codes: NOT_FOUND. */
  std::int64_t add_template(std::int64_t person, EmbeddingView embedding,
                            const TemplateFields &fields = TemplateFields()) {
    const auto plain = detail::plain(fields);
    return detail::number(vav_gallery_add_template, get(), person, embedding.data(), &plain);
  }
  /** Codes: NOT_FOUND. */
  void remove_template(std::int64_t template_id) { detail::call(vav_gallery_remove_template, get(), template_id); }
  /** Codes: NOT_FOUND. */
  Templates templates(std::int64_t person) const {
    return Templates(detail::make(vav_gallery_list_templates, get(), person));
  }

  /* ---- Search ---- */

  /** Who is it. Codes: WRONG_STATE (the audit log is on and a transaction is open). */
  Matches identify(EmbeddingView embedding, const IdentifyOptions &options = IdentifyOptions()) const {
    const detail::PlainIdentify plain(options);
    return Matches(detail::make(vav_gallery_identify, get(), embedding.data(), plain.get()));
  }
  /** One result for each of `count` embeddings, which lie one after the other; all or nothing. */
  std::vector<Matches> identify_batch(const float *embeddings, std::int32_t count,
                                      const IdentifyOptions &options = IdentifyOptions()) const {
    const detail::PlainIdentify plain(options);
    return detail::make_batch<Matches>(static_cast<std::size_t>(count > 0 ? count : 0), vav_gallery_identify_batch,
                                       get(), embeddings, count, plain.get());
  }
  std::vector<Matches> identify_batch(const std::vector<float> &embeddings,
                                      const IdentifyOptions &options = IdentifyOptions()) const {
    const std::size_t count = detail::embeddings_in(embeddings.size());
    return identify_batch(embeddings.data(), detail::count(count, "embeddings"), options);
  }
  /** Is it that person, and may they be let in now: ask same(). Codes: NOT_FOUND, WRONG_STATE as for identify. */
  Comparison verify(std::int64_t person, EmbeddingView embedding, float threshold = 0) const {
    return detail::compare_by(vav_gallery_verify, get(), person, embedding.data(), threshold);
  }
  /** max_candidates and only_within_threshold are ignored. */
  Comparison verify(std::int64_t person, EmbeddingView embedding, const IdentifyOptions &options) const {
    const detail::PlainIdentify plain(options);
    return detail::compare_by(vav_gallery_verify_with, get(), person, embedding.data(), plain.get());
  }
  /** All persons within the threshold but `ignore` (0 = none), at most 100: ask before enrolling somebody new. */
  Matches find_duplicates(EmbeddingView embedding, std::int64_t ignore = 0, float threshold = 0) const {
    return Matches(detail::make(vav_gallery_find_duplicates, get(), embedding.data(), ignore, threshold));
  }
  /** Pairs within the threshold, page by page. */
  Duplicates duplicates(const DuplicateQuery &query = {}) const {
    return Duplicates(detail::make(vav_gallery_list_duplicates, get(), &query));
  }

  /* ---- The file ---- */

  CheckReport check() const { return CheckReport(detail::make(vav_gallery_check, get())); }
  /** Gives the room of what was removed back to the disk. Codes: WRONG_STATE (a transaction is open). */
  void compact() { detail::call(vav_gallery_compact, get()); }
  /** Copies the gallery as it is now, encrypted if it is. Codes: ALREADY_EXISTS without `overwrite`. */
  Job start_backup(const std::string &path, bool overwrite = false) const {
    return job(vav_gallery_start_backup, path, overwrite);
  }
  /** Writes everything into one readable file, whatever the gallery is. Codes: ALREADY_EXISTS without `overwrite`. */
  Job start_export(const std::string &path, bool overwrite = false) const {
    return job(vav_gallery_start_export, path, overwrite);
  }
  /** Adds all that an exported file holds, all or nothing; `skip_known` leaves out external ids that are there. */
  Job start_import(const std::string &path, bool skip_known = false) {
    return job(vav_gallery_start_import, path, skip_known);
  }

  /* ---- Keys, forgetting, audit ---- */

  /** Another key from now on; with `reencrypt` a new data key, too. Codes: WRONG_STATE (not encrypted, transaction). */
  void rekey(const Key &new_key, bool reencrypt = false) {
    if (callbacks()) callbacks()->keep(new_key);
    const auto key = new_key.get();
    change_keys(&key, reencrypt);
  }
  /** A new data key under the same key, every row sealed anew; goes on where an earlier one was cut off. */
  void reencrypt() { change_keys(nullptr, true); }

  /** Removes a person and overwrites every byte, waiting up to `timeout_ms` for who still reads. See the C function. */
  EraseReceipt forget_person(std::int64_t person, std::int32_t timeout_ms) {
    auto plain = sized<vav_erase_receipt>();
    detail::call(vav_gallery_forget_person, &plain, get(), person, timeout_ms);
    return {plain.erasure, plain.person, plain.templates, plain.requested_at, detail::maybe(plain.erased_at)};
  }
  /** Tries again what is pending, for up to `timeout_ms`. */
  Erasure finish_erasing(std::int32_t timeout_ms) {
    return detail::number(vav_gallery_finish_erasing, get(), timeout_ms);
  }

  /** Turns the audit log on or off. Codes: WRONG_STATE (a transaction is open). */
  void set_audit(bool on) { detail::call(vav_gallery_set_audit, get(), static_cast<std::int32_t>(on)); }
  /** Reads the whole log; `expected_head` is that of an earlier report, which the chain must contain. */
  AuditReport verify_audit(const std::optional<std::string> &expected_head = std::nullopt) const {
    auto plain = sized<vav_audit_report>();
    detail::call(vav_gallery_verify_audit, &plain, get(), detail::text(expected_head, "expected_head"));
    return {plain.sound == 1, plain.entries, detail::maybe(plain.first_wrong), plain.head};
  }
  /** Up to `limit` (1..1,000,000) entries with numbers above `after`. */
  AuditEntries audit_entries(std::int64_t after = 0, std::int32_t limit = 1000) const {
    return AuditEntries(detail::make(vav_gallery_list_audit, get(), after, limit));
  }

 private:
  template <class Start>
  Job job(Start *start, const std::string &path, bool flag) const {
    vav_job *const made = detail::make(start, get(), detail::text(path, "path"), static_cast<std::int32_t>(flag));
    return Job(made, callbacks());
  }
  void change_keys(const vav_gallery_key *key, bool reencrypt) {
    auto plain = sized<vav_rekey_options>();
    plain.reencrypt = reencrypt;
    plain.new_key = key;
    detail::call(vav_gallery_rekey, get(), &plain);
  }
};

/** Many changes as one: what was not committed when this goes out of scope is undone. The gallery must outlive it. */
class Transaction {
 public:
  /** Codes: WRONG_STATE (one is open). */
  explicit Transaction(Gallery &gallery) : gallery_(gallery.get()) { detail::call(vav_gallery_begin, gallery_); }
  Transaction(Transaction &&other) noexcept : gallery_(std::exchange(other.gallery_, nullptr)) {}
  Transaction &operator=(Transaction &&) = delete;
  ~Transaction() {
    if (gallery_) vav_gallery_rollback(gallery_, nullptr);
  }
  /** Makes all changes durable at once. Where that fails, they are undone when this goes out of scope. */
  void commit() {
    detail::call(vav_gallery_commit, gallery_);
    gallery_ = nullptr;
  }
  /** Undoes all changes now. */
  void rollback() {
    detail::call(vav_gallery_rollback, gallery_);
    gallery_ = nullptr;
  }

 private:
  vav_gallery *gallery_;
};

}  // namespace cpp
}  // namespace visavis

#endif
