#include "base/json.hpp"
#include "features/failures/apply.hpp"

namespace buckstop::failures {
namespace {

struct ApplyInput {
    std::optional<ImportId> import; // nothing: all deals
};
BOOST_DESCRIBE_STRUCT(ApplyInput, (), (import))

} // namespace

void add_jobs(const Context& context) {
    context.jobs.handle(apply_rules_job, [context](work::Running& job) -> Result<> {
        const auto input = json::read<ApplyInput>(job.input());
        if (!input)
            return fail(input.error());
        const auto applied = apply_rules(context, job.org(), input->import, [&](const Applied& so_far) {
            job.progress(json::write(so_far));
            return !job.should_stop();
        });
        if (!applied)
            return fail(ErrorCode::cancelled, "Stopped before all deals were looked at; it goes on later.");
        return {};
    });
}

} // namespace buckstop::failures
