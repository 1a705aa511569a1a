// Runs during the build: writes dlib's frontal detector as the bytes of a C++ array. dlib carries it as compressed
// text, and unpacking that takes a fifth of a second in every process. unpack_hog FILE
#include <dlib/image_processing/frontal_face_detector.h>

#include <cstdio>
#include <fstream>
#include <sstream>

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  std::ostringstream bytes;
  serialize(dlib::get_frontal_face_detector(), bytes);
  std::ofstream out(argv[1]);
  out << "// dlib's frontal face detector, serialized. Made by the build.\n"
         "#include <cstddef>\nnamespace visavis {\nextern const unsigned char kHogDetector[];\n"
         "extern const size_t kHogDetectorSize;\nconst unsigned char kHogDetector[] = {";
  size_t written = 0;
  for (const unsigned char byte : bytes.str()) out << (written++ % 32 ? "," : written > 1 ? ",\n" : "\n") << int(byte);
  out << "};\nconst size_t kHogDetectorSize = sizeof kHogDetector;\n}  // namespace visavis\n";
  return out.flush() ? 0 : 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "unpack_hog: %s\n", e.what());
  return 1;
}
