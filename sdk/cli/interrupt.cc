// SIGINT and SIGTERM set a flag, once: the handler is then taken away, so that a second signal ends the program.
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
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond `ulimit -f` is an error like a full disk
}

bool interrupted() { return flag != 0; }

}  // namespace visavis::cli
