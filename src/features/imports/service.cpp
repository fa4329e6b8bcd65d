// The steps of an import as a person takes them.
#include "features/imports/service.hpp"

#include "access/policy.hpp"
#include "base/json.hpp"
#include "db/page.hpp"
#include "features/audit/audit.hpp"
#include "features/imports/layouts.hpp"
#include "features/imports/undo_store.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"

#include <fstream>
#include <sstream>

namespace buckstop::imports {
namespace {

using access::Action;
using access::Object;

constexpr std::size_t most_files = 20;
constexpr std::int64_t most_bytes = std::int64_t{8} << 30; // of a file

Result<> may(const Principal& who, Action action) {
    const auto allowed = access::require(who, {}, Object::import, action);
    return allowed ? Result<>{} : fail(allowed.error());
}

tl::unexpected<Error> no_import() {
    return fail(ErrorCode::not_found, "There is no such import.");
}

void tell(const Context& context, db::Transaction& tx, OrgId org, ImportId id) {
    tx.after_commit([&context, org, id] {
        context.events.publish({.org = org, .to = {}, .topic = "import", .id = id.text()});
    });
}

std::int64_t refused_in(const KindCounts& counts) {
    std::int64_t refused = 0;
    for_each_member(counts, [&](std::string_view, const std::optional<Counts>& kind) {
        refused += kind ? kind->refused : 0;
    });
    return refused;
}

std::optional<PersonRef> starter(const store::ImportRow& row) {
    if (!row.started_by)
        return std::nullopt;
    return PersonRef{*row.started_by, row.started_by_name.value_or("")};
}

FileOfImport shown(const store::FileRow& row) {
    FileOfImport file{
        .position = row.position, .name = row.name, .bytes = row.bytes, .received = row.received};
    if (auto plan = store::stored<FilePlan>(row.plan)) {
        file.not_needed = plan->not_needed;
        if (!plan->not_needed)
            file.kind = plan->mapping.kind;
        if (!plan->layout.empty())
            file.layout = plan->layout;
        if (const auto* layout = find_layout(plan->layout))
            file.layout_title = std::string(layout->title);
        file.encoding = std::string(enum_name(plan->encoding));
        file.separator = plan->separator;
        file.source = plan->mapping.source;
        file.rows = plan->rows;
        file.mapping_needed = plan->mapping_needed;
        file.questions = open_questions(*plan);
        file.columns = std::move(plan->columns);
    }
    return file;
}

// What is known of a running import, from its row and its files.
std::optional<KindCounts> counts_of(const store::ImportRow& row, const std::vector<store::FileRow>& files) {
    if (row.state != State::running && row.state != State::cancelled && row.state != State::failed)
        return store::stored<KindCounts>(row.counts);
    KindCounts sum;
    for (const auto& file : files)
        if (const auto counts = store::stored<KindCounts>(file.counts))
            add(sum, *counts);
    return sum;
}

std::optional<Import> find_import(db::Transaction& tx, OrgId org, ImportId id) {
    const auto row = store::find(tx, org, id);
    if (!row)
        return std::nullopt;
    const auto files = store::files(tx, org, id);
    Import import{.id = id,
                  .state = row->state,
                  .as_of = row->as_of,
                  .started_by = starter(*row),
                  .created_at = row->created_at,
                  .finished_at = row->finished_at,
                  .counts = counts_of(*row, files),
                  .progress = store::stored<Progress>(row->progress),
                  .error = row->error,
                  .can_be_undone = store::can_be_undone(tx, org, *row),
                  .undone = store::stored<Undone>(row->undone),
                  .covers = row->covers,
                  .missing = store::stored<Missing>(row->missing),
                  .version = row->version};
    for (const auto& file : files)
        import.files.push_back(shown(file));
    import.refused = import.counts ? refused_in(*import.counts) : 0;
    return import;
}

Result<Import> shown_import(db::Transaction& tx, OrgId org, ImportId id) {
    auto import = find_import(tx, org, id);
    if (!import)
        return no_import();
    return std::move(*import);
}

// Moves the import to a state that a job works in, and adds the job.
Result<Import> start_job(const Context& context, db::Transaction& tx, const Principal& who, ImportId id,
                         const std::vector<State>& from, State to, std::string_view kind) {
    if (!store::find(tx, who.org, id))
        return no_import();
    if (!store::set_state(tx, who.org, id, from, to))
        return fail(ErrorCode::conflict, "This import is already on its way, or has ended.");
    for (const auto& file : store::files(tx, who.org, id))
        if (file.received < file.bytes)
            return fail(ErrorCode::conflict, file.name + " hasn't arrived whole yet.");
        else if (!file.path)
            return fail(ErrorCode::conflict, file.name + " isn't kept any more; upload it again.");
    const auto job =
        context.jobs.add(tx, {.org = who.org, .kind = std::string(kind), .input = {{"import", id.text()}}});
    store::set_job(tx, who.org, id, job);
    tell(context, tx, who.org, id);
    return shown_import(tx, who.org, id);
}

Result<Import> preview_again(const Context& context, db::Transaction& tx, const Principal& who, ImportId id) {
    return start_job(context, tx, who, id,
                     {State::uploaded, State::previewed, State::question, State::cancelled, State::failed},
                     State::previewing, "imports.preview");
}

// "Dead" of "Dead = lost": a column can have several questions, each about a word.
std::string_view subject_of(std::string_view answer) {
    const auto end = answer.find(" = ");
    return end == answer.npos ? std::string_view() : answer.substr(0, end);
}

Result<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "There are no refused rows.");
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

} // namespace

