# What the library stands on, found where the system keeps it (Debian, vcpkg, conda and brew all work).
# The list and the reasons are in sdk/docs/architecture.md.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(dlib 19.22 REQUIRED)
find_package(OpenCV REQUIRED COMPONENTS core imgproc)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(SQLite3 3.35 REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(EXIF REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
