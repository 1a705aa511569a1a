// Looks at the photos of the table, row by row, and writes what has changed, some rows in one transaction.
#include "enroll/people_enrolment.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "engine.h"
#include "enroll/enroll_report.h"
#include "enroll/enroll_writer.h"
#include "enroll/people_table.h"
#include "files.h"
#include "interrupt.h"
#include "names.h"
#include "one_face.h"
#include "parallel.h"
#include "progress.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatchPictures = 64;

// What becomes of a row.
struct Outcome {
  EnrollWriter::Batch batch;
  std::string status;  // added, changed, unchanged, refused
  std::string reason, message;
  std::vector<std::string> changed;  // columns
  int64_t person = 0;
  bool is_new = false;
};

class PeopleEnrolment {
 public:
  PeopleEnrolment(const Context& context, const std::string& path, const PeopleOptions& options,
                  const EnrollFaceOptions& faces, bool force_different)
      : context_(context),
        options_(options),
        faces_(faces),
        path_(path),
        table_(read_people_table(options.csv, options.photos, context.recursive)),
        models_(open_models(context)),
        engine_(create_single_threaded_engine(context, models_)),
        force_different_(force_different),
        progress_(context, pictures(), "enrolling") {
    if (table_.rows.empty()) throw Failure(options.csv + ": there is nobody in it");
    std::error_code unknown;
    if (fs::exists(path, unknown) || unknown)
      open(path);
    else
      require_threshold(context, models_);
  }

  int run() {
    engine_.warm_up(context_.detector, uint32_t{VAV_ANALYZE_EMBEDDING});
    size_t rows = 0, pictures = 0;
    for (size_t from = 0; from < table_.rows.size(); from += rows) {
      for (rows = 0, pictures = 0; from + rows < table_.rows.size() && pictures < kBatchPictures; ++rows)
        pictures += table_.rows[from + rows].pictures.size() + 1;
      work_off(from, rows);
    }
    progress_.hide();
    tell_rest();
    if (!options_.report.empty())
      write_report(options_.report, (options_.dry_run ? "Trial of " : "Enrolment of ") + options_.csv, report_);
    return refused_rows_ == table_.rows.size() ? kFailed : kDone;
  }

 private:
  int64_t pictures() const {
    int64_t count = 0;
    for (const PersonRow& row : table_.rows) count += int64_t(row.pictures.size());
    return count;
  }

  void open(const std::string& path) {
    gallery_.emplace(open_gallery(context_, path, models_, VAV_GALLERY_OPEN_OR_CREATE));
    writer_.emplace(*gallery_);
    if (!force_different_) writer_->refuse_different_faces();
  }

  // A new gallery is made only when there is something to put into it; of a trial, in a place that goes away again.
  void open_new() {
    if (!options_.dry_run) return open(path_);
    trial_.emplace(fs::temp_directory_path());
    open((trial_->path() / "trial.vav").string());
  }

  void work_off(size_t from, size_t rows) {
    std::vector<Outcome> outcomes(rows);
    std::vector<EnrollFace*> faces;
    for (size_t i = 0; i < rows; ++i) begin(table_.rows[from + i], outcomes[i]);
    for (Outcome& outcome : outcomes)
      for (EnrollFace& face : outcome.batch.faces) faces.push_back(&face);
    for_each_parallel(int64_t(faces.size()), worker_count(context_), [&](int64_t i) {
      look_at_face(context_, engine_, faces_, *faces[size_t(i)]);
      progress_.advance();
    });
    stop_if_interrupted();
    const auto has_face = [](const EnrollFace* face) { return face->embedding.has_value(); };
    if (!gallery_ && std::ranges::any_of(faces, has_face)) open_new();
    write(from, outcomes);
    for (size_t i = 0; i < rows; ++i) tell(table_.rows[from + i], outcomes[i]);
  }

  void begin(const PersonRow& row, Outcome& outcome) {
    if (!row.problem.empty()) return refuse(outcome, "bad_row", row.problem);
    for (const std::string& picture : row.pictures) outcome.batch.faces.emplace_back().image = picture;
  }

  static void refuse(Outcome& outcome, const std::string& reason, const std::string& message) {
    outcome.status = "refused", outcome.reason = reason, outcome.message = message;
  }

