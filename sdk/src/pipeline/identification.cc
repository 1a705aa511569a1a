// The gallery gives distances, decide/ turns them into decisions, and the gallery writes these down.
#include "pipeline/identification.h"

#include <utility>

#include "base/text.h"

namespace visavis {
namespace {

// Collects what is to be recorded about the answers of one call.
class Record {
 public:
  Record(Gallery& gallery, Question& question) : gallery_(gallery), question_(question) {
    const Gallery::Rules rules = gallery.rules();
    audit_ = rules.audit;
    threshold_ = resolve_threshold(question.threshold, rules.threshold, gallery.usual_threshold());
    near_ = near_in_thresholds(gallery.stamp().recipe) * threshold_;
    question.search.threshold = threshold_;
    if (question.only_within) question.search.reach = threshold_;
  }
  ~Record() {
    if (question_.search.among.groups) wipe(*question_.search.among.groups);
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  float threshold() const { return threshold_; }
  // The log names the nearest person of an unknown face up to this distance.
  float near() const { return near_; }

  void add(AuditEvent event, Decision decision, float distance, AuditEntry entry) {
    entry.event = event;
    entry.decision = int32_t(decision);
    entry.distance = distance;
    entry.threshold = threshold_;
    if (decision == Decision::match && question_.note_seen) seen_.push_back(entry.person);
    entries_.push_back(std::move(entry));
  }

  // If the gallery keeps a log, decisions are on disk before they are returned.
  void write() {
    const int64_t now = question_.search.among.now;
    if (audit_)
      gallery_.record(std::move(entries_), seen_, now);
    else
      gallery_.note_seen(seen_, now);
  }

 private:
  Gallery& gallery_;
  Question& question_;
  float threshold_ = 0, near_ = 0;
  bool audit_ = false;
  std::vector<AuditEntry> entries_;
  std::vector<int64_t> seen_;
};

// If the nearest person was left out, it is probably they: nobody else is recognised in their place.
Identification decided(Identified found, Record& record) {
  Identification answer;
  answer.threshold = record.threshold();
  answer.matches = std::move(found.matches);
  answer.left_out = found.left_out.has_value();
  answer.decision = answer.left_out || answer.matches.empty()
                        ? Decision::unknown
                        : decide(answer.matches.front().distance, answer.threshold);
  const Match* nearest = found.left_out ? &*found.left_out : answer.matches.empty() ? nullptr : &answer.matches.front();
  const float distance = nearest ? nearest->distance : std::numeric_limits<float>::infinity();
  AuditEntry entry;
  if (answer.decision == Decision::match) {
    entry.person = nearest->person;
    entry.template_id = nearest->template_id;
  } else if (nearest && distance <= record.near()) {
    entry.near_person = nearest->person;
  }
  record.add(AuditEvent::identify, answer.decision, distance, std::move(entry));
  return answer;
}

}  // namespace

std::vector<Identification> identify(Gallery& gallery, const std::vector<Embedding>& probes, Question question) {
  Record record(gallery, question);
  std::vector<Identification> answers;
  if (probes.empty()) return answers;
  for (Identified& found : gallery.identify(probes, question.search))
    answers.push_back(decided(std::move(found), record));
  record.write();
  return answers;
}

Verification verify(Gallery& gallery, int64_t person, const Embedding& probe, Question question) {
  Record record(gallery, question);
  const Verified found = gallery.verify(person, probe, question.search.best_of, question.search.among);
  Verification answer;
  answer.threshold = record.threshold();
  if (found.distance) {
    answer.distance = *found.distance;
    answer.decision = decide(answer.distance, answer.threshold);
  }
  if (answer.decision == Decision::match && !found.eligible) answer.decision = Decision::inactive;
  AuditEntry entry;
  entry.person = person;
  entry.template_id = answer.decision == Decision::match ? found.template_id : 0;
  record.add(AuditEvent::verify, answer.decision, answer.distance, std::move(entry));
  record.write();
  return answer;
}

Identification find_duplicates(Gallery& gallery, const Embedding& probe, int64_t ignore, float threshold) {
  constexpr size_t kMost = 100;
  Identification answer;
  answer.threshold = resolve_threshold(threshold, threshold == 0 ? gallery.threshold() : 0, gallery.usual_threshold());
  answer.matches = gallery.identify(probe, kMost + 1, answer.threshold);
  std::erase_if(answer.matches, [&](const Match& match) { return match.person == ignore; });
  if (answer.matches.size() > kMost) answer.matches.pop_back();
  answer.decision = answer.matches.empty() ? Decision::unknown : Decision::match;
  return answer;
}

}  // namespace visavis
