// Pictures from the command line: which files are meant, and the loop over them that survives a bad one.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "context.h"
#include "handles.h"

namespace visavis::cli {

// By extension, in any case: jpg, jpeg, png, webp.
bool is_picture_name(const std::filesystem::path& path);

// The pictures directly in a folder, sorted by name; hidden ones are left out.
std::vector<std::string> pictures_in(const std::filesystem::path& folder);

// Each path as it is; a folder becomes the pictures directly in it. A folder without pictures is a Failure.
std::vector<std::string> expand_pictures(const std::vector<std::string>& paths);

// Decodes a file; the Failure names it.
Image load_image(const std::string& path);

// Runs `each` on every picture of `paths` (expanded). One that fails is told on stderr (with --json also as a line
// {"image", "error"}), the rest goes on, and the result is kFailed. Ctrl-C stops between two pictures.
int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each);

}  // namespace visavis::cli
