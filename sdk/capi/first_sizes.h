// How large each struct that begins with struct_size was when it was released first. A struct that grows keeps its line:
// a program compiled with the earlier header must go on working. Nothing here may change after a release.
#pragma once

#include <cstddef>

#include "visavis/assess.h"
#include "visavis/audit.h"
#include "visavis/cluster.h"
#include "visavis/compare.h"
#include "visavis/engine.h"
#include "visavis/faces.h"
#include "visavis/gallery.h"
#include "visavis/gallery_file.h"
#include "visavis/image.h"
#include "visavis/key.h"
#include "visavis/models.h"
#include "visavis/move.h"
#include "visavis/person.h"
#include "visavis/policy.h"
#include "visavis/quality.h"
#include "visavis/rates.h"
#include "visavis/search.h"
#include "visavis/secrecy.h"

namespace visavis::capi {

// Without a value here, a struct cannot be read or written by sized.h.
template <class T>
inline constexpr size_t kFirstSize = 0;

template <>
inline constexpr size_t kFirstSize<vav_assess_options> = 40;
template <>
inline constexpr size_t kFirstSize<vav_assessed_photo> = 40;
template <>
inline constexpr size_t kFirstSize<vav_assessment_summary> = 48;
template <>
inline constexpr size_t kFirstSize<vav_lookalike> = 32;
template <>
inline constexpr size_t kFirstSize<vav_audit_entry> = 80;
template <>
inline constexpr size_t kFirstSize<vav_audit_report> = 120;
template <>
inline constexpr size_t kFirstSize<vav_comparison> = 24;
template <>
inline constexpr size_t kFirstSize<vav_analyze_options> = 8;
template <>
inline constexpr size_t kFirstSize<vav_detect_options> = 48;
template <>
inline constexpr size_t kFirstSize<vav_engine_options> = 20;
template <>
inline constexpr size_t kFirstSize<vav_face> = 68;
template <>
inline constexpr size_t kFirstSize<vav_gallery_info> = 72;
template <>
inline constexpr size_t kFirstSize<vav_gallery_options> = 56;
template <>
inline constexpr size_t kFirstSize<vav_job_progress> = 24;
template <>
inline constexpr size_t kFirstSize<vav_image_options> = 16;
template <>
inline constexpr size_t kFirstSize<vav_pixels> = 72;
template <>
inline constexpr size_t kFirstSize<vav_gallery_key> = 40;
template <>
inline constexpr size_t kFirstSize<vav_model_info> = 88;
template <>
inline constexpr size_t kFirstSize<vav_models_options> = 32;
template <>
inline constexpr size_t kFirstSize<vav_move_status> = 432;
template <>
inline constexpr size_t kFirstSize<vav_remade> = 40;
template <>
inline constexpr size_t kFirstSize<vav_remake_options> = 32;
template <>
inline constexpr size_t kFirstSize<vav_own_model> = 64;
template <>
inline constexpr size_t kFirstSize<vav_person> = 112;
template <>
inline constexpr size_t kFirstSize<vav_person_fields> = 72;
template <>
inline constexpr size_t kFirstSize<vav_person_query> = 48;
template <>
inline constexpr size_t kFirstSize<vav_template> = 48;
template <>
inline constexpr size_t kFirstSize<vav_template_fields> = 24;
template <>
inline constexpr size_t kFirstSize<vav_policy> = 32;
template <>
inline constexpr size_t kFirstSize<vav_refusal> = 32;
template <>
inline constexpr size_t kFirstSize<vav_quality> = 24;
template <>
inline constexpr size_t kFirstSize<vav_clustering_options> = 24;
template <>
inline constexpr size_t kFirstSize<vav_limits> = 40;
template <>
inline constexpr size_t kFirstSize<vav_duplicate> = 40;
template <>
inline constexpr size_t kFirstSize<vav_duplicate_query> = 24;
template <>
inline constexpr size_t kFirstSize<vav_identify_options> = 72;
template <>
inline constexpr size_t kFirstSize<vav_erase_receipt> = 40;
template <>
inline constexpr size_t kFirstSize<vav_rekey_options> = 16;

}  // namespace visavis::capi
