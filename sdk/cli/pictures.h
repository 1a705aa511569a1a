// Pictures from the command line: the loop over them that survives a bad one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "context.h"
#include "failure.h"
#include "visavis/image.hpp"

namespace visavis::cli {

// --max-megapixels: pictures up to this are decoded, if it is more than the decoder takes by itself. Said once, before
// the first picture.
void allow_pictures_of(int32_t megapixels);

// The message, with the picture before it when it does not name it.
std::string naming(const std::string& path, const std::string& message);

// A picture that is too large: in megapixels, and with the number that --max-megapixels would need. Others as they are.
Failure in_megapixels(const Error& error);

// Decodes a file; the Failure names it.
Image load_image(const std::string& path);

// Runs `each` on every picture of `paths` (folders expanded, --recursive; what is skipped in them is told at the end).
// One that fails is told on stderr (with --json also as a line
// {"image", "error"}), the rest goes on, and the result is kFailed. Ctrl-C stops between two pictures.
int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each);

}  // namespace visavis::cli
