#include "conf/rulesearch.h"
#include "base/num.h"
#include <string.h>
#include <strings.h>

int
rulesearch_match(struct slice pat, const struct address *a)
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

struct search {
	const struct lookup *l;
	const struct rulesearch_who *who;
	unsigned after, best; /* lines; best 0: none yet */
	rulesearch_try *try;
	void *arg;
};

/* the record of one key; 0, or -1 damaged */
static int
try_key(struct search *s, const char *key, size_t n)
{
	struct slice rest, one, number;
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
		m = s->try(s->arg, one, (unsigned)lineno);
		if (m == -1)
			return -1;
		if (m == 0)
			continue;
		s->best = (unsigned)lineno;
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
	const struct rulesearch_who *j = s->who;
	unsigned i;

	switch (kind) {
	case 'T':
		return try_piece(s, kind, j->to->key, j->to->len);
	case 'F':
		return try_piece(s, kind, j->from->key, j->from->len);
	case 'd':
		return try_piece(s, kind, j->to->domain, j->to->domain_len);
	case 'e':
		return try_piece(s, kind, j->from->domain,
		    j->from->domain_len);
	case 's':
		return try_parents(s, kind, j->to);
	case 'q':
		return try_parents(s, kind, j->from);
	case 'u':
		return try_piece(s, kind, j->to->key, j->to->user_len);
	case 'v':
		return try_piece(s, kind, j->from->key, j->from->user_len);
	case 'n':
		return try_piece(s, kind, j->tenant.p, j->tenant.n);
	case 'o':
		return try_piece(s, kind, j->user.p, j->user.n);
	case 'g':
		for (i = 0; i < j->n_tag; i++)
			if (try_piece(s, kind, j->tag[i].p, j->tag[i].n) == -1)
				return -1;
		return 0;
	case '*':
		return try_key(s, "*", 1);
	}
	return -1;
}

int
rulesearch_find(const struct rulesearch *t, const struct lookup *l,
    const struct rulesearch_who *who, unsigned after, rulesearch_try *try,
    void *arg)
{
	struct search s = { l, who, after, 0, try, arg };
	const char *kinds = t->kinds;

	for (; *kinds != '\0'; kinds++)
		if (try_kind(&s, *kinds) == -1)
			return -1;
	return s.best != 0;
}
