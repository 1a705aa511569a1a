// The gallery gives distances, decide/ turns them into decisions, and the gallery writes these down.
#include "pipeline/identification.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace visavis {
namespace {

constexpr float kNobody = std::numeric_limits<float>::infinity();

// Collects what is to be recorded about the answers of one call.
class Record {
 public:
  Record(Gallery& gallery, Against against, Question& question)
      : gallery_(gallery), question_(question), against_(against) {
    const Gallery::Rules rules = gallery.rules();
    audit_ = rules.audit;
    own_threshold_ = rules.threshold;
    settle(1);  // what makes no sense is refused before anything is done
  }
  ~Record() {
    if (question_.search.among.groups) wipe(*question_.search.among.groups);
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  void settle(int64_t comparisons) {
    limits_ = limits_for(against_, question_.asked, own_threshold_, rates_of(gallery_), comparisons);
  }
  const Limits& limits() const { return limits_; }
  bool only_within() const { return question_.only_within; }

  // The log names the nearest person of an unknown face up to this distance.
  float near() const { return std::max(limits_.review, near_in_thresholds(gallery_.stamp().recipe) * limits_.match); }

  void add(AuditEvent event, Decision decision, float distance, AuditEntry entry) {
    entry.event = event;
    entry.decision = int32_t(decision);
    entry.distance = distance;
    entry.threshold = limits_.match;
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
  const Against against_;
  float own_threshold_ = 0;  // the gallery's
  bool audit_ = false;
  Limits limits_;
  std::vector<AuditEntry> entries_;
  std::vector<int64_t> seen_;
};

// `count`: how many candidates the caller asked for.
Identification decided(Identified found, size_t count, Record& record) {
  const Limits& limits = record.limits();
  Identification answer;
  answer.limits = limits;
  answer.matches = std::move(found.matches);
  const float first = answer.matches.empty() ? kNobody : answer.matches.front().distance;
  const float second = answer.matches.size() < 2 ? kNobody : answer.matches[1].distance;
  const float outside = found.left_out ? found.left_out->distance : kNobody;
  // If the nearest person was left out, it is probably they: nobody else is recognised in their place. If they are
  // nearly as near, it may be they: they are the next person.
  answer.left_out = outside <= first && outside <= limits.review;
  answer.decision = answer.left_out ? Decision::unknown : decide(first, std::min(second, outside), limits);
  const Match* nearest = answer.left_out          ? &*found.left_out
                         : answer.matches.empty() ? nullptr
                                                  : &answer.matches.front();
  const float distance = nearest ? nearest->distance : kNobody;
  AuditEntry entry;
  if (answer.decision == Decision::match) {
    entry.person = nearest->person;
    entry.template_id = nearest->template_id;
  } else if (nearest && distance <= record.near()) {
    entry.near_person = nearest->person;
  }
  record.add(AuditEvent::identify, answer.decision, distance, std::move(entry));
  if (record.only_within())
    std::erase_if(answer.matches, [&](const Match& match) { return match.distance > limits.review; });
  if (answer.matches.size() > count) answer.matches.resize(count);
  return answer;
}

}  // namespace

std::vector<Identification> identify(Gallery& gallery, const std::vector<Embedding>& probes, Question question) {
  Record record(gallery, Against::anybody, question);
  std::vector<Identification> answers;
  if (probes.empty()) return answers;
  Search wanted = question.search;
  wanted.settle = [&](Search& search, int64_t comparisons) {
    record.settle(comparisons);
    const Limits& limits = record.limits();
    search.threshold = std::max(limits.review, limits.match + limits.margin);
    search.margin = limits.margin;
    if (question.only_within) search.reach = limits.review + limits.margin;
    if (limits.margin > 0) search.count = std::max<size_t>(search.count, 2);  // the next person decides, too
  };
  for (Identified& found : gallery.identify(probes, std::move(wanted)))
    answers.push_back(decided(std::move(found), question.search.count, record));
  record.write();
  return answers;
}

Verification verify(Gallery& gallery, int64_t person, const Embedding& probe, Question question) {
  Record record(gallery, Against::one, question);
  const Verified found = gallery.verify(person, probe, question.search.best_of, question.search.among);
  record.settle(found.templates);
  Verification answer;
  answer.limits = record.limits();
  if (found.distance) {
    answer.distance = *found.distance;
    answer.decision = decide(answer.distance, kNobody, answer.limits);
  }
  // Nor does anybody have to look at who may not be let in, whoever it is.
  const bool near = answer.decision == Decision::match || answer.decision == Decision::review;
  if (near && !found.eligible) answer.decision = Decision::inactive;
  AuditEntry entry;
  entry.person = person;
  entry.template_id = answer.decision == Decision::match ? found.template_id : 0;
  record.add(AuditEvent::verify, answer.decision, answer.distance, std::move(entry));
  record.write();
  return answer;
}

ModelRates rates_of(const Gallery& gallery) {
  return {gallery.stamp().recipe, gallery.compat_threshold(), gallery.calibration()};
}

std::vector<Identification> find_duplicates(Gallery& gallery, const std::vector<Embedding>& probes, int64_t ignore,
                                            float threshold) {
  constexpr size_t kMost = 100;
  std::vector<Identification> answers;
  if (probes.empty()) return answers;
  Limits limits;
  const float own = threshold == 0 ? gallery.threshold() : 0;
  Search wanted{.count = kMost + 1, .among = {.also_inactive = true}};
  wanted.settle = [&](Search& search, int64_t comparisons) {
    limits = limits_to_look_at(Against::anybody, {.threshold = threshold}, own, rates_of(gallery), comparisons);
    search.reach = limits.match;
  };
  for (Identified& found : gallery.identify(probes, wanted)) {
    Identification& answer = answers.emplace_back();
    answer.limits = limits;
    answer.matches = std::move(found.matches);
    std::erase_if(answer.matches, [&](const Match& match) { return match.person == ignore; });
    if (answer.matches.size() > kMost) answer.matches.pop_back();
    answer.decision = answer.matches.empty() ? Decision::unknown : Decision::match;
  }
  return answers;
}

float threshold_of_duplicates(Gallery& gallery, float threshold) {
  return limits_to_look_at(Against::anybody, {.threshold = threshold}, threshold == 0 ? gallery.threshold() : 0,
                           rates_of(gallery), gallery.counts().templates)
      .match;
}

}  // namespace visavis
