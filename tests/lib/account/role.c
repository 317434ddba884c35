/* each role and each call: every cell, and what follows from them */
#include "account/role.h"
#include "tap.h"

enum { N = ACCOUNT_NO, O = ACCOUNT_OWN, Y = ACCOUNT_YES };

/* written down once more, from the words of account-socket(5) */
static const struct {
	enum account_call call;
	const char *name;
	int may[ACCOUNT_ROLES]; /* admin operator orgadmin user readonly */
	const char *scope;
} cells[] = {
	{ ACCOUNT_SEND, "send", { Y, N, O, O, N }, "send" },
	{ ACCOUNT_SEE, "see", { Y, Y, O, O, O }, "read" },
	{ ACCOUNT_CANCEL, "cancel", { Y, Y, O, O, N }, "send" },
	{ ACCOUNT_STATISTICS, "statistics", { Y, Y, O, O, O }, "read" },
	{ ACCOUNT_LOG, "log", { Y, Y, N, N, N }, "queue" },
	{ ACCOUNT_QUEUE_SEE, "queue-see", { Y, Y, N, N, N }, "queue" },
	{ ACCOUNT_QUEUE_CHANGE, "queue-change", { Y, Y, N, N, N }, "queue" },
	{ ACCOUNT_CONFIG_SEE, "config-see", { Y, N, N, N, N }, "config" },
	{ ACCOUNT_CONFIG_CHANGE, "config-change", { Y, N, N, N, N }, "config" },
	{ ACCOUNT_USERS_SEE, "users-see", { Y, N, O, N, N }, "accounts" },
	{ ACCOUNT_USERS_CHANGE, "users-change", { Y, N, O, N, N }, "accounts" },
	{ ACCOUNT_KEYS_CHANGE, "keys-change", { Y, N, O, N, N }, "accounts" },
	{ ACCOUNT_ORGS_SEE, "orgs-see", { Y, N, O, N, N }, "accounts" },
	{ ACCOUNT_ORGS_CHANGE, "orgs-change", { Y, N, N, N, N }, "accounts" },
};
enum { CELLS = sizeof cells / sizeof *cells };

/* with all scopes, without one, and with this one alone */
static void
cell(int i, enum account_role role)
{
	enum account_call call = cells[i].call;
	unsigned bit = 1u << account_scope_of(call);
	int want = cells[i].may[role];
	char name[80];

	snprintf(name, sizeof name, "%s: %s", account_roles[role],
	    cells[i].name);
	is_num(account_may(role, call), want, name);
	ok((int)account_may_scoped(role, ACCOUNT_SCOPES_ALL, call) == want &&
		(int)account_may_scoped(role, bit, call) == want &&
		account_may_scoped(role, ACCOUNT_SCOPES_ALL & ~bit, call) ==
		    ACCOUNT_NO &&
		account_may_scoped(role, 0, call) == ACCOUNT_NO,
	    "by its scope alone");
}

static void
every_cell(void)
{
	char t[ACCOUNT_SCOPES_ROOM];
	int i, r;

	is_num(CELLS, ACCOUNT_CALLS, "every call");
	for (i = 0; i < CELLS; i++) {
		is_num(cells[i].call, i, "in its order");
		is_str(account_calls[i], cells[i].name, "its name");
		is_str(account_scopes_text(1u
			       << account_scope_of(cells[i].call),
			   t),
		    cells[i].scope, "its scope");
		for (r = 0; r < ACCOUNT_ROLES; r++)
			cell(i, (enum account_role)r);
	}
}

/* who gives a role to others, a row for each that gives */
static const char give[ACCOUNT_ROLES][ACCOUNT_ROLES + 1] = {
	"11111",
	"00000",
	"00111",
	"00000",
	"00000",
};
static const char within[ACCOUNT_ROLES][ACCOUNT_ROLES + 1] = {
	"11111",
	"01001",
	"00111",
	"00011",
	"00001",
};

static void
giving(void)
{
	char name[80];
	int a, b;

	for (a = 0; a < ACCOUNT_ROLES; a++)
		for (b = 0; b < ACCOUNT_ROLES; b++) {
			snprintf(name, sizeof name, "%s gives %s",
			    account_roles[a], account_roles[b]);
			is_num(account_may_give((enum account_role)a,
				   (enum account_role)b),
			    give[a][b] - '0', name);
			snprintf(name, sizeof name, "%s holds %s",
			    account_roles[a], account_roles[b]);
			is_num(account_role_within((enum account_role)a,
				   (enum account_role)b),
			    within[a][b] - '0', name);
		}
}

static void
of_use(void)
{
	static const char *const want[ACCOUNT_ROLES] = {
		"send,read,queue,config,accounts", "send,read,queue",
		"send,read,accounts", "send,read", "read"
	};
	char t[ACCOUNT_SCOPES_ROOM];
	int i;

	for (i = 0; i < ACCOUNT_ROLES; i++)
		is_str(account_scopes_text(account_scopes_of((enum account_role)
						   i),
			   t),
		    want[i], account_roles[i]);
}

static const struct {
	const char *text;
	int bits; /* -1: none */
	const char *back;
} lists[] = {
	{ "send", 1, "send" },
	{ "read,send", 3, "send,read" },
	{ "send,read,queue,config,accounts", 31,
	    "send,read,queue,config,accounts" },
	{ "send,send", 1, "send" },
	{ "", -1, "" },
	{ ",", -1, "" },
	{ "send,", -1, "" },
	{ "Send", -1, "" },
	{ "sen", -1, "" },
	{ "send read", -1, "" },
	{ "all", -1, "" },
};

static void
names(void)
{
	char t[ACCOUNT_SCOPES_ROOM];
	enum account_role r;
	unsigned i, bits;
	int got;

	for (i = 0; i < ACCOUNT_ROLES; i++)
		ok(account_role_scan(account_roles[i], strlen(account_roles[i]),
		       &r) == 0 &&
			r == i,
		    account_roles[i]);
	is_num(account_role_scan("root", 4, &r), -1, "no role");
	is_num(account_role_scan("admin", 4, &r), -1, "half a role");
	is_num(account_role_scan("", 0, &r), -1, "nothing");
	for (i = 0; i < sizeof lists / sizeof *lists; i++) {
		got = account_scopes_scan(lists[i].text, strlen(lists[i].text),
			  &bits) == -1
		    ? -1
		    : (int)bits;
		is_num(got, lists[i].bits, lists[i].text);
		if (got != -1)
			is_str(account_scopes_text(bits, t), lists[i].back,
			    "and back");
	}
	is_str(account_scopes_text(0, t), "", "no scope");
	is_num(sizeof "send,read,queue,config,accounts" <= ACCOUNT_SCOPES_ROOM,
	    1, "room for all");
}

int
main(void)
{
	every_cell();
	giving();
	of_use();
	names();
	return done();
}
