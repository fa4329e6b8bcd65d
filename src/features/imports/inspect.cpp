#include "features/imports/inspect.hpp"

#include "features/imports/file_bytes.hpp"
#include "features/imports/layouts.hpp"
#include "features/imports/settle.hpp"
#include "features/imports/suggest.hpp"
#include "features/imports/table_head.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace buckstop::imports {
namespace {

constexpr std::size_t head_bytes = 64 << 10;
constexpr std::int64_t rows_between_progress = 20'000;

tl::unexpected<Error> stopped() {
    return fail(ErrorCode::cancelled, "The import was stopped.");
}

// What isn't text at all, by the first bytes.
struct Foreign {
    std::string_view magic, what, advice;
};
constexpr auto foreign = std::to_array<Foreign>({
    {"PK\x03\x04", "an archive inside an archive", "Unpack it first."},
    {"\x1F\x8B", "compressed more than once", "Unpack it first."},
    {"\xD0\xCF\x11\xE0", "a workbook of an old kind (xls)", "Save it as xlsx, or the sheet as CSV."},
    {"%PDF", "a PDF", "Export the table as CSV."},
});

// What a layout or a person says is certain.
void note_confidence(FilePlan& plan) {
    for (auto& column : plan.columns)
        if (std::ranges::any_of(plan.mapping.columns, [&](const ColumnMapping& mapped) {
                return fold_header(mapped.header) == fold_header(column.header);
            }))
            column.confidence = 1;
}

// One inspection from the bytes to the plan.
class Inspection {
  public:
    Inspection(const std::filesystem::path& path, const InspectOptions& options)
        : path_(path), options_(options) {
        plan_.path = path.string();
        plan_.default_currency = options.default_currency;
    }

    Result<FilePlan> run() {
        if (auto done = look_at_bytes(); !done)
            return fail(std::move(done.error()));
        if (auto done = look_at_head(); !done)
            return fail(std::move(done.error()));
        if (auto done = scan(); !done)
            return fail(std::move(done.error()));
        if (auto done = choose_mapping(); !done)
            return fail(std::move(done.error()));
        if (!header_question_is_open_ && !plan_.not_needed)
            Settling(plan_, options_.answers).run();
        forget_words();
        return std::move(plan_);
    }

  private:
    Result<> look_at_bytes() {
        auto file = FileBytes::open(path_);
        if (!file)
            return fail(std::move(file.error()));
        std::array<char, 8> first{};
        const std::string_view beginning(first.data(), file->read(first.data(), first.size()));
        for (const auto& [magic, what, advice] : foreign)
            if (beginning.starts_with(magic))
                return fail(ErrorCode::invalid, fmt::format("{} is {}. {}", plan_.path, what, advice));
        const auto progress = [this](std::uint64_t bytes) {
            return report(static_cast<std::int64_t>(bytes));
        };
        plan_.bytes = static_cast<std::int64_t>(std::filesystem::file_size(path_));
        const auto encoding = detect_encoding(path_, progress);
        if (!encoding)
            return fail(encoding.error());
        plan_.encoding = *encoding;
        return {};
    }

    Result<> look_at_head() {
        auto source = open_text(path_, plan_.encoding);
        if (!source)
            return fail(std::move(source.error()));
        std::string text(head_bytes, '\0');
        std::size_t size = 0;
        while (text.size() - size >= 4)
            if (const auto got = (*source)->read(text.data() + size, text.size() - size); got != 0)
                size += got;
            else
                break;
        text.resize(size);
        const auto head = find_head(text, head_bytes - size >= 4, hints());
        if (!head)
            return fail(ErrorCode::invalid, fmt::format("{} has no rows.", plan_.path));
        head_ = *head;
        head_.shape.encoding = plan_.encoding;
        plan_.separator = std::string(1, head_.shape.separator);
        plan_.header_line = static_cast<std::int64_t>(head_.shape.header_line);
        plan_.first_line = static_cast<std::int64_t>(head_.shape.first_line);
        ask_about_header();
        return {};
    }

    HeadHints hints() const {
        HeadHints hints;
        if (options_.mapping)
            hints.has_header = options_.mapping->header;
        for (const auto& answer : options_.answers)
            if (answer.column.empty() && (answer.value == "header" || answer.value == "no_header"))
                hints.has_header = answer.value == "header";
        hints.is_known = [this](const std::vector<std::string>& headers) {
            return (options_.mapping && check(*options_.mapping, headers)) || recognise(headers) != nullptr ||
                   recognise_unneeded(headers) != nullptr;
        };
        return hints;
    }

    void ask_about_header() {
        if (!head_.header_is_doubtful)
            return;
        header_question_is_open_ = true;
        const auto row = fmt::format("{}", fmt::join(head_.first_row, " | "));
        plan_.questions.push_back(
            {.column = "",
             .question =
                 fmt::format("Does line {} name the columns, or is it a row of data?", plan_.header_line),
             .choices = {{.value = "header", .label = "It names the columns", .examples = {row}},
                         {.value = "no_header",
                          .label = "It is a row; nothing names the columns",
                          .examples = {row}}}});
    }

