// The first SIGINT or SIGTERM sets a flag and removes the handler, so that a second one ends the program.
#include "interrupt.h"

#include <csignal>

namespace visavis::cli {
namespace {
volatile std::sig_atomic_t flag = 0;
extern "C" void on_signal(int) { flag = 1; }
}  // namespace

void watch_interrupt() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file larger than `ulimit -f` is an error, as a full disk is
}

bool interrupted() { return flag != 0; }

}  // namespace visavis::cli
