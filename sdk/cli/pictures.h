// Pictures from the command line: a loop over them that goes on after a bad one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "context.h"
#include "failure.h"
#include "visavis/image.hpp"

namespace visavis::cli {

// For --max-megapixels: allows pictures of up to this size, if it is more than the decoder allows by itself. To be
// called once, before the first picture.
void allow_pictures_of(int32_t megapixels);

// The message, with the path before it if it does not name the picture.
std::string naming(const std::string& path, const std::string& message);

// For a picture that is too large: the Failure in megapixels, with the number that --max-megapixels would need. Other
// errors stay as they are.
Failure in_megapixels(const Error& error);

// Decodes a file; the Failure names it.
Image load_image(const std::string& path);

// Runs `each` on every picture of `paths`. Folders are expanded (--recursive); what is skipped in them is listed at the
// end. A picture that fails is reported on stderr, with --json also as a line {"image", "error"}; the others go on, and
// the result is kFailed. Ctrl-C stops between two pictures.
int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each);

}  // namespace visavis::cli
