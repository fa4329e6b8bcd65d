// What somebody who is making a mapping sees of it before it is saved. Nothing is written.
#include "features/imports/service.hpp"

#include "access/policy.hpp"

namespace buckstop::imports {
namespace {

// The file's plan, where the file is there to be read.
Result<FilePlan> plan_to_read(const std::optional<store::FileRow>& file) {
    if (!file)
        return fail(ErrorCode::not_found, "There is no such import.");
    if (!file->path)
        return fail(ErrorCode::conflict, file->name + " isn't kept any more; upload it again.");
    auto plan = store::stored<FilePlan>(file->plan);
    if (!plan)
        return fail(ErrorCode::conflict, file->name + " hasn't been looked at yet.");
    return std::move(*plan);
}

} // namespace

Result<FirstRows> first_rows(const Context& context, const Principal& who, ImportId id, int position,
                             const MappingInput& input) {
    if (const auto allowed = access::require(who, {}, access::Object::import, access::Action::write);
        !allowed)
        return fail(allowed.error());
    if (const auto fine = check_input(input); !fine)
        return fail(fine.error());
    const auto file = context.database.read(
        [&](db::Transaction& tx) { return store::find_file(tx, who.org, id, position); });
    const auto plan = plan_to_read(file);
    if (!plan)
        return fail(plan.error());
    return read_first_rows(*plan, mapping_of_input(input, *plan));
}

} // namespace buckstop::imports
