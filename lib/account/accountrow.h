#ifndef ACCOUNT_ACCOUNTROW_H
#define ACCOUNT_ACCOUNTROW_H

#include "account/accountdb.h"
#include "base/buf.h"

/*
 * Organisations, users and keys as they are shown: an object of JSON, or a line of
 * labels, of the row at which a statement stands.  Its columns are those of
 * accountrow_select[], in front of WHERE.
 */
enum accountrow {
	ACCOUNTROW_ORG,
	ACCOUNTROW_USER,
	ACCOUNTROW_KEY,
	ACCOUNTROWS
};
#define ACCOUNTROW_ORGS \
	"SELECT o.name, o.tenant, o.senders, o.suspended, o.made FROM org o "
#define ACCOUNTROW_USERS \
	"SELECT o.name, u.name, u.role, u.disabled, u.hash <> '', u.made" \
	" FROM user u JOIN org o ON o.id = u.org "
#define ACCOUNTROW_KEYS \
	"SELECT k.id, o.name, CASE WHEN u.org = k.org THEN u.name" \
	" ELSE uo.name || '/' || u.name END, k.by, k.role, k.scopes," \
	" k.senders, k.clients, k.expires, k.rate, k.made, k.used, k.revoked" \
	" FROM key k JOIN org o ON o.id = k.org" \
	" LEFT JOIN user u ON u.id = k.user" \
	" LEFT JOIN org uo ON uo.id = u.org "

/* append it; whole: a key that was just made, or NULL.  0, or -1 with ENOMEM */
int accountrow_json(struct accountdb *, enum accountrow, const char *whole,
    struct buf *);
int accountrow_line(struct accountdb *, enum accountrow, const char *whole,
    struct buf *);

#endif
