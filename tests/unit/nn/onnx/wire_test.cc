// nn/onnx/wire: what protobuf writes is read, and whatever is cut, too long or unknown is an error.
#include "nn/onnx/wire.h"

#include <random>

#include "support/fixtures.h"
#include "unit/nn/onnx/onnx_writer.h"

namespace visavis::onnx {
namespace {

using testing_support::error_of;
using testing_support::Message;

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

vav_status read_all(const std::string& text) {
  return error_of([&] {
           for (WireReader in(bytes_of(text)); in.next();) {
           }
         })
      .code();
}

TEST(OnnxWire, FieldsAreReadInTheirOrder) {
  const std::string text =
      Message().integer(1, 300).integer(2, -1).real(3, 1.5f).text(4, "four").integer(536870911, 5).bytes();
  WireReader in(bytes_of(text));
  ASSERT_TRUE(in.next());
  EXPECT_EQ(in.field(), 1u);
  EXPECT_EQ(in.integer(), 300);
  ASSERT_TRUE(in.next());
  EXPECT_EQ(in.integer(), -1);
  ASSERT_TRUE(in.next());
  EXPECT_EQ(in.real(), 1.5f);
  ASSERT_TRUE(in.next());
  EXPECT_EQ(in.text(), "four");
  ASSERT_TRUE(in.next());
  EXPECT_EQ(in.field(), 536870911u);
  EXPECT_FALSE(in.next());
}

TEST(OnnxWire, RepeatedFieldsAreReadPackedAndOneByOne) {
  Message packed;
  for (const uint64_t value : {1u, 2u, 300u}) packed.varint(value);
  const std::string text = Message().integer(1, 7).message(1, packed).bytes();
  std::vector<int64_t> values;
  for (WireReader in(bytes_of(text)); in.next();) in.add_integers(values, 4);
  EXPECT_EQ(values, (std::vector<int64_t>{7, 1, 2, 300}));
  const Error e = error_of([&] {
    for (WireReader in(bytes_of(text)); in.next();) in.add_integers(values, 7);
  });
  EXPECT_EQ(e.code(), VAV_E_MODEL_ALTERED);

  const float two[] = {2, 3};
  const std::string reals =
      Message().real(1, 1).text(1, {reinterpret_cast<const char*>(two), sizeof two}).text(1, "").bytes();
  std::vector<float> floats;
  for (WireReader in(bytes_of(reals)); in.next();) in.add_reals(floats, 3);
  EXPECT_EQ(floats, (std::vector<float>{1, 2, 3}));
  for (const std::string& wrong : {Message().text(1, "abc").bytes(), reals})  // not whole floats, too many of them
    EXPECT_EQ(error_of([&] {
                for (WireReader in(bytes_of(wrong)); in.next();) in.add_reals(floats, 5);
              }).code(),
              VAV_E_MODEL_ALTERED);
}

TEST(OnnxWire, AKindThatIsNotAskedForIsAnError) {
  const std::string text = Message().integer(1, 3).bytes();
  WireReader in(bytes_of(text));
  ASSERT_TRUE(in.next());
  EXPECT_EQ(error_of([&] { in.bytes(); }).code(), VAV_E_MODEL_ALTERED);
  EXPECT_EQ(error_of([&] { in.real(); }).code(), VAV_E_MODEL_ALTERED);
}

TEST(OnnxWire, HostileBytesAreErrors) {
  const std::string wrong[] = {"\x08",                                                 // ends after the tag
                               std::string("\x08\xff\xff\xff", 4),                     // within a number
                               std::string("\x08") + std::string(9, '\xff') + "\x02",  // 65 bits
                               std::string("\x08") + std::string(20, '\xff'),          // without an end
                               std::string("\x0a\x05"
                                           "abcd",
                                           6),  // a length beyond the end
                               std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11),  // of 2^64 - 1
                               std::string("\x0d\x01\x02\x03", 4),  // four bytes, three there
                               std::string("\x09"
                                           "1234567",
                                           8),              // eight bytes, seven there
                               std::string("\x00\x01", 2),  // field 0
                               "\x0b\x0c",
                               "\x0e",
                               "\x0f",                                           // groups, kinds nobody has defined
                               std::string("\xf8\xff\xff\xff\xff\x01\x01", 7)};  // a field number of more than 32 bits
  for (const std::string& text : wrong) EXPECT_EQ(read_all(text), VAV_E_MODEL_ALTERED) << text.size();
}

TEST(OnnxWire, CutAnywhereItIsAnErrorOrAShorterMessage) {
  const std::string whole = Message().integer(1, 300).text(2, "some text").real(3, 2).bytes();
  for (size_t size = 0; size < whole.size(); ++size) {
    const vav_status status = read_all(whole.substr(0, size));
    const bool between = size == 0 || size == 3 || size == 14;  // where a field ends
    EXPECT_EQ(status, between ? VAV_OK : VAV_E_MODEL_ALTERED) << size;
  }
}

TEST(OnnxWire, RandomBytesAreReadOrRefused) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string text(random() % 40, '\0');
    for (char& byte : text) byte = char(random());
    const vav_status status = read_all(text);
    ASSERT_TRUE(status == VAV_OK || status == VAV_E_MODEL_ALTERED);
  }
}

}  // namespace
}  // namespace visavis::onnx
