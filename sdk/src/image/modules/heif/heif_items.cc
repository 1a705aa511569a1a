// The items of a HEIF file, their properties and references: read strictly.
#include "image/modules/heif/heif_items.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "base/error.h"
#include "image/codec.h"
#include "image/modules/heif/heif_boxes.h"
#include "image/modules/heif/heif_codecs.h"

namespace visavis::heif {
namespace {

constexpr uint64_t kReadings = 4;  // how often parts of the file may be shared: equal tiles
// What the tiles hold against what is seen of them, px.
constexpr int64_t kTilesPerPicture = 4, kTilesBeyond = 4096 * 4096;

using Id = uint32_t;

struct Extent {
  uint64_t offset, length;
};

struct Item {
  uint32_t type = 0;
  bool in_idat = false;
  std::vector<Extent> extents;
  std::vector<size_t> properties;  // into File.properties, in the order in which they hold
  std::vector<Id> derived_from;    // its dimg
};

struct File {
  std::span<const uint8_t> bytes, idat;
  std::optional<Id> primary;
  std::map<Id, Item> items;
  std::vector<Box> properties;
  std::multimap<Id, Id> auxiliaries;  // of a picture
  std::vector<std::pair<Id, Id>> premultiplied;
  uint64_t may_read = 0;
};

void read_primary(File& file, Cursor cursor) { file.primary = cursor.number(version_of(cursor).version == 0 ? 2 : 4); }

void read_infos(File& file, Cursor cursor) {
  cursor.take(version_of(cursor).version == 0 ? 2 : 4);  // how many
  while (!cursor.at_end()) {
    const Box box = next_box(cursor);
    if (box.name != name_of("infe")) continue;
    Cursor entry(box.content);
    const uint32_t version = version_of(entry).version;
    if (version < 2) continue;  // of an older standard, no picture
    const Id id = static_cast<Id>(entry.number(version == 2 ? 2 : 4));
    const uint32_t protection = entry.u16();
    Item& item = file.items[id];
    if (item.type != 0) fail("two of its items have the same number");
    item.type = entry.u32();
    if (protection != 0) item.type = name_of("prot");
  }
}

void read_locations(File& file, Cursor cursor) {
  const uint32_t version = version_of(cursor).version;
  if (version > 2) refuse("its list of items has an unknown version");
  const uint32_t sizes = cursor.u16();
  const int offset_size = sizes >> 12 & 15, length_size = sizes >> 8 & 15, base_size = sizes >> 4 & 15;
  const int index_size = version == 0 ? 0 : sizes & 15;
  for (const int size : {offset_size, length_size, base_size, index_size})
    if (size != 0 && size != 4 && size != 8) fail("its list of items is damaged");
  for (uint64_t count = cursor.number(version < 2 ? 2 : 4); count > 0; --count) {
    const Id id = static_cast<Id>(cursor.number(version < 2 ? 2 : 4));
    Item& item = file.items[id];
    if (!item.extents.empty()) fail("an item is listed twice");
    const uint32_t method = version == 0 ? 0 : cursor.u16() & 15;
    const bool elsewhere = cursor.u16() != 0;
    item.in_idat = method == 1;
    const uint64_t base = cursor.number(base_size);
    for (uint32_t extents = cursor.u16(); extents > 0; --extents) {
      cursor.take(uint64_t(index_size));
      const uint64_t offset = cursor.number(offset_size), length = cursor.number(length_size);
      if (!elsewhere && method <= 1) item.extents.push_back({base + offset, length});
    }
  }
}

void read_references(File& file, Cursor cursor) {
  const int size = version_of(cursor).version == 0 ? 2 : 4;
  while (!cursor.at_end()) {
    const Box box = next_box(cursor);
    Cursor entry(box.content);
    const Id from = static_cast<Id>(entry.number(size));
    for (uint32_t count = entry.u16(); count > 0; --count) {
      const Id to = static_cast<Id>(entry.number(size));
      if (box.name == name_of("dimg")) file.items[from].derived_from.push_back(to);
      if (box.name == name_of("auxl")) file.auxiliaries.emplace(to, from);
      if (box.name == name_of("prem")) file.premultiplied.emplace_back(from, to);
    }
  }
}

void read_associations(File& file, Cursor cursor) {
  const auto [version, flags] = version_of(cursor);
  for (uint32_t count = cursor.u32(); count > 0; --count) {
    Item& item = file.items[static_cast<Id>(cursor.number(version == 0 ? 2 : 4))];
    for (uint32_t associations = cursor.u8(); associations > 0; --associations) {
      const uint32_t index = (flags & 1) ? cursor.u16() & 0x7FFF : cursor.u8() & 0x7F;
      if (index != 0) item.properties.push_back(index - 1);
    }
  }
}

void read_properties(File& file, Cursor cursor) {
  while (!cursor.at_end()) {
    const Box box = next_box(cursor);
    if (box.name == name_of("ipma")) read_associations(file, Cursor(box.content));
    if (box.name != name_of("ipco")) continue;
    if (!file.properties.empty()) fail("it lists its properties twice");
    for (Cursor list(box.content); !list.at_end();) file.properties.push_back(next_box(list));
  }
}

File read_meta(std::span<const uint8_t> bytes) {
  File file;
  file.bytes = bytes;
  file.may_read = kReadings * bytes.size();
  std::optional<Box> meta;
  for (Cursor cursor(bytes); !cursor.at_end();) {
    const Box box = next_box(cursor);
    if (box.name != name_of("meta")) continue;
    if (meta) fail("it has two lists of items");
    meta = box;
  }
  if (!meta) refuse("it holds only a moving picture");
  Cursor cursor(meta->content);
  version_of(cursor);
  std::vector<uint32_t> seen;
  while (!cursor.at_end()) {
    const Box box = next_box(cursor);
    constexpr std::array kReaders = {
        std::pair(name_of("pitm"), &read_primary),    std::pair(name_of("iinf"), &read_infos),
        std::pair(name_of("iloc"), &read_locations),  std::pair(name_of("iref"), &read_references),
        std::pair(name_of("iprp"), &read_properties),
    };
    if (box.name == name_of("idat")) file.idat = box.content;
    for (const auto& [name, read] : kReaders) {
      if (box.name != name) continue;
      if (std::ranges::find(seen, name) != seen.end()) fail("it has a list twice");
      seen.push_back(name);
      read(file, Cursor(box.content));
    }
  }
  if (!file.primary) fail("it does not say which picture is the primary one");
  return file;
}

const Item& item_of(const File& file, Id id) {
  const auto found = file.items.find(id);
  if (found == file.items.end() || found->second.type == 0) fail("an item is missing");
  return found->second;
}

// The first of that name, as libheif takes it.
std::optional<std::span<const uint8_t>> property(const File& file, const Item& item, std::string_view name) {
  for (const size_t index : item.properties)
    if (index < file.properties.size() && file.properties[index].name == name_of(name))
      return file.properties[index].content;
  return std::nullopt;
}

std::pair<int64_t, int64_t> size_of(const File& file, const Item& item) {
  const auto ispe = property(file, item, "ispe");
  if (!ispe) fail("a picture in it has no size");
  Cursor cursor(*ispe);
  version_of(cursor);
  const int64_t width = cursor.u32();
  return {width, cursor.u32()};
}

Bytes data_of(File& file, const Item& item) {
  const auto source = item.in_idat ? file.idat : file.bytes;
  Bytes data;
  for (const auto& [offset, given] : item.extents) {
    if (offset > source.size()) fail("the data end too early");
    const uint64_t rest = source.size() - offset, length = given == 0 ? rest : given;
    if (length > rest) fail("the data end too early");
    if (length > file.may_read) fail("its parts overlap");
    file.may_read -= length;
    put(data, source.subspan(size_t(offset), size_t(length)));
  }
  if (data.empty()) fail("a picture in it has no data");
  return data;
}

std::string text_of(uint32_t type) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const char c = char(type >> shift);
    text += c >= ' ' && c <= '~' ? c : '?';
  }
  return text;
}

