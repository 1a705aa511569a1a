// Finds the one face of a picture that is to be enrolled.
#include "enroll/enroll_face.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "draw/picture_writer.h"
#include "engine.h"
#include "one_face.h"
#include "pictures.h"
#include "visavis/move.hpp"

namespace visavis::cli {
namespace {

constexpr int kThumbnail = 128;  // px, the longer side

// The part around a box, or the whole picture.
std::string thumbnail_of(const Image& image, const vav_box* box) {
  const Pixels pixels = image.pixels();
  const cv::Mat whole(pixels.height, pixels.width, CV_8UC3, const_cast<uint8_t*>(pixels.data[0]),
                      size_t(pixels.stride[0]));
  cv::Rect part(0, 0, whole.cols, whole.rows);
  if (box) {
    const int width = box->right - box->left, height = box->bottom - box->top;
    const cv::Rect around(box->left - width / 4, box->top - height / 4, width + width / 2, height + height / 2);
    if ((around & part).area() > 0) part = around & part;
  }
  const double scale = std::min(1.0, double(kThumbnail) / std::max(part.width, part.height));
  const cv::Size size(std::max(1, int(part.width * scale)), std::max(1, int(part.height * scale)));
  cv::Mat small;
  cv::resize(whole(part), small, size, 0, 0, cv::INTER_AREA);
  return jpeg_of(small);
}

}  // namespace

void look_at_face(const Context& context, const Engine& engine, const EnrollFaceOptions& options, EnrollFace& out) {
  try {
    const Image image = load_image(out.image);
    const Faces faces = find_faces(context, engine, image, 0);
    const int32_t count = faces.size();
    if (options.thumbnails) {
      const vav_box box = count > 0 ? *faces[faces.largest()].box : vav_box{};
      out.thumbnail = thumbnail_of(image, count == 1 || (count > 1 && options.largest) ? &box : nullptr);
    }
    if (count == 0) {
      out.refusal = {out.image, "no_face", no_face_message(context, image)};
    } else if (count > 1 && !options.largest) {
      out.refusal = {out.image, "several_faces", std::to_string(count) + " faces; use --largest"};
    } else {
      out.face = faces[faces.largest()];
      OneFace one = embed_largest(engine, image, faces, options.policy ? VAV_ANALYZE_QUALITY : 0);
      out.embedding = one.embedding;
      if (!one.embedding) out.refusal = {out.image, one.reason, one.message};
      if (one.embedding && options.policy)
        if (const std::string why = refusal_of(one.faces, 0, *options.policy); !why.empty()) {
          out.refusal = {out.image, "quality", why};
          out.embedding.reset();
          return;
        }
      if (one.embedding && options.keep_chips) out.chip = cut_face(image, one.faces, 0);
    }
  } catch (const Error& error) {
    if (is_no_pictures_fault(error)) throw;
    out.embedding.reset();  // the policy may not have been asked yet
    out.refusal = {out.image, "unreadable", told(error).what()};
  }
}

}  // namespace visavis::cli
