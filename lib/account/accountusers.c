#include "account/accountchange.h"
#include "account/accountname.h"
#include <string.h>

/* may who asks give this role, or change who has it?  1, or 0 and said */
static int
may_give(struct accountedit *e, enum account_role role)
{
	if (e->actor->local || account_may_give(e->actor->role, role))
		return 1;
	accountchange_say(e, ACCOUNTWIRE_DENIED,
	    "he may not give a role that may more than his own");
	return 0;
}

/* his number, and that he may be changed; 0: not, and said */
static int64_t
find(struct accountedit *e, int64_t org)
{
	static const char sql[] =
	    "SELECT id, role FROM user WHERE org = ?1 AND name = ?2";
	enum account_role role = ACCOUNT_ADMIN;
	struct slice s;
	int64_t id = 0;
	int r;

	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, org);
	accountdb_put(e->db, e->q->value[ACCOUNTWIRE_NAME]);
	r = accountdb_step(e->db);
	if (r == 1) {
		id = accountdb_num(e->db, 0);
		s = accountdb_text(e->db, 1);
		account_role_scan(s.p, s.n, &role);
	}
	accountdb_end(e->db);
	if (r == 0)
		accountchange_say(e, ACCOUNTWIRE_NONE, "there is no such user");
	else if (r == -1)
		accountchange_failed(e);
	return r == 1 && may_give(e, role) ? id : 0;
}

static int
show(struct accountedit *e, int64_t id)
{
	static const char sql[] = ACCOUNTROW_USERS "WHERE u.id = ?1";

	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, id);
	return accountchange_show(e, ACCOUNTROW_USER, NULL);
}

/* a hash that was made, or what it says that there is none */
static void
put_hash(struct accountedit *e)
{
	if (e->hash == NULL)
		accountdb_putnull(e->db);
	else
		accountdb_puts(e->db, e->hash);
}

void
accountusers_add(struct accountedit *e)
{
	static const char sql[] =
	    "INSERT INTO user (org, name, role, hash, disabled, made)"
	    " VALUES (?1, lower(?2), ?3, coalesce(?4, ''), 0, ?5)";
	struct slice name = e->q->value[ACCOUNTWIRE_NAME];
	int64_t org = accountchange_org(e);

	if (org == 0)
		return;
	accountchange_what(e, "%.*s/%.*s", e->org, name);
	if (!accountname_ok(name, ACCOUNTWIRE_NAME_MAX)) {
		accountchange_say(e, ACCOUNTWIRE_BAD,
		    "the user's name is none");
		return;
	}
	if (e->q->value[ACCOUNTWIRE_ROLE].p == NULL) {
		accountchange_say(e, ACCOUNTWIRE_BAD, "of which role?");
		return;
	}
	if (!may_give(e, e->role))
		return;
	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, org);
	accountdb_put(e->db, name);
	accountdb_puts(e->db, account_roles[e->role]);
	put_hash(e);
	accountdb_putnum(e->db, e->now_s);
	if (accountchange_run(e))
		show(e, accountdb_made(e->db));
}

void
accountusers_set(struct accountedit *e)
{
	static const char sql[] =
	    "UPDATE user SET role = coalesce(?2, role),"
	    " hash = coalesce(?3, hash),"
	    " disabled = coalesce(?4 = 'off', disabled) WHERE id = ?1";
	int64_t org = accountchange_org(e), id = 0;

	if (org != 0)
		id = find(e, org);
	if (id == 0 ||
	    (e->q->value[ACCOUNTWIRE_ROLE].p != NULL && !may_give(e, e->role)))
		return;
	accountchange_what(e, "%.*s/%.*s", e->org,
	    e->q->value[ACCOUNTWIRE_NAME]);
	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, id);
	accountchange_put(e, ACCOUNTWIRE_ROLE);
	put_hash(e);
	accountchange_put(e, ACCOUNTWIRE_STATE);
	if (accountchange_run(e))
		show(e, id);
}

/* his keys are nobody's then, and good for nothing */
void
accountusers_del(struct accountedit *e)
{
	static const char revoke[] = "UPDATE key SET revoked = ?2"
				     " WHERE user = ?1 AND revoked IS NULL";
	static const char sql[] = "DELETE FROM user WHERE id = ?1";
	int64_t org = accountchange_org(e), id = 0;

	if (org != 0)
		id = find(e, org);
	if (id == 0 || !show(e, id))
		return;
	accountchange_what(e, "%.*s/%.*s", e->org,
	    e->q->value[ACCOUNTWIRE_NAME]);
	accountdb_use(e->db, revoke);
	accountdb_putnum(e->db, id);
	accountdb_putnum(e->db, e->now_s);
	if (!accountchange_run(e))
		return;
	accountdb_use(e->db, sql);
	accountdb_putnum(e->db, id);
	accountchange_run(e);
}