  // A message of the gallery with the words of the table, where others have options.
  static std::string in_columns(std::string message) {
    for (const auto& [option, column] : {std::pair("--valid-from", "valid_from"),
                                         {"--valid-until", "valid_until"},
                                         {"--expires", "expires"},
                                         {"--consent-at", "consent_at"},
                                         {"--consent", "consent"},
                                         {"--external-id", "external_id"},
                                         {"--metadata", "metadata"},
                                         {"--join", "groups"}})
      for (size_t at = 0; (at = message.find(option, at)) != std::string::npos;)
        message.replace(at, std::string_view(option).size(), column);
    return message;
  }

  // All rows in one transaction. A row that the gallery refuses is left out, and the others are written without it.
  void write(size_t from, std::vector<Outcome>& outcomes) {
    for (bool again = true; again;) {
      again = false;
      std::optional<Transaction> transaction;
      if (gallery_) transaction.emplace(*gallery_);
      for (size_t i = 0; i < outcomes.size(); ++i) {
        Outcome& outcome = outcomes[i];
        if (outcome.status == "refused") continue;
        outcome.status.clear(), outcome.changed.clear();
        try {
          write_row(table_.rows[from + i], outcome);
        } catch (const Error& error) {
          const bool of_the_row =
              error.code() == VAV_OK || error.code() == VAV_E_INVALID_ARGUMENT || error.code() == VAV_E_ALREADY_EXISTS;
          if (!of_the_row) throw;
          refuse(outcome, "bad_row", in_columns(told(error).what()));
          again = true;
          break;
        }
        if (outcome.status == "refused" && outcome.reason == "different_face") {  // what was written of it is undone
          again = true;
          break;
        }
      }
      if (!again && transaction && !options_.dry_run) transaction->commit();
    }
  }

  void write_row(const PersonRow& row, Outcome& outcome) {
    EnrollWriter::Batch& batch = outcome.batch;
    batch.target.name = row.name;
    batch.target.external_id = row.external_id;
    batch.target.fields = row.fields;
    batch.target.fields.metadata = new_metadata(row);
    batch.target.if_several = "give each an external_id (visavis person edit --external-id)";
    batch.lines.assign(batch.faces.size(), {});
    const std::optional<Person> person = gallery_ ? known(batch.target) : std::nullopt;
    batch.target.person = person ? person->id : 0;
    outcome.is_new = !person;
    if (writer_) writer_->write_within({&batch, 1});
    const auto line = std::ranges::find_if(batch.lines, [](const auto& one) { return one.person != 0; });
    outcome.person = person ? person->id : line != batch.lines.end() ? line->person : 0;
    if (outcome.person == 0) {
      const std::string why = row.pictures.empty() ? "there is no photo of this person: name it as the person or its "
                                                     "external id, or give it in a column photo"
                                                   : "no photo of this person can be enrolled";
      return refuse(outcome, row.pictures.empty() ? "no_picture" : "no_photo_enrolled", why);
    }
    if (person && batch.wrong_person && is_renamed(row, *person)) {
      const bool by_id = person->external_id.has_value();
      outcome.person = 0;
      return refuse(
          outcome, "different_face",
          "the photos show another face than that of " + person->name + " (id " + std::to_string(person->id) +
              "), who has " + (by_id ? "this external id" : "this name") + " in the gallery: " +
              (by_id ? "if the id is somebody else's now, take it from there first (visavis person edit "
                       "--external-id \"\")"
                     : "if it is somebody else of the same name, give that one an external id of its own first "
                       "(visavis person edit --external-id)") +
              ", else give another photo, or --force-different");
    }
    if (person) {
      const PersonFields fields = changes_of(row, *person, outcome.changed);
      if (!outcome.changed.empty()) gallery_->update_person(person->id, fields);
    }
    if (row.groups) set_groups(outcome, person ? person->groups : std::vector<std::string>(), *row.groups);
    const bool enrolled =
        std::ranges::any_of(batch.lines, [](const auto& one) { return one.result == EnrollWriter::Result::kEnrolled; });
    outcome.status = outcome.is_new ? "added" : enrolled || !outcome.changed.empty() ? "changed" : "unchanged";
  }

