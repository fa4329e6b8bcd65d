#include "features/identity/identity.hpp"
#include "features/identity/service.hpp"

namespace buckstop::identity {
namespace {

struct MailLink {
    std::int64_t person = 0;
    LinkKind kind = LinkKind::invitation;
};
BOOST_DESCRIBE_STRUCT(MailLink, (), (person, kind))

} // namespace

void add_jobs(const Context& context) {
    context.jobs.handle("identity.mail_link", [context](work::Running& running) -> Result<> {
        const auto input = json::read<MailLink>(running.input());
        if (!input)
            return fail(input.error());
        return mail_link(context, running.org(), PersonId(input->person), input->kind);
    });
}

} // namespace buckstop::identity
