// An import from the command line: files where they lie, on the caller's thread.
#include "base/json.hpp"
#include "features/audit/audit.hpp"
#include "features/imports/service.hpp"
#include "features/imports/unpack.hpp"
#include "features/people/people.hpp"

#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <system_error>

namespace buckstop::imports {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr auto silence = std::chrono::minutes(5); // after which an import of the command line was killed

Result<Mapping> read_mapping(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return fail(ErrorCode::not_found, path.string() + " can't be read.");
    return parse_mapping(text.str(), path.filename().string());
}

// A folder of this run's own, gone with it.
class WorkFolder {
  public:
    WorkFolder() {
        auto pattern = (fs::temp_directory_path() / "buckstop-import-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), pattern);
        path_ = pattern;
    }
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

struct TableFile {
    std::string name; // for people
    fs::path path;
};

// The files, with the tables of a workbook or an archive in its stead.
Result<std::vector<TableFile>> tables_of(const std::vector<fs::path>& files, const fs::path& folder,
                                         const RunOptions& options) {
    std::vector<TableFile> tables;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto name = files[i].filename().string();
        auto unpacked =
            unpack(files[i], name,
                   {.folder = folder, .prefix = std::to_string(i) + "-", .should_stop = options.should_stop});
        if (!unpacked)
            return fail(unpacked.error());
        if (unpacked->empty())
            tables.push_back({name, files[i]});
        for (auto& table : *unpacked)
            tables.push_back({std::move(table.name), std::move(table.path)});
    }
    return tables;
}

struct Plans {
    std::vector<FilePlan> files;
    std::vector<NotNeeded> not_needed;
    std::vector<Question> questions;
};

Result<Plans> plan_files(const Context& context, const people::Organisation& organisation,
                         const std::vector<TableFile>& files, const RunOptions& options) {
    std::optional<Mapping> mapping;
    if (options.mapping) {
        auto read = read_mapping(*options.mapping);
        if (!read)
            return fail(read.error());
        mapping = std::move(*read);
    }
    Plans plans;
    for (const auto& [name, path] : files) {
        InspectInput input{.path = path, .name = name, .mapping = mapping};
        for (const auto& answer : options.answers)
            if (answer.file.empty() || answer.file == name || answer.file == path.string())
                input.answers.push_back({.column = answer.column, .value = answer.value});
        auto plan = make_plan(context, organisation.id, organisation.currency, input,
                              [&](std::int64_t, std::int64_t) {
                                  if (options.on_progress)
                                      options.on_progress({.phase = Phase::inspecting});
                                  return !options.should_stop || !options.should_stop();
                              });
        if (!plan) {
            plan.error().message = name + ": " + plan.error().message;
            return fail(plan.error());
        }
        for (const auto& asked : open_questions(*plan)) {
            Question question{.file = name, .column = asked.column, .question = asked.question};
            for (const auto& choice : asked.choices)
                question.choices.push_back(
                    {.value = choice.value, .label = choice.label, .examples = choice.examples});
            plans.questions.push_back(std::move(question));
        }
        if (plan->not_needed)
            plans.not_needed.push_back({.file = name, .why = *plan->not_needed});
        plans.files.push_back(std::move(*plan));
    }
    return plans;
}

// "deals.refused.csv", and "deals.refused-2.csv" where two files are called alike.
std::vector<fs::path> refused_paths(const fs::path& directory, const std::vector<TableFile>& files) {
    std::vector<fs::path> paths;
    std::set<fs::path> taken;
    for (const auto& file : files) {
        const auto stem = fs::path(file.name).stem().string();
        auto path = directory / (stem + ".refused.csv");
        for (int n = 2; !taken.insert(path).second; ++n)
            path = directory / (stem + ".refused-" + std::to_string(n) + ".csv");
        paths.push_back(std::move(path));
    }
    return paths;
}

ImportId begin_import(const Context& context, OrgId org, Date as_of, Covers covers,
                      const std::vector<TableFile>& files, const std::vector<FilePlan>& plans) {
    return context.database.write([&](db::Transaction& tx) {
        const auto now = context.now();
        store::give_up_silent(tx, org, now - silence, now);
        const store::ImportRow row{.id = tx.new_id<buckstop::Import>(),
                                   .state = State::running,
                                   .as_of = as_of,
                                   .covers = covers,
                                   .created_at = now};
        store::insert(tx, org, row);
        for (std::size_t i = 0; i < files.size(); ++i)
            store::insert_file(tx, org, row.id,
                               {.position = static_cast<int>(i),
                                .name = files[i].name,
                                .bytes = plans[i].bytes,
                                .received = plans[i].bytes,
                                .plan = json::to_text(plans[i])});
        audit::record(tx, now,
                      {.org = org,
                       .action = "import.run",
                       .object = access::Object::import,
                       .object_id = row.id.value()});
        return row.id;
    });
}

void give_up(const Context& context, OrgId org, ImportId id, const Error& error) {
    context.database.write([&](db::Transaction& tx) {
        const auto state = error.code == ErrorCode::cancelled ? State::cancelled : State::failed;
        store::finish(tx, org, id, state, std::nullopt, error.message, context.now());
    });
}

} // namespace

Result<Report> run_files(const Context& context, OrgId org, const std::vector<fs::path>& files,
                         const RunOptions& options) {
    const auto begin = SteadyClock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(SteadyClock::now() - begin).count(); };
    const auto organisation =
        context.database.read([&](db::Transaction& tx) { return people::find_organisation(tx, org); });
    if (!organisation)
        return fail(ErrorCode::not_found, "There is no such organisation.");
    const WorkFolder folder;
    const auto tables = tables_of(files, folder.path(), options);
    if (!tables)
        return fail(tables.error());
    auto plans = plan_files(context, *organisation, *tables, options);
    if (!plans)
        return fail(plans.error());
    if (!plans->questions.empty())
        return Report{.not_needed = std::move(plans->not_needed),
                      .questions = std::move(plans->questions),
                      .seconds = seconds()};

