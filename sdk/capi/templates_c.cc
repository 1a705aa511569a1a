// visavis/person.h: templates.
#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/person.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

TemplateFields read_fields(const vav_template_fields* fields) {
  const auto given = read_struct(fields, "fields");
  if (given.reserved != 0) throw Error(VAV_E_UNSUPPORTED, "fields.reserved is not 0");
  if (given.has_quality != 0 && given.has_quality != 1) invalid("fields.has_quality is neither 0 nor 1");
  TemplateFields result;
  if (given.has_quality == 1) {
    if (!(given.quality >= 0 && given.quality <= 1))  // NaN fails every comparison
      invalid("fields.quality is " + std::to_string(given.quality) + ", not within 0..1");
    result.quality = given.quality;
  }
  result.source = optional_text(given.source, kMaxText, "fields.source");
  return result;
}

}  // namespace

extern "C" {

void vav_template_fields_init(vav_template_fields* fields) { init_struct(fields); }
void vav_template_init(vav_template* out) { init_struct(out); }

vav_status vav_gallery_add_template(int64_t* out_template, vav_gallery* gallery, int64_t person, const float* embedding,
                                    const vav_template_fields* fields, vav_error* err) {
  if (out_template) *out_template = 0;
  return guard(err, [&] {
    required(out_template, "out_template");
    Gallery& core = checked_gallery(gallery);
    *out_template = core.add_template(person, read_embedding(embedding, "embedding"), read_fields(fields));
  });
}

vav_status vav_gallery_remove_template(vav_gallery* gallery, int64_t template_id, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).remove_template(template_id); });
}

vav_status vav_gallery_list_templates(vav_templates** out, vav_gallery* gallery, int64_t person, vav_error* err) {
  return guard_make(out, err, [&] {
    auto list = std::make_unique<vav_templates>();
    list->templates = checked_gallery(gallery).templates(person);
    return list;
  });
}

void vav_templates_destroy(vav_templates* templates) { destroy(templates); }

int32_t vav_templates_count(const vav_templates* templates) {
  return alive(templates) ? count_of(templates->templates) : 0;
}

vav_status vav_templates_get(const vav_templates* templates, int32_t index, vav_template* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Template& one = entry(checked(templates, "templates")->templates, index);
    vav_template plain{};
    plain.has_quality = one.fields.quality.has_value();
    plain.id = one.id;
    plain.created_at = one.created_at;
    plain.quality = one.fields.quality.value_or(0);
    plain.source = one.fields.source ? one.fields.source->c_str() : nullptr;
    plain.embedding = one.embedding.data();
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
