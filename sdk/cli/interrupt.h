// Ctrl-C: the first one asks loops to stop after the current item, the second one ends the program.
#pragma once

namespace visavis::cli {

// Thrown to leave a loop; main exits with 130. Transactions that were open are rolled back on the way.
class Interrupted {};

void watch_interrupt();
bool interrupted();
inline void stop_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

}  // namespace visavis::cli