Coded coded_of(File& file, const Item& item, std::span<const uint8_t> colour) {
  static constexpr struct {
    const char* type;
    Codec codec;
    const char* configuration;
  } kCodecs[] = {{"hvc1", Codec::hevc, "hvcC"}, {"av01", Codec::av1, "av1C"}};
  const auto* const known =
      std::ranges::find_if(kCodecs, [&](const auto& codec) { return item.type == name_of(codec.type); });
  if (known == std::end(kCodecs)) refuse("its picture is a “" + text_of(item.type) + "”");
  Coded coded;
  coded.codec = known->codec;
  const auto configuration = property(file, item, known->configuration);
  if (!configuration) fail("a picture in it lacks the decoder's configuration");
  coded.configuration = *configuration;
  const auto colr = property(file, item, "colr");
  coded.colour = colr && Cursor(*colr).u32() == name_of("nclx") ? *colr : colour;
  coded.data = data_of(file, item);
  clean(coded);
  return coded;
}

Grid grid_of(File& file, const Item& item) {
  if (item.type != name_of("grid")) {
    Coded whole = coded_of(file, item, {});
    return {.width = whole.width, .height = whole.height, .tiles = {std::move(whole)}};
  }
  Grid grid;
  const Bytes data = data_of(file, item);
  Cursor cursor(data);
  cursor.take(1);
  const int size = cursor.u8() & 1 ? 4 : 2;
  grid.rows = int64_t{cursor.u8()} + 1;
  grid.columns = int64_t{cursor.u8()} + 1;
  grid.width = int64_t(cursor.number(size));
  grid.height = int64_t(cursor.number(size));
  check_size(grid.width, grid.height, {.max_pixels = kMostPixels});
  if (int64_t(item.derived_from.size()) != grid.rows * grid.columns) fail("tiles of it are missing");
  const auto colr = property(file, item, "colr");
  const bool has_colour = colr && Cursor(*colr).u32() == name_of("nclx");
  for (const Id id : item.derived_from) {
    const Item& part = item_of(file, id);
    for (const auto name : {"irot", "imir", "clap"})
      if (property(file, part, name)) refuse("its tiles are turned or cropped one by one");
    const Coded tile = coded_of(file, part, has_colour ? *colr : std::span<const uint8_t>());
    if (tile.width * tile.height * grid.rows * grid.columns >
        kTilesPerPicture * grid.width * grid.height + kTilesBeyond)
      throw Error(VAV_E_LIMIT_EXCEEDED, "this HEIF cannot be decoded: its tiles are far larger than the picture");
    if (tile.width * grid.columns < grid.width || tile.height * grid.rows < grid.height)
      fail("its tiles do not cover it");
    if (!grid.tiles.empty() && (tile.width != grid.tiles[0].width || tile.height != grid.tiles[0].height))
      fail("its tiles differ in size");
    grid.tiles.push_back(tile);
  }
  return grid;
}

