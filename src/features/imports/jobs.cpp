// The jobs "imports.preview" and "imports.run".
#include "features/imports/service.hpp"

#include "base/json.hpp"
#include "db/db.hpp"
#include "features/imports/unpack.hpp"
#include "features/people/people.hpp"

#include <span>

namespace buckstop::imports {
namespace {

struct JobInput {
    ImportId import;
};
BOOST_DESCRIBE_STRUCT(JobInput, (), (import))

struct UndoInput {
    ImportId import;
    std::optional<PersonId> by;
};
BOOST_DESCRIBE_STRUCT(UndoInput, (), (import, by))

constexpr auto between_signs = std::chrono::milliseconds(700);

// Tells how far it is, now and then: to the row (so that the page can ask) and to open pages.
class Signs {
  public:
    Signs(const Context& context, OrgId org, ImportId id) : context_(context), org_(org), id_(id) {}

    // False where the import was cancelled. While applying, the batches note progress themselves.
    void give(const Progress& progress, bool write) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < between_signs)
            return;
        last_ = now;
        if (write)
            cancelled_ = !context_.database.write([&](db::Transaction& tx) {
                return store::touch(tx, org_, id_, json::to_text(progress), context_.now());
            });
        context_.events.publish({.org = org_, .to = {}, .topic = "import", .id = id_.text()});
    }
    [[nodiscard]] bool cancelled() const { return cancelled_; }

  private:
    const Context& context_;
    OrgId org_;
    ImportId id_;
    std::chrono::steady_clock::time_point last_{};
    bool cancelled_ = false;
};

void end(const Context& context, OrgId org, ImportId id, State state, const std::optional<KindCounts>& counts,
         const std::optional<std::string>& error) {
    context.database.write([&](db::Transaction& tx) {
        store::finish(tx, org, id, state, counts ? std::optional(json::to_text(*counts)) : std::nullopt,
                      error, context.now());
        tx.after_commit([&context, org, id] {
            context.events.publish({.org = org, .to = {}, .topic = "import", .id = id.text()});
        });
    });
}

// What is needed to run, read from the rows.
struct Loaded {
    store::ImportRow import;
    std::vector<store::FileRow> files;
    std::string currency;
};
std::optional<Loaded> load(const Context& context, OrgId org, ImportId id) {
    return context.database.read([&](db::Transaction& tx) -> std::optional<Loaded> {
        auto import = store::find(tx, org, id);
        const auto organisation = people::find_organisation(tx, org);
        if (!import || !organisation)
            return std::nullopt;
        return Loaded{.import = std::move(*import),
                      .files = store::files(tx, org, id),
                      .currency = organisation->currency};
    });
}

Result<FilePlan> plan_of(const Context& context, OrgId org, const Loaded& loaded, const store::FileRow& file,
                         const std::function<bool(std::int64_t, std::int64_t)>& on_progress) {
    if (auto plan = store::stored<FilePlan>(file.plan))
        return std::move(*plan);
    InspectInput input{.path = file.path.value_or(""), .name = file.name};
    if (file.mapping)
        if (auto mapping = parse_mapping(*file.mapping))
            input.mapping = std::move(*mapping);
    input.answers = store::stored<std::vector<FileAnswer>>(file.answers).value_or(std::vector<FileAnswer>{});
    auto plan = make_plan(context, org, loaded.currency, input, on_progress);
    if (!plan)
        plan.error().message = file.name + ": " + plan.error().message;
    return plan;
}

// Workbooks, archives and compressed files give way to the tables that they hold.
Result<> unpack_uploads(const Context& context, OrgId org, const Loaded& loaded, work::Running& job) {
    const auto id = loaded.import.id;
    auto next = loaded.files.empty() ? 0 : loaded.files.back().position + 1;
    for (const auto& file : loaded.files) {
        if (!file.path || file.plan)
            continue;
        const auto tables = unpack(*file.path, file.name,
                                   {.folder = folder_of(context, id),
                                    .prefix = std::to_string(file.position) + "-",
                                    .should_stop = [&] { return job.should_stop(); }});
        if (!tables)
            return fail(tables.error());
        if (tables->empty())
            continue;
        context.database.write([&](db::Transaction& tx) { // which may run again
            auto position = next;
            const auto& first = tables->front();
            store::replace_file(tx, org, id, file.position, first.name, first.path.string(), first.bytes);
            for (const auto& table : std::span(*tables).subspan(1))
                store::insert_file(tx, org, id,
                                   {.position = position++,
                                    .name = table.name,
                                    .path = table.path.string(),
                                    .bytes = table.bytes,
                                    .received = table.bytes});
        });
        next += static_cast<int>(tables->size()) - 1;
        std::error_code ignored;
        std::filesystem::remove(*file.path, ignored);
    }
    return {};
}

// The import with its tables; nothing where it isn't in that state any more.
Result<std::optional<Loaded>> load_unpacked(const Context& context, OrgId org, ImportId id, State state,
                                            work::Running& job) {
    const auto loaded = load(context, org, id);
    if (!loaded || loaded->import.state != state)
        return std::nullopt;
    if (const auto unpacked = unpack_uploads(context, org, *loaded, job); !unpacked)
        return fail(unpacked.error());
    return load(context, org, id);
}

