/* visavis/key.h and visavis/secrecy.h: keys of all kinds, changing them, and forgetting people. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_gallery_key)
INIT_CASE(vav_rekey_options)
INIT_CASE(vav_erase_receipt)

static uint8_t first_key[VAV_KEY_SIZE] = {1, 2, 3}, second_key[VAV_KEY_SIZE] = {4, 5, 6};

static vav_gallery *used;
static int64_t somebody;

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

/* Opens with these 32 bytes, or without a key. */
static vav_status open_with(vav_gallery **out, const char *path, const uint8_t *bytes) {
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  key.key = bytes;
  options.key = bytes ? &key : NULL;
  return vav_gallery_open(out, path, models(), &options, err);
}

static int64_t add(vav_gallery *gallery) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0, id = 0;
  fields.name = "Unmistakable Name";
  OK(vav_gallery_add_person(&person, gallery, &fields, err));
  OK(vav_gallery_add_template(&id, gallery, person, flat_embedding(0.5f), VAV_EMBEDDING_DIM, NULL, err));
  return person;
}

static int64_t persons_in(vav_gallery *gallery) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  OK(vav_gallery_get_info(gallery, &info, err));
  return info.persons;
}

/* Whether the gallery's files hold the bytes of this text. */
static int holds(const char *path, const char *text) {
  static const char *const ends[] = {"", "-wal", "-shm"};
  const size_t length = strlen(text);
  int found = 0, i;
  for (i = 0; i < 3; ++i) {
    char name[1024];
    char *bytes;
    size_t size, at;
    FILE *file;
    snprintf(name, sizeof name, "%s%s", path, ends[i]);
    file = fopen(name, "rb");
    if (!file) continue;
    bytes = malloc(1 << 22);
    size = fread(bytes, 1, 1 << 22, file);
    for (at = 0; at + length <= size; ++at) found |= memcmp(bytes + at, text, length) == 0;
    free(bytes);
    fclose(file);
  }
  return found;
}

static vav_status give_key(void *user, uint8_t *key) {
  ++*(int *)user;
  memcpy(key, first_key, sizeof first_key);
  return VAV_OK;
}

static vav_status give_none(void *user, uint8_t *key) {
  (void)user;
  (void)key;
  return VAV_E_PERMISSION;
}

static vav_status use_key(const void *key) {
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  vav_gallery *gallery = NULL;
  vav_status status;
  options.key = key;
  status = vav_gallery_open(&gallery, fresh_path("sizes.vav"), models(), &options, err);
  vav_gallery_destroy(gallery);
  return status;
}

static void test_keys_of_all_kinds(const char *path) {
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  vav_gallery *gallery = NULL;
  int asked = 0;
  options.key = &key;
  key.callback = give_key;
  key.user = &asked;
  OK(vav_gallery_open(&gallery, path, models(), &options, err)); /* the same key, by another way */
  CHECK(asked > 0 && persons_in(gallery) == 1);
  vav_gallery_destroy(gallery);
  key.callback = give_none;
  REFUSED_MAKE(gallery, VAV_E_PERMISSION, "key", vav_gallery_open(&gallery, path, models(), &options, err));
  key.key = first_key;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "one of", vav_gallery_open(&gallery, path, models(), &options, err));
  key.key = NULL;
  key.callback = NULL;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "one of", vav_gallery_open(&gallery, path, models(), &options, err));
  key.passphrase = "";
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "empty", vav_gallery_open(&gallery, path, models(), &options, err));
  key.passphrase = "words";
  REFUSED_MAKE(gallery, VAV_E_GALLERY_KEY, "key", vav_gallery_open(&gallery, path, models(), &options, err));
  key.passphrase = endless_text;
  REFUSED_MAKE(gallery, VAV_E_INVALID_ARGUMENT, "passphrase",
               vav_gallery_open(&gallery, path, models(), &options, err));
  key.passphrase = NULL;
  key.key = first_key;
  INPUT_SIZES("key", key, use_key);
}

/* Not a function of the API: what vav_gallery_open makes of keys. */
static void try_keys(void) {
  const char *path = fresh_path("locked.vav");
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_gallery *gallery = NULL;
  OK(open_with(&gallery, path, first_key));
  add(gallery);
  OK(vav_gallery_get_info(gallery, &info, err));
  CHECK(info.encrypted == 1 && info.reencrypting == 0 && info.erase_pending == 0 && info.audit == 0);
  CHECK(!holds(path, "Unmistakable"));
  vav_gallery_destroy(gallery);
  CHECK(!holds(path, "Unmistakable"));
  REFUSED_MAKE(gallery, VAV_E_GALLERY_LOCKED, "encrypted", open_with(&gallery, path, NULL));
  REFUSED_MAKE(gallery, VAV_E_GALLERY_KEY, "key", open_with(&gallery, path, second_key));
  test_keys_of_all_kinds(path);
  gallery = new_gallery("open.vav");
  vav_gallery_get_info(gallery, &info, err);
  CHECK(info.encrypted == 0);
  vav_gallery_destroy(gallery);
}

/* Stops at the time it is asked for the `left`-th time. */
static int32_t asked_so_often(void *left) { return --*(int32_t *)left > 0; }

