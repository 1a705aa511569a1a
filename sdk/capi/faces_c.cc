// visavis/faces.h: reading results.
#include <iterator>

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "visavis/faces.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

const Face* face_at(const vav_faces* faces, int32_t index) {
  return alive(faces) && index >= 0 && size_t(index) < faces->faces.size() ? &faces->faces[index] : nullptr;
}

struct Words {
  const char* name;
  const char* advice;
};

// In the order of the numbers.
constexpr Words kWords[] = {
    {"not_evaluated", "it was not checked whether the face can be compared: ask for landmarks, too"},
    {"comparable", ""},
    {"landmarks",
     "eyes and nose were not found where they should be: this is not a face, or it is turned away, on its side or "
     "covered; use a picture from the front"},
    {"cut", "too much of the face lies beyond the edge of the picture: use a picture that shows all of it"},
    {"too_small", "the face is too small, less than 25 px wide: use a larger picture, or one taken from nearer"},
    {"too_dark", "the face is too dark: use a picture with more light"},
    {"too_bright", "large parts of the face are pure white: use a picture with less light"},
    {"low_contrast", "the face has almost no contrast: use a picture with better light, without haze"},
    {"blurred", "the face is blurred, or was enlarged from a smaller picture: use a sharp one"},
    {"compressed",
     "the picture was compressed so much that blocks hide the face, or only a few shades are left: use one of "
     "better quality"},
    {"noisy",
     "grain, dots or lines hide the face: use a picture with more light or taken from nearer, or the original instead "
     "of a "
     "print"}};

const Words* words_of(vav_comparability comparability) {
  return comparability >= 0 && size_t(comparability) < std::size(kWords) ? &kWords[comparability] : nullptr;
}

static_assert(std::size(kWords) == VAV_NOT_COMPARABLE_NOISY + 1 &&
              int(Comparability::noisy) == VAV_NOT_COMPARABLE_NOISY &&
              int(Comparability::comparable) == VAV_COMPARABLE);

}  // namespace

extern "C" {

void vav_face_init(vav_face* face) { init_struct(face); }

void vav_faces_destroy(vav_faces* faces) { destroy(faces); }

int32_t vav_faces_count(const vav_faces* faces) { return alive(faces) ? count_of(faces->faces) : 0; }

vav_status vav_faces_get(const vav_faces* faces, int32_t index, vav_face* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Face& face = entry(checked(faces, "faces")->faces, index);
    vav_face plain{};
    if (face.box) {
      plain.has |= VAV_HAS_BOX;
      plain.box = {face.box->left, face.box->top, face.box->right, face.box->bottom};
    }
    if (face.score) {
      plain.has |= VAV_HAS_SCORE;
      plain.score = *face.score;
    }
    if (face.landmarks) {
      plain.has |= VAV_HAS_LANDMARKS;
      for (size_t i = 0; i < VAV_LANDMARKS; ++i) plain.landmarks[i] = {(*face.landmarks)[i].x, (*face.landmarks)[i].y};
    }
    if (face.chip) plain.has |= VAV_HAS_CHIP;
    if (face.embedding) plain.has |= VAV_HAS_EMBEDDING;
    if (face.quality) plain.has |= VAV_HAS_QUALITY;
    write_struct(out, plain, "out");
  });
}

int32_t vav_faces_largest(const vav_faces* faces) {
  int32_t largest = -1;
  int64_t largest_area = -1;
  for (int32_t i = 0; i < vav_faces_count(faces); ++i) {
    const auto& box = faces->faces[i].box;
    const int64_t area = box ? box->width() * box->height() : -1;
    if (area > largest_area) {
      largest_area = area;
      largest = i;
    }
  }
  return largest;
}

vav_comparability vav_faces_comparability(const vav_faces* faces, int32_t index) {
  const Face* face = face_at(faces, index);
  return face ? vav_comparability(face->comparability) : VAV_COMPARABILITY_NOT_EVALUATED;
}

const char* vav_comparability_name(vav_comparability comparability) {
  const Words* words = words_of(comparability);
  return words ? words->name : "unknown";
}

const char* vav_comparability_advice(vav_comparability comparability) {
  const Words* words = words_of(comparability);
  return words ? words->advice : "the face cannot be compared, for a reason that this version does not know";
}

const float* vav_faces_embedding(const vav_faces* faces, int32_t index) {
  const Face* face = face_at(faces, index);
  return face && face->embedding ? face->embedding->data() : nullptr;
}

int32_t vav_faces_embedding_length(const vav_faces* faces, int32_t index) {
  const Face* face = face_at(faces, index);
  return face && face->embedding ? int32_t(face->embedding->size()) : 0;
}

const uint8_t* vav_faces_chip(const vav_faces* faces, int32_t index) {
  const Face* face = face_at(faces, index);
  return face && face->chip ? face->chip->data() : nullptr;
}

int32_t vav_faces_chip_size(const vav_faces* faces) { return alive(faces) ? faces->chip_size : 0; }

int32_t vav_landmarks_count(void) { return VAV_LANDMARKS; }
int32_t vav_chip_size(void) { return VAV_CHIP_SIZE; }
int32_t vav_embedding_dim(void) { return VAV_EMBEDDING_DIM; }

static_assert(VAV_CHIP_SIZE == kChipSize && VAV_EMBEDDING_DIM == kDlibEmbedding && VAV_LANDMARKS == Landmarks{}.size());
static_assert(VAV_EMBEDDING_DIM_MIN == kShortestEmbedding && VAV_EMBEDDING_DIM_MAX == kLongestEmbedding);

}  // extern "C"
