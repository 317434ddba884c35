#include "account/accountchange.h"
#include "base/ascii.h"
#include "conf/word.h"
#include <string.h>

static const struct slice nothing = { "", 0 };

static void
show(struct accountedit *e)
{
	static const char sql[] = ACCOUNTROW_ORGS "WHERE o.name = ?1";

	accountdb_use(e->db, sql);
	accountdb_put(e->db, e->org);
	accountchange_show(e, ACCOUNTROW_ORG, NULL);
}

int
accountorgs_make(struct accountedit *e)
{
	static const char sql[] =
	    "INSERT INTO org (name, tenant, senders, suspended, made)"
	    " VALUES (?1, coalesce(?2, ?1), coalesce(?3, '*'), 0, ?4)";

	accountdb_use(e->db, sql);
	accountdb_put(e->db, e->org);
	accountchange_put(e, ACCOUNTWIRE_TENANT);
	accountchange_put(e, ACCOUNTWIRE_SENDERS);
	accountdb_putnum(e->db, e->now_s);
	return accountchange_run(e);
}

void
accountorgs_add(struct accountedit *e)
{
	accountchange_what(e, "%.*s%.*s", e->org, nothing);
	/* without a name it would be the own one */
	if (e->q->value[ACCOUNTWIRE_ORG].p == NULL)
		accountchange_say(e, ACCOUNTWIRE_BAD, "of which organisation?");
	else if (accountorgs_make(e))
		show(e);
}

void
accountorgs_set(struct accountedit *e)
{
	static const char sql[] =
	    "UPDATE org SET tenant = coalesce(?2, tenant),"
	    " senders = coalesce(?3, senders),"
	    " suspended = coalesce(?4 = 'off', suspended) WHERE id = ?1";
	int64_t id = accountchange_org(e);

	if (id == 0)
		return;
	accountchange_what(e, "%.*s%.*s", e->org, nothing);
	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, id);
	accountchange_put(e, ACCOUNTWIRE_TENANT);
	accountchange_put(e, ACCOUNTWIRE_SENDERS);
	accountchange_put(e, ACCOUNTWIRE_STATE);
	if (accountchange_run(e))
		show(e);
}

/* who asks is not to saw off what he sits on */
void
accountorgs_del(struct accountedit *e)
{
	static const char sql[] = "DELETE FROM org WHERE id = ?1";
	const char *own = e->actor->org;
	int64_t id = accountchange_org(e);

	if (id == 0)
		return;
	accountchange_what(e, "%.*s%.*s", e->org, nothing);
	if (!e->actor->local &&
	    ascii_same(e->org.p, e->org.n, own, strlen(own))) {
		accountchange_say(e, ACCOUNTWIRE_DENIED,
		    "it is his own organisation");
		return;
	}
	show(e);
	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, id);
	accountchange_run(e);
}
