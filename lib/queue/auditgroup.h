#ifndef QUEUE_AUDITGROUP_H
#define QUEUE_AUDITGROUP_H

#include "queue/audit.h"

/*
 * A balance for each tenant, for each hour of acceptance, or for each of both.
 * Together they are the balance, but for messages of which the log has no
 * acceptance: these count nowhere.  The hour is the one in which a message got
 * its id.
 *
 * Memory: AUDIT_GROUP_BYTES for a group, and a tenant's name.
 */
enum {
	AUDIT_BY_TENANT = 1,
	AUDIT_BY_HOUR = 2,
	AUDIT_GROUPS_MAX = 262144, /* more cannot be told */
	AUDIT_GROUP_BYTES = 192
};

/* what found() is told of: a tenant as events have it, "" for none; the hour's
 * start, in seconds since 1970 */
struct auditgroup {
	const char *tenant;
	size_t tenant_len;
	int64_t hour_s;
	const struct audit_balance *sum;
};

/*
 * auditgroup_all - the groups, by hour and then by the name of the tenant
 *
 * by  AUDIT_BY_TENANT, AUDIT_BY_HOUR, or both; by_tenant of the books must have
 *     been set from the start if it is in it
 *
 * Returns 0, -1 with ENOMEM, 1: more than AUDIT_GROUPS_MAX, nothing was told.
 */
int auditgroup_all(const struct audit *, unsigned by,
    void (*found)(void *arg, const struct auditgroup *), void *arg);

#endif
