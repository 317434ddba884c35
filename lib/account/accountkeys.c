#include "account/accountchange.h"
#include "account/accountkey.h"
#include "account/accountname.h"
#include "base/num.h"
#include "base/random.h"
#include <string.h>

/* to whom a key will belong: 1 with his number, or 0 for nobody, or 0 and said */
static int
find_user(struct accountedit *e, int64_t *id)
{
	static const char sql[] =
	    "SELECT u.id FROM user u JOIN org o ON o.id = u.org"
	    " WHERE u.name = ?1 AND o.name = ?2";
	const char *own = e->actor->user;
	struct slice org, name = { own, strlen(own) };
	int r;

	*id = 0;
	if (e->actor->local && e->q->value[ACCOUNTWIRE_NAME].p != NULL)
		name = e->q->value[ACCOUNTWIRE_NAME];
	if (name.n == 0)
		return 1;
	accountname_split(name, &org, &name);
	accountdb_use(e->db, sql);
	accountdb_put(e->db, name);
	accountdb_put(e->db, org.n == 0 ? e->org : org);
	r = accountdb_step(e->db);
	if (r == 1)
		*id = accountdb_num(e->db, 0);
	else if (r == 0)
		accountchange_say(e, ACCOUNTWIRE_NONE, "there is no such user");
	else
		accountchange_failed(e);
	accountdb_end(e->db);
	return r == 1;
}

/* 1, or 0 and said */
static int
check(struct accountedit *e)
{
	if (e->q->value[ACCOUNTWIRE_ROLE].p == NULL)
		accountchange_say(e, ACCOUNTWIRE_BAD, "of which role?");
	else if (!e->actor->local && e->q->value[ACCOUNTWIRE_NAME].p != NULL)
		accountchange_say(e, ACCOUNTWIRE_BAD,
		    "a key belongs to who asks");
	else if (!e->actor->local && !account_may_give(e->actor->role, e->role))
		accountchange_say(e, ACCOUNTWIRE_DENIED,
		    "he may not give a role that may more than his own");
	else if (e->scopes == 0)
		accountchange_say(e, ACCOUNTWIRE_DENIED,
		    "he has no scope that this role has use for");
	else if (!e->actor->local && (e->scopes & ~e->actor->scopes) != 0)
		accountchange_say(e, ACCOUNTWIRE_DENIED,
		    "he may not give scopes that he has not");
	else
		return 1;
	return 0;
}

/* its organisation, which may be made for it; 0: there is none, and said */
static int64_t
its_org(struct accountedit *e)
{
	int64_t id = accountchange_org(e);

	if (id != 0 || e->a->status != ACCOUNTWIRE_NONE || !e->make_org)
		return id;
	accountchange_say(e, ACCOUNTWIRE_OK, "");
	e->made_org = 1;
	return accountorgs_make(e) ? accountchange_org(e) : 0;
}

static void
put_number(struct accountedit *e, enum accountwire_label label)
{
	struct slice s = e->q->value[label];
	uint64_t u;

	if (s.p != NULL && num_scan(s.p, s.n, 0, INT64_MAX, &u) == 0)
		accountdb_putnum(e->db, (int64_t)u);
	else
		accountdb_putnull(e->db);
}

