// Writes pictures as JPEG or PNG, told by the extension.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>

namespace visavis::cli {

// WrongUse unless the extension is .jpg, .jpeg or .png (any case).
void check_picture_extension(const std::filesystem::path& path);

// `rgb` is CV_8UC3. The file is written atomically.
void write_picture(const std::filesystem::path& path, const cv::Mat& rgb);

}  // namespace visavis::cli
