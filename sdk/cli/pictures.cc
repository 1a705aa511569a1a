// Decodes files, loops over pictures.
#include "pictures.h"

#include "folders.h"
#include "incoming.h"
#include "interrupt.h"
#include "output.h"
#include "progress.h"

namespace visavis::cli {

namespace {
vav_image_options decoding = VAV_IMAGE_OPTIONS_INIT;
}  // namespace

void allow_pictures_of(int32_t megapixels) {
  constexpr int32_t kUsual = 100;
  if (megapixels > kUsual) decoding.max_pixels = int64_t{megapixels} * 1'000'000;
}

Image load_image(const std::string& path) {
  constexpr size_t kMostBytes = 512 << 20;
  try {
    if (!is_stream(path)) return make<Image>(vav_image_load, path.c_str(), &decoding);
    const std::string bytes = read_stream(path, kMostBytes);
    return make<Image>(vav_image_decode, static_cast<const void*>(bytes.data()), bytes.size(), &decoding);
  } catch (const Failure& failure) {
    const std::string message = failure.what();
    const std::string name = is_stdin(path) ? "stdin" : path;
    if (message.find(name) != std::string::npos) throw;
    throw Failure(name + ": " + message, failure.code());
  }
}

int for_each_picture(const Context& context, const std::vector<std::string>& paths, const std::string& what,
                     const std::function<void(const std::string& path)>& each) {
  const Found found = expand_pictures(paths, context.recursive);
  Progress progress(context, static_cast<int64_t>(found.pictures.size()), what);
  int result = kDone;
  for (const std::string& path : found.pictures) {
    stop_if_interrupted();
    try {
      progress.hide();  // what `each` prints may go to the same terminal
      each(path);
    } catch (const Failure& failure) {
      // What is wrong with the models is wrong for every picture: say it once.
      if (failure.code() >= VAV_E_MODEL_NOT_FOUND && failure.code() <= VAV_E_MODEL_UNKNOWN) throw;
      progress.note(std::string("visavis: ") + failure.what());
      if (context.json)
        print_json(
            {{"image", path}, {"error", {{"code", vav_status_name(failure.code())}, {"message", failure.what()}}}});
      result = kFailed;
    }
    progress.advance();
  }
  progress.hide();
  if (context.json && !found.skipped.empty()) print_json({{"skipped", skipped_json(found.skipped)}});
  if (!context.json && !context.quiet) err().raw(skipped_text(found.skipped));
  return result;
}

}  // namespace visavis::cli
