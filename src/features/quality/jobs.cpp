#include "base/json.hpp"
#include "features/quality/quality.hpp"

namespace buckstop::quality {
namespace {

struct LookInput {
    std::optional<ImportId> import; // that was just done
};
BOOST_DESCRIBE_STRUCT(LookInput, (), (import))

} // namespace

void add_jobs(const Context& context) {
    context.jobs.handle(look_job, [context](work::Running& job) -> Result<> {
        const auto input = json::read<LookInput>(job.input());
        if (!input)
            return fail(input.error());
        const auto looked = look(context, job.org(), input->import, [&](const Looked& so_far) {
            job.progress(json::write(so_far));
            return !job.should_stop();
        });
        if (!looked)
            return fail(ErrorCode::cancelled,
                        "Stopped before all data was looked at; it begins again later.");
        return {};
    });
    context.jobs.every(look_job, std::chrono::hours(24));
}

} // namespace buckstop::quality