/* Stopped at each moment in turn, it opens as before, and the next call goes on from there. */
static void stop_reencrypting(void) {
  vav_rekey_options options = VAV_REKEY_OPTIONS_INIT;
  vav_gallery_options opening = VAV_GALLERY_OPTIONS_INIT;
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_gallery *stopped;
  const char *path = fresh_path("stopped.vav");
  int32_t moment, left, stops = 0;
  vav_status status = VAV_E_CANCELLED;
  OK(open_with(&stopped, path, first_key));
  for (moment = 0; moment < 30; ++moment) add(stopped);
  vav_gallery_destroy(stopped);
  key.key = first_key;
  opening.key = &key;
  opening.keep_going = asked_so_often;
  opening.keep_going_user = &left;
  options.reencrypt = 1;
  for (moment = 1; status == VAV_E_CANCELLED && moment < 100; ++moment) {
    left = 1000000;
    OK(vav_gallery_open(&stopped, path, models(), &opening, err));
    left = moment;
    status = vav_gallery_rekey(stopped, &options, err);
    left = 1000000;
    if (status == VAV_E_CANCELLED) ++stops;
    CHECK(persons_in(stopped) == 30);
    vav_gallery_destroy(stopped);
  }
  CHECK(status == VAV_OK && stops > 0);
  OK(open_with(&stopped, path, first_key));
  OK(vav_gallery_get_info(stopped, &info, err));
  CHECK(info.reencrypting == 0);
  vav_gallery_destroy(stopped);
}

static vav_status use_rekey(const void *options) { return vav_gallery_rekey(used, options, err); }

static void test_vav_gallery_rekey(void) {
  vav_rekey_options options = VAV_REKEY_OPTIONS_INIT;
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  vav_gallery *plain;
  const char *path = fresh_path("rekey.vav");
  try_keys();
  stop_reencrypting();
  OK(open_with(&used, path, first_key));
  add(used);
  REFUSED(VAV_E_INVALID_ARGUMENT, "options", vav_gallery_rekey(used, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "nothing", vav_gallery_rekey(used, &options, err));
  key.key = second_key;
  options.new_key = &key;
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_rekey(NULL, &options, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_rekey(not_a_gallery(), &options, err));
  options.reencrypt = 2;
  REFUSED(VAV_E_INVALID_ARGUMENT, "reencrypt", vav_gallery_rekey(used, &options, err));
  options.reencrypt = 1;
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "rekey cannot run inside a transaction", vav_gallery_rekey(used, &options, err));
  OK(vav_gallery_rollback(used, err));
  OK(vav_gallery_rekey(used, &options, err));
  INPUT_SIZES("options", options, use_rekey);
  CHECK(persons_in(used) == 1);
  vav_gallery_destroy(used);
  REFUSED_MAKE(used, VAV_E_GALLERY_KEY, "key", open_with(&used, path, first_key));
  OK(open_with(&used, path, second_key));
  CHECK(persons_in(used) == 1);
  vav_gallery_destroy(used);
  plain = new_gallery("plain.vav");
  REFUSED(VAV_E_WRONG_STATE, "not encrypted", vav_gallery_rekey(plain, &options, err));
  vav_gallery_destroy(plain);
}

static vav_status use_receipt(void *out) {
  somebody = add(used);
  return vav_gallery_forget_person(out, used, somebody, 1000, err);
}

static void test_vav_gallery_forget_person(void) {
  vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
  const char *path = fresh_path("forget.vav");
  int64_t person;
  OK(open_with(&used, path, NULL));
  person = add(used);
  CHECK(holds(path, "Unmistakable"));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_forget_person(NULL, used, person, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_forget_person(&receipt, NULL, person, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_forget_person(&receipt, not_a_gallery(), person, 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "timeout_ms", vav_gallery_forget_person(&receipt, used, person, -1, err));
  REFUSED(VAV_E_NOT_FOUND, "77", vav_gallery_forget_person(&receipt, used, 77, 0, err));
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "forget_person cannot run inside a transaction",
          vav_gallery_forget_person(&receipt, used, person, 0, err));
  REFUSED(VAV_E_WRONG_STATE, "compact cannot run inside a transaction", vav_gallery_compact(used, err));
  OK(vav_gallery_rollback(used, err));
  OK(vav_gallery_forget_person(&receipt, used, person, 1000, err));
  CHECK(receipt.erasure == VAV_ERASURE_DONE && receipt.person == person && receipt.templates == 1);
  CHECK(receipt.requested_at > 0 && receipt.erased_at >= receipt.requested_at);
  CHECK(!holds(path, "Unmistakable"));
  CHECK(persons_in(used) == 0);
  OUTPUT_SIZES("out", vav_erase_receipt, use_receipt);
  vav_gallery_destroy(used);
}

static void test_vav_gallery_finish_erasing(void) {
  vav_erasure erasure = 0;
  used = new_gallery("finish.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_finish_erasing(NULL, used, 0, err));
  erasure = VAV_ERASURE_DONE; /* an answer of before is not read for this one's */
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_finish_erasing(&erasure, NULL, 0, err));
  CHECK(erasure == VAV_ERASURE_PENDING);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_finish_erasing(&erasure, not_a_gallery(), 0, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "timeout_ms", vav_gallery_finish_erasing(&erasure, used, 3600001, err));
  OK(vav_gallery_finish_erasing(&erasure, used, 0, err)); /* nothing is pending */
  CHECK(erasure == VAV_ERASURE_DONE);
  vav_gallery_destroy(used);
}

const test_case secrecy_cases[] = {CASE(vav_gallery_key_init),
                                   CASE(vav_rekey_options_init),
                                   CASE(vav_erase_receipt_init),
                                   CASE(vav_gallery_rekey),
                                   CASE(vav_gallery_forget_person),
                                   CASE(vav_gallery_finish_erasing),
                                   {NULL, NULL}};
