// In an encrypted gallery the value is sealed, in a plain one it carries a checksum.
#include "gallery/store/owner_settings.h"

#include <algorithm>

#include "base/byte_writer.h"
#include "base/error.h"
#include "gallery/store/sql.h"
#include "types/threshold.h"

namespace visavis {
namespace {

const std::string kName = "owner";
constexpr Place kPlace{Column::owner_settings};
constexpr uint8_t kVersion = 2, kBeforeMoves = 1;
constexpr size_t kMostOfRecipe = 1024;

void write_recipe(ByteWriter& out, const std::optional<Recipe>& recipe) {
  const Recipe none;
  const Recipe& shown = recipe ? *recipe : none;
  out.text(shown.model_sha256).text(shown.scoring);
}

std::optional<Recipe> read_recipe(ByteReader& in) {
  Recipe recipe;
  recipe.model_sha256 = in.text(kMostOfRecipe);
  recipe.scoring = in.text(kMostOfRecipe);
  if (recipe == Recipe{}) return std::nullopt;
  return recipe;
}

}  // namespace

OwnerSettings OwnerSettings::read(Connection& connection, const Codec& codec) {
  const auto wrong = [&](const char* what) {
    return Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": the settings of the gallery's owner " + what +
                                            "; somebody has altered the file: restore a backup");
  };
  std::vector<uint8_t> content;
  {
    Query query(connection, sql::kReadSetting);
    if (!query.bind(kName).next()) throw wrong("are missing");
    content = codec.open_signed(query.bytes(0), kPlace);
  }
  ByteReader in(content);
  OwnerSettings settings;
  const auto version = in.number<uint8_t>(), audit = in.number<uint8_t>();
  settings.audit = static_cast<Audit>(audit);
  settings.threshold = in.real();
  settings.last_person = in.integer();
  settings.last_template = in.integer();
  settings.last_group = in.integer();
  if (version == kVersion) {
    settings.moves = in.integer();
    settings.moved_to = read_recipe(in);
    settings.moving_to = read_recipe(in);
  }
  if (!in.finished() || (version != kVersion && version != kBeforeMoves) || settings.moves < 0 ||
      (settings.moves == 0 && settings.moved_to) || audit > uint8_t(Audit::off) ||
      !(settings.threshold == 0 || is_threshold(settings.threshold)) ||
      std::min({settings.last_person, settings.last_template, settings.last_group}) < 0)
    throw wrong("are damaged");
  return settings;
}

void OwnerSettings::write(Connection& connection, const Codec& codec) const {
  ByteWriter out;
  out.number(kVersion).number(uint8_t(audit)).real(threshold);
  out.integer(last_person).integer(last_template).integer(last_group).integer(moves);
  write_recipe(out, moved_to);
  write_recipe(out, moving_to);
  const auto content = out.done();
  Query(connection, sql::kWriteSetting).bind(kName).bind(codec.signed_bytes(content, kPlace)).next();
}

}  // namespace visavis
