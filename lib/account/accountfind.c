#include "account/accountfind.h"
#include "account/accountname.h"
#include <string.h>

static const char by_number[] =
    "SELECT o.name, o.tenant, o.senders, o.suspended, k.hash, k.role,"
    " u.name, uo.name, u.role, u.disabled,"
    " k.scopes, k.senders, k.clients, k.expires, k.rate, k.revoked"
    " FROM key k JOIN org o ON o.id = k.org"
    " LEFT JOIN user u ON u.id = k.user LEFT JOIN org uo ON uo.id = u.org"
    " WHERE k.id = ?1";
/* the second says that the name is none by itself */
static const char by_name[] =
    "SELECT o.name, o.tenant, o.senders, o.suspended, u.hash, u.role,"
    " u.name, o.name, u.role, u.disabled"
    " FROM user u JOIN org o ON o.id = u.org WHERE u.name = ?1 LIMIT 2";
static const char by_both[] =
    "SELECT o.name, o.tenant, o.senders, o.suspended, u.hash, u.role,"
    " u.name, o.name, u.role, u.disabled"
    " FROM user u JOIN org o ON o.id = u.org"
    " WHERE u.name = ?1 AND o.name = ?2";

/* columns of both, and of a key */
enum {
	ORG,
	TENANT,
	ORG_SENDERS,
	SUSPENDED,
	HASH,
	ROLE,
	USER,
	USER_ORG,
	USER_ROLE,
	DISABLED,
	SCOPES,
	SENDERS,
	CLIENTS,
	EXPIRES,
	RATE,
	REVOKED
};

/* a word that is none is that of who may least */
static enum account_role
role(struct accountdb *d, int column)
{
	struct slice s = accountdb_text(d, column);
	enum account_role r = ACCOUNT_READONLY;

	account_role_scan(s.p, s.n, &r);
	return r;
}

static void
take(struct accountdb *d, struct account_found *f)
{
	memset(f, 0, sizeof *f);
	accountdb_copy(d, ORG, f->org, sizeof f->org);
	accountdb_copy(d, TENANT, f->tenant, sizeof f->tenant);
	accountdb_copy(d, ORG_SENDERS, f->org_senders, sizeof f->org_senders);
	f->suspended = accountdb_num(d, SUSPENDED) != 0;
	accountdb_copy(d, HASH, f->hash, sizeof f->hash);
	f->role = role(d, ROLE);
	f->has_user = !accountdb_is_null(d, USER);
	accountdb_copy(d, USER, f->user, sizeof f->user);
	accountdb_copy(d, USER_ORG, f->user_org, sizeof f->user_org);
	f->user_role = role(d, USER_ROLE);
	f->user_disabled = accountdb_num(d, DISABLED) != 0;
}

static void
take_key(struct accountdb *d, struct account_found *f)
{
	struct slice s = accountdb_text(d, SCOPES);

	if (account_scopes_scan(s.p, s.n, &f->scopes) == -1)
		f->scopes = 0;
	accountdb_copy(d, SENDERS, f->senders, sizeof f->senders);
	accountdb_copy(d, CLIENTS, f->clients, sizeof f->clients);
	f->expires_s = accountdb_num(d, EXPIRES);
	f->rate = (unsigned)accountdb_num(d, RATE);
	f->revoked = !accountdb_is_null(d, REVOKED);
}

int
accountfind_key(struct accountdb *d, struct slice number,
    struct account_found *f)
{
	int r;

	accountdb_use(d, by_number);
	accountdb_put(d, number);
	r = accountdb_step(d);
	if (r == 1) {
		take(d, f);
		take_key(d, f);
		memcpy(f->number, number.p, ACCOUNTKEY_NUMBER);
	}
	accountdb_end(d);
	return r;
}

int
accountfind_user(struct accountdb *d, struct slice name,
    struct account_found *f)
{
	struct slice org;
	int r;

	accountname_split(name, &org, &name);
	accountdb_use(d, org.n == 0 ? by_name : by_both);
	accountdb_put(d, name);
	if (org.n > 0)
		accountdb_put(d, org);
	r = accountdb_step(d);
	if (r == 1) {
		take(d, f);
		f->scopes = ACCOUNT_SCOPES_ALL;
		memcpy(f->senders, "*", 2);
		r = accountdb_step(d) == 1 ? 0 : 1;
	}
	accountdb_end(d);
	return r;
}
