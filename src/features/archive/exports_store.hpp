// The SQL of exports that were asked for in the page. Private to this feature.
#pragma once

#include "features/archive/archive.hpp"

namespace buckstop::archive::store {

using ExportId = Id<struct archive::Export>;

void insert_export(db::Transaction& tx, OrgId org, ExportId id, PersonId by, Instant at, Instant expires_at);
[[nodiscard]] std::vector<Export> exports(db::Transaction& tx, OrgId org, Instant now);
[[nodiscard]] std::optional<Export> find_export(db::Transaction& tx, OrgId org, ExportId id);
void finish_export(db::Transaction& tx, OrgId org, ExportId id, std::int64_t bytes);
void fail_export(db::Transaction& tx, OrgId org, ExportId id, const std::string& error);
[[nodiscard]] std::vector<ExportId> expired_exports(db::Transaction& tx, OrgId org, Instant now);
void remove_export(db::Transaction& tx, OrgId org, ExportId id);

} // namespace buckstop::archive::store
