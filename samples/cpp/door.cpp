// A door: turns frames into one GRANT or DENY with its reason for each visit, and drives a relay.
// Usage: door GALLERY.vav SOURCE [MIN_FACE_PX]     SOURCE: a camera's number, a stream, a video file or a folder
// Exit: 0 the video or folder ended, 2 wrong use, 3 the source or the gallery failed.
//
// Fails secure: the relay is closed at start and opened by a GRANT alone; every error is a DENY. It does not tell a
// face from a photo of it: at a real door ask for a second factor (card, PIN) as well, see SECURITY.md.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "door_policy.h"
#include "frames.h"

// Replace this with your relay: a GPIO line, an OSDP output, an HTTP call. It should time the opening itself, so that
// the door closes even when this program is killed. Way out in a fire must never depend on it.
static void open_relay(std::int64_t person) {
  std::printf("          relay open for person %lld\n", (long long)person);
}

// At most one of 1,000 strangers is taken for somebody of the gallery; whoever is nearly near enough is for a person to look at.
// Measure the rates with photos of your own by `visavis calibrate`, see sdk/docs/accuracy.md.
static constexpr vav_preset kPreset = VAV_PRESET_DOOR;

static void announce(double seconds, const std::optional<Decision>& decision) {
  if (!decision) return;
  std::printf("%7.1f s  %s  %s\n", seconds, decision->grant ? "GRANT" : "DENY ", decision->reason.c_str());
  if (decision->grant) open_relay(decision->person);
  std::fflush(stdout);
}

// Who stands there: the largest face, which is the nearest. Nothing when there is none, or none that can be compared: one
// that is blurred or turned away is neither this person nor a stranger.
static std::optional<Sighting> look(const visavis::Engine& engine, const visavis::Gallery& gallery,
                                    const visavis::Image& image, const visavis::DetectOptions& detect) {
  const visavis::Faces faces = engine.analyze(image, detect);
  const visavis::EmbeddingView embedding = faces.embedding(faces.largest());
  if (embedding.empty()) return std::nullopt;
  visavis::IdentifyOptions options;
  options.preset = kPreset;
  const visavis::Matches matches = gallery.identify(embedding, options);
  if (matches.decision() != VAV_DECISION_MATCH) return Sighting{};
  return Sighting{matches[0].person, matches[0].name};
}

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: door GALLERY.vav SOURCE [MIN_FACE_PX]\n");
    return 2;
  }
  DoorPolicy policy;  // k = 3 of n = 5, cool-down 2 s: see DoorPolicy::Settings
  double now = 0;
  try {
    visavis::ModelsOptions models_of;
    models_of.set = visavis::Gallery::model_set(argv[1]);  // those that its people were enrolled with
    const visavis::Models models(models_of);
    const visavis::Engine engine(models);
    visavis::GalleryOptions read_only;
    read_only.mode = VAV_GALLERY_READ_ONLY;  // a door changes nobody, and a wrong path must not make an empty gallery
    const visavis::Gallery gallery(argv[1], models, read_only);
    visavis::DetectOptions detect;
    detect.min_face = argc > 3 ? std::atoi(argv[3]) : 0;
    engine.warm_up(detect.detector, VAV_ANALYZE_EMBEDDING);  // nobody should wait for models to load

    Frames frames(argv[2]);
    while (const std::optional<Frame> frame = frames.next()) {
      now = frame->seconds;
      announce(now, policy.tick(now));
      try {
        if (const std::optional<Sighting> sighting = look(engine, gallery, frame->image, detect))
          announce(now, policy.face(now, *sighting));
      } catch (const std::exception& error) {
        announce(now, policy.failure(now, error.what()));  // this visit is refused; the next frame is tried again
      }
    }
    announce(now, policy.end());
    return 0;
  } catch (const std::exception& error) {
    announce(now, policy.failure(now, error.what()));
    return 3;
  }
}
