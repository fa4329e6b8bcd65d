// Applying rules, for the job and the preview. Private to this feature.
#pragma once

#include "features/failures/eligible.hpp"

#include <functional>

namespace buckstop::failures {

// When that happened which the rule asks about this deal for; nothing where it doesn't ask, or where that was
// before its start.
[[nodiscard]] std::optional<Date> asked_since(db::Transaction& tx, OrgId org, const Question& question,
                                              const DealFacts& deal, std::string_view currency);

// The public apply_rules(), which asks `go_on` after each portion; nothing where that said no. What is done
// by then is kept.
[[nodiscard]] std::optional<Applied> apply_rules(const Context& context, OrgId org,
                                                 std::optional<ImportId> import,
                                                 const std::function<bool(const Applied&)>& go_on);

} // namespace buckstop::failures
