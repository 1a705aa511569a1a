// What is left of a forgotten person in this process's memory: `forgotten_memory FOLDER`. In an encrypted gallery
// nothing, whatever was done with them before: not a piece of their face, and none of their texts.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "hand.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

vav_error err = VAV_ERROR_INIT;
constexpr unsigned char kMask = 0x5a;

// What is looked for, masked so that it is not found here.
struct Sought {
  const char* what;
  std::vector<unsigned char> masked;
};

template <class T>
std::vector<unsigned char> masked(const T* from, size_t count) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(from);
  std::vector<unsigned char> out(bytes, bytes + count * sizeof(T));
  for (unsigned char& byte : out) byte ^= kMask;
  return out;
}

bool is_here(const volatile unsigned char* at, const std::vector<unsigned char>& masked) {
  for (size_t i = 0; i < masked.size(); ++i)
    if ((at[i] ^ kMask) != masked[i]) return false;
  return true;
}

int copies(const Sought& sought) {
  std::ifstream maps("/proc/self/maps");
  int found = 0;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0, end = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights) != 3 || rights[0] != 'r' || rights[1] != 'w')
      continue;
    for (unsigned long at = begin; at + sought.masked.size() <= end; ++at)
      found += is_here(reinterpret_cast<const volatile unsigned char*>(at), sought.masked);
  }
  return found;
}

// 24 letters that are nowhere else, made anew each time so that no copy of ours lies about.
struct Text {
  char letters[32] = {};
  explicit Text(unsigned seed) {
    for (int i = 0; i < 24; ++i) letters[i] = static_cast<char>('a' + (seed = seed * 1103515245 + 12345) / 65536 % 26);
  }
  ~Text() { explicit_bzero(letters, sizeof letters); }
};
enum Which : unsigned { kName = 11, kExternal, kConsent, kGroup, kSource, kMetadata };

// What other models would give for the face, and a picture of it.
void make_other(float (&face)[VAV_EMBEDDING_DIM]) {
  unsigned seed = 7;
  double squares = 0;
  for (float& value : face) {
    value = static_cast<float>((seed = seed * 1103515245 + 12345) / 65536 % 1000) - 500;
    squares += double{value} * double{value};
  }
  for (float& value : face) value = static_cast<float>(value / std::sqrt(squares));
}
constexpr int kSide = 40;
void make_pixels(uint8_t (&pixels)[3 * kSide * kSide]) {
  unsigned seed = 77;
  for (uint8_t& value : pixels) value = static_cast<uint8_t>((seed = seed * 1103515245 + 12345) / 65536);
}

vav_models* others() {
  static vav_models* models = nullptr;
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.set = "opencv-zoo";
  if (!models) vav_models_open(&models, &options, nullptr);
  return models;
}

vav_gallery* open(const vav_models* models, const std::string& path) {
  static const uint8_t kKey[VAV_KEY_SIZE] = {1, 2, 3};
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  key.key = kKey;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.key = &key;
  vav_gallery* gallery = nullptr;
  vav_gallery_open(&gallery, path.c_str(), models, &options, &err);
  return gallery;
}

void keep(vav_gallery* gallery, int64_t id) {
  float other[VAV_EMBEDDING_DIM];
  make_other(other);
  uint8_t bytes[3 * kSide * kSide];
  make_pixels(bytes);
  vav_pixels view = VAV_PIXELS_INIT;
  view.format = VAV_PIXEL_RGB;
  view.width = view.height = kSide;
  view.data[0] = bytes;
  vav_image* image = nullptr;
  vav_image_wrap(&image, &view, &err);
  if (vav_gallery_stage(gallery, others(), id, other, VAV_EMBEDDING_DIM, &err) != VAV_OK ||
      vav_gallery_keep_chip(gallery, id, image, &err) != VAV_OK)
    std::fprintf(stderr, "%s\n", err.message);
  vav_image_destroy(image);
  explicit_bzero(bytes, sizeof bytes);
  explicit_bzero(other, sizeof other);
}

void enroll(vav_gallery* gallery) {
  const Text name(kName), external(kExternal), consent(kConsent), group(kGroup), source(kSource), metadata(kMetadata);
  char json[64];
  std::snprintf(json, sizeof json, "{\"k\":\"%s\"}", metadata.letters);
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name.letters;
  fields.external_id = external.letters;
  fields.consent_ref = consent.letters;
  fields.metadata = json;
  vav_template_fields from = VAV_TEMPLATE_FIELDS_INIT;
  from.source = source.letters;
  int64_t person = 0, id = 0;
  Face embedding = face("somebody", 0);
  vav_gallery_add_person(&person, gallery, &fields, &err);
  vav_gallery_add_template(&id, gallery, person, embedding.data(), VAV_EMBEDDING_DIM, &from, &err);
  vav_gallery_join_group(gallery, person, group.letters, &err);
  keep(gallery, id);
  explicit_bzero(json, sizeof json);
  explicit_bzero(embedding.data(), sizeof embedding);
}

