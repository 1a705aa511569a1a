// Pictures one after the other from a camera, a video file or a folder: what camera_identify.cpp and door.cpp read.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <opencv2/videoio.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>
#include <visavis/visavis.hpp>

struct Frame {
  visavis::Image image;
  double seconds;  // since the start of the source
};

class Frames {
 public:
  // `source`: a camera's number ("0"), a stream ("rtsp://…"), a folder of pictures or a video file.
  // Of a video file only every `stride`-th frame is given; of a live source always the newest.
  explicit Frames(const std::string& source, int stride = 5) : source_(source), stride_(stride) {
    const bool camera = !source.empty() && source.find_first_not_of("0123456789") == std::string::npos;
    live_ = camera || source.find("://") != std::string::npos;
    if (!live_ && std::filesystem::is_directory(std::filesystem::u8path(source))) {
      for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::u8path(source)))
        if (entry.is_regular_file()) files_.push_back(entry.path().u8string());
      std::sort(files_.begin(), files_.end());
      if (files_.empty()) throw std::runtime_error(source + ": the folder is empty");
    } else if (!(camera ? video_.open(std::stoi(source)) : video_.open(source))) {
      throw std::runtime_error(source + ": cannot be opened as a camera, a video or a folder");
    }
    if (live_) video_.set(cv::CAP_PROP_BUFFERSIZE, 1);  // no queue of old pictures, where the driver knows this
  }

  // The next picture; nothing at the end of a file or folder. A live source never ends: there it is an error.
  std::optional<Frame> next() {
    if (!files_.empty()) return next_file();
    cv::Mat picture;
    for (int skip = 1; !live_ && count_ > 0 && skip < stride_; ++skip)
      if (!video_.grab()) return std::nullopt;
    if (!video_.read(picture)) {
      if (live_ || count_ == 0) throw std::runtime_error(source_ + ": no picture from the camera or video");
      return std::nullopt;
    }
    ++count_;
    return Frame{wrap(picture), live_ ? elapsed() : video_.get(cv::CAP_PROP_POS_MSEC) / 1000};
  }

 private:
  // Files stand for frames taken a fifth of a second apart. Decoded by the SDK, so that they are upright.
  std::optional<Frame> next_file() {
    if (count_ == files_.size()) return std::nullopt;
    const std::size_t index = count_++;
    return Frame{visavis::Image::load(files_[index]), 0.2 * double(index)};
  }

  // OpenCV gives BGR, which the SDK converts into memory of its own: the Mat may go.
  static visavis::Image wrap(const cv::Mat& picture) {
    visavis::Pixels pixels;
    pixels.format = picture.channels() == 1 ? VAV_PIXEL_GRAY : VAV_PIXEL_BGR;
    pixels.width = picture.cols;
    pixels.height = picture.rows;
    pixels.stride[0] = std::int64_t(picture.step);
    pixels.data[0] = picture.data;
    return visavis::Image::wrap(pixels);
  }

  double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

  std::string source_;
  int stride_;
  bool live_ = false;
  cv::VideoCapture video_;
  std::vector<std::string> files_;
  std::size_t count_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};
