// The only file that includes CLI11. Values are taken as texts and turned into numbers here, so that all messages about
// wrong values have the same form.
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <string_view>
#include <utility>

#include "failure.h"
#include "nearest_word.h"
#include "option_values.h"
#include "printable.h"

namespace visavis::cli {
namespace {

std::string number_text(double number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

// An empty value is rarely meant: it comes from a variable that is empty.
constexpr const char* kFilled = "filled";

CLI::Option* filled(CLI::Option* option) {
  if (option->get_positional()) return option;
  return option->check(CLI::Validator(
      [](const std::string& text) { return unmarked(text).empty() ? "blank" : std::string(); }, "", kFilled));
}

CLI::Option* to(void* option) { return static_cast<CLI::Option*>(option); }

// The name that messages use: the long one.
std::string long_name(const char* names) {
  const std::string text = names;
  return text.substr(text.rfind(',') + 1);
}

template <class Number>
void read_number(const std::string& name, const std::string& text, const Option::Range& range, Number& value) {
  Number number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc() && end == text.data() + text.size() && number >= range.least && number <= range.most) {
    value = number;
    return;
  }
  const auto text_of = [](double bound) {
    return std::is_integral_v<Number> ? std::to_string(int64_t(bound)) : number_text(bound);
  };
  const bool bounded = range.most < double(std::numeric_limits<Number>::max());
  throw WrongUse(name + " is '" + shortened(text) + "': expected a " +
                 (std::is_integral_v<Number> ? "whole number " : "number ") +
                 (bounded ? "from " + text_of(range.least) + " to " + text_of(range.most)
                          : "of at least " + text_of(range.least)));
}

}  // namespace

// ---- Option ----

struct Command::State {
  State(const std::string& what, const std::string& name)
      : own(std::make_unique<CLI::App>(what, name)), app(own.get()), root(this) {}
  State(CLI::App* sub, State* parent) : app(sub), root(parent->root) {}

