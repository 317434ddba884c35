#include "policy/fixrules.h"
#include "base/num.h"
#include "mail/fixheader.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

int
fixrules_load(struct fixrules *t, const struct lookup *l)
{
	const char *p;
	size_t n;
	int r = lookup_get(l, "=kinds", 6, &p, &n);

	memset(t, 0, sizeof *t);
	if (r == 0)
		return 0;
	if (r == -1 || n >= sizeof t->kinds) {
		t->kinds[0] = '!'; /* no such kind: fixrules_find() fails */
		return -1;
	}
	memcpy(t->kinds, p, n);
	return 0;
}

/* does address a (lower case) match the pattern?  @.d: d and all below */
static int
match_address(struct slice pat, const struct address *a)
{
	const char *at;
	size_t n = pat.n;

	if (text_is(pat, "<>"))
		return a->len == 0;
	if (a->len == 0 || n == 0)
		return 0;
	if (pat.p[n - 1] == '@')
		return a->user_len == n - 1 &&
		    strncasecmp(a->key, pat.p, n - 1) == 0;
	if (pat.p[0] != '@')
		return a->len == n && strncasecmp(a->key, pat.p, n) == 0;
	if (n > 1 && pat.p[1] == '.') {
		at = a->key + a->len - (n - 2);
		return a->domain_len >= n - 2 &&
		    strncasecmp(at, pat.p + 2, n - 2) == 0 &&
		    (a->domain_len == n - 2 || at[-1] == '.');
	}
	return a->domain_len == n - 1 &&
	    strncasecmp(a->domain, pat.p + 1, n - 1) == 0;
}

int
fixrules_listed(struct slice list, const struct address *a)
{
	struct slice one;

	while (text_piece(&list, ',', &one))
		if (one.n > 0 && one.p[one.n - 1] != '@' &&
		    match_address(one, a))
			return 1;
	return 0;
}

static int
same(struct slice a, struct slice b)
{
	return a.n == b.n && a.n > 0 && memcmp(a.p, b.p, a.n) == 0;
}

static int
match_tag(const struct fixrules_mail *m, struct slice v)
{
	unsigned i;

	for (i = 0; i < m->n_tag; i++)
		if (same(m->tag[i], v))
			return 1;
	return 0;
}

/* 1 holds, 0 not, -1 damaged */
static int
condition(const struct fixrules_mail *m, struct slice label, struct slice v)
{
	if (text_is(label, "?from"))
		return match_address(v, m->from);
	if (text_is(label, "?tenant"))
		return same(v, m->tenant);
	if (text_is(label, "?tag"))
		return match_tag(m, v);
	if (text_is(label, "?user"))
		return same(v, m->user);
	if (text_is(label, "?anybody"))
		return m->user.n > 0;
	if (text_is(label, "?header"))
		return fixheader_has(m->header, m->header_len, v.p, v.n);
	if (text_is(label, "?no-header"))
		return !fixheader_has(m->header, m->header_len, v.p, v.n);
	if (text_is(label, "?from-aligned"))
		return m->aligned;
	if (text_is(label, "?from-unaligned"))
		return m->unaligned;
	return -1;
}

static const char *const labels[FIXRULES_DOS] = {
	[FIXRULES_ADD] = "add",
	[FIXRULES_SET] = "set",
	[FIXRULES_DEFAULT] = "default",
	[FIXRULES_REMOVE] = "remove",
	[FIXRULES_MESSAGE_ID] = "message-id",
	[FIXRULES_TAG] = "tag",
	[FIXRULES_TENANT] = "tenant",
	[FIXRULES_PRIO] = "prio",
	[FIXRULES_RETURN_PATH] = "return-path",
	[FIXRULES_VERP] = "verp",
	[FIXRULES_RETURN_PATH_HEADER] = "return-path-header",
	[FIXRULES_LIST_UNSUBSCRIBE] = "list-unsubscribe",
	[FIXRULES_MAILTO] = "mailto",
	[FIXRULES_ONE_CLICK] = "one-click",
	[FIXRULES_FEEDBACK_ID] = "feedback-id",
	[FIXRULES_PIXEL] = "pixel",
	[FIXRULES_REJECT] = "reject",
	[FIXRULES_ALLOW_FROM] = "allow-from",
	[FIXRULES_CHECK_FROM] = "check-from",
};

