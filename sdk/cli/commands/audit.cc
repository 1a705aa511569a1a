// `visavis audit on|off|verify|head|list`: a gallery's log of who was let in, enrolled and removed.
#include <cmath>

#include "commands/audit_words.h"
#include "commands/commands.h"
#include "engine.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

using AuditEntries = std::unique_ptr<vav_audit_entries, Destroyer<vav_audit_entries_destroy>>;

struct AuditOptions {
  std::string gallery;
  std::string head;
  int64_t after = 0;
  int32_t limit = 1000;
};

Gallery open(const Context& context, const AuditOptions& options, vav_gallery_mode mode) {
  return open_gallery(context, options.gallery, open_models(context).get(), mode);
}

int turn(const Context& context, const AuditOptions& options, int32_t on) {
  call(vav_gallery_set_audit, open(context, options, VAV_GALLERY_MUST_EXIST).get(), on);
  if (context.json) {
    print_json({{"gallery", options.gallery}, {"audit", on == 1}});
  } else if (!context.quiet) {
    out() << options.gallery << ": the audit log is " << (on ? "on" : "off") << '\n';
  }
  return kDone;
}

int turn_on(const Context& context, const AuditOptions& options) { return turn(context, options, 1); }
int turn_off(const Context& context, const AuditOptions& options) { return turn(context, options, 0); }

vav_audit_report verified(const Context& context, const AuditOptions& options) {
  vav_audit_report report = VAV_AUDIT_REPORT_INIT;
  call(vav_gallery_verify_audit, &report, open(context, options, VAV_GALLERY_READ_ONLY).get(),
       options.head.empty() ? nullptr : options.head.c_str());
  return report;
}

int verify(const Context& context, const AuditOptions& options) {
  const vav_audit_report report = verified(context, options);
  if (context.json) {
    print_json({{"gallery", options.gallery},
                {"sound", report.sound == 1},
                {"entries", report.entries},
                {"first_wrong", report.first_wrong ? Json(report.first_wrong) : Json(nullptr)},
                {"head", report.head}});
  } else if (report.sound) {
    out() << options.gallery << ": " << report.entries << " entries, none altered, removed or moved\n";
  } else {
    out() << options.gallery << ": entry " << report.first_wrong
          << " was altered, removed or moved; those before it are sound\n";
  }
  return report.sound ? kDone : kNegative;
}

int head(const Context& context, const AuditOptions& options) {
  const vav_audit_report report = verified(context, options);
  if (!report.sound) throw Failure(options.gallery + ": the log is not sound; see visavis audit verify");
  if (context.json) {
    print_json({{"gallery", options.gallery}, {"head", report.head}});
  } else {
    out() << std::string(report.head) << '\n';
  }
  return kDone;
}

bool is_decision(const vav_audit_entry& entry) {
  return entry.event == VAV_AUDIT_IDENTIFY || entry.event == VAV_AUDIT_VERIFY;
}

std::string decision_name(vav_decision decision) {
  switch (decision) {
    case VAV_DECISION_MATCH:
      return "match";
    case VAV_DECISION_UNKNOWN:
      return "unknown";
    case VAV_DECISION_INACTIVE:
      return "inactive";
    case VAV_DECISION_NOT_EVALUATED:
      return "not evaluated";
    default:
      return "decision " + std::to_string(decision);  // of a newer library
  }
}

Json entry_json(const vav_audit_entry& entry) {
  Json line = {{"number", entry.number},
               {"time", utc_time(entry.time)},
               {"event", event_name(entry.event)},
               {"person", entry.person ? Json(entry.person) : Json(nullptr)},
               {"template", entry.template_id ? Json(entry.template_id) : Json(nullptr)},
               {"label", entry.label}};
  if (is_decision(entry)) {
    line["near_person"] = entry.near_person ? Json(entry.near_person) : Json(nullptr);
    line["decision"] = decision_name(entry.decision);
    line["distance"] = std::isfinite(entry.distance) ? Json(short_number(entry.distance)) : Json(nullptr);
    line["threshold"] = short_number(entry.threshold);
    line["recipe"] = entry.recipe;
  }
  return line;
}

void print_entry(const vav_audit_entry& entry) {
  out() << entry.number << '\t' << utc_time(entry.time) << '\t' << event_name(entry.event) << '\t';
  if (entry.person) out() << entry.person;
  out() << '\t';
  if (is_decision(entry)) out() << decision_name(entry.decision) << ' ' << short_number(entry.distance);
  out() << '\t' << entry.label << '\n';
}

int list(const Context& context, const AuditOptions& options) {
  const Gallery gallery = open(context, options, VAV_GALLERY_READ_ONLY);
  const AuditEntries entries = make<AuditEntries>(vav_gallery_list_audit, gallery.get(), options.after, options.limit);
  for (int32_t i = 0; i < vav_audit_entries_count(entries.get()); ++i) {
    vav_audit_entry entry = VAV_AUDIT_ENTRY_INIT;
    call(vav_audit_entries_get, entries.get(), i, &entry);
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
  auto* command = app.add_subcommand("audit", "The log of who was let in, enrolled and removed");
  command->require_subcommand();
  const auto options = std::make_shared<AuditOptions>();
  add_gallery_option(command, options->gallery);
  const auto add = [&](const char* name, const char* help, int (*run)(const Context&, const AuditOptions&)) {
    auto* verb = command->add_subcommand(name, help);
    verb->callback(
        [&context, options, run] { context.action = [&context, options, run] { return run(context, *options); }; });
    return verb;
  };
  add("on", "From now on, write down each decision and each change", turn_on)
      ->footer("Example:\n  visavis audit on -g people.vav --audit-label \"Grace, front desk\"");
  add("off", "Write down nothing more; what is written stays", turn_off);
  auto* verify_command = add("verify", "Whether any entry was altered, removed or moved", verify);
  verify_command
      ->add_option("--head", options->head, "What visavis audit head printed earlier: must be part of the log")
      .option_text("HEAD");
  verify_command->footer(
      "Exit code 1 when one was.\nExample:\n  visavis audit verify -g people.vav --head \"$(cat head)\"");
  add("head", "A line to keep elsewhere, which shows later that the end is still there", head)
      ->footer("Example:\n  visavis audit head -g people.vav > /mnt/elsewhere/head");
  auto* list_command = add("list", "The entries", list);
  list_command->add_option("--after", options->after, "Only entries with numbers above this")
      .range(0, 9e15)
      .option_text("N");
  list_command->add_option("--limit", options->limit, "At most this many (default 1,000)")
      .range(1, 1000000)
      .option_text("N");
}

}  // namespace visavis::cli