std::filesystem::path folder_of(const Context& context, ImportId id) {
    const auto& directory = context.config.data_directory;
    return std::filesystem::path(directory.empty() ? "buckstop-files" : directory) / "imports" / id.text();
}

std::filesystem::path refused_path(const Context& context, ImportId id, int position) {
    return folder_of(context, id) / ("refused-" + std::to_string(position) + ".csv");
}

Result<http::Page<ImportSummary>> list_imports(const Context& context, const Principal& who,
                                               const ListQuery& query) {
    if (const auto allowed = may(who, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto before = db::read_cursor(query.cursor, std::tuple{ImportId(largest_id)});
    if (!before)
        return fail(before.error());
    return context.database.read([&](db::Transaction& tx) -> Result<http::Page<ImportSummary>> {
        auto rows = store::list(tx, who.org, std::get<0>(*before), *limit + 1);
        http::Page<ImportSummary> page;
        page.next =
            db::cut_page(rows, *limit, [](const store::ImportRow& row) { return std::tuple{row.id}; });
        for (const auto& row : rows) {
            const auto files = store::files(tx, who.org, row.id);
            ImportSummary summary{.id = row.id,
                                  .state = row.state,
                                  .as_of = row.as_of,
                                  .started_by = starter(row),
                                  .created_at = row.created_at,
                                  .finished_at = row.finished_at,
                                  .counts = counts_of(row, files)};
            for (const auto& file : files)
                summary.files.push_back(file.name);
            page.items.push_back(std::move(summary));
        }
        return page;
    });
}

Result<Import> get_import(const Context& context, const Principal& who, ImportId id) {
    if (const auto allowed = may(who, Action::read); !allowed)
        return fail(allowed.error());
    return context.database.read([&](db::Transaction& tx) { return shown_import(tx, who.org, id); });
}

Result<Import> create_import(const Context& context, const Principal& who, const NewImport& wanted) {
    if (const auto allowed = may(who, Action::create); !allowed)
        return fail(allowed.error());
    if (wanted.files.empty() || wanted.files.size() > most_files)
        return fail_field("files", "count", "An import has 1 to " + std::to_string(most_files) + " files.");
    for (const auto& file : wanted.files)
        if (file.name.empty() || file.name.size() > 500 || file.bytes < 1 || file.bytes > most_bytes)
            return fail_field("files", "size",
                              "Each file needs a name and at least one byte, 8 GiB at most.");
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        const auto now = context.now();
        const store::ImportRow row{.id = tx.new_id<buckstop::Import>(),
                                   .started_by = who.person,
                                   .as_of = wanted.as_of.value_or(people::today(tx, who.org, now)),
                                   .created_at = now};
        store::insert(tx, who.org, row);
        for (std::size_t i = 0; i < wanted.files.size(); ++i)
            store::insert_file(tx, who.org, row.id,
                               {.position = static_cast<int>(i),
                                .name = wanted.files[i].name,
                                .path = (folder_of(context, row.id) / std::to_string(i)).string(),
                                .bytes = wanted.files[i].bytes});
        audit::record(tx, now,
                      {.org = who.org,
                       .actor = who.person,
                       .action = "import.create",
                       .object = Object::import,
                       .object_id = row.id.value()});
        tell(context, tx, who.org, row.id);
        return shown_import(tx, who.org, row.id);
    });
}

