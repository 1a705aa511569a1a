// Named error rates, and the thresholds of a decision that follow from them.
#pragma once

#include <cstdint>
#include <span>

#include "decide/decision.h"
#include "types/calibration.h"
#include "types/recipe.h"

namespace visavis {

// The numbers are those of vav_preset.
enum class Preset : int32_t { usual = 0, standard = 1, photos = 2, door = 3, compat = 4 };

struct PresetRates {
  Preset preset;
  const char* name;
  double search;      // how often a stranger may be named by a search (FPIR)
  double comparison;  // how often two strangers may be taken for one person (FMR), where one is compared with one
  double review_search = 0, review_comparison = 0;  // up to these, a person must look: REVIEW; 0 = no such band
  float margin = 0;  // of the threshold: how much farther the next person must be, or it is AMBIGUOUS; 0 = none
};

// All that have rates, `standard` first.
std::span<const PresetRates> presets();

// nullptr for `usual`, `compat` and numbers that are none.
const PresetRates* preset_rates(Preset preset);
bool is_preset(int32_t number);

// What the caller asks for. The first that is given counts: the threshold, the rate, the preset, the gallery's own
// threshold, that of a user's own model, the preset `standard`.
struct Asked {
  float threshold = 0;  // 0 = not given
  double rate = 0;      // how often a stranger may be a match; 0 = not given
  Preset preset = Preset::usual;
};

// What the rate is of: a search for anybody, or a comparison with one face or one person.
enum class Against { anybody, one };

// Where the rate comes from. The numbers are those of vav_table.
enum class Table : int32_t { none = 0, library = 1, own = 2 };

// How one comparison with one person, or one search, is decided.
struct Limits {
  float match = 0;   // the largest distance of a match
  float review = 0;  // the largest that a person should look at; not below `match`
  float margin = 0;  // a distance: how much farther the next person must be
  double rate = 0;   // how often a stranger is a match, 0..1
  Support support = Support::not_evaluated;
  int64_t comparisons = 1;  // with how many templates
  Table table = Table::none;
  int64_t persons = 0;  // whose faces the table was made of
};

// What the models say of thresholds and rates.
struct ModelRates {
  Recipe recipe;
  float compat_threshold = 0;        // 0: nobody has measured one
  const Calibration* own = nullptr;  // the user's table
};

// `of_gallery`: its own threshold, 0 for none. `comparisons`: with how many templates a face is compared; 0 counts as 1.
// Error INVALID_ARGUMENT (a threshold or rate that cannot be one, a rate for models that nobody measured, no threshold
// at all).
Limits limits_for(Against against, const Asked& asked, float of_gallery, const ModelRates& models, int64_t comparisons);

// The same for what a person looks at afterwards: the preset `photos` where nothing is asked for and the gallery has no
// threshold of its own.
Limits limits_to_look_at(Against against, Asked asked, float of_gallery, const ModelRates& models, int64_t comparisons);

// Beyond `match`, REVIEW within `review`, else UNKNOWN. `next` is the distance of the next person, infinite where there is
// none: AMBIGUOUS, if the nearest is no nearer than that by the margin.
Decision decide(float distance, float next, const Limits& limits);

}  // namespace visavis
