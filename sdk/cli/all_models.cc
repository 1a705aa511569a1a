// The cards of a user's own models lie in the folder that they were added to.
#include "all_models.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "engine.h"
#include "output.h"

namespace visavis::cli {
namespace {

// The names of the models that were added, as their cards lie in the folder.
std::vector<std::string> own_models(const Models& models) {
  constexpr std::string_view kCard = ".card.json";
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(models.directory(), ignored)) {
    const std::string file = entry.path().filename().string();
    if (file.size() > kCard.size() && file.ends_with(kCard))
      names.push_back(file.substr(0, file.size() - kCard.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<ModelInfo> all_models(const Context& context) {
  const Models models = open_models_alone(context);
  std::vector<ModelInfo> all(models.begin(), models.end());
  for (const std::string& name : own_models(models)) {
    if (name == models.set()) continue;
    try {
      const Models own(ModelsOptions{context.models, false, name});
      all.push_back(own[own.size() - 1]);
    } catch (const Error& error) {
      err() << "visavis: " << told(error).what() << '\n';
    }
  }
  return all;
}

}  // namespace visavis::cli