Result<Import> start_preview(const Context& context, const Principal& who, ImportId id) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) { return preview_again(context, tx, who, id); });
}

Result<Import> set_mapping(const Context& context, const Principal& who, ImportId id, int position,
                           const MappingInput& input) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    if (const auto fine = check_input(input); !fine)
        return fail(fine.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        const auto file = store::find_file(tx, who.org, id, position);
        if (!file)
            return no_import();
        const auto plan = store::stored<FilePlan>(file->plan);
        const auto mapping = mapping_of_input(input, plan);
        std::vector<std::string> headers;
        if (plan)
            for (const auto& column : plan->columns)
                headers.push_back(column.header);
        if (const auto fine = headers.empty() ? check(mapping) : check(mapping, headers); !fine)
            return fail(fine.error());
        store::set_mapping(tx, who.org, id, position, to_toml(mapping));
        if (input.remember && !headers.empty())
            store::remember_mapping(tx, who.org,
                                    {.name = mapping.name.empty() ? file->name : mapping.name,
                                     .header_key = header_key(headers),
                                     .toml = to_toml(mapping),
                                     .by = who.person},
                                    context.now());
        return preview_again(context, tx, who, id);
    });
}

Result<Import> answer(const Context& context, const Principal& who, ImportId id, const AnswersInput& input) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        for (const auto& file : store::files(tx, who.org, id)) {
            auto answers =
                store::stored<std::vector<FileAnswer>>(file.answers).value_or(std::vector<FileAnswer>{});
            bool any = false;
            for (const auto& given : input.answers)
                if (given.position == file.position) {
                    std::erase_if(answers, [&](const FileAnswer& old) {
                        return old.column == given.column && subject_of(old.value) == subject_of(given.value);
                    });
                    answers.push_back({.column = given.column, .value = given.value});
                    any = true;
                }
            if (any)
                store::set_answers(tx, who.org, id, file.position, json::to_text(answers));
        }
        return preview_again(context, tx, who, id);
    });
}

Result<Import> start_run(const Context& context, const Principal& who, ImportId id) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        auto started = start_job(context, tx, who, id,
                                 {State::uploaded, State::previewed, State::cancelled, State::failed},
                                 State::running, "imports.run");
        if (started)
            audit::record(tx, context.now(),
                          {.org = who.org,
                           .actor = who.person,
                           .action = "import.run",
                           .object = Object::import,
                           .object_id = id.value()});
        return started;
    });
}

