// --policy and --limit: how good the picture of a face must be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command_line.h"
#include "visavis/policy.hpp"

namespace visavis::cli {

// Nothing: every face that can be compared is good enough.
using AskedPolicy = std::optional<Policy>;

// As the command line has them.
struct PolicyOptions {
  std::string kind;
  std::vector<std::string> limits;
  // WrongUse for a word or a limit that makes no sense.
  AskedPolicy read() const;
};

// `always`: the command has a policy without --policy, too, and --limit goes alone.
void add_policy_options(Command* command, PolicyOptions& options, bool always = false);

// Why face `index` is refused, the reasons one after the other; "" if it is not. The faces were analyzed for quality.
std::string refusal_of(const Faces& faces, int32_t index, const Policy& policy);

}  // namespace visavis::cli
