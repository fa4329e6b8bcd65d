#include "features/archive/own_store.hpp"

namespace buckstop::archive::store {

std::vector<OwnSession> own_sessions(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<OwnSession>("select device, created_at, last_seen_at, expires_at from session"
                                " where org_id = $1 and person_id = $2 order by created_at",
                                org, person);
}

std::vector<OwnDevice> own_devices(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<OwnDevice>("select created_at, last_used_at from known_device"
                               " where org_id = $1 and person_id = $2 order by created_at",
                               org, person);
}

std::vector<OwnActivity> own_activities(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<OwnActivity>(
        "select activity.kind, activity.subject, deal.name as deal, activity.happened_on, activity.is_done"
        " from activity left join deal on deal.org_id = activity.org_id and deal.id = activity.deal_id"
        " where activity.org_id = $1 and activity.person_id = $2"
        " order by activity.happened_on, activity.id",
        org, person);
}

std::vector<OwnTarget> own_targets(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<OwnTarget>(
        "select period, starts_on, ends_on, amount_minor, currency, measure from target"
        " where org_id = $1 and person_id = $2 order by starts_on, ends_on, id",
        org, person);
}

} // namespace buckstop::archive::store