  // The row says that this person has another name, or an external id for the first time. If all its photos show another
  // face, it is somebody else: ids are given to others, and tables sorted wrongly. So one face would be called by the name
  // of another.
  static bool is_renamed(const PersonRow& row, const Person& person) {
    return normal_form(row.name) != normal_form(person.name) || (!person.external_id && !row.external_id.empty());
  }

  // The external id says who it is, whatever the name is now; the name only where there is none.
  std::optional<Person> known(const EnrollTarget& target) {
    if (!target.external_id.empty()) {
      PersonQuery query;
      query.external_id = target.external_id;
      const std::vector<Person> found = list_persons(*gallery_, query);
      if (!found.empty()) return found.front();
    }
    EnrollTarget by_name = target;
    by_name.person = 0;
    return find_target(*gallery_, by_name);
  }

  static std::optional<std::string> new_metadata(const PersonRow& row) {
    Json metadata = Json::object();
    for (const auto& [key, value] : row.metadata)
      if (!value.empty()) metadata[key] = value;
    return metadata.empty() ? std::nullopt : std::optional(metadata.dump());
  }

  void set_groups(Outcome& outcome, const std::vector<std::string>& has, const std::vector<std::string>& wanted) {
    const auto in = [](const std::vector<std::string>& groups, const std::string& group) {
      return std::ranges::find(groups, normal_form(group), normal_form) != groups.end();
    };
    bool any = false;
    for (const std::string& group : wanted)
      if (!in(has, group)) gallery_->join_group(outcome.person, group), any = true;
    for (const std::string& group : has)
      if (!in(wanted, group)) gallery_->leave_group(outcome.person, group), any = true;
    if (any && !outcome.is_new) outcome.changed.push_back("groups");
  }

  // What became of a picture.
  ReportRow of_picture(const PersonRow& row, const Outcome& outcome, size_t index) const {
    const EnrollFace& face = outcome.batch.faces[index];
    const EnrollWriter::Line& line = outcome.batch.lines[index];
    ReportRow told;
    told.line = row.line, told.name = row.name, told.external_id = row.external_id, told.photo = face.image;
    told.thumbnail = face.thumbnail;
    switch (line.result) {
      case EnrollWriter::Result::kEnrolled:
        told.status = "enrolled";
        for (const Lookalike& other : line.also)
          told.message +=
              (told.message.empty() ? "looks like " : ", ") + other.name + " (id " + std::to_string(other.person) + ")";
        break;
      case EnrollWriter::Result::kAlreadyEnrolled:
        told.status = "already_enrolled";
        break;
      case EnrollWriter::Result::kDifferentFace:
        told.status = "refused", told.reason = "different_face";
        told.message = EnrollWriter::different_face(outcome.batch, index, "photos");
        break;
      case EnrollWriter::Result::kRefused:
        told.status = "refused", told.reason = face.refusal.reason, told.message = face.refusal.message;
        if (told.reason.empty()) told.reason = outcome.reason, told.message = outcome.message;
    }
    return told;
  }

  void tell(const PersonRow& row, Outcome& outcome) {
    if (outcome.batch.lines.size() != outcome.batch.faces.size())
      outcome.batch.lines.assign(outcome.batch.faces.size(), {});
    ReportRow person;
    person.line = row.line, person.name = row.name, person.external_id = row.external_id;
    person.status = outcome.status, person.reason = outcome.reason, person.message = outcome.message;
    for (const std::string& column : outcome.changed)
      person.message += (person.message.empty() ? "changed: " : ", ") + column;
    refused_rows_ += outcome.status == "refused";
    if (outcome.person != 0) seen_.insert(outcome.person);
    ++rows_by_status_[outcome.status];
    std::vector<ReportRow> rows = {person};
    Json pictures = Json::array();
    for (size_t i = 0; i < outcome.batch.faces.size(); ++i) {
      rows.push_back(of_picture(row, outcome, i));
      const ReportRow& picture = rows.back();
      ++pictures_by_status_[picture.status];
      pictures.push_back({{"image", picture.photo}, {"status", picture.status}});
      if (!picture.reason.empty()) pictures.back()["reason"] = picture.reason;
      if (!picture.message.empty()) pictures.back()["message"] = picture.message;
    }
    if (context_.json) {
      progress_.hide();
      Json line = {{"line", row.line}, {"name", row.name}};
      line["external_id"] = row.external_id.empty() ? Json(nullptr) : Json(row.external_id);
      line["status"] = outcome.status;
      line["id"] =
          outcome.person == 0 || (options_.dry_run && outcome.status == "added") ? Json(nullptr) : Json(outcome.person);
      line["changed"] = outcome.changed;
      if (!outcome.reason.empty()) line["reason"] = outcome.reason, line["message"] = outcome.message;
      line["pictures"] = std::move(pictures);
      print_json(line);
    } else {
      for (const ReportRow& one : rows)
        if (one.status == "refused") refused_.push_back(in_words(one));
    }
    if (!options_.report.empty()) std::ranges::move(rows, std::back_inserter(report_));
  }

