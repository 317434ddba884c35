#include "sim/simmodel.h"
#include "base/num.h"
#include <stdlib.h>

const char simmodel_reply[] =
    "status:deferred\tcode:421\tesc:4.7.0\tclass:421\thost:model\t"
    "text:421 4.7.0 too many messages, try again later";

/* "s", "10m", "h" */
static int
period(const char *p, size_t n, int64_t *us)
{
	char text[16];
	uint64_t s;

	if (n == 0 || n >= sizeof text - 1)
		return -1;
	text[0] = '1';
	memcpy(text + 1, p, n);
	if (p[0] >= '0' && p[0] <= '9') {
		if (num_scan_duration(p, n, BUCKET_PERIOD_MAX_US / 1000000,
			&s) == -1)
			return -1;
	} else if (num_scan_duration(text, n + 1,
		       BUCKET_PERIOD_MAX_US / 1000000, &s) == -1) {
		return -1;
	}
	*us = (int64_t)s * 1000000;
	return s > 0 ? 0 : -1;
}

const char *
simmodel_add(struct simmodel *m, const char *text)
{
	const char *eq = strrchr(text, '='), *slash;
	struct simmodel_one *o = &m->one[m->n];
	uint64_t n;

	if (m->n == SIMMODEL_MAX)
		return "too many models";
	if (eq == NULL || eq == text)
		return "no SITE=N/PERIOD";
	slash = strchr(eq, '/');
	if (slash == NULL ||
	    num_scan(eq + 1, (size_t)(slash - eq - 1), 1, BUCKET_N_MAX, &n) ==
		-1)
		return "no N/PERIOD";
	if (period(slash + 1, strlen(slash + 1), &o->limit.period_us) == -1)
		return "no period, such as s, 10m or h";
	o->site = (struct slice){ text, (size_t)(eq - text) };
	o->limit.n = (uint32_t)n;
	/* what comes within one period passes at once */
	o->limit.burst = (uint32_t)n;
	m->n++;
	return NULL;
}

/* the bucket of a site; NULL: no memory */
static struct bucket *
bucket_of(struct simmodel *m, struct slice site)
{
	struct bucket *p;
	uint32_t i, cap = m->cap == 0 ? 64 : m->cap;
	int fresh;

	i = nametable_get(&m->sites, site.p, site.n, &fresh);
	if (i == NAMETABLE_NONE)
		return NULL;
	if (i >= m->cap) {
		while (cap <= i)
			cap *= 2;
		p = realloc(m->bucket, cap * sizeof *p);
		if (p == NULL)
			return NULL;
		memset(p + m->cap, 0, (cap - m->cap) * sizeof *p);
		m->bucket = p;
		m->cap = cap;
	}
	return &m->bucket[i];
}

int
simmodel_over(struct simmodel *m, struct slice site, int64_t now_us)
{
	const struct simmodel_one *o = m->one, *end = m->one + m->n;
	struct bucket *b;

	while (o < end && !word_is(o->site, "*") &&
	    (o->site.n != site.n || memcmp(o->site.p, site.p, site.n) != 0))
		o++;
	if (o == end)
		return 0;
	b = bucket_of(m, site);
	if (b == NULL)
		return -1;
	if (bucket_ready(b, &o->limit, 1, now_us) > now_us)
		return 1;
	bucket_take(b, &o->limit, 1, now_us);
	return 0;
}

void
simmodel_rest(struct simmodel *m)
{
	if (m->cap > 0)
		memset(m->bucket, 0, m->cap * sizeof *m->bucket);
}

void
simmodel_free(struct simmodel *m)
{
	nametable_free(&m->sites);
	free(m->bucket);
	memset(m, 0, sizeof *m);
}
