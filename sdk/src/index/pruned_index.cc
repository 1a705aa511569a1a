// An index that compares a probe only with templates a lower bound cannot rule out: see docs/search.md.
#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/parallel.h"
#include "base/pool.h"
#include "index/index.h"
#include "index/probe_search.h"
#include "index/rows.h"
#include "index/sketch_kernels.h"
#include "index/sketcher.h"

namespace visavis {
namespace {

constexpr size_t kFewest = 1000;             // fewer rows are simply compared, one after the other
constexpr size_t kEnough = 8192;             // a frame learnt from so many is not learnt again because of growth
constexpr size_t kRenewedAtOnce = 8;         // chunks
constexpr size_t kRowsForAThread = 1 << 16;  // a thread takes some 20 µs to start
constexpr size_t kProbesAtOnce = 16;         // so many probes share what a chunk costs to read
constexpr size_t kSpan = 64;                 // chunks between two looks at what is left, where probes come together

class PrunedIndex : public Index {
 public:
  explicit PrunedIndex(size_t length) : rows_(length) {}

  void add(int64_t template_id, int64_t person, const Embedding& embedding, float offset) override {
    const uint32_t row = rows_.add(template_id, person, embedding, offset);
    Chunk& chunk = rows_.chunk(row / kChunkRows);
    const size_t at = row % kChunkRows;
    if (at == 0 && chunk.sketched == 0 && frame_ != nullptr && !chunk.take(frame_)) return;
    if (chunk.frame == nullptr || at > chunk.sketched) return;  // settle() will do all of them
    const double error = sketch(chunk, at, 1);
    if (chunk.frame == frame_) recent_error_ += error, ++recent_;
  }

  void remove(int64_t template_id) override {
    const auto row = rows_.remove(template_id);
    if (!row || *row >= rows_.size()) return;
    Chunk& chunk = rows_.chunk(*row / kChunkRows);
    if (*row % kChunkRows < chunk.sketched) sketch(chunk, *row % kChunkRows, 1);
  }

  void reserve(size_t templates) override { rows_.reserve(templates); }

  void settle(int threads) override {
    if (rows_.size() < kFewest) return;
    const bool first = frame_ == nullptr;
    if (first || (learnt_from_ < kEnough && rows_.size() >= 4 * learnt_from_) || drifted()) learn();
    // What has no sketch gets one; what has one of an older frame, a new one, a few chunks at a time.
    std::vector<Chunk*> due;
    size_t renewed = 0;
    for (size_t i = rows_.chunks(); i-- > 0;) {
      Chunk& chunk = rows_.chunk(i);
      const bool old = chunk.frame != nullptr && chunk.frame != frame_;
      if (old && renewed++ < kRenewedAtOnce) chunk.sketched = 0;
      if (chunk.sketched == 0 && !chunk.take(frame_)) throw std::bad_alloc();
      if (chunk.sketched < rows_.rows_in(i)) due.push_back(&chunk);
    }
    std::vector<double> errors(due.size());
    std::vector<size_t> counts(due.size());
    for (size_t i = 0; i < due.size(); ++i) counts[i] = wanted_rows(*due[i]) - due[i]->sketched;
    parallel_for(int(due.size()), threads, [&](int i) {
      const auto k = size_t(i);
      errors[k] = sketch(*due[k], due[k]->sketched, counts[k]);
    });
    if (expected_error_ > 0) return;
    double error = 0, count = 0;
    for (size_t i = 0; i < due.size(); ++i)
      if (due[i]->frame == frame_) error += errors[i], count += double(counts[i]);
    if (count > 0) expected_error_ = error / count;
  }

  size_t size() const override { return rows_.size(); }