    const auto as_of = options.as_of.value_or(date_in_zone(context.now(), organisation->time_zone));
    Run work{.org = org,
             .as_of = as_of,
             .covers = options.covers,
             .compare = options.preview,
             .on_progress = options.on_progress,
             .should_stop = options.should_stop};
    if (!options.preview)
        work.import = begin_import(context, org, as_of, options.covers, *tables, plans->files);
    const auto refused = refused_paths(options.refused_directory, *tables);
    for (std::size_t i = 0; i < tables->size(); ++i)
        work.files.push_back({.position = static_cast<int>(i),
                              .plan = std::move(plans->files[i]),
                              .refused_path = refused[i]});
    const auto id = work.import;
    auto ran = run(context, std::move(work));
    if (!ran) {
        if (id)
            give_up(context, org, id, ran.error());
        return fail(ran.error());
    }
    Report report{.kinds = ran->counts, .missing = ran->missing, .not_needed = std::move(plans->not_needed)};
    for (const auto& path : ran->refused_files)
        report.refused_files.push_back(path.string());
    if (!report.refused_files.empty())
        report.refused_file = report.refused_files.front();
    report.seconds = seconds();
    return report;
}

std::vector<ImportLine> latest_imports(db::Transaction& tx, OrgId org, std::size_t most) {
    std::vector<ImportLine> lines;
    for (const auto& row : store::list(tx, org, ImportId(std::numeric_limits<std::int64_t>::max()), most)) {
        auto& line = lines.emplace_back(ImportLine{.id = row.id,
                                                   .state = std::string(enum_name(row.state)),
                                                   .created_at = row.created_at,
                                                   .as_of = row.as_of});
        for (const auto& file : store::files(tx, org, row.id))
            line.files.push_back(file.name);
        line.counts = store::stored<KindCounts>(row.counts);
    }
    return lines;
}

} // namespace buckstop::imports
