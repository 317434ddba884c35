#include "conf/rulesearch.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>
#include <strings.h>

int
rulesearch_match(struct slice pat, const struct address *a)
{
	const char *at;
	size_t n = pat.n;

	if (word_is(pat, "<>"))
		return a->len == 0;
	if (a->len == 0 || n == 0)
		return 0;
	if (pat.p[n - 1] == '@')
		return ascii_same(a->key, a->user_len, pat.p, n - 1);
	if (pat.p[0] != '@')
		return ascii_same(a->key, a->len, pat.p, n);
	if (n > 1 && pat.p[1] == '.') {
		at = a->key + a->len - (n - 2);
		return a->domain_len >= n - 2 &&
		    strncasecmp(at, pat.p + 2, n - 2) == 0 &&
		    (a->domain_len == n - 2 || at[-1] == '.');
	}
	return ascii_same(a->domain, a->domain_len, pat.p + 1, n - 1);
}

int
rulesearch_load(struct rulesearch *t, const struct lookup *l)
{
	const char *p;
	size_t n;
	int r = lookup_get(l, "=kinds", 6, &p, &n);

	memset(t, 0, sizeof *t);
	if (r == 0)
		return 0;
	if (r == -1 || n >= sizeof t->kinds) {
		t->kinds[0] = '!'; /* no such kind: rulesearch_find() fails */
		return -1;
	}
	memcpy(t->kinds, p, n);
	return 0;
}

int
rulesearch_field(struct slice *rest, struct slice *label, struct slice *value)
{
	if (!word_piece(rest, '\t', value))
		return 0;
	return word_piece(value, ':', label) && value->p != NULL ? 1 : -1;
}

static int
same(struct slice a, struct slice b)
{
	return a.n == b.n && a.n > 0 && memcmp(a.p, b.p, a.n) == 0;
}

static int
is_tagged(const struct rulesearch_who *w, struct slice v)
{
	unsigned i;

	for (i = 0; i < w->n_tag; i++)
		if (same(w->tag[i], v))
			return 1;
	return 0;
}

int
rulesearch_condition(const struct rulesearch_who *w, struct slice label,
    struct slice v)
{
	if (word_is(label, "to") && w->to != NULL)
		return rulesearch_match(v, w->to);
	if (word_is(label, "from"))
		return rulesearch_match(v, w->from);
	if (word_is(label, "tenant"))
		return same(v, w->tenant);
	if (word_is(label, "tag"))
		return is_tagged(w, v);
	if (word_is(label, "user"))
		return same(v, w->user);
	return RULESEARCH_ACTION;
}

struct search {
	const struct lookup *l;
	const struct rulesearch_who *who;
	unsigned after;
	rulesearch_holds *holds;
	void *arg;
	struct rulesearch_rule *best; /* line 0: none yet */
};

/* a line behind its number: 1 holds, 0 not, -1 damaged */
static int
try_rule(struct search *s, struct slice rest, unsigned lineno)
{
	struct slice at = rest, label, value;
	int m;

	while ((m = rulesearch_field(&rest, &label, &value)) == 1) {
		m = s->holds(s->arg, label, value);
		if (m == RULESEARCH_ACTION)
			break;
		if (m != 1)
			return m;
		at = rest;
	}
	if (m == -1)
		return -1;
	s->best->line = lineno;
	s->best->actions = at;
	return 1;
}

/* the record of one key; 0, or -1 damaged */
static int
try_key(struct search *s, const char *key, size_t n)
{
	struct slice rest, one, number;
	uint64_t lineno;
	int m = lookup_get(s->l, key, n, &rest.p, &rest.n);

	if (m != 1)
		return m;
	while (word_piece(&rest, '\n', &one) && one.n > 0) {
		if (!word_piece(&one, '\t', &number) || one.p == NULL ||
		    num_scan(number.p, number.n, 1, UINT32_MAX, &lineno) == -1)
			return -1;
		if (lineno <= s->after)
			continue;
		if (s->best->line != 0 && lineno >= s->best->line)
			return 0;
		m = try_rule(s, one, (unsigned)lineno);
		if (m != 0)
			return m == 1 ? 0 : -1;
	}
	return 0;
}

static int
try_piece(struct search *s, char kind, const char *p, size_t n)
{
	char key[WORD_LINE_MAX + 2];

	if (n > WORD_LINE_MAX)
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
	const struct rulesearch_who *j = s->who;
	unsigned i;

	switch (kind) {
	case 'T': return try_piece(s, kind, j->to->key, j->to->len);
	case 'F': return try_piece(s, kind, j->from->key, j->from->len);
	case 'd': return try_piece(s, kind, j->to->domain, j->to->domain_len);
	case 'e':
		return try_piece(s, kind, j->from->domain, j->from->domain_len);
	case 's': return try_parents(s, kind, j->to);
	case 'q': return try_parents(s, kind, j->from);
	case 'u': return try_piece(s, kind, j->to->key, j->to->user_len);
	case 'v': return try_piece(s, kind, j->from->key, j->from->user_len);
	case 'n': return try_piece(s, kind, j->tenant.p, j->tenant.n);
	case 'o': return try_piece(s, kind, j->user.p, j->user.n);
	case 'g':
		for (i = 0; i < j->n_tag; i++)
			if (try_piece(s, kind, j->tag[i].p, j->tag[i].n) == -1)
				return -1;
		return 0;
	case '*': return try_key(s, "*", 1);
	}
	return -1;
}

int
rulesearch_find(const struct rulesearch *t, const struct lookup *l,
    const struct rulesearch_who *who, unsigned after, rulesearch_holds *holds,
    void *arg, struct rulesearch_rule *out)
{
	struct search s = { l, who, after, holds, arg, out };
	const char *kind;

	out->line = 0;
	for (kind = t->kinds; *kind != '\0'; kind++)
		if (try_kind(&s, *kind) == -1)
			return -1;
	return out->line != 0;
}