  size_t size_among(const PersonSelection* among) const override {
    const std::vector<int64_t>* const list = among ? among->listed() : nullptr;
    if (!list) return rows_.size();
    size_t count = 0;
    for (const int64_t person : *list) {
      if (!among->has(person)) continue;
      const auto first = rows_.first_of(person);
      for (auto row = first; row; row = rows_.next(*row) == *first ? std::nullopt : std::optional(rows_.next(*row)))
        ++count;
    }
    return count;
  }

  std::vector<int64_t> template_ids() const override {
    std::vector<int64_t> ids(rows_.size());
    for (size_t row = 0; row < ids.size(); ++row) ids[row] = rows_.template_id(row);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  std::vector<Candidate> search(const Embedding& probe, const IndexQuery& query) const override {
    return search_one(probe, offset_of(query, 0), query);
  }

  std::vector<std::vector<Candidate>> search_batch(const std::vector<Embedding>& probes,
                                                   const IndexQuery& query) const override {
    for (const Embedding& probe : probes) require_length(probe);
    std::vector<std::vector<Candidate>> answers(probes.size());
    if (query.count == 0 || !(query.reach >= 0) || rows_.size() == 0) return answers;
    const auto threads = size_t(std::max(1, query.threads));
    if (few(query) || probes.size() < 2 * threads) {
      for (size_t i = 0; i < probes.size(); ++i) answers[i] = search_one(probes[i], offset_of(query, i), query);
      return answers;
    }
    const size_t group = std::min(kProbesAtOnce, (probes.size() + threads - 1) / threads);
    const auto groups = int((probes.size() + group - 1) / group);
    parallel_for(groups, query.threads, [&](int number) {
      const size_t from = size_t(number) * group, to = std::min(from + group, probes.size());
      search_group(probes, from, to, query, answers);
    });
    return answers;
  }

 private:
  static float offset_of(const IndexQuery& query, size_t probe) {
    return query.offsets.empty() ? 0 : query.offsets[probe];
  }

  std::vector<Candidate> search_one(const Embedding& probe, float offset, const IndexQuery& query) const {
    require_length(probe);
    if (query.count == 0 || !(query.reach >= 0) || rows_.size() == 0) return {};
    SharedBound shared(query.reach);
    if (few(query)) return search_few(probe, offset, query, shared);
    const int threads = std::max(1, std::min(query.threads, int(1 + rows_.size() / kRowsForAThread)));
    auto shares = std::vector<std::unique_ptr<ProbeSearch>>(size_t(threads));
    std::atomic<size_t> next{0};
    auto lease = buffers_.borrow();
    std::vector<uint8_t>& bounds = *lease;
    bounds.resize(std::max(bounds.size(), rows_.chunks() * kChunkRows));
    parallel_for(threads, threads, [&](int thread) {
      auto share = std::make_unique<ProbeSearch>(rows_, probe, offset, query, shared);
      std::vector<size_t> mine;
      for (size_t chunk; (chunk = next.fetch_add(1)) < rows_.chunks(); mine.push_back(chunk))
        share->visit(chunk, bounds.data() + chunk * kChunkRows);
      for (const size_t chunk : mine) share->keep(chunk, bounds.data() + chunk * kChunkRows);
      share->finish();
      shares[size_t(thread)] = std::move(share);
    });
    for (size_t i = 1; i < shares.size(); ++i) shares[0]->nearest().merge(shares[i]->nearest());
    return shares[0]->nearest().take();
  }

  void require_length(const Embedding& probe) const {
    if (probe.size() != rows_.length()) throw std::length_error("a probe of another length than the index holds");
  }

  // So few persons that their templates are looked up one by one.
  bool few(const IndexQuery& query) const {
    const std::vector<int64_t>* listed = query.among ? query.among->listed() : nullptr;
    return listed && listed->size() <= 64 + rows_.size() / 256;
  }

  std::vector<Candidate> search_few(const Embedding& probe, float offset, const IndexQuery& query,
                                    SharedBound& shared) const {
    ProbeSearch all(rows_, probe, offset, query, shared);
    for (const int64_t person : *query.among->listed())
      if (query.among->has(person)) all.compare_person(person);
    return all.nearest().take();
  }

  void search_group(const std::vector<Embedding>& probes, size_t from, size_t to, const IndexQuery& query,
                    std::vector<std::vector<Candidate>>& answers) const {
    std::deque<SharedBound> shared;
    std::deque<ProbeSearch> searches;
    for (size_t i = from; i < to; ++i)
      searches.emplace_back(rows_, probes[i], offset_of(query, i), query, shared.emplace_back(query.reach));
    std::vector<uint8_t> bounds(searches.size() * kSpan * kChunkRows);
    for (size_t span = 0; span < rows_.chunks(); span += kSpan) {
      const size_t end = std::min(span + kSpan, rows_.chunks());
      for (size_t chunk = span; chunk < end; ++chunk)
        for (size_t i = 0; i < searches.size(); ++i)
          searches[i].visit(chunk, &bounds[(i * kSpan + chunk - span) * kChunkRows]);
      for (size_t i = 0; i < searches.size(); ++i)
        for (size_t chunk = span; chunk < end; ++chunk)
          searches[i].keep(chunk, &bounds[(i * kSpan + chunk - span) * kChunkRows]);
    }
    for (size_t i = from; i < to; ++i) {
      searches[i - from].finish();
      answers[i] = searches[i - from].nearest().take();
    }
  }

  size_t wanted_rows(const Chunk& chunk) const {
    return &chunk == &rows_.chunk(rows_.chunks() - 1) ? rows_.rows_in(rows_.chunks() - 1) : kChunkRows;
  }

  // The rows first..first+count-1 of a chunk, where first is not beyond what is sketched.
  static double sketch(Chunk& chunk, size_t first, size_t count) {
    const size_t end = first + count;
    if (end > chunk.sketched) {  // a block that is new may hold anything
      const size_t fresh = (chunk.sketched + kBlockRows - 1) / kBlockRows, blocks = (end + kBlockRows - 1) / kBlockRows;
      const auto clear = [&](uint32_t* all, size_t coordinates) {
        std::fill(all + fresh * block_words(coordinates), all + blocks * block_words(coordinates), 0);
      };
      clear(chunk.coarse.get(), chunk.frame->layout.coarse());
      if (chunk.frame->layout.wide) clear(chunk.middle.get(), kMiddle);
    }
    const Sketches to{chunk.coarse.get(), chunk.middle.get(), chunk.fine.get(), kChunkRows};
    const double error = make_sketches(*chunk.frame, chunk.embedding(first), chunk.offsets + first, first, count, to);
    chunk.sketched = std::max(chunk.sketched, end);
    return error;
  }

  void learn() {
    std::vector<const float*> sample;
    const size_t stride = 1 + rows_.size() / (2 * kEnough);
    for (size_t row = 0; row < rows_.size(); row += stride) sample.push_back(rows_.embedding(row));
    frame_ = learn_frame(sample, rows_.length());
    learnt_from_ = rows_.size();
    recent_error_ = expected_error_ = 0;
    recent_ = 0;
  }

  // What was added lately is not like what the frame was learnt from: sketches of it are poor.
  bool drifted() const {
    return recent_ >= std::max(kFewest, rows_.size() / 4) && recent_error_ > 1.5 * expected_error_ * double(recent_);
  }

  Rows rows_;
  mutable Pool<std::vector<uint8_t>> buffers_{[] { return std::make_unique<std::vector<uint8_t>>(); }};
  std::shared_ptr<const SketchFrame> frame_;  // for what is added from now on
  size_t learnt_from_ = 0;
  double expected_error_ = 0;  // of a coarse sketch, squared
  double recent_error_ = 0;    // the sum over what was added since
  size_t recent_ = 0;
};

}  // namespace

std::unique_ptr<Index> make_pruned_index(size_t length) { return std::make_unique<PrunedIndex>(length); }

}  // namespace visavis
