// Companies, products, and what nothing of the CRM's refers to (activities, targets and the like): rows
// without a history.
#include "base/json.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/undo_story.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

// How each kind of row is loaded and written back.
struct Companies {
    using Row = store::StoredCompany;
    using Record = CompanyRecord;
    static std::vector<Row> load(const Undoing& undoing, const std::vector<std::int64_t>& ids) {
        return store::load_companies(undoing.tx, undoing.org, {ids.begin(), ids.end()});
    }
    static void write(const Undoing& undoing, const Scope& scope, const Row& row) {
        store::update_company(undoing.tx, scope, row);
    }
};

struct Products {
    using Row = store::StoredProduct;
    using Record = ProductRecord;
    static std::vector<Row> load(const Undoing& undoing, const std::vector<std::int64_t>& ids) {
        return store::load_products(undoing.tx, undoing.org, ids);
    }
    static void write(const Undoing& undoing, const Scope& scope, const Row& row) {
        store::update_product(undoing.tx, scope, row);
    }
};

template <class Stored, class Said>
struct Happenings {
    using Row = Stored;
    using Record = Said;
    static std::vector<Row> load(const Undoing& undoing, const std::vector<std::int64_t>& ids) {
        return store::load_rows<Row>(undoing.tx, undoing.org, ids);
    }
    // The deal that it belonged to may have gone since.
    static void write(const Undoing& undoing, const Scope& scope, Row row) {
        if constexpr (requires { row.deal_id; })
            if (row.deal_id && store::existing_deals(undoing.tx, undoing.org, {*row.deal_id}).empty())
                row.deal_id.reset();
        store::update_rows<Row>(undoing.tx, scope, {row});
    }
};

template <class Row>
Row read_row(const boost::json::value& value) {
    return json::read<Row>(value).value();
}

// A row that was made, of which later imports first said just the same: as made by the first of them.
template <class Table>
void keep_as_made_later(Undoing& undoing, std::int64_t id, const std::vector<std::size_t>& parts,
                        typename Table::Row row) {
    const auto& scope = undoing.later[parts.front()].scope;
    row.as_of = scope.as_of;
    for (const auto place : parts) {
        auto& rest = undoing.later[place].rest;
        (place == parts.front() ? rest.made : rest.same).push_back(id);
    }
    if constexpr (requires { row.import_id; })
        row.import_id = scope.import;
    Table::write(undoing, scope, row);
}

// Sorts the rows: those of which nothing is left are given back; the others read as before, or are to be said
// again.
template <class Table>
std::vector<std::int64_t> take_back_rows(Undoing& undoing, AllAgain& again) {
    std::map<std::int64_t, typename Table::Row> rows;
    for (auto& row : Table::load(undoing, undoing.ids()))
        rows.emplace(row.id.value(), std::move(row));
    auto& counts = undoing.undone.of(undoing.part.kind);
    std::vector<std::int64_t> unmade;
    for (auto& [id, story] : undoing.stories) {
        const auto found = rows.find(id);
        if (found == rows.end())
            continue;
        if (story.made && story.later.empty()) {
            unmade.push_back(id);
            continue;
        }
        ++counts.restored;
        if (!story.made) {
            if (const auto* before = story.before_all())
                Table::write(undoing, {.org = undoing.org, .source = {}},
                             read_row<typename Table::Row>(*before));
            say_again(undoing, id, story, story.said_last(), again);
        } else if (const auto parts = story.take_the_same(); !parts.empty()) {
            const auto* before = story.before_later();
            keep_as_made_later<Table>(undoing, id, parts,
                                      before != nullptr ? read_row<typename Table::Row>(*before)
                                                        : std::move(found->second));
            say_again(undoing, id, story, story.said_last(), again);
        } else {
            make_anew(id, story, again);
            say_again(undoing, id, story, &story.later.front().statement, again);
        }
    }
    return unmade;
}

template <class Record>
void apply_again(Undoing& undoing, std::size_t place, const std::vector<const boost::json::value*>& said) {
    if (said.empty())
        return;
    auto& part = undoing.later[place];
    Applied applied;
    apply(undoing.tx, part.scope, undoing.memory, records_of<Record>(said), applied);
    append(undoing, place, std::move(applied.journal));
}

// What nobody else has named goes, the rest is only a name from now on.
void end_unmade(Undoing& undoing, const std::vector<std::int64_t>& unmade) {
    const auto kind = undoing.part.kind;
    auto staying = store::referred_to(undoing.tx, undoing.org, kind, unmade, undoing.import);
    std::vector<std::int64_t> named, gone;
    const auto sort_out = [&] { // all are in order
        named.clear();
        gone.clear();
        for (const auto& row : staying)
            named.push_back(row.id);
        std::ranges::set_difference(unmade, named, std::back_inserter(gone));
    };
    sort_out();
    for (const auto& row :
         remembered(undoing, {Kind::deal, Kind::activity, Kind::churn, Kind::service_failure},
                    {kind == Kind::company ? "company_id" : "product_id"}, gone))
        staying.push_back(row);
    std::ranges::sort(staying, {}, &store::Referred::id);
    sort_out();
    for (const auto& row : staying)
        store::make_bare(undoing.tx, undoing.org, kind, row);
    store::remove_rows(undoing.tx, undoing.org, kind, gone);
    hand_over(undoing, staying);
    undoing.undone.of(kind).removed += static_cast<std::int64_t>(gone.size());
    undoing.undone.of(kind).restored += static_cast<std::int64_t>(named.size());
}

