// Companies and products: small tables, compared row by row.
#include "base/json.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/apply_take.hpp"

#include <map>

namespace buckstop::imports {
namespace {

// A row on its way: stored, or new.
template <class Stored>
struct Working {
    Stored row;
    bool is_new = false, is_changed = false;
};
using Companies = std::map<std::string, Working<store::StoredCompany>, std::less<>>; // by key
using Products = std::map<std::string, Working<store::StoredProduct>, std::less<>>;  // by compared name

std::string key_for(const Scope& scope, const CompanyRecord& record) {
    return scope.keyless ? key_of_name(compared_name(*record.name)) : std::string(record.key);
}

// The stored companies that the records mean: by key, else those that so far are only a name.
Companies find_companies(db::Transaction& tx, const Scope& scope, const std::vector<CompanyRecord>& records) {
    std::vector<std::string> keys, names;
    for (const auto& record : records) {
        keys.push_back(key_for(scope, record));
        names.push_back(compared_name(*record.name));
    }
    std::map<std::string, CompanyId, std::less<>> by_key, only_named;
    for (const auto& row : store::companies_by_key(tx, scope.org, scope.source, keys))
        by_key.emplace(row.external_key, row.id);
    for (const auto& row : store::companies_by_name(tx, scope.org, scope.source, names))
        if (row.external_key == key_of_name(row.name_key))
            only_named.emplace(row.name_key, row.id);
    std::map<CompanyId, std::string> key_of;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const auto found = by_key.find(keys[i]); found != by_key.end())
            key_of.emplace(found->second, keys[i]);
        else if (const auto named = only_named.extract(names[i]))
            key_of.emplace(named.mapped(), keys[i]);
    }
    std::vector<CompanyId> ids;
    for (const auto& [id, key] : key_of)
        ids.push_back(id);
    Companies companies;
    for (auto& row : store::load_companies(tx, scope.org, ids)) {
        const auto& key = key_of.at(row.id);
        companies.emplace(key, Working<store::StoredCompany>{.row = std::move(row)});
    }
    return companies;
}

bool merge(store::StoredCompany& row, const CompanyRecord& record, const Scope& scope,
           const std::string& key) {
    const bool older = is_older(scope, row.as_of);
    // Its key isn't a fact about the company, but from now on it has one.
    const bool adopted = row.external_key != key;
    if (adopted) {
        row.source = scope.source;
        row.external_key = key;
    }
    const bool named_only = row.content_hash == 0;
    const bool renamed = take(row.name, record.name, older && !named_only);
    if (renamed)
        row.name_key = compared_name(row.name);
    bool changed = renamed || adopted;
    changed |= take(row.industry, record.industry, older);
    changed |= take(row.country, record.country, older);
    changed |= take(row.region, record.region, older);
    changed |= take(row.segment, record.segment, older);
    changed |= take(row.employees, record.employees, older);
    changed |= take(row.parent_name, record.parent, older);
    return changed;
}

bool merge(store::StoredProduct& row, const ProductRecord& record, const Scope& scope) {
    const bool older = is_older(scope, row.as_of);
    bool changed = take(row.name, record.name, older && row.content_hash != 0);
    changed |= take(row.family, record.family, older);
    changed |= take(row.list_price_minor, record.list_price_minor, older);
    if (row.list_price_minor) {
        const Text currency = record.currency ? record.currency : Text(scope.currency);
        changed |= take(row.currency, currency, older || (!record.currency && row.currency));
    }
    return changed;
}

// Notes what a merged record means for the row, the counts and the journal.
template <class Stored, class Record>
void settle_row(Working<Stored>& working, const Stored& before, bool changed, const Record& record,
                const Scope& scope, Counts& counts, JournalPart& journal) {
    ++(changed ? counts.changed : counts.unchanged);
    Statement statement{.said = said(record)};
    if (changed) {
        working.is_changed = true;
        statement.before = json::write(before);
        // Of a row that was only a name every file knows more, whichever day it is of.
        statement.took = before.content_hash == 0 || !is_older(scope, working.row.as_of);
    }
    if (statement.took) {
        working.row.as_of = scope.as_of;
        working.row.content_hash = content_hash(record);
    }
    if (!scope.compare)
        journal.add(before.id.value(), statement);
}

// A record for a row that is there. `same`: it says what the last one said.
template <class Stored, class Record, class Merge>
void take_record(Working<Stored>& working, const Record& record, bool same, Merge&& merge_into,
                 const Scope& scope, Counts& counts, JournalPart& journal) {
    if (same) {
        ++counts.unchanged;
        if (!scope.compare)
            journal.same.push_back(working.row.id.value());
        return;
    }
    const auto before = working.row;
    const bool changed = merge_into(working.row);
    settle_row(working, before, changed, record, scope, counts, journal);
}

} // namespace

