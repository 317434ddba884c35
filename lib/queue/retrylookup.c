#include "queue/retryparts.h"
#include "base/num.h"
#include "failure/failurefile.h"
#include <stdio.h>
#include <string.h>

struct applying {
	struct retry *out;
	struct retry_lines *lines; /* or NULL */
	const struct lookup *l;
	int failed;
};

/* does a record say a property? */
static int
says(const char *p, size_t n, const char *name)
{
	struct slice rest = { p, n }, w;
	size_t len = strlen(name);

	while (word_piece(&rest, ' ', &w))
		if (w.n > len && memcmp(w.p, name, len) == 0)
			return 1;
	return 0;
}

/* it has decided: where does it stand? */
static void
note_line(struct applying *a, const char *key, size_t len, const char *data,
    size_t n)
{
	char name[RETRY_KEY_ROOM + 8];
	int intervals = says(data, n, "intervals=");
	int lifetime = says(data, n, "lifetime=");
	uint64_t u;

	len = (size_t)snprintf(name, sizeof name, RETRY_LINE_KEY "%.*s",
	    (int)len, key);
	if (lookup_get(a->l, name, len, &data, &n) != 1 ||
	    num_scan(data, n, 1, UINT32_MAX, &u) == -1)
		return;
	if (intervals)
		a->lines->intervals = (unsigned)u;
	if (lifetime)
		a->lines->lifetime = (unsigned)u;
}

static void
apply(struct applying *a, const struct retry_case *c)
{
	char key[RETRY_KEY_ROOM];
	struct retry r = *a->out;
	const char *data;
	size_t n, len = retry_key(key, c);
	int got = lookup_get(a->l, key, len, &data, &n);

	if (got == 1 && retry_properties(&r, data, data + n) == NULL)
		*a->out = r;
	else if (got != 0)
		a->failed = 1;
	if (got == 1 && a->lines != NULL)
		note_line(a, key, len, data, n);
}

/* ".org", ".example.org", ".sub.example.org", then the name itself */
static void
apply_domains(struct applying *a, struct retry_case c)
{
	struct slice domain = c.domain;
	char dotted[257];
	size_t i;

	if (domain.n == 0 || domain.n > 255)
		return;
	dotted[0] = '.';
	memcpy(dotted + 1, domain.p, domain.n);
	for (i = domain.n; i-- > 0;) {
		if (dotted[i] != '.' || i == domain.n)
			continue;
		c.domain = (struct slice){ dotted + i, domain.n + 1 - i };
		apply(a, &c);
	}
	c.domain = domain;
	apply(a, &c);
}

/* from the least specific to the most: what comes later wins */
int
retry_lookup_lines(struct retry *out, struct retry_lines *lines,
    const struct retry_case *of, const struct lookup *l)
{
	enum { CLASS = 1, FAILURE = 2, BOTH = 3 };
	const struct slice none = { NULL, 0 };
	struct applying a = { out, lines, l, 0 };
	struct retry_case c;
	unsigned with, domains;

	retry_default(out);
	if (lines != NULL)
		*lines = (struct retry_lines){ 0, 0 };
	for (domains = 0; domains < 2; domains++)
		for (with = 0; with <= BOTH; with++) {
			c.domain = domains ? of->domain : none;
			c.class = with & CLASS ? of->class : none;
			c.failure = with & FAILURE ? of->failure : none;
			if ((with & CLASS &&
				(c.class.n == 0 || c.class.n > 255)) ||
			    (with & FAILURE &&
				(c.failure.n == 0 ||
				    c.failure.n > FAILURE_CLASS_MAX)))
				continue;
			if (domains)
				apply_domains(&a, c);
			else
				apply(&a, &c);
		}
	if (!a.failed)
		return 0;
	retry_default(out);
	return -1;
}

int
retry_lookup(struct retry *out, const struct retry_case *of,
    const struct lookup *l)
{
	return retry_lookup_lines(out, NULL, of, l);
}

int64_t
retry_interval_ms(const struct retry *r, unsigned tries, uint32_t random)
{
	unsigned i = tries > 0 ? tries - 1 : 0;
	int64_t ms, span;

	if (i >= r->n)
		i = r->n - 1;
	ms = (int64_t)r->interval[i] * 1000;
	span = ms * r->jitter / 100;
	return ms - span + (span > 0 ? (int64_t)random % (2 * span + 1) : 0);
}

int
retry_was_last(const struct retry *r, unsigned before)
{
	return r->tries > 0 && before + 1 >= r->tries;
}