// Every file's plan, made and stored where it is missing. `open`: something has to be asked first.
struct Planned {
    std::vector<RunFile> files;
    bool open = false;
};
Result<Planned> plan_files(const Context& context, OrgId org, const Loaded& loaded, work::Running& job,
                           Signs& signs) {
    Planned planned;
    for (const auto& row : loaded.files) {
        const auto plan = plan_of(context, org, loaded, row, [&](std::int64_t, std::int64_t) {
            signs.give({.phase = Phase::inspecting}, true);
            return !job.should_stop() && !signs.cancelled();
        });
        if (!plan)
            return fail(plan.error());
        if (!row.plan)
            context.database.write([&](db::Transaction& tx) {
                store::set_plan(tx, org, loaded.import.id, row.position, json::to_text(*plan));
            });
        planned.open = planned.open || !open_questions(*plan).empty();
        planned.files.push_back({.position = row.position,
                                 .plan = *plan,
                                 .rows_done = row.rows_done,
                                 .is_done = row.is_done,
                                 .counts = store::stored<KindCounts>(row.counts).value_or(KindCounts{}),
                                 .refused_bytes = row.refused_bytes,
                                 .refused_path = refused_path(context, loaded.import.id, row.position)});
    }
    return planned;
}

// What ends a job that can't go on: an import that was cancelled is as it should be, a program that stops
// goes on later, anything else is told to the person.
Result<> give_up(const Context& context, OrgId org, ImportId id, const Error& error) {
    if (error.code == ErrorCode::cancelled || error.code == ErrorCode::conflict)
        return fail(error);
    end(context, org, id, State::failed, std::nullopt, error.message);
    return {};
}

void remove_uploads(const Context& context, OrgId org, const Loaded& loaded) {
    for (const auto& file : loaded.files)
        if (file.path) {
            std::error_code ignored;
            std::filesystem::remove(*file.path, ignored);
            context.database.write(
                [&](db::Transaction& tx) { store::forget_path(tx, org, loaded.import.id, file.position); });
        }
}

using Step = Result<> (*)(const Context&, OrgId, ImportId, work::Running&);

work::Jobs::Function as_job(const Context& context, Step step) {
    return [context, step](work::Running& job) -> Result<> {
        const auto input = json::read<JobInput>(job.input());
        if (!input)
            return fail(input.error());
        try {
            return step(context, job.org(), input->import, job);
        } catch (const db::Failure&) {
            throw; // tried again
        } catch (const std::exception& exception) {
            end(context, job.org(), input->import, State::failed, std::nullopt,
                std::string("The import can't go on: ") + exception.what());
            return {};
        }
    };
}

} // namespace

Result<> run_preview(const Context& context, OrgId org, ImportId id, work::Running& job) {
    const auto loaded = load_unpacked(context, org, id, State::previewing, job);
    if (!loaded)
        return give_up(context, org, id, loaded.error());
    if (!*loaded)
        return {};
    Signs signs(context, org, id);
    auto planned = plan_files(context, org, **loaded, job, signs);
    if (!planned)
        return give_up(context, org, id, planned.error());
    if (planned->open) {
        end(context, org, id, State::question, std::nullopt, std::nullopt);
        return {};
    }
    const auto ran =
        run(context, {.org = org,
                      .as_of = (*loaded)->import.as_of,
                      .compare = true,
                      .files = std::move(planned->files),
                      .on_progress = [&](const Progress& progress) { signs.give(progress, true); },
                      .should_stop = [&] { return job.should_stop() || signs.cancelled(); }});
    if (!ran)
        return give_up(context, org, id, ran.error());
    context.database.write([&](db::Transaction& tx) {
        store::remove_refusals(tx, org, id);
        for (const auto& [position, refusals] : ran->first_refusals)
            store::insert_refusals(tx, org, id, position, refusals);
        store::set_missing(tx, org, id,
                           ran->missing ? std::optional(json::to_text(*ran->missing)) : std::nullopt);
    });
    end(context, org, id, State::previewed, ran->counts, std::nullopt);
    return {};
}

Result<> run_import(const Context& context, OrgId org, ImportId id, work::Running& job) {
    const auto loaded = load_unpacked(context, org, id, State::running, job);
    if (!loaded)
        return give_up(context, org, id, loaded.error());
    if (!*loaded)
        return {};
    Signs signs(context, org, id);
    auto planned = plan_files(context, org, **loaded, job, signs);
    if (!planned)
        return give_up(context, org, id, planned.error());
    if (planned->open) {
        end(context, org, id, State::question, std::nullopt, std::nullopt);
        return {};
    }
    // What a preview showed of refusals is written anew, with the rows.
    const bool begins =
        std::ranges::all_of(planned->files, [](const RunFile& file) { return file.rows_done == 0; });
    if (begins)
        context.database.write([&](db::Transaction& tx) { store::remove_refusals(tx, org, id); });
    const auto ran =
        run(context, {.org = org,
                      .import = id,
                      .as_of = (*loaded)->import.as_of,
                      .covers = (*loaded)->import.covers,
                      .files = std::move(planned->files),
                      .on_progress = [&](const Progress& progress) { signs.give(progress, false); },
                      .should_stop = [&] { return job.should_stop(); }});
    if (!ran)
        return give_up(context, org, id, ran.error());
    remove_uploads(context, org, **loaded);
    return {};
}

// A job that is tried again goes on with what is left.
Result<> run_undo(const Context& context, work::Running& job) {
    const auto input = json::read<UndoInput>(job.input());
    if (!input)
        return fail(input.error());
    const auto id = input->import;
    Signs signs(context, job.org(), id);
    const auto undone =
        undo(context, job.org(), id,
             {.by = input->by.value_or(PersonId{}),
              .on_progress = [&](const Undone&) { signs.give({.phase = Phase::applying}, false); },
              .should_stop = [&] { return job.should_stop(); }});
    return undone ? Result<>{} : fail(undone.error());
}

void add_jobs(const Context& context) {
    context.jobs.handle("imports.undo", [context](work::Running& job) { return run_undo(context, job); });
    context.jobs.handle("imports.preview", as_job(context, run_preview));
    context.jobs.handle("imports.run", as_job(context, run_import));
}

} // namespace buckstop::imports