  std::unique_ptr<CLI::App> own;  // of the program
  CLI::App* app;
  State* root;
  std::vector<std::unique_ptr<Command>> commands;
  // Of the program: what to do when CLI11 has read everything.
  std::vector<std::function<void()>> finish;
  std::vector<std::function<void()>> actions;
  std::vector<const CLI::App*> incomplete;  // commands that do nothing without a sub-command
};

Option Option::required() { return to(option_)->required(), *this; }
Option Option::type_name(const char* text) { return to(option_)->type_name(text), *this; }
Option Option::option_text(const char* text) { return to(option_)->option_text(text), *this; }
Option Option::group(const char* title) { return to(option_)->group(title), *this; }
Option Option::needs(const Option& other) { return to(option_)->needs(to(other.option_)), *this; }
Option Option::excludes(const Option& other) { return to(option_)->excludes(to(other.option_)), *this; }
Option Option::may_be_empty() { return to(option_)->get_validator(kFilled)->active(false), *this; }
Option Option::range(double least, double most) { return *range_ = {least, most}, *this; }

// ---- Command ----

Command::Command(const std::string& what, const std::string& name) : state_(std::make_unique<State>(what, name)) {
  state_->app->fallthrough();  // options for all commands may stand after the command too
}
Command::Command(std::unique_ptr<State> state) : state_(std::move(state)) {}
Command::~Command() = default;

Command* Command::add_subcommand(const char* name, const std::string& help) {
  auto state = std::make_unique<State>(state_->app->add_subcommand(name, help), state_.get());
  state_->commands.push_back(std::unique_ptr<Command>(new Command(std::move(state))));
  return state_->commands.back().get();
}

Option Command::add_option(const char* names, std::string& value, const std::string& help) {
  state_->root->finish.push_back([&value] { value = unmarked(value); });
  return Option(filled(state_->app->add_option(names, value, help)));
}

Option Command::add_option(const char* names, std::vector<std::string>& values, const std::string& help) {
  state_->root->finish.push_back([&values] {
    for (std::string& value : values) value = unmarked(value);
  });
  CLI::Option* const option = state_->app->add_option(names, values, help);
  // An option takes one value each time: the next word may be a picture.
  if (names[0] == '-') option->allow_extra_args(false);
  return Option(filled(option));
}

Option Command::add_option(const char* names, std::function<void(const std::string&)> take, const std::string& help) {
  const auto text = std::make_shared<std::optional<std::string>>();
  state_->root->finish.push_back([text, take = std::move(take)] {
    if (*text) take(unmarked(**text));
  });
  return Option(filled(state_->app->add_option_function<std::string>(
      names, [text](const std::string& given) { *text = given; }, help)));
}

Option Command::add_option(const char* names, std::optional<std::string>& value, const std::string& help) {
  return add_option(
      names, [&value](const std::string& text) { value = text; }, help);
}

template <class Number>
Option Command::add_number(const char* names, Number& value, const std::string& help) {
  const auto range = std::make_shared<Option::Range>();
  *range = {double(std::numeric_limits<Number>::lowest()), double(std::numeric_limits<Number>::max())};
  const auto text = std::make_shared<std::optional<std::string>>();
  state_->root->finish.push_back([&value, range, text, name = long_name(names)] {
    if (*text) read_number(name, unmarked(**text), *range, value);
  });
  return Option(filled(state_->app->add_option_function<std::string>(
                    names, [text](const std::string& given) { *text = given; }, help)),
                range);
}

Option Command::add_option(const char* names, int32_t& value, const std::string& help) {
  return add_number(names, value, help);
}
Option Command::add_option(const char* names, int64_t& value, const std::string& help) {
  return add_number(names, value, help);
}
Option Command::add_option(const char* names, float& value, const std::string& help) {
  return add_number(names, value, help);
}
Option Command::add_option(const char* names, double& value, const std::string& help) {
  return add_number(names, value, help);
}

Option Command::add_choice(const char* names, int32_t& value, std::vector<std::pair<std::string, int32_t>> words,
                           const std::string& help) {
  return add_option(
      names,
      [&value, name = long_name(names), words = std::move(words)](const std::string& text) {
        std::string known;
        for (const auto& [word, number] : words) {
          if (word == text) {
            value = number;
            return;
          }
          known += (known.empty() ? "" : " or ") + word;
        }
        throw WrongUse(name + " is '" + shortened(text) + "': expected " + known);
      },
      help);
}

Option Command::add_flag(const char* names, bool& value, const std::string& help) {
  return Option(state_->app->add_flag(names, value, help));
}

void Command::footer(const std::string& text) { state_->app->footer(text); }

void Command::callback(std::function<void()> action) {
  // Later, because the values are not complete yet.
  state_->app->callback([root = state_->root, action = std::move(action)] { root->actions.push_back(action); });
}

void Command::require_subcommand() {
  state_->app->require_subcommand(1);
  state_->root->incomplete.push_back(state_->app);
}

// ---- Parsing ----

namespace {

std::vector<std::string> names_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app->get_subcommands(nullptr)) names.push_back(sub->get_name());
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// "visavis person"
std::string path_of(const CLI::App* app) {
  return (app->get_parent() ? path_of(app->get_parent()) + ' ' : "") + app->get_name();
}

// "--gallery" of "-g,--gallery"
std::string long_name(const CLI::Option* option) {
  return option->get_lnames().empty() ? option->get_name() : "--" + option->get_lnames().front();
}

// The command that was reached before the error.
const CLI::App* deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().back();
  return app;
}

std::vector<std::string> options_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app; app = app->get_parent())
    for (const CLI::Option* option : app->get_options({}))
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The message for a word that is not a command, or for no word.
std::string no_command(const CLI::App* app, const std::string& word) {
  const std::vector<std::string> known = names_of(app);
  const std::string list = ": " + joined(known) + ". '" + path_of(app) + " --help' explains them";
  if (word.empty()) return "'" + path_of(app) + "' needs a command" + list;
  if (word == "--") return "'" + path_of(app) + "' needs a command before --" + list;
  const std::string meant = nearest_word(word, known);
  return "'" + path_of(app) + "' has no command '" + shortened(word) + "'" +
         (meant.empty() ? "." : ", did you mean '" + meant + "'?") + " It has" + list;
}

// The message for an option or a path where none is allowed.
std::string not_expected(const CLI::App* app, const std::string& word) {
  const std::string meant = word.starts_with("-") ? nearest_word(word, options_of(app)) : "";
  return "'" + shortened(word) + "' is not expected here" + (meant.empty() ? "." : ", did you mean " + meant + "?") +
         " For more: '" + path_of(app) + " --help'";
}

const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
  for (; app; app = app->get_parent())
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  return nullptr;
}

