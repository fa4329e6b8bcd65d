// Imports as people see them: what the API answers, and the steps of an import that comes in by upload.
// Private to this feature.
#pragma once

#include "access/ref.hpp"
#include "features/imports/apply_run.hpp"
#include "features/imports/first_rows.hpp"
#include "features/imports/store.hpp"
#include "features/imports/undo.hpp"
#include "work/jobs.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

// ---- What the API answers ---------------------------------------------------------------------------------

struct ImportSummary {
    ImportId id;
    State state = State::uploaded;
    std::vector<std::string> files;
    Date as_of{};
    std::optional<PersonRef> started_by; // none: the command line
    Instant created_at{};
    std::optional<Instant> finished_at;
    std::optional<KindCounts> counts;
};
BOOST_DESCRIBE_STRUCT(ImportSummary, (),
                      (id, state, files, as_of, started_by, created_at, finished_at, counts))

struct FileOfImport {
    int position = 0;
    std::string name;
    std::int64_t bytes = 0, received = 0;
    std::optional<Kind> kind;
    std::optional<std::string> layout, layout_title, encoding, separator; // the title is for people
    std::optional<std::string> source;                                    // whose keys
    std::optional<std::int64_t> rows;
    bool mapping_needed = false;
    std::optional<std::string> not_needed; // a sentence that says why nothing is taken from it
    std::vector<ColumnPlan> columns;
    std::vector<FileQuestion> questions;
};
BOOST_DESCRIBE_STRUCT(FileOfImport, (),
                      (position, name, bytes, received, kind, layout, layout_title, encoding, separator,
                       source, rows, mapping_needed, not_needed, columns, questions))

struct Import {
    ImportId id;
    State state = State::uploaded;
    std::vector<FileOfImport> files;
    Date as_of{};
    std::optional<PersonRef> started_by;
    Instant created_at{};
    std::optional<Instant> finished_at;
    std::optional<KindCounts> counts;
    std::int64_t refused = 0;
    std::optional<Progress> progress;
    std::optional<std::string> error;
    bool can_be_undone = false;
    std::optional<Undone> undone; // so far, or in all
    Covers covers = Covers::some;
    std::optional<Missing> missing; // deals that the files don't bring, once looked
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Import, (),
                      (id, state, files, as_of, started_by, created_at, finished_at, counts, refused,
                       progress, error, can_be_undone, undone, covers, missing, version))

