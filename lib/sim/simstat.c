#include "sim/simstat.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

static int
grow(void **p, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap == 0 ? FIRST : *cap;
	void *q;

	if (n <= *cap)
		return 0;
	while (want < n)
		want += want / 2;
	q = realloc(*p, want * size);
	if (q == NULL)
		return -1;
	memset((char *)q + *cap * size, 0, (want - *cap) * size);
	*p = q;
	*cap = want;
	return 0;
}

/* groups */

static int
groups(struct simstat *s, uint32_t n)
{
	void *p = s->group;
	size_t cap = s->cap;

	if (grow(&p, &cap, n, sizeof *s->group) == -1)
		return -1;
	s->group = p;
	s->cap = (uint32_t)cap;
	if (s->n < n)
		s->n = n;
	return 0;
}

uint32_t
simstat_group(struct simstat *s, const char *name, size_t n)
{
	uint32_t i;
	int fresh;

	i = nametable_get(&s->names, name, n, &fresh);
	if (i == NAMETABLE_NONE || groups(s, i + 2) == -1)
		return NAMETABLE_NONE;
	return i + 1;
}

const char *
simstat_name(const struct simstat *s, uint32_t group, size_t *n)
{
	*n = 0;
	if (group == 0)
		return "";
	*n = s->names.name[group - 1].len;
	return s->names.name[group - 1].s;
}

/* samples */

static int
add(struct simstat_samples *l, uint32_t group, int64_t at_us, uint32_t ms)
{
	void *p = l->p;

	if (grow(&p, &l->cap, l->n + 1, sizeof *l->p) == -1)
		return -1;
	l->p = p;
	l->p[l->n++] =
	    (struct simstat_sample){ group, (uint32_t)(at_us / 1000000), ms };
	return 0;
}

int
simstat_start(struct simstat *s, uint32_t group, int64_t at_us)
{
	SIMSTAT_COUNT(s, group, tries);
	return add(&s->starts, group, at_us, 0);
}

int
simstat_sent(struct simstat *s, uint32_t group, int64_t at_us, int64_t delay_us)
{
	int64_t ms = delay_us < 0 ? 0 : delay_us / 1000;

	SIMSTAT_COUNT(s, group, sent);
	return add(&s->ends, group, at_us,
	    ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms);
}

/* limits */

int
simstat_bound(struct simstat *s, const char *key, const char *limit,
    uint64_t jobs, int64_t now_us, int64_t until_us)
{
	char name[4096];
	struct simstat_limit *l;
	size_t n = strnlen(key, sizeof name / 2), m, cap = s->cap_limit;
	void *p = s->limit;
	uint32_t i;
	int fresh;

	memcpy(name, key, n);
	name[n++] = ' ';
	m = strnlen(limit, sizeof name - n);
	memcpy(name + n, limit, m);
	i = nametable_get(&s->limits, name, n + m, &fresh);
	if (i == NAMETABLE_NONE || grow(&p, &cap, i + 1, sizeof *l) == -1)
		return -1;
	s->limit = p;
	s->cap_limit = (uint32_t)cap;
	if (i >= s->n_limit)
		s->n_limit = i + 1;
	l = &s->limit[i];
	l->name = i;
	l->later += jobs;
	if (now_us < l->until_us)
		now_us = l->until_us;
	if (until_us > now_us) {
		l->us += until_us - now_us;
		l->until_us = until_us;
	}
	return 0;
}

/* sums */

static int
by_time(const struct simstat_sample *x, const struct simstat_sample *y)
{
	return x->at_s < y->at_s ? -1 : x->at_s > y->at_s;
}

static int
by_group_time(const void *a, const void *b)
{
	const struct simstat_sample *x = a, *y = b;

	return x->group != y->group ? (x->group < y->group ? -1 : 1)
				    : by_time(x, y);
}

static int
of_all_time(const void *a, const void *b)
{
	return by_time(a, b);
}

static int
by_delay(const struct simstat_sample *x, const struct simstat_sample *y)
{
	return x->delay_ms < y->delay_ms ? -1 : x->delay_ms > y->delay_ms;
}

static int
by_group_delay(const void *a, const void *b)
{
	const struct simstat_sample *x = a, *y = b;

	return x->group != y->group ? (x->group < y->group ? -1 : 1)
				    : by_delay(x, y);
}

