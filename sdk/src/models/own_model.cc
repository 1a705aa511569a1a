// Cards are not trusted: who may write into the folder of the models may write anything into one.
#include "models/own_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/flat_json.h"
#include "base/text.h"
#include "types/threshold.h"

namespace fs = std::filesystem;

namespace visavis {
namespace {

constexpr int kSmallestInput = 32, kLargestInput = 512;
constexpr int64_t kMostCard = 16 * 1024;  // bytes
constexpr size_t kMostWords = 1000;       // bytes of a text in a card
constexpr float kMostMean = 1000, kMostScale = 1000;
// What pixels become: networks take -1 to 1, 0 to 1, 0 to 255, or what lies about them.
constexpr float kMostNumber = 300, kLeastSpread = 0.5f;

std::string card_file(const std::string& name) { return name + ".card.json"; }

[[noreturn]] void refuse_card(const std::string& name, const std::string& why) {
  throw Error(VAV_E_MODEL_ALTERED,
              card_file(name) + " is no card of a model: " + why + "; remove the model and add it again");
}

std::string read_card_file(const std::string& name, const std::string& path) {
  try {
    const auto bytes = read_file<char>(path, kMostCard, FileKinds::ordinary);
    return {bytes.begin(), bytes.end()};
  } catch (const Error& e) {
    if (e.code() != VAV_E_LIMIT_EXCEEDED) throw;
    refuse_card(name, e.what());
  }
}

[[noreturn]] void wrong(const std::string& what) { throw Error(VAV_E_INVALID_ARGUMENT, what); }

// The shortest digits that give the same number again, so that one recipe has one text.
std::string number(float value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return {text, end};
}

std::string scoring_text(const OwnModel& m) {
  return std::string(kOwnScoring) + "chip=" + std::to_string(m.input_size) +
         ",template=arcface,colour=" + (m.blue_first ? "bgr" : "rgb") + ",mean=" + number(m.mean[0]) + '/' +
         number(m.mean[1]) + '/' + number(m.mean[2]) + ",scale=" + number(m.scale) + (m.cosine ? kCosine : kEuclidean);
}

// ArcFace's points, which are those of 112 px.
ChipFrame frame_of(int size) {
  ChipFrame frame = kArcFaceChip;
  for (auto& point : frame.points)
    for (double& at : point) at *= double(size) / kArcFaceChip.size;
  frame.size = size;
  return frame;
}

struct OwnSet {
  std::string name, text;
  ChipFrame chip;
  Scoring scoring;
  ModelSet set;
};

// The members of a card, each taken once.
class Members {
 public:
  explicit Members(std::map<std::string, FlatValue> members) : members_(std::move(members)) {}

  template <class T>
  T take(const char* name) {
    const auto found = members_.find(name);
    if (found == members_.end()) throw std::invalid_argument(std::string("there is no \"") + name + '"');
    const T* const value = std::get_if<T>(&found->second);
    if (!value) throw std::invalid_argument(std::string("\"") + name + "\" is of another kind");
    T taken = *value;
    members_.erase(found);
    return taken;
  }
  int whole(const char* name) {
    const auto value = take<int64_t>(name);
    if (value < 0 || value > int64_t{kLongestEmbedding})
      throw std::invalid_argument(std::string("\"") + name + "\" is too large");
    return int(value);
  }
  // Numbers are written as texts, whose digits give the same number everywhere.
  float real(const char* name) {
    const auto text = take<std::string>(name);
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      throw std::invalid_argument(std::string("\"") + name + "\" is no number");
    return value;
  }
  bool one_of(const char* name, const char* yes, const char* no) {
    const auto text = take<std::string>(name);
    if (text != yes && text != no) throw std::invalid_argument(std::string("\"") + name + "\" is not known");
    return text == yes;
  }
  void end() const {
    if (!members_.empty()) throw std::invalid_argument("\"" + members_.begin()->first + "\" is not known");
  }