struct NewFile {
    std::string name;
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(NewFile, (), (name, bytes))

struct NewImport {
    std::optional<Date> as_of;
    std::vector<NewFile> files;
};
BOOST_DESCRIBE_STRUCT(NewImport, (), (as_of, files))

struct Received {
    std::int64_t received = 0, bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Received, (), (received, bytes))

struct MappedColumn {
    std::string header, field;
    std::optional<Format> format;
};
BOOST_DESCRIBE_STRUCT(MappedColumn, (), (header, field, format))

struct MappingInput {
    std::optional<std::string> name;
    Kind kind = Kind::deal;
    std::optional<std::string> source;
    std::vector<MappedColumn> columns;
    std::optional<std::map<std::string, Outcome>> outcomes; // by the table's own word
    std::optional<std::string> decimal;                     // "." or ","
    bool remember = false;
};
BOOST_DESCRIBE_STRUCT(MappingInput, (), (name, kind, source, columns, outcomes, decimal, remember))

struct AnswerInput {
    int position = 0;
    std::string column, value;
};
BOOST_DESCRIBE_STRUCT(AnswerInput, (), (position, column, value))

struct AnswersInput {
    std::vector<AnswerInput> answers;
};
BOOST_DESCRIBE_STRUCT(AnswersInput, (), (answers))

struct CoversInput {
    Covers covers = Covers::some;
};
BOOST_DESCRIBE_STRUCT(CoversInput, (), (covers))

struct ShownRefusal {
    std::string file;
    std::int64_t line = 0;
    std::optional<std::string> column, value;
    std::string rule, reason;
};
BOOST_DESCRIBE_STRUCT(ShownRefusal, (), (file, line, column, value, rule, reason))

struct ListQuery {
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (cursor, limit))

struct KindFields {
    Kind kind = Kind::deal;
    std::string label;
    struct Field {
        std::string field, label, help;
        FieldType type = FieldType::text;
        bool required = false;
        BOOST_DESCRIBE_CLASS(Field, (), (field, label, help, type, required), (), ())
    };
    std::vector<Field> fields;
};
BOOST_DESCRIBE_STRUCT(KindFields, (), (kind, label, fields))
struct Fields {
    std::vector<KindFields> kinds;
};
BOOST_DESCRIBE_STRUCT(Fields, (), (kinds))

// ---- For people -------------------------------------------------------------------------------------------

using access::Principal;

[[nodiscard]] Result<http::Page<ImportSummary>> list_imports(const Context& context, const Principal& who,
                                                             const ListQuery& query);
[[nodiscard]] Result<Import> get_import(const Context& context, const Principal& who, ImportId id);
[[nodiscard]] Result<Import> create_import(const Context& context, const Principal& who,
                                           const NewImport& wanted);
// A piece of a file, in order. One that has arrived already is taken as arrived.
[[nodiscard]] Result<Received> receive(const Context& context, const Principal& who, ImportId id,
                                       int position, std::int64_t offset, std::string_view piece);
[[nodiscard]] Result<Import> start_preview(const Context& context, const Principal& who, ImportId id);
// Also begins the preview again.
[[nodiscard]] Result<Import> set_mapping(const Context& context, const Principal& who, ImportId id,
                                         int position, const MappingInput& input);
// How the file's first rows would be read by this mapping, which isn't saved. A conflict before the first
// preview has looked at the file, and once the file isn't kept any more.
[[nodiscard]] Result<FirstRows> first_rows(const Context& context, const Principal& who, ImportId id,
                                           int position, const MappingInput& input);
[[nodiscard]] Result<Import> answer(const Context& context, const Principal& who, ImportId id,
                                    const AnswersInput& input);
[[nodiscard]] Result<Import> start_run(const Context& context, const Principal& who, ImportId id);
[[nodiscard]] Result<Import> cancel(const Context& context, const Principal& who, ImportId id);
// Says which deals the files hold, before the import runs.
[[nodiscard]] Result<Import> set_covers(const Context& context, const Principal& who, ImportId id,
                                        const CoversInput& input);
// Undoes it as a whole (undo.hpp), by a job. Errors as begin_undo's.
[[nodiscard]] Result<Import> undo_import(const Context& context, const Principal& who, ImportId id);
[[nodiscard]] Result<http::Page<ShownRefusal>> list_refusals(const Context& context, const Principal& who,
                                                             ImportId id, const ListQuery& query);
// The file of refused rows of this file of the import, or of the first that has any.
[[nodiscard]] Result<std::string> refused_rows(const Context& context, const Principal& who, ImportId id,
                                               std::optional<int> position);
[[nodiscard]] Result<std::string> mapping_toml(const Context& context, const Principal& who, ImportId id,
                                               int position);
[[nodiscard]] Fields fields();

// ---- Steps, for jobs and the command line -----------------------------------------------------------------

// Where an import's uploads and refused rows lie.
[[nodiscard]] std::filesystem::path folder_of(const Context& context, ImportId id);
[[nodiscard]] std::filesystem::path refused_path(const Context& context, ImportId id, int position);

// How a file is read: by what a person said, else by a known layout or a mapping remembered for its header.
struct InspectInput {
    std::filesystem::path path;
    std::string name{}; // what people call the file
    std::optional<Mapping> mapping{};
    std::vector<FileAnswer> answers{};
};
[[nodiscard]] Result<FilePlan>
make_plan(const Context& context, OrgId org, const std::string& currency, const InspectInput& input,
          const std::function<bool(std::int64_t, std::int64_t)>& on_progress = {});
// What is wrong with the input itself, whatever the file.
[[nodiscard]] Result<> check_input(const MappingInput& input);
// What the page doesn't show of a mapping of the same kind stays: filters, constants, how a cell is split.
[[nodiscard]] Mapping mapping_of_input(const MappingInput& input, const std::optional<FilePlan>& plan);
// What has to be asked before the file can be read; a table that isn't understood asks for a mapping.
[[nodiscard]] std::vector<FileQuestion> open_questions(const FilePlan& plan);

[[nodiscard]] Result<> run_preview(const Context& context, OrgId org, ImportId id, work::Running& job);
[[nodiscard]] Result<> run_import(const Context& context, OrgId org, ImportId id, work::Running& job);
[[nodiscard]] Result<> run_undo(const Context& context, work::Running& job);

} // namespace buckstop::imports