static int
of_all_delay(const void *a, const void *b)
{
	return by_delay(a, b);
}

static void
sort(struct simstat_samples *l, int (*f)(const void *, const void *))
{
	if (l->n > 0)
		qsort(l->p, l->n, sizeof *l->p, f);
}

/* the most of samples, sorted by time, within one span of the clock */
static uint64_t
peak(const struct simstat_sample *p, size_t n, uint32_t span_s)
{
	uint64_t most = 0, count = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		count = i > 0 && p[i].at_s / span_s == p[i - 1].at_s / span_s
		    ? count + 1
		    : 1;
		if (count > most)
			most = count;
	}
	return most;
}

static void
peaks(struct simstat_group *g, const struct simstat_sample *p, size_t n)
{
	g->peak_second = peak(p, n, 1);
	g->peak_minute = peak(p, n, 60);
	g->peak_hour = peak(p, n, 3600);
}

/* of n that are sorted the least that so many of a hundred do not exceed */
static uint32_t
percentile(const struct simstat_sample *p, size_t n, unsigned percent)
{
	size_t at = (n * percent + 99) / 100;

	return p[at == 0 ? 0 : at - 1].delay_ms;
}

static void
percentiles(struct simstat_group *g, const struct simstat_sample *p, size_t n)
{
	uint64_t sum_ms = 0;
	size_t i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
		sum_ms += p[i].delay_ms;
	g->mean_ms = (uint32_t)(sum_ms / n);
	g->p50_ms = percentile(p, n, 50);
	g->p90_ms = percentile(p, n, 90);
	g->p99_ms = percentile(p, n, 99);
	g->max_ms = p[n - 1].delay_ms;
}

static void
each_group(struct simstat *s, const struct simstat_samples *l,
    void (*f)(struct simstat_group *, const struct simstat_sample *, size_t))
{
	size_t i, from = 0;

	for (i = 1; i <= l->n; i++)
		if (i == l->n || l->p[i].group != l->p[from].group) {
			if (l->p[from].group != 0)
				f(&s->group[l->p[from].group], l->p + from,
				    i - from);
			from = i;
		}
}

void
simstat_close(struct simstat *s)
{
	if (s->n == 0)
		return;
	sort(&s->starts, of_all_time);
	peaks(&s->group[0], s->starts.p, s->starts.n);
	sort(&s->starts, by_group_time);
	each_group(s, &s->starts, peaks);
	sort(&s->ends, of_all_delay);
	percentiles(&s->group[0], s->ends.p, s->ends.n);
	sort(&s->ends, by_group_delay);
	each_group(s, &s->ends, percentiles);
	sort(&s->ends, by_group_time);
}

/* orders */

static int
more(const void *a, const void *b, void *arg)
{
	const struct simstat *s = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (s->group[x].rcpts != s->group[y].rcpts)
		return s->group[x].rcpts > s->group[y].rcpts ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int
longer(const void *a, const void *b, void *arg)
{
	const struct simstat *s = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (s->limit[x].us != s->limit[y].us)
		return s->limit[x].us > s->limit[y].us ? -1 : 1;
	return x < y ? -1 : x > y;
}

static uint32_t *
order(const struct simstat *s, uint32_t from, uint32_t to,
    int (*f)(const void *, const void *, void *))
{
	uint32_t *list = malloc(((size_t)to + 1) * sizeof *list), i;

	if (list == NULL)
		return NULL;
	for (i = from; i < to; i++)
		list[i - from] = i;
	if (to > from)
		qsort_r(list, to - from, sizeof *list, f, (void *)(uintptr_t)s);
	return list;
}

uint32_t *
simstat_order(const struct simstat *s)
{
	return order(s, 1, s->n < 1 ? 1 : s->n, more);
}

uint32_t *
simstat_limits(const struct simstat *s)
{
	return order(s, 0, s->n_limit, longer);
}

void
simstat_free(struct simstat *s)
{
	nametable_free(&s->names);
	nametable_free(&s->limits);
	free(s->group);
	free(s->starts.p);
	free(s->ends.p);
	free(s->limit);
	memset(s, 0, sizeof *s);
}
