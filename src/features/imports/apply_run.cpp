#include "features/imports/apply_run.hpp"

#include "base/json.hpp"
#include "features/audit/audit.hpp"
#include "features/imports/apply.hpp"
#include "features/imports/apply_deal_store.hpp"
#include "features/imports/apply_gone.hpp"
#include "features/imports/apply_indexes.hpp"
#include "features/imports/apply_refused.hpp"
#include "features/imports/record_reader.hpp"
#include "features/imports/store.hpp"
#include "features/imports/undo_store.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace buckstop::imports {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t most_first_refusals = 1000;

// Rows so far, how fast, how long it will still take.
class Pace {
  public:
    Pace(Phase phase, std::int64_t rows_before, std::int64_t total)
        : phase_(phase), before_(rows_before), total_(total) {}

    [[nodiscard]] Progress after(std::int64_t rows) const {
        const auto seconds = std::chrono::duration<double>(SteadyClock::now() - begin_).count();
        Progress progress{
            .phase = phase_, .rows = before_ + rows, .total_rows = std::max(total_, before_ + rows)};
        if (seconds > 0)
            progress.rows_per_second = static_cast<std::int64_t>(static_cast<double>(rows) / seconds);
        if (progress.rows_per_second > 0)
            progress.seconds_left = (*progress.total_rows - progress.rows) / progress.rows_per_second;
        return progress;
    }

  private:
    Phase phase_;
    std::int64_t before_, total_;
    SteadyClock::time_point begin_ = SteadyClock::now();
};

// One import under way.
class Running {
  public:
    Running(const Context& context, Run& run, std::string currency)
        : context_(context), run_(run), currency_(std::move(currency)),
          pace_(run.compare ? Phase::comparing : Phase::applying, rows_before(run), total(run)) {}

    Result<> take(RunFile& file);
    Result<> finish();
    // Those that this import has put off. Whoever gives up calls it too.
    void restore_indexes();
    Ran result() &&;

  private:
    static std::int64_t rows_before(const Run& run) {
        std::int64_t rows = 0;
        for (const auto& file : run.files)
            rows += file.rows_done;
        return rows;
    }
    static std::int64_t total(const Run& run) {
        std::int64_t rows = 0;
        for (const auto& file : run.files)
            rows += file.plan.not_needed ? 0 : file.plan.rows;
        return rows;
    }

    [[nodiscard]] bool should_stop() const { return run_.should_stop && run_.should_stop(); }
    Result<> wait(); // until the indexes are there
    Result<> prepare_indexes(const RunFile& file);
    Result<> take_batch(RunFile& file, const Scope& scope, RefusedRows& refused, const Batch& batch);
    Result<> compare_batch(RunFile& file, const Scope& scope, const Batch& batch);
    Result<> note(db::Transaction& tx, const RunFile& file, const store::FileProgress& progress) const;
    Result<> end_of(RunFile& file);
    void advance(std::uint64_t rows);
    void remember_read(const std::string& source, const Applied& applied);
    void note_days(db::Transaction& tx) const;
    [[nodiscard]] std::set<std::string> deal_sources() const;
    void count_missing();
    void mark_gone(db::Transaction& tx);
    void add_missing(const Missing& more) {
        auto& sum = missing_ ? *missing_ : missing_.emplace();
        sum.open += more.open;
        sum.closed += more.closed;
    }
    [[nodiscard]] std::vector<ReadMark> marks_of(db::Transaction& tx, std::span<const DealId> deals) const;

    const Context& context_;
    Run& run_;
    std::string currency_;
    Instant began_ = context_.now();
    Memory memory_;
    Pace pace_;
    std::int64_t rows_ = 0; // in this run
    bool indexes_off_ = false;
    std::map<int, std::vector<Refusal>> first_refusals_;
    std::optional<Missing> missing_;
    struct Read {
        std::int64_t distinct = 0;
        std::vector<DealId> again;
    };
    std::map<std::string, Read> read_; // by source
};

tl::unexpected<Error> run_by_another() {
    return fail(ErrorCode::conflict, "This import is already being run by another program.");
}

