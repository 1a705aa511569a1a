// A hand that moves its gallery to other models and back, and keeps chips in it.
#include <cmath>
#include <cstring>
#include <memory>

#include "hand.h"

namespace visavis::reliability {
namespace {

struct Destroy {
  void operator()(vav_models* models) const { vav_models_destroy(models); }
  void operator()(vav_image* image) const { vav_image_destroy(image); }
  void operator()(vav_persons* persons) const { vav_persons_destroy(persons); }
  void operator()(vav_templates* templates) const { vav_templates_destroy(templates); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

Owned<vav_models> models_of(const char* set) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.set = set;
  vav_models* models = nullptr;
  vav_models_open(&models, &options, nullptr);
  return Owned<vav_models>(models);
}

Face of_norm_1(const Face& face) {
  double squares = 0;
  for (const float value : face) squares += double{value} * double{value};
  Face other;
  for (size_t i = 0; i < face.size(); ++i) other[i] = static_cast<float>(face[i] / std::sqrt(squares));
  return other;
}

}  // namespace

bool Hand::stage(const char* set, const std::map<int64_t, Face>& faces) {
  vav_error err = VAV_ERROR_INIT;
  const Owned<vav_models> to = models_of(set);
  if (!ok(vav_gallery_begin(gallery(), &err), err)) return false;
  bool done = true;
  for (const auto& [id, face] : faces)
    done = done && ok(vav_gallery_stage(gallery(), to.get(), id, face.data(), VAV_EMBEDDING_DIM, &err), err);
  done = done && ok(vav_gallery_commit(gallery(), &err), err);
  if (!done) vav_gallery_rollback(gallery(), nullptr);
  return done;
}

bool Hand::move_to(const char* set) {
  vav_error err = VAV_ERROR_INIT;
  return ok(vav_gallery_move(gallery(), models_of(set).get(), 0, &err), err);
}

bool Hand::cancel_move() {
  vav_error err = VAV_ERROR_INIT;
  vav_unstaged one = {};
  int32_t count = 0;
  if (!ok(vav_gallery_list_unstaged(&one, &count, 1, gallery(), 0, &err), err)) return false;
  if (count == 1 && !stage("opencv-zoo", {{one.template_id, of_norm_1(face("other", 0))}})) return false;
  return ok(vav_gallery_cancel_move(gallery(), &err), err);
}

bool Hand::move_there_and_back() {
  vav_error err = VAV_ERROR_INIT;
  std::map<int64_t, Face> here, there;
  vav_persons* listed = nullptr;
  if (!ok(vav_gallery_list_persons(&listed, gallery(), nullptr, &err), err)) return false;
  const Owned<vav_persons> persons(listed);
  for (int32_t i = 0; i < vav_persons_count(listed); ++i) {
    vav_person person = VAV_PERSON_INIT;
    vav_persons_get(listed, i, &person, nullptr);
    vav_templates* found = nullptr;
    if (!ok(vav_gallery_list_templates(&found, gallery(), person.id, &err), err)) return false;
    const Owned<vav_templates> templates(found);
    for (int32_t k = 0; k < vav_templates_count(found); ++k) {
      vav_template one = VAV_TEMPLATE_INIT;
      vav_templates_get(found, k, &one, nullptr);
      std::memcpy(here[one.id].data(), one.embedding, sizeof(Face));
      there[one.id] = of_norm_1(here[one.id]);
    }
  }
  if (here.empty()) return true;
  home_ = here;
  if (!stage("opencv-zoo", there) || !move_to("opencv-zoo")) return false;
  return open(path_, opening_);
}

// Finds the gallery with the other models, and takes it back.
bool Hand::come_home() {
  vav_status status = VAV_OK;
  if (!open_with("opencv-zoo", status) || status != VAV_OK) return false;
  const bool back = stage("dlib", home_) && move_to("dlib");
  close();
  return back && open_with("dlib", status) && status == VAV_OK;
}

bool Hand::keep_chips(const std::string& key) {
  vav_error err = VAV_ERROR_INIT;
  uint8_t bytes[3 * 30 * 30];
  for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<uint8_t>(i * i / 3);
  vav_pixels view = VAV_PIXELS_INIT;
  view.format = VAV_PIXEL_RGB;
  view.width = view.height = 30;
  view.data[0] = bytes;
  vav_image* image = nullptr;
  if (!ok(vav_image_wrap(&image, &view, &err), err)) return false;
  const Owned<vav_image> chip(image);
  vav_templates* found = nullptr;
  const int64_t person = person_of(key);
  if (person == 0 || !ok(vav_gallery_list_templates(&found, gallery(), person, &err), err)) return false;
  const Owned<vav_templates> templates(found);
  for (int32_t i = 0; i < vav_templates_count(found); ++i) {
    vav_template one = VAV_TEMPLATE_INIT;
    vav_templates_get(found, i, &one, nullptr);
    vav_image* kept = nullptr;
    if (!ok(vav_gallery_keep_chip(gallery(), one.id, chip.get(), &err), err) ||
        !ok(vav_gallery_get_chip(&kept, gallery(), one.id, &err), err))
      return false;
    vav_image_destroy(kept);
  }
  return true;
}

}  // namespace visavis::reliability
