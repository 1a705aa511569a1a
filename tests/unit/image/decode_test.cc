// image/decode: by content and not by name, with limits, from paths of every kind, and cut off anywhere.
#include "image/decode.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/new_file.h"
#include "support/fixtures.h"
#include "unit/image/encoders.h"
#include "unit/image/looking.h"

namespace visavis {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

std::vector<Bytes> one_of_each() {
  const Samples s = pattern(40, 30, 3);
  return {encode_jpeg(s, {.exif = exif_block(6)}),
          encode_jpeg(s, {.progressive = true}),
          encode_png(40, 30, s.data),
          encode_png(40, 30, s.data, {.interlaced = true}),
          encode_webp(s),
          encode_webp(s, false),
          webp_with_exif(s, tiff_block(8)),
          webp_animation({pattern(40, 30, 4), pattern(40, 30, 4)})};
}

TEST(Decode, LimitIsInclusiveAndOfWidthTimesHeight) {
  for (const Bytes& file : one_of_each()) {
    EXPECT_EQ(error_of([&] { decode_image(file, {.max_pixels = 40 * 30}); }).code(), VAV_OK);
    const Error error = error_of([&] { decode_image(file, {.max_pixels = 40 * 30 - 1}); });
    EXPECT_EQ(error.code(), VAV_E_LIMIT_EXCEEDED);
    EXPECT_NE(std::string(error.what()).find("1199"), std::string::npos) << error.what();
  }
}

TEST(Decode, OtherBytesAreRefusedByName) {
  const auto refused = [](std::string_view text) {
    const Error error = error_of([&] { decode_image({reinterpret_cast<const uint8_t*>(text.data()), text.size()}); });
    EXPECT_EQ(error.code(), VAV_E_IMAGE_FORMAT);
    return std::string(error.what());
  };
  EXPECT_NE(refused("").find("empty"), std::string::npos);
  EXPECT_NE(refused("%PDF-1.4").find("a PDF"), std::string::npos);
  EXPECT_NE(refused("anything").find("JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"), std::string::npos);
}

TEST(Decode, CutOffAnywhereIsAnError) {
  for (const Bytes& file : one_of_each())
    for (size_t size = 12; size < file.size(); size += std::max<size_t>(1, file.size() / 97)) {
      const vav_status code = error_of([&] { decode_image({file.data(), size}); }).code();
      ASSERT_EQ(code, VAV_E_IMAGE_DECODE) << size << " of " << file.size() << " bytes";
    }
}

TEST(Decode, SamplePhotosCutOffAnywhereAreAnError) {
  SKIP_WITHOUT_MODELS_AND_PHOTOS();
  for (const auto& entry : fs::directory_iterator(photos_directory())) {
    if (!entry.is_regular_file()) continue;
    const Bytes file = read_file(entry.path().string(), 1 << 28);
    ASSERT_EQ(error_of([&] { decode_image(file); }).code(), VAV_OK) << entry.path().filename();
    for (const size_t size : {size_t{12}, size_t{100}, size_t{1000}, file.size() / 4, file.size() / 2,
                              file.size() / 10 * 9, file.size() - 100})
      EXPECT_EQ(error_of([&] {
                  decode_image({file.data(), size});
                }).code(),
                VAV_E_IMAGE_DECODE)
          << size << " of " << entry.path().filename();
    // A JPEG that lacks no more than its end marker is whole; what follows it in a PNG or WebP is part of it.
    const bool jpeg = file[0] == 0xFF && file[file.size() - 2] == 0xFF && file.back() == 0xD9;
    for (const size_t size : {file.size() - 2, file.size() - 1})
      EXPECT_EQ(error_of([&] {
                  decode_image({file.data(), size});
                }).code(),
                jpeg ? VAV_OK : VAV_E_IMAGE_DECODE)
          << size << " of " << entry.path().filename();
  }
}

class LoadImage : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "visavis-load-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(LoadImage, ByContentAndFromPathsOfEveryKind) {
  const Samples s = pattern(8, 6, 3);
  const Bytes png = encode_png(8, 6, s.data);
  for (const char* name :
       {"plain.png", "a jpeg by name.jpg", "-dash.png", "größe 写真.png", "no-suffix", "new\nline"}) {
    write_file_atomically((folder_ / name).string(), png);
    expect_same(load_image((folder_ / name).string()).view, s);
  }
}

TEST_F(LoadImage, ARelativePathMayBeginWithADash) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  write_file_atomically("-x.png", encode_png(8, 6, pattern(8, 6, 3).data));
  EXPECT_EQ(load_image("-x.png").view.width, 8);
  fs::current_path(before);
}

TEST_F(LoadImage, MessagesNameThePath) {
  const std::string path = (folder_ / "text.jpg").string();
  write_file_atomically(path, Bytes{'h', 'e', 'l', 'l', 'o'});
  const Error format = error_of([&] { load_image(path); });
  EXPECT_EQ(format.code(), VAV_E_IMAGE_FORMAT);
  EXPECT_NE(std::string(format.what()).find(path), std::string::npos) << format.what();
  const Error none = error_of([&] { load_image((folder_ / "none.jpg").string()); });
  EXPECT_EQ(none.code(), VAV_E_FILE_NOT_FOUND);
  EXPECT_NE(std::string(none.what()).find("none.jpg"), std::string::npos) << none.what();
  EXPECT_EQ(error_of([&] { load_image(folder_.string()); }).code(), VAV_E_IO);
}

}  // namespace
}  // namespace visavis