void use(vav_gallery* gallery) {
  const Text name(kName), group(kGroup);
  Face embedding = face("somebody", 0);
  const char* const groups[] = {group.letters};
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.groups = groups;
  options.group_count = 1;
  options.note_seen = 1;
  vav_matches* matches = nullptr;
  vav_gallery_identify(&matches, gallery, embedding.data(), VAV_EMBEDDING_DIM, &options, &err);
  vav_matches_destroy(matches);
  vav_comparison comparison = VAV_COMPARISON_INIT;
  vav_gallery_verify_with(&comparison, gallery, 1, embedding.data(), VAV_EMBEDDING_DIM, &options, &err);
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  query.name = name.letters;
  vav_persons* persons = nullptr;
  vav_gallery_list_persons(&persons, gallery, &query, &err);
  vav_persons_destroy(persons);
  vav_templates* templates = nullptr;
  vav_gallery_list_templates(&templates, gallery, 1, &err);
  vav_templates_destroy(templates);
  vav_image* chip = nullptr;
  vav_gallery_get_chip(&chip, gallery, 1, &err);
  vav_image_destroy(chip);
  vav_move_status move = VAV_MOVE_STATUS_INIT;
  vav_gallery_get_move(gallery, others(), &move, &err);
  vav_check_report* check = nullptr;
  vav_gallery_check(&check, gallery, &err);
  vav_check_report_destroy(check);
  explicit_bzero(embedding.data(), sizeof embedding);
}

bool run_job(vav_job* job) {
  const bool done = job && vav_job_run(job, 0, nullptr, &err) == VAV_OK;
  vav_job_destroy(job);
  return done;
}

int run(const std::string& folder) {
  const Scratch scratch(folder);
  Report report;
  std::vector<Sought> all;
  {
    const Face embedding = face("somebody", 0);
    all.push_back({"the face", masked(embedding.data() + 16, 4)});
    all.push_back({"the face's end", masked(embedding.data() + 112, 4)});
    explicit_bzero(const_cast<float*>(embedding.data()), sizeof embedding);
    float other[VAV_EMBEDDING_DIM];
    make_other(other);
    all.push_back({"what was staged", masked(other + 16, 4)});
    explicit_bzero(other, sizeof other);
    uint8_t bytes[3 * kSide * kSide];
    make_pixels(bytes);
    for (const int row : {3, 20, 37}) all.push_back({"the chip", masked(bytes + 3 * kSide * row + 12, 24)});
    explicit_bzero(bytes, sizeof bytes);
  }
  for (const auto& [what, which] : {std::pair{"the name", kName},
                                    {"the external id", kExternal},
                                    {"the consent", kConsent},
                                    {"the group", kGroup},
                                    {"the source", kSource},
                                    {"the metadata", kMetadata}})
    all.push_back({what, masked(Text(which).letters, 24)});
  vav_models* models = nullptr;
  vav_models_open(&models, nullptr, &err);
  const auto look = [&](const std::string& when) {
    for (const Sought& one : all)
      if (const int found = copies(one))
        report.problem(when, std::string(one.what) + ", " + std::to_string(found) + " times");
  };
  const auto forget = [&](vav_gallery* gallery, const std::string& how) {
    vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
    if (vav_gallery_forget_person(&receipt, gallery, 1, 1000, &err) != VAV_OK || receipt.erasure != VAV_ERASURE_DONE)
      report.problem(how, err.message);
    look(how + ", forgotten");
    vav_gallery_destroy(gallery);
    look(how + ", closed");
  };
  const std::string exported = scratch.file("people.export");
  vav_job* job = nullptr;
  vav_gallery* gallery = open(models, scratch.file());
  enroll(gallery);
  use(gallery);
  if (int here = 0; true) {  // so that it is known to find what is there
    for (const Sought& one : all) here += copies(one);
    if (here == 0) report.problem("while in use", "nothing was found: the test cannot see");
  }
  vav_gallery_start_export(&job, gallery, exported.c_str(), 0, &err);
  if (!run_job(job)) report.problem("export", err.message);
  forget(gallery, "enrolled, used and exported");
  vav_gallery* other = open(models, scratch.file("other.vav"));
  job = nullptr;
  vav_gallery_start_import(&job, other, exported.c_str(), 0, &err);
  if (!run_job(job)) report.problem("import", err.message);
  use(other);
  forget(other, "imported and used");
  vav_models_destroy(others());
  vav_models_destroy(models);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: forgotten_memory FOLDER\n"), 2;
  return visavis::reliability::run(argv[1]);
}