store::StoredCompany company_of(const Scope& scope, const CompanyRecord& record, CompanyId id) {
    const auto key = key_for(scope, record);
    store::StoredCompany row{.id = id, .source = scope.source, .external_key = key, .as_of = scope.as_of};
    merge(row, record, scope, key);
    row.content_hash = content_hash(record);
    return row;
}

store::StoredProduct product_of(const Scope& scope, const ProductRecord& record, ProductId id) {
    store::StoredProduct row{.id = id, .name_key = compared_name(*record.name), .as_of = scope.as_of};
    merge(row, record, scope);
    row.content_hash = content_hash(record);
    return row;
}

bool count_repeated(const Scope& scope, Memory& memory, Kind kind, std::string_view key,
                    std::int64_t content_hash, Counts& counts) {
    if (!scope.compare)
        return false;
    ContentHash hash;
    hash.add(enum_name(kind));
    hash.add(scope.source);
    hash.add(key);
    const auto before = memory.others.note(static_cast<std::uint64_t>(hash.value()), content_hash);
    if (before)
        ++(*before == content_hash ? counts.unchanged : counts.changed);
    return before.has_value();
}

void apply_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                     const std::vector<CompanyRecord>& records, Applied& into) {
    auto companies = find_companies(tx, scope, records);
    auto& counts = into.counts.of(Kind::company);
    auto& journal = into.journal[Kind::company];
    for (const auto& record : records) {
        const auto key = key_for(scope, record);
        const auto hash = content_hash(record);
        if (count_repeated(scope, memory, Kind::company, key, hash, counts))
            continue;
        const auto found = companies.find(key);
        const bool is_new = found == companies.end();
        auto& working = is_new ? companies[key] : found->second;
        if (is_new) {
            const auto id = scope.compare ? CompanyId(id_to_be(key)) : tx.new_id<struct Company>();
            working = {.row = company_of(scope, record, id), .is_new = true};
            ++counts.created;
            if (!scope.compare)
                journal.made.push_back(working.row.id.value());
        } else {
            const bool same = working.row.content_hash == hash && working.row.external_key == key;
            take_record(
                working, record, same,
                [&](store::StoredCompany& row) { return merge(row, record, scope, key); }, scope, counts,
                journal);
        }
        memory.companies.put(*record.name, working.row.id.value());
        if (scope.compare)
            (void)note_made(memory, Kind::company, key_of_name(compared_name(*record.name)));
    }
    if (scope.compare)
        return;
    std::vector<store::NewCompany> made;
    for (const auto& [key, working] : companies) {
        const auto& row = working.row;
        if (working.is_new)
            made.push_back({.id = row.id,
                            .external_key = key,
                            .name = row.name,
                            .name_key = row.name_key,
                            .industry = row.industry,
                            .country = row.country,
                            .region = row.region,
                            .segment = row.segment,
                            .parent = row.parent_name,
                            .employees = row.employees,
                            .content_hash = row.content_hash});
        else if (working.is_changed)
            store::update_company(tx, scope, row);
    }
    store::insert_companies(tx, scope, made);
}

void apply_products(db::Transaction& tx, const Scope& scope, Memory& memory,
                    const std::vector<ProductRecord>& records, Applied& into) {
    std::vector<std::string> names;
    for (const auto& record : records)
        names.push_back(compared_name(*record.name));
    Products products;
    for (auto& row : store::products_by_name(tx, scope.org, names)) {
        auto name = row.name_key;
        products.emplace(std::move(name), Working<store::StoredProduct>{.row = std::move(row)});
    }
    auto& counts = into.counts.of(Kind::product);
    auto& journal = into.journal[Kind::product];
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& record = records[i];
        const auto hash = content_hash(record);
        if (count_repeated(scope, memory, Kind::product, names[i], hash, counts))
            continue;
        const auto found = products.find(names[i]);
        const bool is_new = found == products.end();
        auto& working = is_new ? products[names[i]] : found->second;
        if (is_new) {
            const auto id = scope.compare ? ProductId(id_to_be(names[i])) : tx.new_id<struct Product>();
            working = {.row = product_of(scope, record, id), .is_new = true};
            ++counts.created;
            if (!scope.compare)
                journal.made.push_back(working.row.id.value());
        } else {
            take_record(
                working, record, working.row.content_hash == hash,
                [&](store::StoredProduct& row) { return merge(row, record, scope); }, scope, counts, journal);
        }
        memory.products.put(*record.name, working.row.id.value());
        if (scope.compare)
            (void)note_made(memory, Kind::product, names[i]);
    }
    if (scope.compare)
        return;
    for (const auto& [name, working] : products) {
        const auto& row = working.row;
        if (working.is_new)
            store::insert_product(tx, scope,
                                  {.id = row.id,
                                   .name = row.name,
                                   .name_key = name,
                                   .family = row.family,
                                   .currency = row.currency,
                                   .list_price_minor = row.list_price_minor,
                                   .content_hash = row.content_hash});
        else if (working.is_changed)
            store::update_product(tx, scope, row);
    }
}

} // namespace buckstop::imports