// With the rows that never became records.
KindCounts counts_of(const Applied& applied, const Batch& batch, Kind kind) {
    auto counts = applied.counts;
    auto& of_kind = counts.of(kind);
    of_kind.refused += static_cast<std::int64_t>(batch.refusals.size());
    if (batch.left_out > 0)
        of_kind.left_out = of_kind.left_out.value_or(0) + static_cast<std::int64_t>(batch.left_out);
    return counts;
}

std::set<std::string, std::less<>> fields_filled(const Mapping& mapping) {
    std::set<std::string, std::less<>> fields;
    for (const auto& column : mapping.columns)
        fields.insert(column.field);
    for (const auto& constant : mapping.constants)
        fields.insert(constant.field);
    return fields;
}

Result<> Running::wait() {
    if (wait_for_indexes(context_, run_.import, [this] { return should_stop(); }))
        return {};
    return fail(ErrorCode::cancelled, "The import was stopped. What is in stays; it can go on later.");
}

Result<> Running::prepare_indexes(const RunFile& file) {
    if (run_.compare || file.plan.mapping.kind != Kind::deal || indexes_off_)
        return {};
    if (auto ready = wait(); !ready)
        return ready;
    if (file.rows_done == 0 && file.plan.rows >= many_deals)
        indexes_off_ = context_.database.write_committed(
            [&](db::Transaction& tx) { return put_off_indexes(tx, run_.import); });
    return {};
}

void Running::restore_indexes() {
    if (std::exchange(indexes_off_, false))
        build_indexes(context_.database);
}

Result<> Running::take(RunFile& file) {
    if (file.is_done)
        return {};
    if (file.plan.not_needed)
        return end_of(file);
    if (auto ready = prepare_indexes(file); !ready)
        return ready;
    auto scope = scope_of(file.plan, run_.org, run_.import, run_.as_of, currency_);
    scope.now = context_.now();
    scope.compare = run_.compare;
    context_.database.read([&](db::Transaction& tx) { prepare(tx, scope, memory_); });
    auto reader = RecordReader::open(
        file.plan, {.start_row = static_cast<std::uint64_t>(file.rows_done), .batch_rows = run_.batch_rows});
    if (!reader)
        return fail(reader.error());
    RefusedRows refused(file.refused_path, file.plan, file.refused_bytes);
    BatchStream batches(std::move(*reader), 1);
    for (Batch batch; batches.next(batch);) {
        if (should_stop())
            return fail(ErrorCode::cancelled,
                        "The import was stopped. What is in stays; it can go on later.");
        auto taken =
            run_.compare ? compare_batch(file, scope, batch) : take_batch(file, scope, refused, batch);
        if (!taken)
            return taken;
        advance(batch.rows);
    }
    return end_of(file);
}

Result<> Running::take_batch(RunFile& file, const Scope& scope, RefusedRows& refused, const Batch& batch) {
    const auto kind = file.plan.mapping.kind;
    KindCounts counts;
    Applied applied;
    store::FileProgress progress{.position = file.position,
                                 .rows_before = file.rows_done,
                                 .rows_done = file.rows_done + static_cast<std::int64_t>(batch.rows)};
    bool again = false;
    try {
        auto committed = context_.database.write_lazily([&](db::Transaction& tx) -> Result<> {
            if (std::exchange(again, true))
                memory_.forget();
            store::take_turn(tx, run_.org);
            if (!store::is_at(tx, run_.org, run_.import, progress))
                return run_by_another();
            if (store::is_undoing(tx, run_.org))
                return fail(ErrorCode::unavailable, "An import is being undone. Try again in a moment.");
            if (memory_.deals_are_new && store::has_company(tx, run_.org, run_.import, began_))
                memory_.look_everything_up();
            if (kind == Kind::deal) {
                const auto off_by = indexes_put_off_by(tx);
                if (off_by && *off_by != run_.import)
                    return fail(ErrorCode::unavailable, "Another large import is under way.");
                memory_.indexes_are_off = off_by.has_value();
            }
            applied = {};
            apply(tx, scope, memory_, batch.records, applied);
            auto& refusals = applied.refusals;
            refusals.insert(refusals.begin(), batch.refusals.begin(), batch.refusals.end());
            std::ranges::stable_sort(refusals, {}, &Refusal::line);
            counts = file.counts;
            add(counts, counts_of(applied, batch, kind));
            progress.counts = json::to_text(counts);
            progress.refused_bytes = refused.write(refusals);
            store::insert_refusals(tx, run_.org, run_.import, file.position, refusals);
            store::write_journal(tx, run_.org, run_.import, file.position, applied.journal);
            return note(tx, file, progress);
        });
        if (!committed)
            return committed;
    } catch (...) {
        memory_.forget();
        throw;
    }
    file.counts = counts;
    if (kind == Kind::deal)
        remember_read(scope.source, applied);
    file.rows_done = progress.rows_done;
    refused.accept(progress.refused_bytes);
    file.refused_bytes = progress.refused_bytes;
    return {};
}