static int
insert(struct accountedit *e, const struct accountkey *k, int64_t org,
    int64_t user)
{
	static const char sql[] =
	    "INSERT INTO key (id, org, user, by, role, scopes, senders,"
	    " clients, expires, rate, hash, made) VALUES (?1, ?2,"
	    " nullif(?3, 0), ?4, ?5, ?6, coalesce(?7, '*'),"
	    " coalesce(?8, ''), ?9, ?10, ?11, ?12)";
	char scopes[ACCOUNT_SCOPES_ROOM], hash[ACCOUNTKEY_HASH + 1];

	accountkey_hash(k, hash);
	accountdb_use(e->db, sql);
	accountdb_puts(e->db, k->number);
	accountdb_putnum(e->db, org);
	accountdb_putnum(e->db, user);
	accountdb_puts(e->db, e->actor->name);
	accountdb_puts(e->db, account_roles[e->role]);
	accountdb_puts(e->db, account_scopes_text(e->scopes, scopes));
	accountchange_put(e, ACCOUNTWIRE_SENDERS);
	accountchange_put(e, ACCOUNTWIRE_CLIENTS);
	put_number(e, ACCOUNTWIRE_EXPIRES);
	put_number(e, ACCOUNTWIRE_RATE);
	accountdb_puts(e->db, hash);
	accountdb_putnum(e->db, e->now_s);
	return accountchange_run(e);
}

static int
show(struct accountedit *e, struct slice number, const char *whole)
{
	static const char sql[] = ACCOUNTROW_KEYS "WHERE k.id = ?1";

	accountdb_use(e->db, sql);
	accountdb_put(e->db, number);
	return accountchange_show(e, ACCOUNTROW_KEY, whole);
}

void
accountkeys_add(struct accountedit *e)
{
	struct slice number = { NULL, ACCOUNTKEY_NUMBER };
	char whole[ACCOUNTKEY_ROOM];
	struct accountkey k;
	int64_t org, user;

	if (e->q->value[ACCOUNTWIRE_SCOPES].p == NULL)
		e->scopes = account_scopes_of(e->role) & e->actor->scopes;
	if (!check(e) || (org = its_org(e)) == 0 || !find_user(e, &user))
		return;
	if (random_hex(k.number, ACCOUNTKEY_NUMBER) == -1 ||
	    random_hex(k.secret, ACCOUNTKEY_SECRET) == -1) {
		accountchange_say(e, ACCOUNTWIRE_LATER, "no random bytes");
		return;
	}
	number.p = k.number;
	accountchange_what(e, "%.*s key %.*s", e->org, number);
	accountkey_text(&k, whole);
	if (insert(e, &k, org, user))
		show(e, number, whole);
	explicit_bzero(whole, sizeof whole);
	explicit_bzero(&k, sizeof k);
}

/* of others' organisations it is not even said that it is there */
static int
is_his(struct accountedit *e, struct slice number)
{
	static const char sql[] =
	    "SELECT k.role, o.name FROM key k JOIN org o ON o.id = k.org"
	    " WHERE k.id = ?1";
	enum account_role role = ACCOUNT_ADMIN;
	struct slice s, org;
	int r, good = 1;

	accountdb_use(e->db, sql);
	accountdb_put(e->db, number);
	r = accountdb_step(e->db);
	if (r == 1) {
		s = accountdb_text(e->db, 0);
		account_role_scan(s.p, s.n, &role);
		org = accountdb_text(e->db, 1);
		good = !e->own || ascii_same(org.p, org.n, e->org.p, e->org.n);
		accountchange_what(e, "%.*s key %.*s", org, number);
	}
	accountdb_end(e->db);
	if (r == -1) {
		accountchange_failed(e);
	} else if (r == 0 || !good) {
		accountchange_say(e, ACCOUNTWIRE_NONE, "there is no such key");
	} else if (!e->actor->local &&
	    !account_may_give(e->actor->role, role)) {
		accountchange_say(e, ACCOUNTWIRE_DENIED,
		    "its role may more than his own");
	}
	return e->a->status == ACCOUNTWIRE_OK;
}

void
accountkeys_revoke(struct accountedit *e)
{
	static const char sql[] =
	    "UPDATE key SET revoked = coalesce(revoked, ?2) WHERE id = ?1";
	struct slice number = e->q->value[ACCOUNTWIRE_NAME];

	if (!is_his(e, number))
		return;
	accountdb_use(e->db, sql);
	accountdb_put(e->db, number);
	accountdb_putnum(e->db, e->now_s);
	if (accountchange_run(e))
		show(e, number, NULL);
}
