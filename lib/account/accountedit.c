#include "account/accountedit.h"
#include "account/accountchange.h"
#include "account/accountname.h"
#include "account/senders.h"
#include "base/num.h"
#include "conf/word.h"
#include "crypt/pwhash.h"
#include <string.h>

static const struct act {
	const char *name;
	enum account_call call;
	void (*run)(struct accountedit *);
	unsigned changes : 1;
} acts[] = {
	{ "org-add", ACCOUNT_ORGS_CHANGE, accountorgs_add, 1 },
	{ "org-set", ACCOUNT_ORGS_CHANGE, accountorgs_set, 1 },
	{ "org-del", ACCOUNT_ORGS_CHANGE, accountorgs_del, 1 },
	{ "org-list", ACCOUNT_ORGS_SEE, accountlist_orgs, 0 },
	{ "user-add", ACCOUNT_USERS_CHANGE, accountusers_add, 1 },
	{ "user-set", ACCOUNT_USERS_CHANGE, accountusers_set, 1 },
	{ "user-del", ACCOUNT_USERS_CHANGE, accountusers_del, 1 },
	{ "user-list", ACCOUNT_USERS_SEE, accountlist_users, 0 },
	{ "key-add", ACCOUNT_KEYS_CHANGE, accountkeys_add, 1 },
	{ "key-revoke", ACCOUNT_KEYS_CHANGE, accountkeys_revoke, 1 },
	{ "key-list", ACCOUNT_USERS_SEE, accountlist_keys, 0 },
};

/* what is said */

static const char *
org_fault(struct slice s)
{
	return accountname_ok(s, ACCOUNTWIRE_ORG_MAX)
	    ? NULL
	    : "the organisation's name is none";
}

static const char *
tenant_fault(struct slice s)
{
	return accountname_ok(s, ACCOUNTWIRE_TENANT_MAX)
	    ? NULL
	    : "the tenant's name is none";
}

static const char *
state_fault(struct slice s)
{
	return word_is(s, "on") || word_is(s, "off") ? NULL
						     : "state is on or off";
}

static const char *
secret_fault(struct slice s)
{
	return s.n > 0 && s.n <= PWHASH_PASSWORD_MAX
	    ? NULL
	    : "a password has 1 to 256 bytes";
}

static const char *
expires_fault(struct slice s)
{
	uint64_t u;

	return num_scan(s.p, s.n, 1, INT64_MAX / 2, &u) == 0
	    ? NULL
	    : "expires is in seconds since 1970";
}

static const char *
rate_fault(struct slice s)
{
	uint64_t u;

	return num_scan(s.p, s.n, 1, ACCOUNTEDIT_RATE_MAX, &u) == 0
	    ? NULL
	    : "rate is 1 to 1000000 a second";
}

static const struct {
	enum accountwire_label label;
	const char *(*fault)(struct slice);
} checks[] = {
	{ ACCOUNTWIRE_TENANT, tenant_fault },
	{ ACCOUNTWIRE_STATE, state_fault },
	{ ACCOUNTWIRE_SENDERS, senders_fault },
	{ ACCOUNTWIRE_CLIENTS, accountclients_fault },
	{ ACCOUNTWIRE_SECRET, secret_fault },
	{ ACCOUNTWIRE_EXPIRES, expires_fault },
	{ ACCOUNTWIRE_RATE, rate_fault },
};

/* 0, or -1 and said */
static int
check_words(struct accountedit *e)
{
	const struct slice *v = e->q->value;
	const char *fault = NULL;
	size_t i;

	for (i = 0; i < sizeof checks / sizeof *checks && fault == NULL; i++)
		if (v[checks[i].label].p != NULL)
			fault = checks[i].fault(v[checks[i].label]);
	if (fault == NULL && e->org.p != NULL)
		fault = org_fault(e->org);
	if (fault == NULL && v[ACCOUNTWIRE_ROLE].p != NULL &&
	    account_role_scan(v[ACCOUNTWIRE_ROLE].p, v[ACCOUNTWIRE_ROLE].n,
		&e->role) == -1)
		fault = "there is no such role";
	if (fault == NULL && v[ACCOUNTWIRE_SCOPES].p != NULL &&
	    account_scopes_scan(v[ACCOUNTWIRE_SCOPES].p,
		v[ACCOUNTWIRE_SCOPES].n, &e->scopes) == -1)
		fault = "there is no such scope";
	if (fault != NULL)
		accountchange_say(e, ACCOUNTWIRE_BAD, fault);
	return fault == NULL ? 0 : -1;
}

/* may he, of which organisation; 0, or -1 and said */
static int
check_right(struct accountedit *e, const struct act *act)
{
	const struct account_actor *who = e->actor;
	enum account_right right = who->local
	    ? ACCOUNT_YES
	    : account_may_scoped(who->role, who->scopes, act->call);

	e->org = e->q->value[ACCOUNTWIRE_ORG];
	e->own = right == ACCOUNT_OWN;
	/* lists are of all, where he may see all */
	if (e->org.p == NULL && !who->local && (e->own || act->changes))
		e->org = (struct slice){ who->org, strlen(who->org) };
	if (right == ACCOUNT_NO ||
	    (e->own &&
		!ascii_same(e->org.p, e->org.n, who->org, strlen(who->org)))) {
		accountchange_say(e, ACCOUNTWIRE_DENIED, "he may not");
		return -1;
	}
	return 0;
}

static const struct act *
find_act(const struct accountwire_question *q)
{
	size_t i;

	for (i = 0; i < sizeof acts / sizeof *acts; i++)
		if (word_is(q->value[ACCOUNTWIRE_ACT], acts[i].name))
			return &acts[i];
	return NULL;
}

int
accountedit_hashes(const struct accountwire_question *q)
{
	const struct act *act = find_act(q);

	return act != NULL && act->call == ACCOUNT_USERS_CHANGE &&
	    q->value[ACCOUNTWIRE_SECRET].n > 0;
}

void
accountedit_run(struct accountedit *e)
{
	const struct act *act = find_act(e->q);

	e->a->status = ACCOUNTWIRE_OK;
	if (act == NULL) {
		accountchange_say(e, ACCOUNTWIRE_BAD, "there is no such act");
		return;
	}
	if (check_right(e, act) == -1 || check_words(e) == -1)
		return;
	if (act->changes && accountdb_begin(e->db, 1) == -1) {
		accountchange_failed(e);
		return;
	}
	act->run(e);
	accountdb_end(e->db);
	e->open = act->changes;
	if (e->open && e->a->status != ACCOUNTWIRE_OK)
		accountedit_undo(e);
}

void
accountedit_undo(struct accountedit *e)
{
	accountdb_undo(e->db);
	buf_wipe(&e->out);
	e->open = 0;
}

void
accountedit_end(struct accountedit *e)
{
	e->open = 0;
	if (accountdb_commit(e->db) == 0)
		return;
	accountchange_failed(e);
	buf_wipe(&e->out);
}
