#include "features/lessons/lessons.hpp"

namespace buckstop::lessons {

using http::Call;
using http::Nothing;
using http::Page;

void add_routes(http::Router& router, const Context& context) {
    router.get<LessonQuery, Page<LessonSummary>>(
        "/lessons", {"lessons", "Search the lessons that one may read, or list the newest"},
        [context](const LessonQuery& query, Call& call) { return search(context, call.who(), query); });

    router.get<Nothing, Lesson>("/lessons/{lesson}", {"lessons", "Read a lesson"},
                                [context](const Nothing&, Call& call) -> Result<Lesson> {
                                    const auto id = call.id<struct buckstop::Lesson>("lesson");
                                    if (!id)
                                        return fail(id.error());
                                    auto lesson = get(context, call.who(), *id);
                                    if (lesson)
                                        call.etag(lesson->version);
                                    return lesson;
                                });

    router.patch<LessonEdit, Lesson>("/lessons/{lesson}", {"lessons", "Change one's own lesson"},
                                     [context](const LessonEdit& input, Call& call) -> Result<Lesson> {
                                         const auto id = call.id<struct buckstop::Lesson>("lesson");
                                         if (!id)
                                             return fail(id.error());
                                         const auto version = call.if_match();
                                         if (!version)
                                             return fail(version.error());
                                         auto lesson = edit(context, call.who(), *id, *version, input);
                                         if (lesson)
                                             call.etag(lesson->version);
                                         return lesson;
                                     });

    router.get<Nothing, LessonsBeside>("/deals/{deal}/lessons",
                                       {"lessons", "The lessons of deals like this one, and why"},
                                       [context](const Nothing&, Call& call) -> Result<LessonsBeside> {
                                           const auto id = call.id<struct Deal>("deal");
                                           if (!id)
                                               return fail(id.error());
                                           return beside_deal(context, call.who(), *id);
                                       });
}

} // namespace buckstop::lessons
