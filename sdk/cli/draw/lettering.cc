// FreeType through OpenCV's freetype module, or OpenCV's Hershey letters.
#include "draw/lettering.h"

#include <iconv.h>

#include <array>
#include <clocale>
#include <opencv2/imgproc.hpp>

#ifdef VISAVIS_CLI_FREETYPE
#include <opencv2/freetype.hpp>
#endif

#include "failure.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

// ASCII letters that look or sound alike; "?" for what has none.
std::string to_ascii(const std::string& text) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // iconv's table of similar letters depends on it
  const iconv_t converter = iconv_open("ASCII//TRANSLIT", "UTF-8");
  if (converter == reinterpret_cast<iconv_t>(-1)) return text;
  std::string ascii(4 * text.size() + 16, '\0');
  std::string source = text;
  char* in = source.data();
  char* out = ascii.data();
  size_t in_left = source.size(), out_left = ascii.size();
  while (in_left > 0 && out_left > 0) {
    if (iconv(converter, &in, &in_left, &out, &out_left) != size_t(-1) || in_left == 0 || out_left == 0) break;
    *out++ = '?';
    --out_left;
    ++in;
    --in_left;
  }
  iconv_close(converter);
  ascii.resize(ascii.size() - out_left);
  return ascii;
}

constexpr int kHershey = cv::FONT_HERSHEY_SIMPLEX;

double hershey_scale(int height) { return cv::getFontScaleFromHeight(kHershey, height, 1); }
int hershey_thickness(int height) { return std::max(1, height / 10); }

// Where Debian, Fedora, Arch and macOS keep fonts with many scripts.
fs::path usual_font() {
  constexpr std::array kUsual = {"/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
                                 "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                 "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
                                 "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
                                 "/usr/share/fonts/TTF/DejaVuSans.ttf",
                                 "/System/Library/Fonts/Supplemental/Arial Unicode.ttf"};
  for (const char* path : kUsual) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path;
  }
  return {};
}

}  // namespace

struct Lettering::Font {
#ifdef VISAVIS_CLI_FREETYPE
  cv::Ptr<cv::freetype::FreeType2> face;
#endif
};

Lettering::~Lettering() = default;

#ifdef VISAVIS_CLI_FREETYPE

Lettering::Lettering(const fs::path& asked) {
  const fs::path path = asked.empty() ? usual_font() : asked;
  if (path.empty()) return;
  try {
    font_ = std::make_unique<Font>();
    font_->face = cv::freetype::createFreeType2();
    font_->face->loadFontData(path.string(), 0);
  } catch (const cv::Exception&) {
    if (!asked.empty()) throw Failure(asked.string() + ": cannot be read as a font (.ttf, .otf)");
    font_.reset();
  }
}

#else

Lettering::Lettering(const fs::path& asked) {
  if (!asked.empty()) throw Failure("--font: this visavis was built without OpenCV's freetype module");
}

#endif

cv::Size Lettering::measure(const std::string& text, int height) const {
  int below = 0;
#ifdef VISAVIS_CLI_FREETYPE
  if (font_) {
    const cv::Size size = font_->face->getTextSize(text, height, -1, &below);
    // getTextSize leaves out the space before the first letter, which putText leaves free.
    return {size.width + height / 6, height + height / 4};
  }
#endif
  const cv::Size size =
      cv::getTextSize(to_ascii(text), kHershey, hershey_scale(height), hershey_thickness(height), &below);
  return {size.width, height + below};
}

void Lettering::write(cv::Mat& rgb, const std::string& text, cv::Point corner, int height,
                      const cv::Scalar& color) const {
  const cv::Point base_line(corner.x, corner.y + height);
#ifdef VISAVIS_CLI_FREETYPE
  if (font_) {
    font_->face->putText(rgb, text, base_line, height, color, -1, cv::LINE_AA, true);
    return;
  }
#endif
  cv::putText(rgb, to_ascii(text), base_line, kHershey, hershey_scale(height), color, hershey_thickness(height),
              cv::LINE_AA);
}

}  // namespace visavis::cli
