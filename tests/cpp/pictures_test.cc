// The C++ layer from the library's version to embeddings: version, models, image, engine, faces, compare.
#include <cmath>
#include <fstream>
#include <iterator>
#include <type_traits>

#include "cpp/scratch.h"

namespace {

using scratch::code_of;

// What could be read as yes or no is none: see also tests/abi/install/consumer.cc.
template <class T>
constexpr bool kNoCondition = !std::is_constructible<bool, T>::value && !std::is_convertible<T, bool>::value;
static_assert(kNoCondition<visavis::Decision> && kNoCondition<visavis::Comparability> &&
              kNoCondition<visavis::Erasure>);
static_assert(kNoCondition<visavis::Comparison> && kNoCondition<visavis::Matches> &&
              kNoCondition<visavis::CheckReport>);
static_assert(kNoCondition<visavis::EraseReceipt> && kNoCondition<visavis::AuditReport>);
static_assert(kNoCondition<visavis::JobProgress>);

// One owner each.
template <class T>
constexpr bool kMovesOnly = std::is_move_constructible<T>::value && !std::is_copy_constructible<T>::value;
static_assert(kMovesOnly<visavis::Image> && kMovesOnly<visavis::Models> && kMovesOnly<visavis::Engine>);
static_assert(kMovesOnly<visavis::Faces> && kMovesOnly<visavis::Gallery> && kMovesOnly<visavis::Persons>);
static_assert(kMovesOnly<visavis::Job> && kMovesOnly<visavis::Transaction> && kMovesOnly<visavis::AuditEntries>);

std::vector<char> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

visavis::AnalyzeOptions everything() {
  visavis::AnalyzeOptions options;
  options.what = VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_CHIP | VAV_ANALYZE_EMBEDDING;
  return options;
}

TEST(Version, IsTheLibrarys) {
  EXPECT_STREQ(visavis::version(), vav_version());
  EXPECT_EQ(visavis::version_number(), VAV_VERSION_MAJOR * 10000 + VAV_VERSION_MINOR * 100 + VAV_VERSION_PATCH);
  const std::string json = visavis::describe();
  EXPECT_EQ(json.size(), vav_describe(nullptr, 0));
  EXPECT_EQ(json.front(), '{');
  EXPECT_EQ(json.back(), '}');
}

TEST(Structs, AreReady) {
  const auto plain = visavis::sized<vav_detect_options>();
  EXPECT_EQ(plain.struct_size, sizeof plain);
  EXPECT_EQ(visavis::Ready<vav_detect_options>(plain).struct_size, visavis::DetectOptions().struct_size);
}

TEST(Models, AreListedLookedForAndInstalled) {
  const scratch::Folder folder;
  visavis::ModelsOptions options;
  options.directory = folder.file("models");
  options.skip_user_cache = true;
  const visavis::Models none(options);
  ASSERT_FALSE(none.empty());
  EXPECT_EQ(none.directory(), options.directory);
  EXPECT_EQ(none.set(), "dlib");
  EXPECT_EQ(none.detectors(), "hog cnn yunet");
  EXPECT_EQ(none.embedding_dim(), VAV_EMBEDDING_DIM);
  EXPECT_EQ(none.chip_size(), VAV_CHIP_SIZE);
  EXPECT_EQ(none.default_threshold(), visavis::default_threshold());
  options.set = "opencv-zoo";
  const visavis::Models zoo(options);
  EXPECT_EQ(zoo.chip_size(), 112);
  std::vector<float> one(VAV_EMBEDDING_DIM);
  one[0] = 1;
  EXPECT_EQ(code_of([&] { zoo.check_embedding(one); }), VAV_OK);
  EXPECT_EQ(code_of([&] { none.check_embedding(one); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { (void)visavis::compare(one, one); }), VAV_E_INVALID_ARGUMENT) << "at whose threshold?";
  EXPECT_TRUE(visavis::compare(one, one, zoo.default_threshold()).same());
  options.set.clear();
  for (const visavis::ModelInfo& model : none) {
    EXPECT_FALSE(model.id.empty() || model.file.empty() || model.license.empty() || model.source.empty());
    EXPECT_EQ(model.sha256.size(), 64u);
    EXPECT_GT(model.size, 0);
    EXPECT_FALSE(model.purpose.empty());
    EXPECT_FALSE(model.optional && model.path);
    EXPECT_FALSE(model.training_data.empty());
    EXPECT_EQ(model.optional, model.set != none.set()) << model.id;
    EXPECT_NE(std::string(visavis::Models::manifest()).find(model.sha256), std::string::npos);
  }
  EXPECT_EQ(code_of([&] { none.verify("no such model"); }), VAV_E_MODEL_UNKNOWN);
  EXPECT_EQ(code_of([&] { none[none.size()]; }), VAV_E_INVALID_ARGUMENT);
  visavis::OwnModel own;
  own.name = "mine";
  own.input_size = 112;
  own.blue_first = true;
  own.metric = VAV_METRIC_EUCLIDEAN;
  own.mean = {0, 0, 0};
  own.scale = 1;
  own.threshold = 1;
  own.license = own.training_data = "none";
  EXPECT_EQ(code_of([&] { none.add("/no such file.onnx", own); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { none.remove("mine"); }), VAV_E_MODEL_NOT_FOUND);

  if (!scratch::have_models()) GTEST_SKIP() << "no models on this machine: run visavis models fetch";
  visavis::ModelInfo smallest{};
  for (const visavis::ModelInfo& model : visavis::Models(std::string()))
    if (model.path && (smallest.size == 0 || model.size < smallest.size)) smallest = model;
  none.install(smallest.id, smallest.path.value());
  none.verify(smallest.id);
}

TEST(Image, IsReadFromFilesBytesAndPixels) {
  const std::vector<std::uint8_t> pixels(40 * 30 * 3, 200);
  visavis::Pixels view;
  view.format = VAV_PIXEL_RGB;
  view.width = 40;
  view.height = 30;
  view.data[0] = pixels.data();
  const visavis::Image wrapped = visavis::Image::wrap(view);
  EXPECT_EQ(wrapped.pixels().data[0], pixels.data());
  EXPECT_EQ(wrapped.source(), VAV_SOURCE_PIXELS);
  EXPECT_EQ(wrapped.orientation(), 1);
  EXPECT_EQ(wrapped.warning(), "");
  EXPECT_EQ(code_of([] { visavis::Image::load("no such file"); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([] { visavis::Image::load(std::string("a\0b", 3)); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([] { visavis::Image::decode("no picture", 10); }), VAV_E_IMAGE_FORMAT);

  const std::string path = scratch::photo("obama.jpg");
  if (path.empty()) GTEST_SKIP() << "no sample photos on this machine: run visavis models fetch --photos";
  const visavis::Image loaded = visavis::Image::load(path);
  const std::vector<char> bytes = bytes_of(path);
  visavis::ImageOptions options;
  options.ignore_orientation = 1;
  visavis::Image decoded = visavis::Image::decode(bytes.data(), bytes.size(), options);
  EXPECT_EQ(loaded.width(), decoded.width());
  EXPECT_EQ(loaded.height(), decoded.height());
  EXPECT_EQ(loaded.source(), VAV_SOURCE_JPEG);
  options.max_pixels = 100;
  EXPECT_EQ(code_of([&] { visavis::Image::load(path, options); }), VAV_E_LIMIT_EXCEEDED);
  vav_image_destroy(decoded.release());
  EXPECT_EQ(decoded.get(), nullptr);
  EXPECT_EQ(decoded.width(), 0);
}

TEST(Engine, FindsFacesInEveryWayThereIs) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  visavis::EngineOptions two;
  two.threads = 2;
  two.precision = VAV_PRECISION_FAST;  // dlib's networks have no faster way, so nothing changes
  const visavis::Engine engine(visavis::Models(), two);
  engine.warm_up(VAV_DETECTOR_HOG, VAV_ANALYZE_EMBEDDING);
  EXPECT_FALSE(engine.backend().empty());

  const visavis::Image photo = visavis::Image::load(scratch::photo("obama.jpg"));
  const visavis::Image other = visavis::Image::load(scratch::photo("biden.jpg"));
  visavis::DetectOptions detect;
  detect.clip = 1;
  const visavis::Faces boxes = engine.detect(photo, detect);
  ASSERT_EQ(boxes.size(), 1);
  const visavis::Face seen = boxes[0];
  ASSERT_TRUE(seen.box && seen.score);
  EXPECT_FALSE(seen.landmarks || seen.has_chip || seen.has_embedding);
  EXPECT_EQ(seen.comparability, VAV_COMPARABILITY_NOT_EVALUATED);
  EXPECT_EQ(code_of([&] { boxes[1]; }), VAV_E_INVALID_ARGUMENT);

  const visavis::Faces faces = engine.analyze(photo, {}, everything());
  ASSERT_EQ(faces.largest(), 0);
  const visavis::Face face = faces[0];
  ASSERT_TRUE(face.landmarks && face.has_chip && face.has_embedding);
  EXPECT_TRUE(face.comparability.comparable());
  EXPECT_TRUE(faces.comparability(0) == face.comparability && faces.comparability(1) != face.comparability);
  EXPECT_STREQ(face.comparability.name(), vav_comparability_name(face.comparability.value()));
  EXPECT_STREQ(face.comparability.advice(), "");
  ASSERT_NE(faces.chip(0), nullptr);
  EXPECT_EQ(faces.chip_size(), VAV_CHIP_SIZE);
  EXPECT_EQ(faces.embedding(0).size(), std::size_t(VAV_EMBEDDING_DIM));
  EXPECT_TRUE(faces.embedding(1).empty());
  EXPECT_EQ(code_of([&] { visavis::compare(faces.embedding(0), faces.embedding(1)); }), VAV_E_INVALID_ARGUMENT);

  EXPECT_FALSE(face.has_quality);
  EXPECT_FALSE(visavis::Quality::of(faces, 0, VAV_QUALITY_SHARPNESS).score);
  visavis::AnalyzeOptions with_quality;
  with_quality.what = VAV_ANALYZE_QUALITY;
  const visavis::Faces measured = engine.analyze(photo, {}, with_quality);
  EXPECT_TRUE(measured[0].has_quality);
  for (const vav_quality_measure measure : visavis::Quality::measures()) {
    const visavis::Quality one = visavis::Quality::of(measured, 0, measure);
    EXPECT_EQ(one.measure, measure);
    EXPECT_STREQ(one.name(), vav_quality_name(measure));
    EXPECT_EQ(one.score.has_value(), measure != VAV_QUALITY_HEAD_POSE_PITCH);
    EXPECT_EQ(one.raw.has_value(), one.score.has_value());
    EXPECT_EQ(one.gap, one.score ? VAV_QUALITY_GAP_NONE : VAV_QUALITY_GAP_POINTS);
    EXPECT_STREQ(one.gap_name(), one.score ? "none" : "points");
  }
  EXPECT_FALSE(visavis::Quality::of(measured, 0, VAV_QUALITY_HEAD_POSE_ROLL).approximate);
  EXPECT_TRUE(visavis::Quality::of(measured, 0, VAV_QUALITY_HEAD_POSE_YAW).approximate);
  EXPECT_NE(std::string(visavis::Quality::of(measured, 0, VAV_QUALITY_HEAD_SIZE).advice()), "");
  EXPECT_EQ(code_of([&] { visavis::Quality::of(measured, 1, VAV_QUALITY_SHARPNESS); }), VAV_E_INVALID_ARGUMENT);

  EXPECT_TRUE(visavis::Refusals(measured, 0).empty());
  visavis::Policy policy;
  policy.kind = VAV_POLICY_STRICT;
  policy.limits.push_back(visavis::Policy::limit(VAV_POLICY_NORMAL, VAV_QUALITY_INTER_EYE_DISTANCE));
  EXPECT_EQ(policy.limits[0].least, 70);
  EXPECT_TRUE(visavis::Refusals(measured, 0, policy).empty());
  policy.limits[0].least = 200;
  policy.portrait = true;
  EXPECT_EQ(visavis::Refusals(measured, 0, policy).size(), 2);  // there is little above the head
  policy.portrait = false;
  const visavis::Refusals refusals(measured, 0, policy);
  ASSERT_EQ(refusals.size(), 1);
  const visavis::Refusal refusal = refusals[0];
  EXPECT_EQ(refusal.measure, VAV_QUALITY_INTER_EYE_DISTANCE);
  EXPECT_EQ(refusal.comparability, VAV_COMPARABILITY_NOT_EVALUATED);
  EXPECT_LT(refusal.raw, refusal.limit);
  EXPECT_NE(refusal.text.find("needs 200"), std::string::npos);
  EXPECT_EQ(code_of([&] { visavis::Refusals(faces, 0); }), VAV_E_INVALID_ARGUMENT);

  const visavis::Image portrait = visavis::cut_portrait(photo, faces, 0, 300);
  EXPECT_EQ(portrait.width(), 300);
  EXPECT_EQ(portrait.height(), 400);

  const std::vector<visavis::Faces> both = engine.analyze({&photo, &other});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(visavis::compare(both[0].embedding(0), faces.embedding(0)).distance, 0);
  EXPECT_EQ(code_of([&] { engine.analyze({&photo, nullptr}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_TRUE(engine.analyze(std::vector<const visavis::Image*>()).empty());

  const std::vector<vav_point> landmarks(face.landmarks->begin(), face.landmarks->end());
  EXPECT_EQ(engine.analyze_boxes(photo, {*face.box}).size(), 1);
  EXPECT_EQ(engine.analyze_landmarks(photo, landmarks).size(), 1);
  const visavis::Faces detected = engine.detect(photo);
  const visavis::Faces largest = engine.analyze_faces(photo, detected, {detected.largest()});
  EXPECT_EQ(visavis::compare(largest.embedding(0), faces.embedding(0)).distance, 0);
  EXPECT_EQ(code_of([&] { engine.analyze_faces(photo, detected, {detected.size()}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { engine.analyze_landmarks(photo, {{1, 1}}); }), VAV_E_INVALID_ARGUMENT);

  const std::vector<float> again = engine.embed_chips(faces.chip(0), 1);
  ASSERT_EQ(again.size(), std::size_t(VAV_EMBEDDING_DIM));
  EXPECT_EQ(code_of([&] { engine.embed_chips(faces.chip(0), -1); }), VAV_E_INVALID_ARGUMENT);
  for (const std::int32_t wrong : {-1, 0, 64, 512})
    EXPECT_EQ(code_of([&] { engine.embed_chips(faces.chip(0), 1, wrong); }), VAV_E_INVALID_ARGUMENT) << wrong;

  const visavis::Comparison same = visavis::compare(again, faces.embedding(0));
  EXPECT_TRUE(same.same());
  EXPECT_FLOAT_EQ(same.threshold, visavis::default_threshold());
  const visavis::Comparison different = visavis::compare(again, both[1].embedding(0), 0.5f);
  EXPECT_FALSE(different.same());
  EXPECT_EQ(different.decision, VAV_DECISION_UNKNOWN);
}

TEST(Remake, FindsTheFaceOfATemplateAgain) {
  const std::string path = scratch::photo("obama.jpg");
  if (path.empty() || !scratch::have_models()) GTEST_SKIP() << "no models or no sample photos on this machine";
  const visavis::Models models;
  const visavis::Engine engine(models);
  const visavis::Image photo = visavis::Image::load(path);
  const visavis::Faces faces = engine.analyze(photo);
  const auto template_ = faces.embedding(0);
  const visavis::Remade same = visavis::remake(engine, engine, photo, template_, models.embedding_dim());
  EXPECT_EQ(same.result, VAV_REMAKE_DONE);
  EXPECT_TRUE(same.same_picture);
  EXPECT_EQ(same.distance, 0);
  EXPECT_EQ(same.box.left, faces[0].box->left);
  EXPECT_EQ(same.comparability.value(), 0);
  EXPECT_EQ(same.embedding, std::vector<float>(template_.begin(), template_.end()));
  visavis::RemakeOptions options;
  options.before.threshold = 10;
  const visavis::Image cut = visavis::cut_face(photo, faces, 0);
  const visavis::Remade unseen = visavis::remake(engine, engine, cut, template_, models.embedding_dim(), options);
  EXPECT_EQ(unseen.result, VAV_REMAKE_NO_FACE);
  EXPECT_STREQ(unseen.result.name(), "no_face");
  EXPECT_STREQ(visavis::RemakeResult(VAV_REMAKE_NOT_COMPARABLE).name(), "not_comparable");
  EXPECT_TRUE(unseen.embedding.empty());
  options.kept_chip = true;
  options.after.min_face = 100;
  EXPECT_EQ(visavis::remake(engine, engine, cut, template_, 128, options).result, VAV_REMAKE_DONE);
  options.threshold = 1e-5f;
  EXPECT_EQ(visavis::remake(engine, engine, cut, template_, 128, options).result, VAV_REMAKE_DIFFERENT_FACE);
  EXPECT_EQ(code_of([&] { visavis::remake(engine, engine, cut, template_, 0); }), VAV_E_INVALID_ARGUMENT);
}

TEST(Compare, OneAgainstMany) {
  std::vector<float> many = scratch::flat(0.5f);
  const std::vector<float> other = scratch::flat(0.75f);
  many.insert(many.end(), other.begin(), other.end());
  const std::vector<float> distances = visavis::compare_many(scratch::flat(0.5f), many);
  ASSERT_EQ(distances.size(), 2u);
  EXPECT_EQ(distances[0], 0);
  EXPECT_NEAR(distances[1], 0.25f * std::sqrt(float(VAV_EMBEDDING_DIM)), 1e-5);
  const std::vector<float> rest =
      visavis::compare_many(scratch::flat(0.5f), many.data() + VAV_EMBEDDING_DIM, std::size_t{1});
  EXPECT_EQ(rest, std::vector<float>{distances[1]});
  EXPECT_TRUE(visavis::compare_many(scratch::flat(0.5f), nullptr, 0).empty());
  many.pop_back();
  EXPECT_EQ(code_of([&] { visavis::compare_many(scratch::flat(0), many); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { visavis::compare(many, scratch::flat(0)); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([] { visavis::compare({nullptr, VAV_EMBEDDING_DIM}, scratch::flat(0)); }), VAV_E_INVALID_ARGUMENT);
  const visavis::EmbeddingView view(many.data(), 100);
  EXPECT_EQ(view.data(), many.data());
  EXPECT_EQ(view.length(), 100);
  EXPECT_EQ(visavis::EmbeddingView(many).size(), many.size());
}

}  // namespace