// "visavis compare A B"
std::string usage(const CLI::App* app) {
  std::string text = path_of(app);
  for (const CLI::Option* option : app->get_options({}))
    if (option->get_positional() && option->get_required()) text += ' ' + option->get_type_name();
  return text;
}

// The message of CLI11 without the name and the colon before it, or without its remark at the end.
std::string in_our_words(const CLI::App* reached, const CLI::ParseError& error) {
  std::string text = error.what();
  const auto option_of = [&](const std::string& end) -> const CLI::Option* {
    const size_t at = text.find(end);
    if (at == std::string::npos) return nullptr;
    const std::string name = text.substr(0, at);
    return find_option(reached, name.substr(name.rfind(',') + 1));
  };
  if (const CLI::Option* option = option_of(" is required"); option && option->get_positional())
    return option->get_type_name() + " is missing: " + usage(reached);
  if (const CLI::Option* option = option_of(": At Most "))
    return (option->get_positional() ? option->get_type_name() : option->get_name()) +
           " is given more than once: give it once";
  if (const CLI::Option* option = option_of(": blank"))
    return long_name(option) + " is blank: give it a value, or leave it out";
  return text;
}

std::string explain(const CLI::App* app, const CLI::ParseError& error, const std::vector<const CLI::App*>& incomplete) {
  const CLI::App* reached = deepest(app);
  if (std::ranges::find(incomplete, reached) != incomplete.end()) return no_command(reached, "");
  const std::vector<std::string> rest = app->remaining(true);
  if (error.get_exit_code() == int(CLI::ExitCodes::ExtrasError) && !rest.empty())
    return not_expected(reached, unmarked(rest.front()));
  return in_our_words(reached, error) + ". For more: '" + path_of(reached) + " --help'";
}

Grammar grammar_of(const CLI::App* app, const std::vector<const CLI::App*>& incomplete) {
  const auto reached = std::make_shared<const CLI::App*>(app);
  Grammar grammar;
  grammar.kind = [reached](const std::string& name) {
    const CLI::Option* option = find_option(*reached, name);
    if (!option) return Grammar::Kind::kUnknown;
    return option->get_expected_max() == 0 ? Grammar::Kind::kSwitch : Grammar::Kind::kValue;
  };
  grammar.enter = [reached](const std::string& word) {
    for (const CLI::App* sub : (*reached)->get_subcommands(nullptr))
      if (sub->get_name() == word) return *reached = sub, true;
    return false;
  };
  grammar.needs_command = [reached, &incomplete] {
    return std::ranges::find(incomplete, *reached) != incomplete.end();
  };
  grammar.refuse = [reached, needs = grammar.needs_command](const std::string& word) {
    const bool option = word.starts_with('-') && word != "--";
    throw WrongUse(needs() && !option ? no_command(*reached, word) : not_expected(*reached, word));
  };
  grammar.long_name = [reached](const std::string& name) { return long_name(find_option(*reached, name)); };
  return grammar;
}

}  // namespace

bool Command::parse(int argc, char** argv, const std::string& version, std::string& answer) {
  State& state = *state_;
  state.app->set_version_flag("--version", version);
  std::vector<std::string> words =
      tie_values({argv + std::min(argc, 1), argv + argc}, grammar_of(state.app, state.incomplete));
  std::ranges::reverse(words);  // as CLI11 takes them
  try {
    state.app->parse(words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw WrongUse(explain(state.app, error, state.incomplete));
    std::ostringstream out;
    state.app->exit(error, out, out);
    answer = out.str();
    return false;
  }
  for (const auto& finish : state.finish) finish();
  for (const auto& action : state.actions) action();
  return true;
}

std::string Command::given(const char* option) const {
  const CLI::Option* const found = find_option(deepest(state_->app), option);
  return found && found->count() == 1 ? unmarked(found->as<std::string>()) : "";
}

std::string Command::help(const std::vector<std::string>& words) const {
  const CLI::App* app = state_->app;
  for (const std::string& word : words) {
    const auto subs = app->get_subcommands(nullptr);
    const auto sub = std::ranges::find_if(subs, [&](const CLI::App* one) { return one->get_name() == word; });
    if (sub == subs.end()) throw WrongUse(no_command(app, word));
    app = *sub;
  }
  // Not app->help(): that is the help of the command that was given, which is `help`.
  return app->get_formatter()->make_help(app, path_of(app), CLI::AppFormatMode::Normal);
}

}  // namespace visavis::cli
