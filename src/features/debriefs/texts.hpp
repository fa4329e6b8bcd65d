// What a draft's and a debrief's texts have to be. Pure. Private to this feature.
#pragma once

#include "features/debriefs/debriefs.hpp"

namespace buckstop::debriefs {

inline constexpr std::size_t most_reason = 500; // characters; the other texts' limits are their features'

// For saving: only what can't be kept at all is refused.
[[nodiscard]] Result<> check_lengths(const DraftText& text);

// For sharing: my part, a lesson, and what I'm going to do about it.
[[nodiscard]] Result<> check_complete(const DraftText& text, bool existing_lesson_found, Date today);

[[nodiscard]] Result<> check(const DebriefEdit& edit);

// The lesson's title, or, where there is none, the beginning of the lesson.
[[nodiscard]] std::string lesson_title(const DraftText& text);
[[nodiscard]] std::string lesson_body(const DraftText& text);

} // namespace buckstop::debriefs