Result<Import> cancel(const Context& context, const Principal& who, ImportId id) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        const auto row = store::find(tx, who.org, id);
        if (!row)
            return no_import();
        const std::vector open{State::uploaded, State::previewing, State::previewed, State::question,
                               State::running};
        if (!store::set_state(tx, who.org, id, open, State::cancelled))
            return fail(ErrorCode::conflict, "This import has ended already.");
        if (row->job_id)
            context.jobs.cancel(tx, who.org, *row->job_id);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "import.cancel",
                       .object = Object::import,
                       .object_id = id.value()});
        tell(context, tx, who.org, id);
        return shown_import(tx, who.org, id);
    });
}

Result<Import> set_covers(const Context& context, const Principal& who, ImportId id,
                          const CoversInput& input) {
    if (const auto allowed = may(who, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        const auto row = store::find(tx, who.org, id);
        if (!row)
            return no_import();
        const std::vector open{State::uploaded, State::previewing, State::previewed, State::question};
        if (std::ranges::find(open, row->state) == open.end())
            return fail(ErrorCode::conflict, "This import has begun already.");
        store::set_covers(tx, who.org, id, input.covers);
        return shown_import(tx, who.org, id);
    });
}

Result<Import> undo_import(const Context& context, const Principal& who, ImportId id) {
    if (const auto allowed = may(who, Action::undo); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Import> {
        if (const auto begun = begin_undo(tx, who.org, id); !begun)
            return fail(begun.error());
        store::set_job(tx, who.org, id,
                       context.jobs.add(tx, {.org = who.org,
                                             .kind = "imports.undo",
                                             .input = {{"import", id.text()}, {"by", who.person.text()}}}));
        tell(context, tx, who.org, id);
        return shown_import(tx, who.org, id);
    });
}

Result<http::Page<ShownRefusal>> list_refusals(const Context& context, const Principal& who, ImportId id,
                                               const ListQuery& query) {
    if (const auto allowed = may(who, Action::read); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{-1, std::int64_t{0}, 0});
    if (!after)
        return fail(after.error());
    return context.database.read([&](db::Transaction& tx) -> Result<http::Page<ShownRefusal>> {
        if (!store::find(tx, who.org, id))
            return no_import();
        const auto& [position, line, ordinal] = *after;
        auto rows = store::refusals(tx, who.org, id, {position, line, ordinal}, *limit + 1);
        http::Page<ShownRefusal> page;
        page.next = db::cut_page(rows, *limit, [](const store::RefusalRow& row) {
            return std::tuple{row.position, row.line, row.ordinal};
        });
        for (auto& row : rows)
            page.items.push_back({.file = std::move(row.file),
                                  .line = row.line,
                                  .column = std::move(row.column_name),
                                  .value = std::move(row.value),
                                  .rule = std::move(row.rule),
                                  .reason = std::move(row.reason)});
        return page;
    });
}

Result<std::string> refused_rows(const Context& context, const Principal& who, ImportId id,
                                 std::optional<int> position) {
    if (const auto allowed = may(who, Action::read); !allowed)
        return fail(allowed.error());
    const auto files =
        context.database.read([&](db::Transaction& tx) { return store::files(tx, who.org, id); });
    for (const auto& file : files)
        if (file.refused_bytes > 0 && position.value_or(file.position) == file.position)
            if (auto text = read_file(refused_path(context, id, file.position))) {
                text->resize(std::min(text->size(), static_cast<std::size_t>(file.refused_bytes)));
                return text;
            }
    return fail(ErrorCode::not_found, "There are no refused rows.");
}

Result<std::string> mapping_toml(const Context& context, const Principal& who, ImportId id, int position) {
    if (const auto allowed = may(who, Action::read); !allowed)
        return fail(allowed.error());
    const auto file = context.database.read(
        [&](db::Transaction& tx) { return store::find_file(tx, who.org, id, position); });
    const auto plan = file ? store::stored<FilePlan>(file->plan) : std::nullopt;
    if (!plan)
        return fail(ErrorCode::not_found, "This file has no mapping yet.");
    return to_toml(plan->mapping);
}

} // namespace buckstop::imports
