/* C++ layer: the gallery (persons and their templates in one file) and transactions. */
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

#include "visavis/assess.hpp"
#include "visavis/audit.hpp"
#include "visavis/base.hpp"
#include "visavis/compare.hpp"
#include "visavis/gallery.h"
#include "visavis/gallery_file.hpp"
#include "visavis/key.hpp"
#include "visavis/models.hpp"
#include "visavis/move.hpp"
#include "visavis/person.hpp"
#include "visavis/search.hpp"
#include "visavis/secrecy.hpp"

namespace visavis {
inline namespace cpp {

/** How to open a gallery. Unchanged: open or create it, without a key. */
struct GalleryOptions {
  vav_gallery_mode mode = VAV_GALLERY_OPEN_OR_CREATE; /* whether the file must exist, and whether to write */
  std::int32_t busy_timeout_ms = 0;                   /* how long to wait for another writer, 1..3,600,000; 0 = 5,000 */
  vav_durability durability = VAV_DURABILITY_FULL;    /* when a change returns */
  std::optional<Key> key;   /* opens an encrypted gallery, and encrypts a new one; empty = not encrypted */
  std::string audit_label;  /* who uses this handle, for the audit log: UTF-8, at most 1,024 bytes */
  std::int32_t threads = 0; /* how many threads one search may use, the caller's included: 1..256; 0 = 1 */
  /**
   * Your function that says whether to go on. It is called now and then while a call on the gallery or one of its jobs
   * takes long or waits, on the thread of that call. If it returns false, the call ends with CANCELLED; if it throws,
   * the call throws that. What the call had not finished is undone. It must be quick and must not call this library.
   * Empty: calls run to their end.
   */
  std::function<bool()> keep_going;
};

/** What a gallery holds and how it is set. */
struct GalleryInfo {
  std::int32_t schema_version;    /* the version of the file format */
  std::int64_t persons;           /* number of persons */
  std::int64_t templates;         /* number of templates */
  std::int64_t created_at;        /* milliseconds since 1970-01-01 UTC */
  std::string model_sha256;       /* SHA-256 of the embedding model, 64 hexadecimal digits */
  std::string recipe;             /* chip and metric of the templates */
  bool encrypted;                 /* templates and texts are encrypted */
  bool reencrypting;              /* rekey() or reencrypt() with a new data key is not finished */
  bool erase_pending;             /* the bytes of a forgotten person are not all overwritten yet */
  bool audit;                     /* the audit log is on */
  std::optional<float> threshold; /* the gallery's own threshold; empty = none: VAV_PRESET_STANDARD decides */
};

/**
 * Persons and their templates in one file. Any number of threads may use it at once. All functions may throw
 * GALLERY_BUSY, GALLERY_CORRUPT, IO, DISK_FULL and PERMISSION besides the codes that they name. Times are milliseconds
 * since 1970-01-01 UTC.
 */
class Gallery : public detail::Caller<vav_gallery, vav_gallery_destroy> {
 public:
  /** Owns a gallery of the C API from now on. */
  explicit Gallery(vav_gallery *gallery) : Caller(gallery, std::make_shared<detail::Callbacks>()) {}
  /**
   * The set of models that a gallery or an export was made with, for ModelsOptions::set; "" = a model of your own. Needs
   * no key. Codes: see vav_gallery_model_set.
   */
  static std::string model_set(const std::string &path) {
    const char *set = "";
    detail::call(vav_gallery_model_set, &set, detail::text(path, "path"));
    return set;
  }
  /** Opens or creates a gallery. `path` is UTF-8. Codes: see vav_gallery_open. */
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

  /** What the gallery holds and how it is set. */
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
  /** Sets the gallery's own threshold, used where no threshold, rate or preset is given; 0 removes it. */
  void set_threshold(float threshold) { detail::call(vav_gallery_set_threshold, get(), threshold); }

  /* ---- Persons, groups, templates ---- */

  /** Adds a person; the result is the new id. Codes: INVALID_ARGUMENT, ALREADY_EXISTS (the external id). */
  std::int64_t add_person(const PersonFields &fields) {
    const auto plain = detail::plain(fields);
    return detail::number(vav_gallery_add_person, get(), &plain);
  }
  std::int64_t add_person(const std::string &name) {
    PersonFields fields;
    fields.name = name;
    return add_person(fields);
  }
  /** Changes the fields that are not empty. Codes: NOT_FOUND, INVALID_ARGUMENT, ALREADY_EXISTS (the external id). */
  void update_person(std::int64_t person, const PersonFields &fields) {
    const auto plain = detail::plain(fields);
    detail::call(vav_gallery_update_person, get(), person, &plain);
  }
  /** Removes a person and all their templates. Codes: NOT_FOUND. */
  void remove_person(std::int64_t person) { detail::call(vav_gallery_remove_person, get(), person); }
  /**
   * Removes everybody whose expires_at is not later than `now` (0 = the system's clock). The result is their number. If
   * it throws, nobody is removed.
   */
  std::int64_t purge_expired(std::int64_t now = 0) {
    return detail::number(vav_gallery_purge_expired, get(), now);
  }
  /** Lists persons, in ascending order of id. */
  Persons persons(const PersonQuery &query = PersonQuery()) const {
    const auto plain = detail::plain(query);
    return Persons(detail::make(vav_gallery_list_persons, get(), &plain));
  }

  /** Makes a person a member of a group. Joining again has no effect. Codes: NOT_FOUND (no such person). */
  void join_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_join_group, get(), person, detail::text(group, "group"));
  }
  /** Ends a membership; does nothing if there is none. Codes: NOT_FOUND (no such person). */
  void leave_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_leave_group, get(), person, detail::text(group, "group"));
  }
  /** Lists all groups with the number of their members. */
  Groups groups() const { return Groups(detail::make(vav_gallery_list_groups, get())); }

  /** Adds a template to a person; the result is its id. Codes: NOT_FOUND (no such person), INVALID_ARGUMENT. */
  std::int64_t add_template(std::int64_t person, EmbeddingView embedding,
                            const TemplateFields &fields = TemplateFields()) {
    const auto plain = detail::plain(fields);
    return detail::number(vav_gallery_add_template, get(), person, embedding.data(), embedding.length(), &plain);
  }
  /** Removes one template. Codes: NOT_FOUND. */
  void remove_template(std::int64_t template_id) { detail::call(vav_gallery_remove_template, get(), template_id); }
  /** Lists the templates of a person. Codes: NOT_FOUND. */
  Templates templates(std::int64_t person) const {
    return Templates(detail::make(vav_gallery_list_templates, get(), person));
  }

  /* ---- Search ---- */

  /** Finds out whose face it is. Codes: WRONG_STATE (the audit log is on and a transaction is open). */
  Matches identify(EmbeddingView embedding, const IdentifyOptions &options = IdentifyOptions()) const {
    const detail::PlainIdentify plain(options);
    return Matches(detail::make(vav_gallery_identify, get(), embedding.data(), embedding.length(), plain.get()));
  }
  /**
   * Does the same for `count` embeddings of `length` floats each, which lie one after the other: one result for each, in
   * order. If it throws, nothing was written.
   */
  std::vector<Matches> identify_batch(const float *embeddings, std::int32_t length, std::int32_t count,
                                      const IdentifyOptions &options = IdentifyOptions()) const {
    const detail::PlainIdentify plain(options);
    return detail::make_batch<Matches>(std::size_t(count > 0 ? count : 0), vav_gallery_identify_batch,
                                       get(), embeddings, length, count, plain.get());
  }
  std::vector<Matches> identify_batch(const std::vector<EmbeddingView> &embeddings,
                                      const IdentifyOptions &options = IdentifyOptions()) const {
    if (embeddings.empty()) return {};
    std::vector<float> all;
    for (const EmbeddingView &one : embeddings) {
      if (one.size() != embeddings.front().size()) detail::refuse("embeddings", "not all of one length");
      all.insert(all.end(), one.begin(), one.end());
    }
    return identify_batch(all.data(), embeddings.front().length(), detail::count(embeddings.size(), "embeddings"),
                          options);
  }
  /** Says whether it is this person, who may be let in now: ask same(). Codes: NOT_FOUND, WRONG_STATE as above. */
  Comparison verify(std::int64_t person, EmbeddingView embedding, float threshold = 0) const {
    return detail::compare_by(vav_gallery_verify, get(), person, embedding.data(), embedding.length(), threshold);
  }
  /** Does the same with options; max_candidates and only_within_threshold are ignored. */
  Comparison verify(std::int64_t person, EmbeddingView embedding, const IdentifyOptions &options) const {
    const detail::PlainIdentify plain(options);
    return detail::compare_by(vav_gallery_verify_with, get(), person, embedding.data(), embedding.length(), plain.get());
  }
  /** Finds persons who have this face already, except `ignore` (0 = nobody). Use it before you enrol. */
  Matches find_duplicates(EmbeddingView embedding, std::int64_t ignore = 0, float threshold = 0) const {
    return Matches(detail::make(vav_gallery_find_duplicates, get(), embedding.data(), embedding.length(), ignore, threshold));
  }
  /** Finds pairs of persons within the threshold, page by page. See vav_gallery_list_duplicates. */
  Duplicates duplicates(const DuplicateQuery &query = {}) const {
    return Duplicates(detail::make(vav_gallery_list_duplicates, get(), &query));
  }

  /**
   * Assesses photos that are to be enrolled as `person`, 0 for somebody new: whose face each shows, which are the same
   * picture, who else of the gallery looks like them. Nothing is written. Codes: NOT_FOUND. See vav_assess_photos.
   */
  Assessment assess(const std::vector<PhotoToAssess> &photos, std::int64_t person = 0,
                    const AssessOptions &options = {}) const {
    return Assessment(get(), person, photos, options);
  }

  /* ---- The file ---- */

  /** Reads the whole gallery and checks everything. */
  CheckReport check() const { return CheckReport(detail::make(vav_gallery_check, get())); }
  /** Makes the file smaller: gives unused space back to the disk. Codes: WRONG_STATE (a transaction is open). */
  void compact() { detail::call(vav_gallery_compact, get()); }
  /** Copies the gallery as it is now; the copy has the same keys. Codes: ALREADY_EXISTS unless `overwrite`. */
  Job start_backup(const std::string &path, bool overwrite = false) const {
    return job(vav_gallery_start_backup, path, overwrite);
  }
  /** Writes everything into one file, which is never encrypted. Codes: ALREADY_EXISTS unless `overwrite`. */
  Job start_export(const std::string &path, bool overwrite = false) const {
    return job(vav_gallery_start_export, path, overwrite);
  }
  /** Adds everything from an exported file, or nothing. `skip_known` leaves out persons whose external id is known. */
  Job start_import(const std::string &path, bool skip_known = false) {
    return job(vav_gallery_start_import, path, skip_known);
  }

  /* ---- Moving to other models ---- */

  /** How far a move is; `to`: the models that it may be to. */
  MoveStatus move_status(const Models *to = nullptr) const {
    const auto plain = detail::item<vav_move_status>(vav_gallery_get_move, get(), to ? to->get() : nullptr);
    return {plain.under_way == 1, plain.to_these == 1,   plain.staged,    plain.templates,
            plain.kept_chips,     plain.to_model_sha256, plain.to_recipe, plain.to_set};
  }
  /**
   * Stages the embedding that a template will have after the move. Codes: NOT_FOUND (no such template),
   * INVALID_ARGUMENT, WRONG_STATE (those of other models are staged). See vav_gallery_stage.
   */
  void stage(const Models &to, std::int64_t template_id, EmbeddingView embedding) {
    detail::call(vav_gallery_stage, get(), to.get(), template_id, embedding.data(), embedding.length());
  }
  /** Up to `most` templates with ids above `after` for which none is staged, in ascending order of id. */
  std::vector<Unstaged> unstaged(std::int64_t after = 0, std::int32_t most = 1000) const {
    std::vector<Unstaged> found(std::size_t(most > 0 ? most : 1));
    std::int32_t count = 0;
    detail::call(vav_gallery_list_unstaged, found.data(), &count, most, get(), after);
    found.resize(std::size_t(count));
    return found;
  }
  /**
   * Exchanges all templates at once; those for which none is staged are removed, if `leave_behind`. Then open the
   * gallery anew with `to`. Codes: WRONG_STATE (some would be left behind). See vav_gallery_move.
   */
  void move(const Models &to, bool leave_behind = false) {
    detail::call(vav_gallery_move, get(), to.get(), std::int32_t(leave_behind));
  }
  /** Removes all embeddings that are staged. */
  void cancel_move() { detail::call(vav_gallery_cancel_move, get()); }

  /**
   * Keeps a picture of the face of a template, such as cut_face() gives, so that it can be made again by other models.
   * Codes: NOT_FOUND (no such template), INVALID_ARGUMENT (too large). See vav_gallery_keep_chip.
   */
  void keep_chip(std::int64_t template_id, const Image &chip) {
    detail::call(vav_gallery_keep_chip, get(), template_id, chip.get());
  }
  /** The picture that is kept of a template. Codes: NOT_FOUND (there is none). */
  Image kept_chip(std::int64_t template_id) const { return Image(detail::make(vav_gallery_get_chip, get(), template_id)); }
  /** Removes all pictures that are kept. */
  void remove_chips() { detail::call(vav_gallery_remove_chips, get()); }

  /* ---- Keys, forgetting, audit ---- */

  /** Sets the key that opens the gallery from now on; `reencrypt` makes a new data key, too. See vav_gallery_rekey. */
  void rekey(const Key &new_key, bool reencrypt = false) {
    if (callbacks()) callbacks()->keep(new_key);
    const auto key = new_key.get();
    change_keys(&key, reencrypt);
  }
  /** Makes a new data key and encrypts every row again, or continues an interrupted rekey(). The key stays. */
  void reencrypt() { change_keys(nullptr, true); }

  /** Removes a person and overwrites every byte; waits up to `timeout_ms`. See vav_gallery_forget_person. */
  EraseReceipt forget_person(std::int64_t person, std::int32_t timeout_ms) {
    auto plain = sized<vav_erase_receipt>();
    detail::call(vav_gallery_forget_person, &plain, get(), person, timeout_ms);
    return {plain.erasure, plain.person, plain.templates, plain.requested_at, detail::maybe(plain.erased_at)};
  }
  /** Tries again to overwrite what is pending, for up to `timeout_ms`. */
  Erasure finish_erasing(std::int32_t timeout_ms) {
    return detail::number(vav_gallery_finish_erasing, get(), timeout_ms);
  }

  /** Turns the audit log on or off. Codes: WRONG_STATE (a transaction is open). */
  void set_audit(bool on) { detail::call(vav_gallery_set_audit, get(), std::int32_t(on)); }
  /** Checks the whole audit log. `expected_head` is the head of an earlier report, which must be in the log. */
  AuditReport verify_audit(const std::optional<std::string> &expected_head = std::nullopt) const {
    auto plain = sized<vav_audit_report>();
    detail::call(vav_gallery_verify_audit, &plain, get(), detail::text(expected_head, "expected_head"));
    return {plain.sound == 1, plain.entries, detail::maybe(plain.first_wrong), plain.head};
  }
  /** Lists up to `limit` (1..1,000,000) entries with numbers above `after`. They are not checked. */
  AuditEntries audit_entries(std::int64_t after = 0, std::int32_t limit = 1000) const {
    return AuditEntries(detail::make(vav_gallery_list_audit, get(), after, limit));
  }

 private:
  template <class Start>
  Job job(Start *start, const std::string &path, bool flag) const {
    vav_job *const made = detail::make(start, get(), detail::text(path, "path"), std::int32_t(flag));
    return Job(made, callbacks());
  }
  void change_keys(const vav_gallery_key *key, bool reencrypt) {
    auto plain = sized<vav_rekey_options>();
    plain.reencrypt = reencrypt;
    plain.new_key = key;
    detail::call(vav_gallery_rekey, get(), &plain);
  }
};

/** Makes many changes one. Unless commit() was called, the destructor undoes them. The gallery must outlive it. */
class Transaction {
 public:
  /** Begins it. Codes: WRONG_STATE (a transaction is open). */
  explicit Transaction(Gallery &gallery) : gallery_(gallery.get()) { detail::call(vav_gallery_begin, gallery_); }
  Transaction(Transaction &&other) noexcept : gallery_(std::exchange(other.gallery_, nullptr)) {}
  Transaction &operator=(Transaction &&) = delete;
  ~Transaction() {
    if (gallery_) vav_gallery_rollback(gallery_, nullptr);
  }
  /** Makes all changes durable at once. If it throws, the destructor undoes them. */
  void commit() {
    try {
      detail::call(vav_gallery_commit, gallery_);
    } catch (const Error &error) {
      if (error.code() == VAV_E_WRONG_STATE) gallery_ = nullptr; /* it was undone before, and has ended */
      throw;
    }
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
