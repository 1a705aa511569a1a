// Makes a gallery for the tests of later versions with the code of this one: make.sh builds it in a tree of
// an earlier version. make VERSION plain|encrypted|half_resealed FILE: the gallery; in words to standard output.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gallery/gallery.h"
#include "holdings.h"
#if GALLERY_VERSION == 2
#include "gallery/reseal.h"
#elif GALLERY_VERSION > 2
#include "gallery/store/reseal.h"
#endif

using namespace visavis;

namespace {

// Drawn at random: of nobody's face.
Embedding random_embedding(std::mt19937& random) {
  Embedding embedding(kDlibEmbedding);
  for (float& value : embedding) value = static_cast<float>(random() % 20001) / 50000 - 0.2f;
  return embedding;
}

void fill(Gallery& gallery) {
  std::mt19937 random(GALLERY_VERSION);
  for (int i = 1; i <= 8; ++i) {
    PersonFields fields;
    fields.name = i == 1 ? "Zoe\u0308" : "Person " + std::to_string(i);
    if (i % 2) fields.external_id = "badge-" + std::to_string(i);
    if (i % 3 == 0) fields.metadata = "{\"n\": " + std::to_string(i) + "}";
#if GALLERY_VERSION > 1
    fields.enabled = i != 4;
    if (i == 5) fields.valid_from = 10, fields.valid_until = 1900000000000;
    if (i == 6) fields.consent_ref = "form 6", fields.consent_at = 1600000000000, fields.expires_at = 1950000000000;
    if (i % 2 == 0) fields.groups = std::vector<std::string>{"staff"};
    if (i == 1) fields.groups = std::vector<std::string>{"na\u0308chtlich", "staff"};
#endif
    const int64_t person = gallery.add_person(fields);
    for (int k = 0; k < i % 3; ++k) {
      TemplateFields of;
      if (k) of.quality = 0.5f, of.source = "photo.jpg";
      gallery.add_template(person, random_embedding(random), of);
    }
  }
  PersonFields renamed;
  renamed.name = "Renamed 3";
  gallery.update_person(3, renamed);
  gallery.remove_person(2);
  gallery.remove_person(8);
}

#if GALLERY_VERSION > 1
KeySource key(uint8_t first) {
  SecretBytes bytes(kKeySize);
  for (size_t i = 0; i < bytes.size(); ++i) bytes.data()[i] = static_cast<uint8_t>(first + i);
  KeySource source;
  source.key = std::move(bytes);
  return source;
}

void decide(Gallery& gallery) {
  gallery.set_audit(true);
  AuditEntry entry;
  entry.event = AuditEvent::identify;
  entry.person = 3;
  entry.template_id = 2;
  entry.distance = 0.25f;
  entry.threshold = 0.5f;
#if GALLERY_VERSION > 2
  gallery.record({entry}, {3}, 1700000000000);
  gallery.set_threshold(0.5f);
#else
  gallery.record(entry);
  gallery.note_seen(3, 1700000000000);
#endif
  gallery.remove_person(7);
}

// A change of key that was cut off when some persons were sealed with the new one and others were not.
void begin_new_key(const std::string& path, const Recipe& recipe, const GalleryOptions& options) {
  constexpr int kSteps = 2, kRows = 2;
  Store store(path, recipe, options);
  const auto change = [&](auto&& body) {
    store.try_begin();
    body();
    store.commit();
    store.follow_keys();
  };
  change([&] { store.rewrap(nullptr, true); });
  for (int i = 0; i < kSteps; ++i)
    change([&] {
      ResealProgress progress = ResealProgress::read(store.connection());
      reseal_some(store.connection(), store.codec(), progress, kRows);
      progress.write(store.connection());
    });
}
#endif

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::atoi(argv[1]) != GALLERY_VERSION) return std::cerr << "see the first lines\n", 2;
  const std::string kind = argv[2], path = argv[3];
  const Recipe recipe = make_recipe(std::string(64, 'a'));
  GalleryOptions options;
#if GALLERY_VERSION > 1
  options.audit_label = "door 1";
  if (kind != "plain") options.key = std::make_shared<KeySource>(key(1));
#endif
  {
    const auto gallery = Gallery::open(path, recipe, options);
    fill(*gallery);
#if GALLERY_VERSION > 1
    decide(*gallery);
#endif
  }
#if GALLERY_VERSION > 1
  if (kind == "half_resealed") begin_new_key(path, recipe, options);
#endif
  std::cout << holdings(*Gallery::open(path, recipe, options));
  return 0;
}
