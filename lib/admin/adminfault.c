#include "admin/admincall.h"
#include "admin/adminargv.h"
#include "base/num.h"
#include "conf/word.h"
#include "queue/name.h"
#include <stdio.h>

/* the form of a value */
enum kind { TEXT, FLAG, COUNT, ID, CURSOR, SPAN, BARE, WORD };

static const struct known {
	const char *name;
	unsigned takes;
	enum kind kind;
	int several;
} known[] = {
	{ "limit", ADMINCALL_PAGE | ADMINCALL_FILTER | ADMINCALL_KEY, COUNT,
	    0 },
	{ "after", ADMINCALL_PAGE, CURSOR, 0 },
	{ "dry-run", ADMINCALL_ORDER, FLAG, 0 },
	{ "for", ADMINCALL_STANDS, SPAN, 0 },
	{ "reason", ADMINCALL_STANDS, TEXT, 0 },
	{ "by", ADMINCALL_BY, TEXT, 1 },
	{ "columns", ADMINCALL_BY, WORD, 0 },
	{ "ev", ADMINCALL_FILTER, TEXT, 0 },
	{ "prog", ADMINCALL_FILTER, TEXT, 0 },
	{ "id", ADMINCALL_FILTER, ID, 0 },
	{ "from", ADMINCALL_FILTER, TEXT, 0 },
	{ "to", ADMINCALL_FILTER, TEXT, 0 },
	{ "tenant", ADMINCALL_FILTER, TEXT, 0 },
	{ "host", ADMINCALL_FILTER, TEXT, 0 },
	{ "client", ADMINCALL_FILTER, TEXT, 0 },
	{ "to", ADMINCALL_TO, BARE, 0 },
	{ "scale", ADMINCALL_SCALE, WORD, 0 },
	{ "last", ADMINCALL_SCALE, COUNT, 0 },
	{ "check", ADMINCALL_CHECK, FLAG, 0 },
	{ "key", ADMINCALL_KEY, TEXT, 0 },
	{ "all", ADMINCALL_SELECT, FLAG, 0 },
	/* of accounts, account-socket(5) */
	{ "after", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "org", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "name", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "role", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "scopes", ADMINCALL_ACCOUNT, TEXT, 1 },
	{ "senders", ADMINCALL_ACCOUNT, TEXT, 1 },
	{ "clients", ADMINCALL_ACCOUNT, TEXT, 1 },
	{ "expires", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "rate", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "tenant", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "state", ADMINCALL_ACCOUNT, TEXT, 0 },
	{ "password", ADMINCALL_ACCOUNT, TEXT, 0 },
};

/* ID, or ID.N */
static int
is_cursor(const char *v)
{
	uint64_t n;

	return strlen(v) > NAME_LEN + 1 && name_check(v, NAME_LEN) == 0 &&
	    v[NAME_LEN] == '.' &&
	    num_scans(v + NAME_LEN + 1, 0, UINT32_MAX, &n) == 0;
}

/* what is wrong with a value; NULL: nothing */
static const char *
bad_value(enum kind kind, const char *v)
{
	uint64_t n;

	switch (kind) {
	case FLAG:
		return strcmp(v, "1") == 0 || strcmp(v, "true") == 0
		    ? NULL
		    : "must be 1";
	case COUNT:
		return num_scans(v, 1, ADMINARGV_LIMIT_MAX, &n) == 0
		    ? NULL
		    : "must be a number from 1 to 1000";
	case ID:
		return name_check(v, strlen(v)) == 0 ? NULL
						     : "must be a message's id";
	case CURSOR: return is_cursor(v) ? NULL : "must be what next was";
	case SPAN:
		return num_scan_duration(v, strlen(v), UINT32_MAX, &n) == 0
		    ? NULL
		    : "must be a time: 90s, 30m, 2h, 7d";
	/* an argument that stands alone is never an option */
	case BARE:
		return v[0] != '-' && strchr(v, '@') != NULL
		    ? NULL
		    : "must be an address";
	case WORD: return word_name(v, strlen(v)) ? NULL : "must be a word";
	case TEXT: break;
	}
	return NULL;
}

static const struct known *
find(const struct admincall *c, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].takes & c->takes &&
		    strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

/* one of the path: the pattern names it, so it may be there */
static const char *
bad_part(const struct adminparam *p)
{
	if (strcmp(p->name, "id") == 0 &&
	    name_check(p->value, strlen(p->value)) == -1)
		return "must be a message's id";
	return NULL;
}

static const char *
bad_param(const struct admincall *c, const struct adminparams *params,
    const struct adminparam *p)
{
	const struct known *k = find(c, p->name);

	if (p->from == ADMINPARAM_PATH)
		return bad_part(p);
	if (k == NULL)
		return c->takes & ADMINCALL_SELECT && adminargv_selects(p->name)
		    ? NULL
		    : "is no parameter of this call";
	if (!k->several && adminparams_get(params, p->name, 1) != NULL)
		return "stands twice";
	return bad_value(k->kind, p->value);
}

const char *
admincall_fault(const struct admincall *c, const struct adminparams *params,
    char *why, size_t cap)
{
	const char *bad;
	unsigned i;

	for (i = 0; i < params->n; i++) {
		bad = bad_param(c, params, &params->param[i]);
		if (bad == NULL)
			continue;
		snprintf(why, cap, "%s: %s", params->param[i].name, bad);
		return why;
	}
	if (c->takes & ADMINCALL_SELECT && c->act != NULL &&
	    !adminargv_any(params)) {
		snprintf(why, cap, "say which: a selector, or all=1");
		return why;
	}
	return NULL;
}
