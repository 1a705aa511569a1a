// `visavis audit on|off|verify|head|list`: a gallery's log of who was let in, enrolled and removed.
#include <cmath>

#include "commands/audit_words.h"
#include "commands/commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

struct AuditOptions {
  std::string gallery;
  std::string head;
  int64_t after = 0;
  int32_t limit = 1000;
};

Gallery open(const Context& context, const AuditOptions& options, vav_gallery_mode mode) {
  return open_gallery(context, options.gallery, open_models_alone(context), mode);
}

int turn(const Context& context, const AuditOptions& options, bool on) {
  open(context, options, VAV_GALLERY_MUST_EXIST).set_audit(on);
  if (context.json) {
    print_json({{"gallery", options.gallery}, {"audit", on}});
  } else if (!context.quiet) {
    out() << options.gallery << ": the audit log is " << (on ? "on" : "off") << '\n';
  }
  return kDone;
}

int turn_on(const Context& context, const AuditOptions& options) { return turn(context, options, true); }
int turn_off(const Context& context, const AuditOptions& options) { return turn(context, options, false); }

AuditReport verified(const Context& context, const AuditOptions& options) {
  const std::optional<std::string> head = options.head.empty() ? std::nullopt : std::optional(options.head);
  return open(context, options, VAV_GALLERY_READ_ONLY).verify_audit(head);
}

int verify(const Context& context, const AuditOptions& options) {
  const AuditReport report = verified(context, options);
  if (context.json) {
    print_json({{"gallery", options.gallery},
                {"sound", report.sound},
                {"entries", report.entries},
                {"first_wrong", or_null(report.first_wrong)},
                {"head", report.head}});
  } else if (report.sound) {
    out() << options.gallery << ": " << report.entries << " entries, none altered, removed or moved\n";
  } else {
    out() << options.gallery << ": entry " << *report.first_wrong
          << " was altered, removed or moved; those before it are sound\n";
  }
  return report.sound ? kDone : kNegative;
}

int head(const Context& context, const AuditOptions& options) {
  const AuditReport report = verified(context, options);
  if (!report.sound) throw Failure(options.gallery + ": the log is not sound; see visavis audit verify");
  if (context.json) {
    print_json({{"gallery", options.gallery}, {"head", report.head}});
  } else {
    out() << report.head << '\n';
  }
  return kDone;
}

bool is_decision(const AuditEntry& entry) {
  return entry.event == VAV_AUDIT_IDENTIFY || entry.event == VAV_AUDIT_VERIFY;
}

// The threshold that was set; null: it was removed.
Json threshold_json(const AuditEntry& entry) {
  return entry.threshold > 0 ? Json(short_number(entry.threshold)) : Json(nullptr);
}

Json entry_json(const AuditEntry& entry) {
  Json line = {
      {"number", entry.number},          {"time", utc_time(entry.time)},           {"event", event_name(entry.event)},
      {"person", or_null(entry.person)}, {"template", or_null(entry.template_id)}, {"label", entry.label}};
  if (is_decision(entry)) {
    line["near_person"] = or_null(entry.near_person);
    line["decision"] = decision_name(entry.decision);
    line["distance"] = std::isfinite(entry.distance) ? Json(short_number(entry.distance)) : Json(nullptr);
    line["threshold"] = short_number(entry.threshold);
    line["recipe"] = entry.recipe;
  }
  if (entry.event == VAV_AUDIT_THRESHOLD) line["threshold"] = threshold_json(entry);
  if (entry.event == VAV_AUDIT_MOVE) line["recipe"] = entry.recipe;
  return line;
}

void print_entry(const AuditEntry& entry) {
  out() << entry.number << '\t' << utc_time(entry.time) << '\t' << event_name(entry.event) << '\t';
  if (entry.person) out() << *entry.person;
  out() << '\t';
  if (is_decision(entry)) out() << decision_name(entry.decision) << ' ' << short_number(entry.distance);
  if (entry.event == VAV_AUDIT_REMOVE && entry.template_id) out() << "template " << *entry.template_id;
  if (entry.event == VAV_AUDIT_THRESHOLD) out() << (entry.threshold > 0 ? threshold_json(entry).dump() : "removed");
  if (entry.event == VAV_AUDIT_MOVE) out() << entry.recipe;
  out() << '\t' << entry.label << '\n';
}

int list(const Context& context, const AuditOptions& options) {
  const Gallery gallery = open(context, options, VAV_GALLERY_READ_ONLY);
  for (const AuditEntry& entry : gallery.audit_entries(options.after, options.limit)) {
    if (context.json) {
      print_json(entry_json(entry));
    } else {
      print_entry(entry);
    }
  }
  return kDone;
}

}  // namespace

void add_audit(Command& app, Context& context) {
  auto* command = app.add_subcommand("audit", "Keep and check a log of who was let in, enrolled and removed");
  command->require_subcommand();
  const auto options = std::make_shared<AuditOptions>();
  add_gallery_option(command, options->gallery);
  const auto add = [&](const char* name, const char* help, int (*run)(const Context&, const AuditOptions&)) {
    auto* verb = command->add_subcommand(name, help);
    verb->callback(
        [&context, options, run] { context.action = [&context, options, run] { return run(context, *options); }; });
    return verb;
  };
  add("on", "Turn the log on: write down each decision and each change", turn_on)
      ->footer("Example:\n  visavis audit on -g people.vav --audit-label \"Grace, front desk\"");
  add("off", "Turn the log off; its entries stay", turn_off);
  auto* verify_command = add("verify", "Check whether any entry was altered, removed or moved", verify);
  verify_command
      ->add_option("--head", options->head, "What visavis audit head printed earlier; it must be part of the log")
      .option_text("HEAD");
  verify_command->footer(
      "Exit code 1 if one was.\nExample:\n  visavis audit verify -g people.vav --head \"$(cat head)\"");
  add("head", "Print a line to keep elsewhere: with it, verify notices removed entries at the end", head)
      ->footer("Example:\n  visavis audit head -g people.vav > /mnt/elsewhere/head");
  auto* list_command = add("list", "List the entries", list);
  list_command->add_option("--after", options->after, "Only entries with numbers above this")
      .range(0, 9e15)
      .option_text("N");
  list_command->add_option("--limit", options->limit, "The most entries to list (default 1,000)")
      .range(1, 1000000)
      .option_text("N");
}

}  // namespace visavis::cli