  static std::string in_words(const ReportRow& row) {
    const std::string who = "line " + std::to_string(row.line) + ", " + row.name + ": ";
    const bool named = row.photo.empty() || row.message.find(row.photo) != std::string::npos;
    return who + (named ? "" : row.photo + ": ") + row.message;
  }

  // Persons of the gallery who are not in the table: they are left as they are.
  int64_t not_in_table() const {
    if (!gallery_) return 0;
    std::set<std::string> ids, names;  // of rows that were refused: these persons are in the table all the same
    for (const PersonRow& row : table_.rows) ids.insert(row.external_id), names.insert(normal_form(row.name));
    int64_t count = 0;
    for (const Person& person : list_persons(*gallery_, {}))
      count += !seen_.contains(person.id) &&
               !(person.external_id ? ids.contains(*person.external_id) : names.contains(normal_form(person.name)));
    return count;
  }

  static std::string counts(const std::map<std::string, int64_t>& by_status) {
    std::string text;
    for (const auto& [status, count] : by_status)
      text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' +
              (status == "already_enrolled" ? "already enrolled" : status);
    return text.empty() ? "none" : text;
  }

  void tell_rest() {
    const int64_t others = not_in_table();
    if (context_.json) {
      print_json({{"summary",
                   {{"gallery", path_},
                    {"dry_run", options_.dry_run},
                    {"rows", rows_by_status_},
                    {"pictures", pictures_by_status_},
                    {"not_in_table", others},
                    {"unused_pictures", table_.unused}}}});
      return;
    }
    if (context_.quiet) return;
    out() << (options_.dry_run ? "Nothing was written. It would be:" : path_ + ":") << '\n';
    out() << "  people: " << counts(rows_by_status_) << '\n';
    out() << "  photos: " << counts(pictures_by_status_) << '\n';
    if (others > 0) out() << "  not in the table, and left as they are: " << others << '\n';
    if (!table_.unused.empty()) out() << "  photos of nobody in the table: " << table_.unused.size() << '\n';
    if (!refused_.empty()) out() << "refused:" << '\n';
    for (const std::string& one : refused_) out() << "  " << one << '\n';
  }

  const Context& context_;
  const PeopleOptions& options_;
  const EnrollFaceOptions& faces_;
  const std::string path_;
  const PeopleTable table_;
  std::optional<WorkFolder> trial_;  // before the gallery, which may lie in it
  const Models models_;
  std::optional<Gallery> gallery_;  // nothing until the gallery exists
  const Engine engine_;
  std::optional<EnrollWriter> writer_;
  const bool force_different_;
  Progress progress_;
  size_t refused_rows_ = 0;
  std::set<int64_t> seen_;  // persons of the gallery
  std::map<std::string, int64_t> rows_by_status_, pictures_by_status_;
  std::vector<std::string> refused_;
  std::vector<ReportRow> report_;
};

}  // namespace

int enroll_people(const Context& context, const std::string& gallery, const PeopleOptions& options,
                  EnrollFaceOptions faces, bool force_different) {
  if (!options.report.empty()) check_report(options.report);
  faces.thumbnails = wants_thumbnails(options.report);
  return PeopleEnrolment(context, gallery, options, faces, force_different).run();
}

}  // namespace visavis::cli
