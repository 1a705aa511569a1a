// Decodes files, loops over pictures.
#include "pictures.h"

#include <cmath>
#include <regex>

#include "folders.h"
#include "incoming.h"
#include "interrupt.h"
#include "output.h"
#include "progress.h"

namespace visavis::cli {

namespace {
ImageOptions decoding;
}  // namespace

void allow_pictures_of(int32_t megapixels) {
  constexpr int32_t kUsual = 100;
  if (megapixels > kUsual) decoding.max_pixels = int64_t{megapixels} * 1'000'000;
}

std::string naming(const std::string& path, const std::string& message) {
  const std::string name = is_stdin(path) ? "stdin" : path;
  return message.find(name) != std::string::npos ? message : name + ": " + message;
}

Failure in_megapixels(const Error& error) {
  constexpr double kMost = 1000;  // the largest --max-megapixels
  Failure failure = told(error);
  if (failure.code() != VAV_E_LIMIT_EXCEEDED) return failure;
  std::string message = failure.what();
  static const std::regex kFile("the header claims (\\d{1,6}) x (\\d{1,6}) pixels, above the limit of (\\d{1,12});.*");
  static const std::regex kLooked("a picture of (\\d{1,6})x(\\d{1,6})(?:, enlarged (\\d{1,4}) times)?");
  std::smatch parts;
  const bool file = std::regex_search(message, parts, kFile);
  if (!file && !std::regex_search(message, parts, kLooked)) return failure;
  const double scale = !file && parts[3].matched ? std::stod(parts[3]) : 1;
  const double needed = std::ceil(std::stod(parts[1]) * std::stod(parts[2]) * scale * scale / 1e6);
  const std::string number = std::to_string(std::lround(needed));
  const std::string fix = needed <= kMost ? "--max-megapixels " + number + " takes it" : "no --max-megapixels takes it";
  if (!file) {
    if (const size_t at = message.rfind("raise --max-megapixels"); at != std::string::npos)
      message.replace(at, message.npos,
                      needed <= kMost ? "say --max-megapixels " + number
                                      : "no --max-megapixels takes the " + number + " megapixels that it would have");
    return Failure(message, failure.code());
  }
  const std::string limit = std::to_string(std::stoll(parts[3]) / 1'000'000);
  const std::string start = message.substr(0, size_t(parts.position(0)));
  return Failure(start + "a picture of " + parts[1].str() + " x " + parts[2].str() + " pixels is " + number +
                     " megapixels, and up to " + limit + " are read: scale it down; or " + fix,
                 failure.code());
}

Image load_image(const std::string& path) {
  constexpr size_t kMostBytes = 512 << 20;
  try {
    if (!is_stream(path)) return Image::load(path, decoding);
    const std::string bytes = read_stream(path, kMostBytes);
    return Image::decode(bytes.data(), bytes.size(), decoding);
  } catch (const Error& error) {
    const Failure failure = in_megapixels(error);
    throw Failure(naming(path, failure.what()), failure.code());
  }
}

int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each) {
  const Found found = expand_pictures(paths, context.recursive);
  Progress progress(context, int64_t(found.pictures.size()), what);
  int result = kDone;
  const auto fail = [&](const std::string& path, const Failure& failure) {
    progress.note("visavis: " + std::string(failure.what()));
    if (context.json) print_json({{"image", path}, {"error", error_json(failure)}});
    result = kFailed;
  };
  for (const Unusable& one : found.failed) fail(one.path, Failure(one.path + ": " + one.reason));
  for (const std::string& path : found.pictures) {
    stop_if_interrupted();
    try {
      progress.hide();  // `each` may print to the same terminal
      each(path);
    } catch (const Error& error) {
      if (is_no_pictures_fault(error)) throw;
      fail(path, Failure(naming(path, told(error).what()), error.code()));
    }
    progress.advance();
  }
  progress.hide();
  if (context.json && !found.skipped.empty()) print_json({{"skipped", skipped_json(found.skipped)}});
  if (!context.json && !context.quiet) err().raw(skipped_text(found.skipped));
  return result;
}

}  // namespace visavis::cli