Result<> Running::compare_batch(RunFile& file, const Scope& scope, const Batch& batch) {
    Applied applied;
    context_.database.read([&](db::Transaction& tx) { apply(tx, scope, memory_, batch.records, applied); });
    add(file.counts, counts_of(applied, batch, file.plan.mapping.kind));
    auto& first = first_refusals_[file.position];
    for (const auto& refusal : batch.refusals)
        if (first.size() < most_first_refusals)
            first.push_back(refusal);
    return {};
}

Result<> Running::note(db::Transaction& tx, const RunFile& file, const store::FileProgress& progress) const {
    const auto rows = rows_ + progress.rows_done - file.rows_done;
    if (!store::touch(tx, run_.org, run_.import, json::to_text(pace_.after(rows)), context_.now()))
        return fail(ErrorCode::cancelled, "The import was cancelled. What is in stays; it can go on later.");
    if (!store::note_progress(tx, run_.org, run_.import, progress))
        return run_by_another();
    return {};
}

Result<> Running::end_of(RunFile& file) {
    file.is_done = true;
    if (run_.compare)
        return {};
    const store::FileProgress progress{.position = file.position,
                                       .rows_before = file.rows_done,
                                       .rows_done = file.rows_done,
                                       .is_done = true,
                                       .counts = json::to_text(file.counts),
                                       .refused_bytes = file.refused_bytes};
    return context_.database.write_committed([&](db::Transaction& tx) { return note(tx, file, progress); });
}

void Running::advance(std::uint64_t rows) {
    rows_ += static_cast<std::int64_t>(rows);
    if (run_.on_progress)
        run_.on_progress(pace_.after(rows_));
}

void Running::remember_read(const std::string& source, const Applied& applied) {
    auto& read = read_[source];
    read.distinct += applied.distinct_deals;
    read.again.insert(read.again.end(), applied.read_again.begin(), applied.read_again.end());
}

std::vector<ReadMark> Running::marks_of(db::Transaction& tx, std::span<const DealId> deals) const {
    auto marks = store::read_marks(tx, run_.org, {deals.begin(), deals.end()});
    std::ranges::sort(marks, {}, &ReadMark::id);
    return marks;
}

// A day on which nine tenths of a source's deals were read counts as one on which they all were; of fewer,
// each notes it. (What was read before a kill isn't known any more.)
void Running::note_days(db::Transaction& tx) const {
    for (const auto& [source, read] : read_) {
        if (read.distinct * 10 >= store::count_deals(tx, run_.org, source) * 9) {
            store::note_snapshot(tx, run_.org, run_.import, source, run_.as_of, read.distinct);
            continue;
        }
        constexpr std::size_t at_once = 10'000;
        for (std::span<const DealId> rest = read.again; !rest.empty();) {
            const auto some = rest.first(std::min(at_once, rest.size()));
            store::write_journal(tx, run_.org, run_.import, 0, {{Kind::deal, {.read = marks_of(tx, some)}}});
            store::note_read(tx, run_.org, {some.begin(), some.end()}, run_.as_of);
            rest = rest.subspan(some.size());
        }
    }
}

// The sources of whose deals something came.
std::set<std::string> Running::deal_sources() const {
    std::set<std::string> sources;
    for (const auto& file : run_.files)
        if (file.plan.mapping.kind == Kind::deal)
            sources.insert(file.plan.mapping.source);
    return sources;
}

void Running::count_missing() {
    context_.database.read([&](db::Transaction& tx) {
        for (const auto& source : deal_sources())
            if (const auto missing = imports::count_missing(
                    tx, {.org = run_.org, .source = source, .as_of = run_.as_of}, memory_))
                add_missing(*missing);
    });
}

