// `visavis identify`: who of a gallery is in a picture?
#include "camera.h"
#include "commands/commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "one_face.h"
#include "output.h"
#include "pictures.h"
#include "policy.h"
#include "similarity.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct IdentifyCommand {
  std::string gallery;
  std::vector<std::string> paths;
  Decisive decisive;
  Prior prior;
  PolicyOptions policy_options;
  AskedPolicy policy;      // of these
  int32_t candidates = 0;  // 0 = the library's default
  int32_t best_of = 0;     // 0 = the library's default
  std::vector<std::string> groups;
  bool include_inactive = false, note_seen = false;
  bool show_nearest = false;
  int32_t camera = -1;  // below 0: pictures are files
};

// Each of the candidates, and how probable it is to be the person.
struct Answer {
  const Matches& matches;
  double prior;
  std::vector<Similarity> similarities;
};

Answer answer_of(const Matches& matches, const Models& models, const Prior& prior) {
  std::vector<float> distances;
  for (const Match& match : matches) distances.push_back(match.distance);
  const double of = prior.of(matches.limits().comparisons);
  return {matches, of, models.similarities(distances, float(of))};
}

Json candidates_json(const Answer& answer) {
  Json list = Json::array();
  for (const Match& match : answer.matches) {
    const Similarity& similarity = answer.similarities[list.size()];
    list.push_back({{"id", match.person}, {"name", match.name}, {"distance", short_number(match.distance)}});
    const bool known = similarity.support != VAV_SUPPORT_NOT_EVALUATED;
    list.back()["similarity"] = known ? Json(short_number(similarity.probability)) : Json(nullptr);
  }
  return list;
}

// `object` has what is known of the face itself.
Json identified_json(Json object, const Answer& answer) {
  const Matches& matches = answer.matches;
  const bool match = matches.decision() == VAV_DECISION_MATCH;
  object["decision"] = decision_name(matches.decision());
  object["person"] = nullptr;
  if (match) object["person"] = {{"id", matches[0].person}, {"name", matches[0].name}};
  object["distance"] = matches.empty() ? Json(nullptr) : Json(short_number(matches[0].distance));
  object["inactive"] = matches.inactive();
  put_limits(object, matches.limits());
  put_similarity(object, answer.similarities.empty() ? Similarity{} : answer.similarities.front(), answer.prior);
  object["candidates"] = candidates_json(answer);
  return object;
}

// For a stranger the nearest person is named only if the user asks: it is somebody else.
void print_plain(const std::string& path, const vav_box& box, const Answer& answer, bool show_nearest) {
  const Matches& matches = answer.matches;
  out() << path << ": face " << box_text(box) << ": ";
  const bool any = !matches.empty();
  const Match nearest = any ? matches[0] : Match{};
  const double distance = nearest.distance;
  const std::string similarity = any ? similarity_text(answer.similarities.front(), answer.prior) : "";
  if (matches.decision() == VAV_DECISION_MATCH) {
    (out() << nearest.name << " (id " << nearest.person << ')').print(", distance %.3f", distance)
        << similarity << '\n';
  } else if (matches.decision() == VAV_DECISION_REVIEW) {
    (out() << "to be reviewed: may be " << nearest.name << " (id " << nearest.person << ')')
            .print(", distance %.3f, beyond the threshold of %.3f", distance, double{matches.threshold()})
        << similarity << '\n';
  } else if (matches.decision() == VAV_DECISION_AMBIGUOUS) {
    (out() << "ambiguous: " << nearest.name << " (id " << nearest.person << ") is nearest")
        .print(", distance %.3f, but somebody else is nearly as near\n", distance);
  } else if (matches.inactive()) {
    out() << "unknown: this looks like somebody of the gallery who may not be let in now\n";
  } else if (any && !show_nearest) {
    out().print("unknown, nobody closer than %.3f\n", distance);
  } else if (any) {
    (out() << "unknown; nearest is " << nearest.name << " (id " << nearest.person << ')')
            .print(", distance %.3f", distance)
        << similarity << '\n';
  } else {
    out() << "unknown; nobody there to compare with\n";
  }
}

// Why a face is not searched for: it cannot be compared, or the policy refuses it. "" for each other one.
std::vector<std::string> reasons_not_to_search(const Faces& faces, const AskedPolicy& policy) {
  std::vector<std::string> reasons;
  for (int32_t i = 0; i < faces.size(); ++i)
    reasons.push_back(faces.embedding(i).empty() ? not_comparable_message(faces.comparability(i))
                      : policy                   ? refusal_of(faces, i, *policy)
                                                 : "");
  return reasons;
}

// A face that was not searched for.
Json not_evaluated_json(Json object) {
  object["decision"] = "not_evaluated";
  object["person"] = nullptr;
  object["distance"] = nullptr;
  object["candidates"] = Json::array();
  return object;
}

