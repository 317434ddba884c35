#ifndef ACCOUNT_ROLE_H
#define ACCOUNT_ROLE_H

#include <stddef.h>

/*
 * Who may do what over the programming interface: one table, role by call, and
 * the scopes that a key has of what its role may.
 */
enum account_role {
	ACCOUNT_ADMIN,    /* of the instance: all */
	ACCOUNT_OPERATOR, /* of the instance: its queue, and what is known of
			   * it; neither accounts nor configuration */
	ACCOUNT_ORGADMIN, /* of an organisation: mail, users and keys of his */
	ACCOUNT_USER,     /* his organisation's mail */
	ACCOUNT_READONLY, /* the same, to be seen */
	ACCOUNT_ROLES
};
extern const char *const account_roles[ACCOUNT_ROLES];

/* what is asked for */
enum account_call {
	ACCOUNT_SEND,
	ACCOUNT_SEE,    /* what became of messages: one, its timeline, lists */
	ACCOUNT_CANCEL, /* what has not been sent yet */
	ACCOUNT_STATISTICS,
	ACCOUNT_LOG,
	ACCOUNT_QUEUE_SEE,
	ACCOUNT_QUEUE_CHANGE, /* hold, release, retry, bounce, delete, suspend */
	ACCOUNT_CONFIG_SEE,
	ACCOUNT_CONFIG_CHANGE,
	ACCOUNT_USERS_SEE, /* users and keys */
	ACCOUNT_USERS_CHANGE,
	ACCOUNT_KEYS_CHANGE,
	ACCOUNT_ORGS_SEE,
	ACCOUNT_ORGS_CHANGE, /* one is made, suspended, given senders */
	ACCOUNT_CALLS
};
extern const char *const account_calls[ACCOUNT_CALLS];

/* of whose things */
enum account_right {
	ACCOUNT_NO,
	ACCOUNT_OWN, /* of the own organisation */
	ACCOUNT_YES  /* of all */
};

enum account_right account_may(enum account_role, enum account_call);

/* what a key may of what its role may, as bits 1 << scope */
enum account_scope {
	ACCOUNT_SCOPE_SEND,
	ACCOUNT_SCOPE_READ,
	ACCOUNT_SCOPE_QUEUE,
	ACCOUNT_SCOPE_CONFIG,
	ACCOUNT_SCOPE_ACCOUNTS,
	ACCOUNT_SCOPES
};
enum {
	ACCOUNT_SCOPES_ALL = (1 << ACCOUNT_SCOPES) - 1,
	/* room for all names, commas between them, and a NUL */
	ACCOUNT_SCOPES_ROOM = 40
};

/* that by which a call is asked for */
enum account_scope account_scope_of(enum account_call);
/* the same as account_may(), for one who has these scopes */
enum account_right account_may_scoped(enum account_role, unsigned scopes,
    enum account_call);
/* those that are of any use to a role */
unsigned account_scopes_of(enum account_role);
/* is all that inner may among what outer may? */
int account_role_within(enum account_role outer, enum account_role inner);
/* may he give this role to a user, or to a key?  1 or 0 */
int account_may_give(enum account_role, enum account_role);

/* a name; 0, or -1: there is no such role */
int account_role_scan(const char *, size_t, enum account_role *);
/* names with commas between them, at least one; 0, or -1 */
int account_scopes_scan(const char *, size_t, unsigned *);
/* the other way; returns out */
const char *account_scopes_text(unsigned, char out[ACCOUNT_SCOPES_ROOM]);

#endif
