#include "import/domainmap.h"
#include "base/ascii.h"
#include "import/aliasmap.h"
#include "import/mailpattern.h"
#include <stdlib.h>
#include <string.h>

struct pair {
	struct import_at at;
	struct slice old, new;
	unsigned steps; /* behind it, to its end */
};

void
domainmap_add(struct domainmap *d, const struct import_at *at, struct slice old,
    struct slice new)
{
	struct pair p = { *at, old, new, 0 };

	if (ascii_same(old.p, old.n, new.p, new.n)) {
		import_left(d->import, IMPORT_ROUTES, at, old,
		    "any user is good here: say so in rcpt");
		return;
	}
	if (wordset_add(&d->keys, old.p, old.n,
		(unsigned)(buf_len(&d->list) / sizeof p) + 1) == -1)
		d->import->no_memory = 1;
	import_put(d->import, &d->list, (const char *)&p, sizeof p);
}

/* what a target makes of the address: user and domain, each as it was or
 * another */

/* $N or ${N} as a whole: what it is, 0: nothing that can be said */
static char
stands_for(const struct mailpattern *p, struct slice s)
{
	if (s.n >= 3 && s.p[1] == '{' && s.p[s.n - 1] == '}') {
		s.p++;
		s.n -= 2;
		return s.n == 2 && ascii_digit(s.p[1]) ? p->is[s.p[1] - '0']
						       : 0;
	}
	return s.n == 2 && s.p[0] == '$' && ascii_digit(s.p[1])
	    ? p->is[s.p[1] - '0']
	    : 0;
}

static int
has_dollar(struct slice s)
{
	return s.n > 0 && memchr(s.p, '$', s.n) != NULL;
}

/* the value of rewrite:; NULL, or why there is none */
static const char *
target(struct import *m, struct buf *out, const struct mailpattern *p,
    struct slice v)
{
	const char *at = memrchr(v.p, '@', v.n);
	struct slice user, domain;
	int same_user, same_domain;
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] == ',' || ascii_white(v.p[i]))
			return "several targets for an expression";
	if (at == NULL)
		return "a target without a domain";
	user = (struct slice){ v.p, (size_t)(at - v.p) };
	domain = (struct slice){ at + 1, v.n - user.n - 1 };
	same_user = user.n == 0 || stands_for(p, user) == 'u';
	same_domain = stands_for(p, domain) == 'd';
	if ((!same_user && has_dollar(user)) ||
	    (!same_domain && has_dollar(domain)) || (same_user && same_domain))
		return "a target that is made of parts";
	if (!same_user)
		import_put(m, out, user.p, user.n);
	import_puts(m, out, "@");
	if (!same_domain)
		import_put(m, out, domain.p, domain.n);
	return NULL;
}

void
domainmap_expression(struct domainmap *d, const struct import_at *at,
    struct slice re, struct slice value)
{
	struct mailpatterns *x = malloc(sizeof *x);
	struct buf b = { 0 };
	const char *bad;
	unsigned i;

	if (x == NULL) {
		d->import->no_memory = 1;
		return;
	}
	bad = mailpattern_read(x, re);
	if (bad != NULL)
		import_left(d->import, IMPORT_ROUTES, at, re, bad);
	for (i = 0; bad == NULL && i < x->n; i++) {
		buf_clear(&b);
		bad = target(d->import, &b, &x->one[i], value);
		if (bad != NULL)
			import_left(d->import, IMPORT_ROUTES, at, value, bad);
		else
			import_sayf(d->import, IMPORT_ROUTES, at,
			    "to:%s rewrite:%.*s", x->one[i].text,
			    (int)buf_len(&b), buf_data(&b));
	}
	buf_free(&b);
	free(x);
}

/* the pair of this domain, counted from 1; 0: there is none */
static long
place(struct domainmap *d, struct slice domain)
{
	/* a new one comes in with 0 */
	long i = wordset_add(&d->keys, domain.p, domain.n, 0);

	if (i == -1)
		d->import->no_memory = 1;
	return i > 0 ? i : 0;
}

int
domainmap_has(struct domainmap *d, struct slice domain)
{
	return place(d, domain) > 0;
}

static const struct pair *
follow(struct domainmap *d, const struct pair *p)
{
	long i = place(d, p->new);

	return i > 0
	    ? (const struct pair *)(const void *)buf_data(&d->list) + (i - 1)
	    : NULL;
}

static int
longest_first(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	if (a->steps != b->steps)
		return a->steps > b->steps ? -1 : 1;
	return a->at.line < b->at.line ? -1 : a->at.line > b->at.line;
}

void
domainmap_finish(struct domainmap *d)
{
	struct pair *p = (struct pair *)(void *)buf_data(&d->list);
	size_t i, n = buf_len(&d->list) / sizeof *p;
	const struct pair *next;

	for (i = 0; i < n; i++) {
		next = &p[i];
		while (p[i].steps <= ALIASMAP_CHAIN_MAX &&
		    (next = follow(d, next)) != NULL)
			p[i].steps++;
	}
	if (n > 0)
		qsort(p, n, sizeof *p, longest_first);
	for (i = 0; i < n; i++)
		if (p[i].steps > ALIASMAP_CHAIN_MAX)
			import_left(d->import, IMPORT_ROUTES, &p[i].at,
			    p[i].old, "domains that become each other");
		else
			import_sayf(d->import, IMPORT_ROUTES, &p[i].at,
			    "to:%.*s rewrite:%.*s", (int)p[i].old.n, p[i].old.p,
			    (int)p[i].new.n, p[i].new.p);
	buf_free(&d->list);
	wordset_free(&d->keys);
}
