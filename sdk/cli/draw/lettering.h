// Text on pictures, in any script when a font is at hand.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <string>

namespace visavis::cli {

class Lettering {
 public:
  // `font` is a TrueType or OpenType file; empty = the first usual one that is installed. Without a font, or without
  // OpenCV's freetype module, OpenCV's own letters are used. They are ASCII only: other letters become similar ASCII
  // ones.
  explicit Lettering(const std::filesystem::path& font);
  ~Lettering();

  // The size of the text in px if capitals are about `height` px high. The result's height includes room for g and p.
  cv::Size measure(const std::string& text, int height) const;

  // Writes it with its upper left corner at `corner`.
  void write(cv::Mat& rgb, const std::string& text, cv::Point corner, int height, const cv::Scalar& color) const;

 private:
  struct Font;
  std::unique_ptr<Font> font_;  // null: OpenCV's own letters
};

}  // namespace visavis::cli
