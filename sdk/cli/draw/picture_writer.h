// Writes pictures as JPEG or PNG, told by the extension.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace visavis::cli {

// WrongUse unless the extension is .jpg, .jpeg or .png (any case).
void check_picture_extension(const std::filesystem::path& path);

// A new picture never replaces one of the files that the command needs, and another one only with --force: WrongUse,
// Failure. Empty names are none.
void check_new_picture(const std::string& path, const std::vector<std::string>& needed, bool force);

// The bytes of a JPEG file. `rgb` is CV_8UC3.
std::string jpeg_of(const cv::Mat& rgb);

// `rgb` is CV_8UC3. The file is written atomically.
void write_picture(const std::filesystem::path& path, const cv::Mat& rgb);

}  // namespace visavis::cli