void Running::mark_gone(db::Transaction& tx) {
    missing_.reset(); // the transaction may run again
    if (run_.covers != Covers::some)
        for (const auto& source : deal_sources())
            add_missing(imports::mark_gone(tx, {.org = run_.org, .source = source, .as_of = run_.as_of},
                                           run_.import, run_.covers));
}

Result<> Running::finish() {
    if (run_.compare) {
        count_missing();
        return {};
    }
    restore_indexes();
    return context_.database.write_committed([&](db::Transaction& tx) -> Result<> {
        store::take_turn(tx, run_.org);
        settle(tx, {.org = run_.org});
        note_days(tx);
        mark_gone(tx);
        KindCounts all;
        for (const auto& file : run_.files)
            add(all, file.counts);
        if (!store::finish(tx, run_.org, run_.import, State::done, json::to_text(all), std::nullopt,
                           context_.now()))
            return fail(ErrorCode::cancelled,
                        "The import was cancelled. What is in stays; it can go on later.");
        add_what_follows(context_, tx, run_.org, missing_ ? std::nullopt : std::optional(run_.import));
        audit::record(tx, context_.now(),
                      {.org = run_.org,
                       .action = "import.done",
                       .object = access::Object::import,
                       .object_id = run_.import.value()});
        tx.after_commit([this] {
            context_.events.publish({.org = run_.org, .to = {}, .topic = "import", .id = run_.import.text()});
        });
        return {};
    });
}

Ran Running::result() && {
    Ran ran{.missing = missing_, .first_refusals = std::move(first_refusals_)};
    for (const auto& file : run_.files) {
        add(ran.counts, file.counts);
        if (file.refused_bytes > 0)
            ran.refused_files.push_back(file.refused_path);
    }
    return ran;
}

// What is needed first by others: companies, products and people before the deals that name them, deals
// before what happened to them.
std::ptrdiff_t order_of(Kind kind) {
    constexpr std::array first{Kind::product, Kind::company, Kind::person, Kind::deal, Kind::stage_change};
    return std::ranges::find(first, kind) - first.begin();
}

} // namespace

Scope scope_of(const FilePlan& plan, OrgId org, ImportId import, Date as_of, const std::string& currency) {
    return {.org = org,
            .source = plan.mapping.source,
            .as_of = as_of,
            .import = import,
            .currency = plan.default_currency.empty() ? currency : plan.default_currency,
            .keyless = key_columns(plan.mapping).empty(),
            .fields = fields_filled(plan.mapping)};
}

void add_what_follows(const Context& context, db::Transaction& tx, OrgId org, std::optional<ImportId> only) {
    boost::json::object input;
    if (only)
        input["import"] = only->text();
    for (const auto* const kind : {"failures.apply_rules", "quality.look"})
        context.jobs.add(tx, {.org = org, .kind = kind, .input = input});
}

void add(KindCounts& into, const KindCounts& counts) {
    boost::mp11::mp_for_each<Members<KindCounts>>([&](auto member) {
        const auto& more = counts.*member.pointer;
        auto& sum = into.*member.pointer;
        if (!more)
            return;
        if (!sum)
            sum.emplace();
        sum->created += more->created;
        sum->changed += more->changed;
        sum->unchanged += more->unchanged;
        sum->refused += more->refused;
        if (more->left_out)
            sum->left_out = sum->left_out.value_or(0) + *more->left_out;
    });
}

Result<Ran> run(const Context& context, Run run) {
    std::ranges::stable_sort(run.files, {},
                             [](const RunFile& file) { return order_of(file.plan.mapping.kind); });
    const auto organisation =
        context.database.read([&](db::Transaction& tx) { return people::find_organisation(tx, run.org); });
    if (!organisation)
        return fail(ErrorCode::not_found, "There is no such organisation.");
    Running running(context, run, organisation->currency);
    for (auto& file : run.files)
        if (const auto taken = running.take(file); !taken) {
            running.restore_indexes();
            return fail(taken.error());
        }
    if (const auto finished = running.finish(); !finished)
        return fail(finished.error());
    return std::move(running).result();
}

} // namespace buckstop::imports