// Companies and products, to which others refer: what is made anew keeps its row.
template <class Table, class Remake>
void undo_named(Undoing& undoing, Remake&& remake) {
    AllAgain again(undoing.later.size());
    const auto unmade = take_back_rows<Table>(undoing, again);
    for (std::size_t place = 0; place < again.size(); ++place) {
        const auto& [made, said, ids] = again[place];
        const auto records = records_of<typename Table::Record>(made);
        auto& part = undoing.later[place];
        for (std::size_t i = 0; i < records.size(); ++i) {
            Table::write(undoing, part.scope, remake(part.scope, records[i], ids[i]));
            part.rest.made.push_back(ids[i]);
        }
        apply_again<typename Table::Record>(undoing, place, said);
    }
    write_back(undoing);
    end_unmade(undoing, unmade);
}

// Those that nobody has worked on go, with the failures that only wait; the others stay and are told.
std::vector<std::int64_t> without_kept(Undoing& undoing, std::vector<std::int64_t> gone) {
    const auto kind = undoing.part.kind;
    for (const auto& row : store::worked_on(undoing.tx, undoing.org, kind, gone)) {
        std::erase(gone, row.id);
        undoing.keep(row.name, "A debrief belongs to it.");
    }
    store::remove_failures_about(undoing.tx, undoing.org, kind, gone);
    return gone;
}

// What rows are known by, so that failures about one that is made anew follow it; nothing where no failures
// are about rows of this kind.
template <class Table>
std::map<std::string, std::int64_t> keys_of(const Undoing& undoing, const std::vector<std::int64_t>& ids) {
    std::map<std::string, std::int64_t> keys;
    if (!store::failures_can_be_about(undoing.part.kind))
        return keys;
    for (const auto& row : Table::load(undoing, ids))
        keys.emplace(row.external_key, row.id.value());
    return keys;
}

// Rows to which nothing of the CRM's refers: what is made anew is another row.
template <class Table>
void undo_as(Undoing& undoing) {
    AllAgain again(undoing.later.size());
    auto gone = without_kept(undoing, take_back_rows<Table>(undoing, again));
    undoing.undone.of(undoing.part.kind).removed += static_cast<std::int64_t>(gone.size());
    std::vector<std::map<std::string, std::int64_t>> anew; // of each part
    for (const auto& part : again) {
        anew.push_back(keys_of<Table>(undoing, part.ids));
        std::ranges::copy(part.ids, std::back_inserter(gone));
    }
    store::remove_rows(undoing.tx, undoing.org, undoing.part.kind, gone);
    for (std::size_t place = 0; place < again.size(); ++place) {
        auto said = again[place].made;
        std::ranges::copy(again[place].said, std::back_inserter(said));
        apply_again<typename Table::Record>(undoing, place, said);
        const auto& scope = undoing.later[place].scope;
        for (const auto& [key, id] : anew[place])
            store::move_failures(undoing.tx, undoing.org, undoing.part.kind, id,
                                 {.source = scope.source, .external_key = key});
    }
    write_back(undoing);
}

} // namespace

void undo_companies(Undoing& undoing) {
    undo_named<Companies>(undoing, [&](const Scope& scope, const CompanyRecord& record, std::int64_t id) {
        return company_of(scope, record, CompanyId(id));
    });
}

void undo_products(Undoing& undoing) {
    undo_named<Products>(undoing, [&](const Scope& scope, const ProductRecord& record, std::int64_t id) {
        return product_of(scope, record, ProductId(id));
    });
}

void undo_happenings(Undoing& undoing) {
    switch (undoing.part.kind) {
    case Kind::activity:
        return undo_as<Happenings<store::StoredActivity, ActivityRecord>>(undoing);
    case Kind::stage_change:
        return undo_as<Happenings<store::StoredStageChange, StageChangeRecord>>(undoing);
    case Kind::target:
        return undo_as<Happenings<store::StoredTarget, TargetRecord>>(undoing);
    case Kind::churn:
        return undo_as<Happenings<store::StoredChurn, ChurnRecord>>(undoing);
    case Kind::service_failure:
        return undo_as<Happenings<store::StoredServiceFailure, ServiceFailureRecord>>(undoing);
    case Kind::competitor:
        return undo_as<Happenings<store::StoredCompetitor, CompetitorRecord>>(undoing);
    case Kind::stage:
        return undo_as<Happenings<store::StoredStage, StageRecord>>(undoing);
    default:
        throw std::logic_error("rows of this kind are undone elsewhere");
    }
}

} // namespace buckstop::imports
