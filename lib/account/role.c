#include "account/role.h"
#include "base/ascii.h"
#include "conf/word.h"
#include <string.h>

const char *const account_roles[ACCOUNT_ROLES] = { "admin", "operator",
	"orgadmin", "user", "readonly" };
const char *const account_calls[ACCOUNT_CALLS] = { "send", "see", "cancel",
	"statistics", "log", "queue-see", "queue-change", "config-see",
	"config-change", "users-see", "users-change", "keys-change", "orgs-see",
	"orgs-change" };
static const char *const scopes[ACCOUNT_SCOPES] = { "send", "read", "queue",
	"config", "accounts" };

static const struct {
	enum account_scope scope;
	/* of admin, operator, orgadmin, user, readonly */
	char may[ACCOUNT_ROLES + 1];
} table[ACCOUNT_CALLS] = {
	[ACCOUNT_SEND] = { ACCOUNT_SCOPE_SEND, "y-oo-" },
	[ACCOUNT_SEE] = { ACCOUNT_SCOPE_READ, "yyooo" },
	[ACCOUNT_CANCEL] = { ACCOUNT_SCOPE_SEND, "yyoo-" },
	[ACCOUNT_STATISTICS] = { ACCOUNT_SCOPE_READ, "yyooo" },
	[ACCOUNT_LOG] = { ACCOUNT_SCOPE_QUEUE, "yy---" },
	[ACCOUNT_QUEUE_SEE] = { ACCOUNT_SCOPE_QUEUE, "yy---" },
	[ACCOUNT_QUEUE_CHANGE] = { ACCOUNT_SCOPE_QUEUE, "yy---" },
	[ACCOUNT_CONFIG_SEE] = { ACCOUNT_SCOPE_CONFIG, "y----" },
	[ACCOUNT_CONFIG_CHANGE] = { ACCOUNT_SCOPE_CONFIG, "y----" },
	[ACCOUNT_USERS_SEE] = { ACCOUNT_SCOPE_ACCOUNTS, "y-o--" },
	[ACCOUNT_USERS_CHANGE] = { ACCOUNT_SCOPE_ACCOUNTS, "y-o--" },
	[ACCOUNT_KEYS_CHANGE] = { ACCOUNT_SCOPE_ACCOUNTS, "y-o--" },
	[ACCOUNT_ORGS_SEE] = { ACCOUNT_SCOPE_ACCOUNTS, "y-o--" },
	[ACCOUNT_ORGS_CHANGE] = { ACCOUNT_SCOPE_ACCOUNTS, "y----" },
};

enum account_right
account_may(enum account_role role, enum account_call call)
{
	switch (table[call].may[role]) {
	case 'y': return ACCOUNT_YES;
	case 'o': return ACCOUNT_OWN;
	default: return ACCOUNT_NO;
	}
}

enum account_scope
account_scope_of(enum account_call call)
{
	return table[call].scope;
}

enum account_right
account_may_scoped(enum account_role role, unsigned has, enum account_call call)
{
	return has & 1u << table[call].scope ? account_may(role, call)
					     : ACCOUNT_NO;
}

unsigned
account_scopes_of(enum account_role role)
{
	unsigned has = 0;
	int i;

	for (i = 0; i < ACCOUNT_CALLS; i++)
		if (account_may(role, (enum account_call)i) != ACCOUNT_NO)
			has |= 1u << table[i].scope;
	return has;
}

int
account_role_within(enum account_role outer, enum account_role inner)
{
	int i;

	for (i = 0; i < ACCOUNT_CALLS; i++)
		if (account_may(inner, (enum account_call)i) >
		    account_may(outer, (enum account_call)i))
			return 0;
	return 1;
}

int
account_may_give(enum account_role giver, enum account_role role)
{
	return account_may(giver, ACCOUNT_KEYS_CHANGE) != ACCOUNT_NO &&
	    account_role_within(giver, role);
}

int
account_role_scan(const char *p, size_t n, enum account_role *out)
{
	int i = ascii_which(account_roles, ACCOUNT_ROLES, p, n);

	if (i == -1)
		return -1;
	*out = (enum account_role)i;
	return 0;
}

int
account_scopes_scan(const char *p, size_t n, unsigned *out)
{
	struct slice rest = { p, n }, piece;
	int i;

	*out = 0;
	while (word_piece(&rest, ',', &piece)) {
		i = ascii_which(scopes, ACCOUNT_SCOPES, piece.p, piece.n);
		if (i == -1)
			return -1;
		*out |= 1u << i;
	}
	return *out == 0 ? -1 : 0;
}

const char *
account_scopes_text(unsigned has, char out[ACCOUNT_SCOPES_ROOM])
{
	size_t n = 0, len;
	int i;

	for (i = 0; i < ACCOUNT_SCOPES; i++) {
		if (!(has & 1u << i))
			continue;
		len = strlen(scopes[i]);
		if (n > 0)
			out[n++] = ',';
		memcpy(out + n, scopes[i], len);
		n += len;
	}
	out[n] = '\0';
	return out;
}