bool is_alpha(const File& file, const Item& item) {
  const auto type = property(file, item, "auxC");
  if (!type || type->size() < 4) return false;
  const std::string_view text(reinterpret_cast<const char*>(type->data()) + 4, type->size() - 4);
  for (const std::string_view urn : {"urn:mpeg:hevc:2015:auxid:1", "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"})
    if (text.starts_with(urn) && (text.size() == urn.size() || text[urn.size()] == '\0')) return true;
  return false;
}

Crop crop_of(std::span<const uint8_t> clap, int64_t width, int64_t height) {
  Cursor cursor(clap);
  const auto fraction = [&] {
    const auto numerator = int32_t(cursor.u32());
    const uint32_t denominator = cursor.u32();
    if (denominator == 0) fail("its crop has no size");
    return double(numerator) / denominator;
  };
  const double wide = fraction(), high = fraction(), right = fraction(), down = fraction();
  const auto within = [](double least, double value, double most) {
    return int64_t(std::floor(std::clamp(value, least, most)));
  };
  if (!(wide >= 1) || !(high >= 1)) fail("nothing is left of it when it is cropped");
  Crop crop;
  crop.left = within(0, (double(width) - wide) / 2 + right, double(width) - 1);
  crop.top = within(0, (double(height) - high) / 2 + down, double(height) - 1);
  crop.width = within(1, wide, double(width - crop.left));
  crop.height = within(1, high, double(height - crop.top));
  return crop;
}

// Where a step to the right and one downwards in the stored picture lead in the upright one.
using Turn = std::array<int, 4>;

Turn after(const Turn& first, const Turn& second) {
  return {second[0] * first[0] + second[1] * first[2], second[0] * first[1] + second[1] * first[3],
          second[2] * first[0] + second[3] * first[2], second[2] * first[1] + second[3] * first[3]};
}

void read_turns(const File& file, const Item& item, Picture& picture) {
  constexpr std::array<Turn, 8> kExif = {Turn{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                                         {0, 1, 1, 0},     {0, -1, 1, 0}, {0, -1, -1, 0}, {0, 1, -1, 0}};
  Turn turn = kExif[0];
  for (const size_t index : item.properties) {
    if (index >= file.properties.size()) continue;
    const Box& box = file.properties[index];
    if (box.name == name_of("clap")) {
      if (turn != kExif[0] || picture.crop) refuse("it is cropped after it was turned");
      picture.crop = crop_of(box.content, picture.colour.width, picture.colour.height);
    } else if (box.name == name_of("irot")) {
      for (uint32_t quarters = Cursor(box.content).u8() & 3; quarters > 0; --quarters) turn = after(turn, kExif[7]);
    } else if (box.name == name_of("imir")) {
      turn = after(turn, Cursor(box.content).u8() & 1 ? kExif[1] : kExif[3]);
    }
  }
  picture.orientation = int32_t(std::ranges::find(kExif, turn) - kExif.begin()) + 1;
}

}  // namespace

void fail(const std::string& reason) { throw Error(VAV_E_IMAGE_DECODE, "this HEIF cannot be decoded: " + reason); }

void refuse(const std::string& kind) {
  throw Error(VAV_E_IMAGE_FORMAT, "this HEIF is of a rare kind: " + kind + "; save it as a JPEG or PNG");
}

Picture read_items(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  File file = read_meta(bytes);
  const Id primary = *file.primary;
  const Item item = item_of(file, primary);
  Picture picture;
  const auto [width, height] = size_of(file, item);
  check_size(width, height, options);
  picture.colour = grid_of(file, item);
  check_size(picture.colour.width, picture.colour.height, options);
  read_turns(file, item, picture);
  const auto [first, last] = file.auxiliaries.equal_range(primary);
  for (auto it = first; it != last && !picture.alpha; ++it) {
    const Item alpha = item_of(file, it->second);
    if (!is_alpha(file, alpha)) continue;
    picture.alpha = grid_of(file, alpha);
    if (picture.alpha->width != picture.colour.width || picture.alpha->height != picture.colour.height)
      refuse("its transparency has another size than the picture");
    picture.premultiplied =
        std::ranges::find(file.premultiplied, std::pair(primary, it->second)) != file.premultiplied.end();
  }
  return picture;
}

}  // namespace visavis::heif