    Result<> scan() {
        auto table = TableReader::open(path_, head_.shape);
        if (!table)
            return fail(std::move(table.error()));
        std::vector<ColumnScanner> scanners(head_.shape.columns);
        TableRow row;
        while (table->next(row)) {
            if (++plan_.rows % rows_between_progress == 0 &&
                !report(plan_.bytes + static_cast<std::int64_t>(table->bytes_read())))
                return stopped();
            for (std::size_t i = 0; i < row.cells.size(); ++i)
                scanners[i].add(row.cells[i]);
        }
        auto& evidence = plan_.evidence.emplace();
        for (std::size_t i = 0; i < scanners.size(); ++i) {
            const auto& found = evidence.emplace_back(scanners[i].finish());
            plan_.columns.push_back(
                {.header = head_.headers[i], .samples = found.samples, .type = found.type()});
        }
        return {};
    }

    // The one given if it fits, else a layout, else a suggestion.
    Result<> choose_mapping() {
        const auto& headers = head_.headers;
        const auto given = options_.mapping ? check(*options_.mapping, headers) : Result<>{};
        const auto* layout = recognise(headers);
        if (options_.mapping && given) {
            plan_.mapping = *options_.mapping;
        } else if (const auto* unneeded = recognise_unneeded(headers);
                   unneeded != nullptr && plan_.header_line != 0) {
            plan_.not_needed = fmt::format(
                "These are {} of {}. Buckstop doesn't need them: nothing is taken from this file, "
                "and the others go on.",
                unneeded->what, unneeded->vendor);
            return {};
        } else if (layout != nullptr && plan_.header_line != 0) {
            plan_.mapping = mapping_of(*layout, headers);
            plan_.layout = layout->name;
        } else if (options_.mapping) {
            auto error = given.error();
            error.message = fmt::format("The mapping doesn't fit {}: {}", plan_.path, error.message);
            return fail(std::move(error));
        } else {
            suggest_mapping();
            return {};
        }
        note_confidence(plan_);
        return {};
    }

    static std::vector<ColumnSuggestion> suggestions_of(const std::string& header, std::size_t place,
                                                        const std::vector<Suggestion>& suggestions) {
        std::vector<ColumnSuggestion> all;
        for (const auto& [mapping, confidence] : suggestions)
            if (const auto found = std::ranges::find(mapping.columns, header, &ColumnMapping::header);
                found != mapping.columns.end() && confidence[place] > 0)
                all.push_back({.kind = mapping.kind, .field = found->field, .confidence = confidence[place]});
        return all;
    }

    void suggest_mapping() {
        const auto name = options_.name.empty() ? path_.filename().string() : options_.name;
        const auto suggestions = suggest(head_.headers, plan_.evidence.value(), name);
        plan_.mapping = suggestions.front().mapping;
        if (plan_.header_line == 0)
            plan_.mapping.header = false;
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            auto& column = plan_.columns[i];
            if (const auto confidence = suggestions.front().confidence[i]; confidence > 0)
                column.confidence = confidence;
            column.suggestions = suggestions_of(column.header, i, suggestions);
        }
        plan_.mapping_needed = true;
        if (header_question_is_open_)
            return;
        FileQuestion question{
            .column = "",
            .question = "This table isn't one that Buckstop knows. Say by a mapping what its columns mean.",
            .choices = {}};
        if (check(plan_.mapping)) {
            FileChoice choice{.value = "use_suggestion",
                              .label =
                                  fmt::format("Take it as {}, like this", kind_label(plan_.mapping.kind)),
                              .examples = {}};
            for (const auto& column : plan_.mapping.columns)
                choice.examples.push_back(fmt::format("{} → {}", column.header, column.field));
            question.choices.push_back(std::move(choice));
        }
        plan_.mapping_needed = !Settling(plan_, options_.answers).ask(std::move(question)).has_value();
    }

    // What the cells say isn't kept longer than it is needed.
    void forget_words() {
        for (auto& column : plan_.evidence.value()) {
            column.samples.clear(); // the columns have them
            column.words.clear();
        }
    }

    bool report(std::int64_t bytes) const {
        return !options_.on_progress || options_.on_progress(bytes, 2 * plan_.bytes);
    }

    const std::filesystem::path& path_;
    const InspectOptions& options_;
    FilePlan plan_;
    TableHead head_;
    bool header_question_is_open_ = false;
};

} // namespace

Result<FilePlan> inspect(const std::filesystem::path& path, const InspectOptions& options) {
    return Inspection(path, options).run();
}

FilePlan with_mapping(FilePlan plan, Mapping mapping, const std::vector<FileAnswer>& answers) {
    plan.mapping = std::move(mapping);
    plan.layout.clear();
    plan.mapping_needed = false;
    plan.not_needed.reset();
    plan.questions.clear();
    for (auto& column : plan.columns) {
        column.field.reset();
        column.format.reset();
        column.confidence.reset();
    }
    note_confidence(plan);
    Settling(plan, answers).run();
    return plan;
}

} // namespace buckstop::imports
