// From a file to the plan of how it is read, with what the organisation remembers.
#include "features/imports/service.hpp"

#include <algorithm>
#include <utility>

namespace buckstop::imports {
namespace {

std::vector<std::string> headers_of(const FilePlan& plan) {
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    return headers;
}

std::optional<Mapping> remembered(const Context& context, OrgId org, const FilePlan& plan) {
    if (plan.header_line == 0)
        return std::nullopt;
    const auto toml = context.database.read(
        [&](db::Transaction& tx) { return store::find_mapping(tx, org, header_key(headers_of(plan))); });
    if (!toml)
        return std::nullopt;
    auto mapping = parse_mapping(*toml);
    return mapping ? std::optional(std::move(*mapping)) : std::nullopt;
}

} // namespace

Result<FilePlan> make_plan(const Context& context, OrgId org, const std::string& currency,
                           const InspectInput& input,
                           const std::function<bool(std::int64_t, std::int64_t)>& on_progress) {
    InspectOptions options{.mapping = input.mapping,
                           .answers = input.answers,
                           .default_currency = currency,
                           .name = input.name,
                           .on_progress = on_progress};
    auto plan = inspect(input.path, options);
    // What somebody has mapped once is used also where we'd say that it isn't needed.
    if (!plan || !(plan->mapping_needed || plan->not_needed) || input.mapping)
        return plan;
    options.mapping = remembered(context, org, *plan);
    return options.mapping ? inspect(input.path, options) : plan;
}

std::vector<FileQuestion> open_questions(const FilePlan& plan) {
    auto questions = plan.questions;
    if (plan.mapping_needed && questions.empty())
        questions.push_back({.column = "",
                             .question = "This table isn't known. Say what its columns are, by a mapping.",
                             .choices = {}});
    return questions;
}

Fields fields() {
    Fields all;
    for (const Kind kind : all_kinds()) {
        KindFields of{.kind = kind, .label = std::string(kind_label(kind))};
        for (const auto& field : fields_of(kind))
            of.fields.push_back({.field = std::string(field.field),
                                 .label = std::string(field.label),
                                 .help = std::string(field.help),
                                 .type = field.type,
                                 .required = field.required});
        all.kinds.push_back(std::move(of));
    }
    return all;
}

Result<> check_input(const MappingInput& input) {
    if (input.decimal && !read_format(*input.decimal))
        return fail_field("decimal", "unknown", "Decimals are written with \".\" or \",\".");
    return {};
}

Mapping mapping_of_input(const MappingInput& input, const std::optional<FilePlan>& plan) {
    Mapping mapping = plan && plan->mapping.kind == input.kind ? plan->mapping : Mapping{};
    const auto before = std::exchange(mapping.columns, {});
    mapping.key.clear(); // the columns say it
    if (plan && plan->header_line == 0)
        mapping.header = false; // whatever the rows are
    mapping.name = input.name.value_or("");
    mapping.kind = input.kind;
    mapping.source = input.source.value_or(mapping.source);
    for (const auto& column : input.columns) {
        const auto same = std::ranges::find_if(before, [&](const ColumnMapping& old) {
            return old.header == column.header && old.field == column.field;
        });
        auto& mapped = mapping.columns.emplace_back(same == before.end() ? ColumnMapping{} : *same);
        mapped.header = column.header;
        mapped.field = column.field;
        mapped.format = column.format;
    }
    if (input.outcomes)
        for (const auto& [word, outcome] : *input.outcomes)
            mapping.outcomes.push_back({.word = word, .outcome = outcome});
    if (input.decimal)
        mapping.decimal = read_format(*input.decimal);
    return mapping;
}

} // namespace buckstop::imports
