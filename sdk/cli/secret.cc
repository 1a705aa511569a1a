// Reads keys from files, the environment and the terminal.
#include "secret.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "failure.h"
#include "incoming.h"
#include "interrupt.h"

namespace visavis::cli {
namespace {

constexpr size_t kMostSecretBytes = 4096;

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

std::string read_file(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) throw Failure(path + ": is a folder, not a file with a key");
  if (is_stream(path)) return read_stream(path, kMostSecretBytes);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failure(path + ": cannot be read: " + std::strerror(errno));
  std::string bytes(kMostSecretBytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(size_t(in.gcount()));
  if (bytes.size() > kMostSecretBytes) throw Failure(path + ": too long for a key or a passphrase");
  return bytes;
}

void cut_line_end(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
}

// Some editors put this mark before a text in UTF-8, and nobody sees it. Nobody types it at a prompt.
void cut_byte_order_mark(std::string& text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string read_key(const std::string& path) {
  std::string bytes = read_file(path);
  if (bytes.size() == VAV_KEY_SIZE) return bytes;
  cut_byte_order_mark(bytes);
  cut_line_end(bytes);
  std::string key;
  if (bytes.size() == 2 * VAV_KEY_SIZE)
    for (size_t i = 0; i < bytes.size(); i += 2) {
      if (digit(bytes[i]) < 0 || digit(bytes[i + 1]) < 0) break;
      key += char(16 * digit(bytes[i]) + digit(bytes[i + 1]));
    }
  wipe(bytes);
  if (key.size() != VAV_KEY_SIZE)
    throw Failure(path + ": a key is " + std::to_string(VAV_KEY_SIZE) +
                  " bytes, or twice as many hexadecimal digits; `head -c 32 /dev/urandom > FILE` makes one");
  return key;
}

// The terminal itself, even if stdin and stdout are something else. It does not show what is typed.
class Terminal {
 public:
  Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0)
      throw Failure("there is no terminal to ask on; give the key by file:, passphrase-file: or env:");
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~Terminal() {
    tcsetattr(fd_, TCSAFLUSH, &before_);
    ::close(fd_);
  }
  std::string ask(const char* question) {
    [[maybe_unused]] ssize_t written = ::write(fd_, question, std::strlen(question));
    std::string line;
    for (char c = 0; ::read(fd_, &c, 1) == 1 && c != '\n' && line.size() <= kMostSecretBytes;) line += c;
    stop_if_interrupted();  // Ctrl-C does not end a passphrase
    written = ::write(fd_, "\n", 1);
    return line;
  }

 private:
  int fd_;
  termios before_{};
};

std::string prompt(bool confirm) {
  Terminal terminal;
  std::string text = terminal.ask(confirm ? "New passphrase: " : "Passphrase: ");
  if (confirm) {
    std::string again = terminal.ask("Once more: ");
    const bool same = text == again;
    wipe(again);
    if (!same) throw Failure("the two passphrases differ");
  }
  return text;
}

// The part after `kind`, if the source begins with it; else null.
const char* after(const std::string& source, const char* kind) {
  return source.starts_with(kind) ? source.c_str() + std::strlen(kind) : nullptr;
}

// Overwrites it at the end of its scope, also after an exception.
struct Wiped {
  std::string text;
  ~Wiped() { wipe(text); }
};

}  // namespace

Key key_from(const std::string& source, bool confirm) {
  Wiped secret;
  if (const char* path = after(source, "file:")) {
    secret.text = read_key(path);
    return Key::raw(reinterpret_cast<const uint8_t*>(secret.text.data()), secret.text.size());
  }
  if (const char* path = after(source, "passphrase-file:")) {
    secret.text = read_file(path);
    cut_byte_order_mark(secret.text);
    if (const size_t end = secret.text.find('\n'); end != std::string::npos) secret.text.resize(end);
    cut_line_end(secret.text);
    if (secret.text.find('\0') != std::string::npos)  // the C API would take only the part before it
      throw Failure(std::string(path) + ": holds a zero byte, as UTF-16 does: save the passphrase as UTF-8");
  } else if (const char* name = after(source, "env:")) {
    const char* value = std::getenv(name);
    if (!value) throw Failure(std::string("there is no environment variable ") + name);
    secret.text = value;
  } else if (source == "prompt") {
    secret.text = prompt(confirm);
  } else {
    throw WrongUse("'" + source +
                   "' is not a source of a key; give file:PATH, passphrase-file:PATH, env:NAME or prompt");
  }
  return Key::passphrase(secret.text);
}

}  // namespace visavis::cli
