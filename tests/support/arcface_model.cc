// Writes a model of one's own for the tests of the command and of Python: arcface_model FILE [SEED]
#include "unit/nn/onnx/arcface_model.h"

#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::ofstream file(argv[1], std::ios::binary);
  file << visavis::testing_support::arcface_like_model(argc > 2 ? unsigned(std::stoul(argv[2])) : 1);
  return file.flush() ? 0 : 1;
}