// Returns how many faces are a person of the gallery.
int32_t identify(const Context& context, const IdentifyCommand& options, const Models& models, const Engine& engine,
                 const Gallery& gallery, const std::string& path, const Image& image) {
  const uint32_t what = VAV_ANALYZE_EMBEDDING | (options.policy ? VAV_ANALYZE_QUALITY : 0);
  const Faces faces = find_faces(context, engine, image, what);
  IdentifyOptions search;
  search.max_candidates = options.candidates;
  options.decisive.put_into(search);
  search.best_of = options.best_of;
  if (!options.groups.empty()) search.groups = options.groups;
  search.include_inactive = options.include_inactive;
  search.note_seen = options.note_seen;
  Json line = picture_json(path, image);
  const int32_t count = faces.size();
  if (count == 0) {
    const std::string advice = no_face_message(context, image);
    line["hint"] = advice;
    if (!context.json) out() << path << ": " << advice << '\n';
  }
  const std::vector<std::string> reasons = reasons_not_to_search(faces, options.policy);
  std::vector<EmbeddingView> embeddings;
  for (int32_t i = 0; i < count; ++i)
    if (reasons[size_t(i)].empty()) embeddings.push_back(faces.embedding(i));
  const std::vector<Matches> found = gallery.identify_batch(embeddings, search);
  const bool by_owner = !options.decisive.given() && gallery.info().threshold;
  if (!found.empty() && options.decisive.asks_for_a_rate() && !by_owner)
    tell_if_extrapolated(models, found.front().limits());
  int32_t known = 0;
  auto next = found.begin();
  for (int32_t i = 0; i < count; ++i) {
    const Face face = faces[i];
    Json object = face_json(face);
    if (const std::string& reason = reasons[size_t(i)]; !reason.empty()) {
      if (face.has_embedding) object["reason"] = "quality", object["advice"] = reason;
      if (context.json)
        line["faces"].push_back(not_evaluated_json(std::move(object)));
      else
        out() << path << ": face " << box_text(*face.box) << ": " << reason << '\n';
      continue;
    }
    const Matches& matches = *next++;
    const Answer answer = answer_of(matches, models, options.prior);
    known += matches.decision() == VAV_DECISION_MATCH;
    if (context.json) {
      line["faces"].push_back(identified_json(std::move(object), answer));
    } else {
      print_plain(path, *face.box, answer, options.show_nearest);
    }
  }
  if (context.json) print_json(line);
  out().flush();
  return known;
}

int run(const Context& context, const IdentifyCommand& options) {
  if (options.paths.empty() && options.camera < 0)
    throw WrongUse("PATH is missing: give pictures, folders of pictures, - for stdin, or --camera N");
  if (!options.paths.empty() && options.camera >= 0) throw WrongUse("give pictures or --camera N, not both");
  check_texts(options.groups, "--group");
  const Models models = open_models(context);
  require_rates(models, options.decisive);
  const Gallery gallery = options.note_seen ? open_to_note(context, options.gallery, models)
                                            : open_to_search(context, options.gallery, models);
  require_threshold(context, models, gallery, options.decisive);
  tell_unknown_groups(gallery, options.groups);
  const Engine engine = create_engine(context, models);
  if (options.camera >= 0) {
    const std::string name = "camera " + std::to_string(options.camera);
    const Image image = picture_from_camera(options.camera);
    return identify(context, options, models, engine, gallery, name, image) > 0 ? kDone : kNegative;
  }
  int64_t known = 0;
  const int result = for_each_picture(context, options.paths, "identifying", [&](const std::string& path) {
    const Image image = load_image(path);
    known += identify(context, options, models, engine, gallery, path, image);
  });
  // `visavis identify … && open-the-door` must not open to strangers.
  return result == kDone && known == 0 ? int{kNegative} : result;
}

}  // namespace

void add_identify(Command& app, Context& context) {
  auto* command = app.add_subcommand("identify", "Find out which persons of a gallery are in pictures");
  const auto options = std::make_shared<IdentifyCommand>();
  add_gallery_option(command, options->gallery);
  command->add_option("path", options->paths, "Pictures, or folders of pictures; - is stdin").type_name("PATH");
  command->add_option("--camera", options->camera, "Take one picture from the camera /dev/videoN, instead of PATH")
      .range(0, 255)
      .option_text("N");
  add_decisive_options(command, options->decisive);
  add_prior_option(command, options->prior);
  command->add_option("-k,--candidates", options->candidates, "Print the K nearest persons for each face (default 5)")
      .range(1, 10000)
      .option_text("K");
  add_policy_options(command, options->policy_options);
  command
      ->add_option("--group", options->groups,
                   "Only members of this group; if given several times, of at least one of them")
      .type_name("GROUP");
  command
      ->add_option("--best-of", options->best_of,
                   "The distance of a person is the mean distance of their M nearest templates (default 1)")
      .range(1, 100)
      .option_text("M");
  command->add_flag("--include-inactive", options->include_inactive,
                    "Include disabled, expired and out-of-date persons");
  command->add_flag("--note-seen", options->note_seen,
                    "Store in the gallery when a person was matched, once an hour at most");
  command->add_flag("--show-nearest", options->show_nearest, "Print the nearest person also if the face is unknown");
  command->footer(
      "Exit code 0: at least one face is a person of the gallery; 1: none is.\n"
      "Example:\n  visavis identify -g people.vav door.jpg\n  visavis identify -g people.vav --json -k 3 photos/");
  command->callback([&context, options] {
    context.action = [&context, options] {
      options->policy = options->policy_options.read();
      return run(context, *options);
    };
  });
}

}  // namespace visavis::cli