/* 1, or -1 damaged */
static int
action(struct fixrules_rule *r, struct slice label, struct slice v)
{
	struct fixrules_action *a;
	unsigned i;
	char sep = '\0';

	for (i = 0; i < FIXRULES_DOS && !text_is(label, labels[i]); i++)
		;
	if (i == FIXRULES_DOS || r->n == FIXRULES_FIELDS_MAX)
		return -1;
	a = &r->action[r->n++];
	a->what = (enum fixrules_do)i;
	a->name = (struct slice){ NULL, 0 };
	a->value = v;
	if (i == FIXRULES_ADD || i == FIXRULES_SET || i == FIXRULES_DEFAULT)
		sep = ':';
	else if (i == FIXRULES_TAG || i == FIXRULES_RETURN_PATH_HEADER)
		sep = '=';
	if (sep != '\0' &&
	    (!text_piece(&a->value, sep, &a->name) || a->value.p == NULL))
		return -1;
	return 1;
}

/* one line of a record: 1 matches, 0 not, -1 damaged */
static int
try_rule(const struct fixrules_mail *m, struct slice l, unsigned lineno,
    struct fixrules_rule *r)
{
	struct slice f, label;
	int k;

	r->n = 0;
	r->line = lineno;
	while (text_piece(&l, '\t', &f)) {
		if (!text_piece(&f, ':', &label) || f.p == NULL ||
		    label.n == 0)
			return -1;
		k = label.p[0] == '?' ? condition(m, label, f) :
		    action(r, label, f);
		if (k != 1)
			return k;
	}
	return 1;
}

struct search {
	const struct lookup *l;
	const struct fixrules_mail *mail;
	unsigned after, best; /* lines; best 0: none yet */
	struct fixrules_rule *out;
};

/* the record of one key; 0, or -1 damaged */
static int
try_key(struct search *s, const char *key, size_t n)
{
	struct slice rest, one, number;
	struct fixrules_rule r;
	uint64_t lineno;
	int m = lookup_get(s->l, key, n, &rest.p, &rest.n);

	if (m != 1)
		return m;
	while (text_piece(&rest, '\n', &one) && one.n > 0) {
		if (!text_piece(&one, '\t', &number) || one.p == NULL ||
		    num_scan(number.p, number.n, 1, UINT32_MAX, &lineno) == -1)
			return -1;
		if (lineno <= s->after)
			continue;
		if (s->best != 0 && lineno >= s->best)
			return 0;
		m = try_rule(s->mail, one, (unsigned)lineno, &r);
		if (m == -1)
			return -1;
		if (m == 0)
			continue;
		s->best = (unsigned)lineno;
		*s->out = r;
		return 0;
	}
	return 0;
}

static int
try_piece(struct search *s, char kind, const char *p, size_t n)
{
	char key[TEXT_LINE_MAX + 2];

	if (n > TEXT_LINE_MAX)
		return 0;
	key[0] = kind;
	if (n > 0)
		memcpy(key + 1, p, n);
	return try_key(s, key, n + 1);
}

/* the domain and all above it */
static int
try_parents(struct search *s, char kind, const struct address *a)
{
	const char *p = a->domain, *end = p + a->domain_len;

	while (p < end) {
		if (try_piece(s, kind, p, end - p) == -1)
			return -1;
		p = memchr(p, '.', end - p);
		if (p == NULL)
			break;
		p++;
	}
	return 0;
}

static int
try_kind(struct search *s, char kind)
{
	const struct fixrules_mail *m = s->mail;
	unsigned i;

	switch (kind) {
	case 'F':
		return try_piece(s, kind, m->from->key, m->from->len);
	case 'e':
		return try_piece(s, kind, m->from->domain,
		    m->from->domain_len);
	case 'q':
		return try_parents(s, kind, m->from);
	case 'v':
		return try_piece(s, kind, m->from->key, m->from->user_len);
	case 'n':
		return try_piece(s, kind, m->tenant.p, m->tenant.n);
	case 'o':
		return try_piece(s, kind, m->user.p, m->user.n);
	case 'g':
		for (i = 0; i < m->n_tag; i++)
			if (try_piece(s, kind, m->tag[i].p, m->tag[i].n) == -1)
				return -1;
		return 0;
	case '*':
		return try_key(s, "*", 1);
	}
	return -1;
}

int
fixrules_find(const struct fixrules *t, const struct lookup *l,
    const struct fixrules_mail *m, unsigned after, struct fixrules_rule *out)
{
	struct search s = { l, m, after, 0, out };
	const char *k;

	for (k = t->kinds; *k != '\0'; k++)
		if (try_kind(&s, *k) == -1)
			return -1;
	return s.best != 0;
}