 private:
  std::map<std::string, FlatValue> members_;
};

// A file that somebody has put there, or what a killed program has left.
bool holds_another(const fs::path& path, std::span<const uint8_t> bytes) {
  std::error_code unknown;
  if (!fs::exists(path, unknown)) return false;
  if (fs::file_size(path, unknown) != bytes.size() || unknown) return true;
  return !std::ranges::equal(read_file(path.string(), int64_t(bytes.size()), FileKinds::ordinary), bytes);
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

bool is_own_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.empty() || name.size() > 64 || !letter(name[0])) return false;
  if (!std::ranges::all_of(name, [&](char c) { return letter(c) || c == '-' || c == '_'; })) return false;
  return !find_model_set(name) &&
         std::ranges::none_of(manifest_models(), [&](const ModelEntry& model) { return name == model.id; });
}

void check_own_model(const OwnModel& m) {
  if (!is_own_name(m.name))
    wrong("a model cannot be called '" + m.name +
          "': give 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit, and no built-in name");
  if (m.input_size < kSmallestInput || m.input_size > kLargestInput)
    wrong("the input size is " + std::to_string(m.input_size) + " px: it must be from 32 to 512");
  for (const float mean : m.mean)
    if (!(std::abs(mean) <= kMostMean)) wrong("the mean must be three numbers from -1000 to 1000");
  if (!(m.scale > 0 && m.scale <= kMostScale)) wrong("the scale must be a number above 0 and at most 1000");
  float most = 0;
  for (const float mean : m.mean) most = std::max({most, std::abs(mean * m.scale), std::abs((255 - mean) * m.scale)});
  if (most > kMostNumber || 255 * m.scale < kLeastSpread)
    wrong(
        "with this mean and scale black becomes " + number((0 - m.mean[0]) * m.scale) + " and white " +
        number((255 - m.mean[0]) * m.scale) +
        ", and networks take about -1 to 1, 0 to 1 or 0 to 255: the network gets (pixel - mean) * scale, so where its "
        "publisher divides by 127.5 the scale is 0.0078431");
  if (m.threshold != 0 && !(m.threshold > 0 && is_threshold(m.threshold)))
    wrong("the threshold must be a distance that gallery thresholds can have, or 0 when nobody has measured it");
  for (const std::string* text : {&m.license, &m.training_data})
    if (text->size() > kMostWords || !is_utf8(*text))
      wrong("licence and training data are UTF-8 of at most 1,000 bytes");
}

std::string write_card(const OwnModel& m) {
  std::string card = write_flat_json({{"format", std::string("visavis model card 1")},
                                      {"sha256", m.sha256},
                                      {"size", m.size},
                                      {"input_size", int64_t{m.input_size}},
                                      {"colour", std::string(m.blue_first ? "bgr" : "rgb")},
                                      {"mean_1", number(m.mean[0])},
                                      {"mean_2", number(m.mean[1])},
                                      {"mean_3", number(m.mean[2])},
                                      {"scale", number(m.scale)},
                                      {"template", std::string("arcface")},
                                      {"length", int64_t{m.length}},
                                      {"metric", std::string(m.cosine ? "cosine" : "euclidean")},
                                      {"threshold", number(m.threshold)},
                                      {"license", m.license},
                                      {"training_data", m.training_data}});
  return card + "\n";
}

OwnModel read_card(const std::string& name, const std::string& text) {
  try {
    Members members(parse_flat_json(text));
    if (members.take<std::string>("format") != "visavis model card 1")
      throw std::invalid_argument("it is of another version");
    OwnModel m;
    m.name = name;
    m.sha256 = members.take<std::string>("sha256");
    m.size = members.take<int64_t>("size");
    m.input_size = members.whole("input_size");
    m.blue_first = members.one_of("colour", "bgr", "rgb");
    m.mean = {members.real("mean_1"), members.real("mean_2"), members.real("mean_3")};
    m.scale = members.real("scale");
    members.one_of("template", "arcface", "arcface");
    m.length = members.whole("length");
    m.cosine = members.one_of("metric", "cosine", "euclidean");
    m.threshold = members.real("threshold");
    m.license = members.take<std::string>("license");
    m.training_data = members.take<std::string>("training_data");
    members.end();
    check_own_model(m);
    if (!is_sha256(m.sha256) || m.size <= 0 || m.size > kMostOwnModel || size_t(m.length) < kShortestEmbedding)
      throw std::invalid_argument("a value is outside its range");
    return m;
  } catch (const std::invalid_argument& e) {
    refuse_card(name, e.what());
  } catch (const Error& e) {
    refuse_card(name, e.what());
  }
}

void install_own_model(const ModelFiles& files, const OwnModel& model, std::span<const uint8_t> bytes) {
  const std::string card = card_file(model.name), text = write_card(model);
  std::error_code ignored;
  if (!files.directory().empty() && fs::exists(fs::path(files.directory()) / card, ignored))
    throw Error(VAV_E_ALREADY_EXISTS, "there is a model called " + model.name + " in " + files.directory() +
                                          " already: remove it first, or give another name");
  const std::string file = model.name + ".onnx";
  if (const auto there = fs::path(files.directory()) / file; holds_another(there, bytes))
    throw Error(VAV_E_ALREADY_EXISTS, there.string() +
                                          " is another file, and no card says that it was added: move it " +
                                          "away, or give another name");
  files.write(file, bytes);
  files.write(card, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void remove_own_model(const ModelFiles& files, const std::string& name) {
  const auto remove = [&](const std::string& file) {
    std::error_code failed;
    const bool was_there = fs::remove(fs::path(files.directory()) / file, failed);
    if (failed)
      throw Error(failed == std::errc::permission_denied ? VAV_E_PERMISSION : VAV_E_IO,
                  "cannot remove " + file + " from " + files.directory() + ": " + failed.message());
    return was_there;
  };
  if (!is_own_name(name) || files.directory().empty() || !remove(card_file(name)))
    throw Error(VAV_E_MODEL_NOT_FOUND, "no model called '" + name + "' was added in " + files.directory());
  remove(name + ".onnx");
}

ModelEntry entry_of(const OwnModel& m) {
  return {.id = m.name,
          .file = m.name + ".onnx",
          .sha256 = m.sha256,
          .license = m.license.empty() ? "not said" : m.license,
          .source = "added on this machine",
          .purpose = "embeds a " + std::to_string(m.input_size) + " px chip as " + std::to_string(m.length) + " floats",
          .training_data = m.training_data.empty() ? "not said" : m.training_data,
          .size = m.size};
}

std::shared_ptr<const ModelSet> make_own_set(const OwnModel& m) {
  auto own = std::make_shared<OwnSet>();
  own->name = m.name;
  own->text = scoring_text(m);
  own->chip = frame_of(m.input_size);
  own->scoring = m.cosine ? kZooScoring : kDlibScoring;
  own->scoring.set = own->name.c_str();
  own->scoring.text = own->text.c_str();
  own->scoring.compat_threshold = m.threshold;
  const ModelSet& zoo = model_set("opencv-zoo");
  own->set = {.name = own->name.c_str(),
              .detectors = zoo.detectors,
              .detector = zoo.detector,
              .landmarks = zoo.landmarks,
              .embedder = {own->name.c_str()},
              .is_onnx = true,
              .chip = &own->chip,
              .input = {.blue_first = m.blue_first, .mean = m.mean, .scale = m.scale},
              .embedding_length = m.length,
              .scoring = &own->scoring,
              .floors = zoo.floors};
  return {own, &own->set};
}

std::shared_ptr<const ModelSet> open_set(const std::string& name, ModelFiles& files) {
  if (const ModelSet* set = find_model_set(name)) return shared(*set);
  const std::string card = is_own_name(name) ? files.find(card_file(name)) : "";
  if (card.empty())
    throw Error(VAV_E_MODEL_UNKNOWN, "no set of models is called '" + name + "'; there are " + names_of_model_sets() +
                                         ", and models of your own that were added (visavis models add)");
  const OwnModel model = read_card(name, read_card_file(name, card));
  files.add(entry_of(model));
  return make_own_set(model);
}

}  // namespace visavis
