#include "queue/retry.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

/* the four properties, in text and records */
struct word {
	const char *p;
	size_t n;
};

struct state {
	struct wordset seen;
};

void
retry_default(struct retry *r)
{
	/* VIOLATIONS.md: RETRY-EARLY */
	static const uint32_t minutes[] = { 5, 10, 20, 40, 60, 120, 180, 240 };
	unsigned i;

	memset(r, 0, sizeof *r);
	r->n = sizeof minutes / sizeof *minutes;
	for (i = 0; i < r->n; i++)
		r->interval[i] = minutes[i] * 60;
	r->lifetime = 5 * 86400;
	r->warn = 4 * 3600;
	r->jitter = 10;
}

/* the next blank separated word of *p..end */
static int
next_word(const char **p, const char *end, struct word *w)
{
	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
	w->p = *p;
	while (*p < end && **p != ' ' && **p != '\t')
		(*p)++;
	w->n = *p - w->p;
	return w->n > 0;
}

/* is the word NAME and then something; if so drop the name */
static int
starts(struct word *w, const char *name)
{
	size_t n = strlen(name);

	if (w->n < n || memcmp(w->p, name, n) != 0)
		return 0;
	w->p += n;
	w->n -= n;
	return 1;
}

static int
duration(const struct word *w, uint32_t *out)
{
	uint64_t u;

	if (num_scan_duration(w->p, w->n, RETRY_SECONDS_MAX, &u) == -1)
		return -1;
	*out = u;
	return 0;
}

static const char *
intervals(struct retry *r, struct word w)
{
	const char *end = w.p + w.n, *e;
	struct word one;

	r->n = 0;
	for (;;) {
		e = memchr(w.p, ',', end - w.p);
		one.p = w.p;
		one.n = (e == NULL ? end : e) - w.p;
		if (r->n == RETRY_INTERVALS_MAX)
			return "more than 32 intervals";
		if (duration(&one, &r->interval[r->n]) == -1 ||
		    r->interval[r->n] == 0)
			return "an interval is 1s to 366d";
		r->n++;
		if (e == NULL)
			return NULL;
		w.p = e + 1;
	}
}

static const char *
property(struct retry *r, struct word w)
{
	uint64_t u;

	if (starts(&w, "intervals="))
		return intervals(r, w);
	if (starts(&w, "lifetime="))
		return duration(&w, &r->lifetime) == 0
		    ? NULL
		    : "lifetime= is at most 366d";
	if (starts(&w, "warn="))
		return duration(&w, &r->warn) == 0
		    ? NULL
		    : "warn= is at most 366d; 0 is never";
	if (starts(&w, "jitter=")) {
		if (w.n < 2 || w.p[w.n - 1] != '%' ||
		    num_scan(w.p, w.n - 1, 0, 50, &u) == -1)
			return "jitter= is 0% to 50%";
		r->jitter = u;
		return NULL;
	}
	return "unknown word; intervals= lifetime= warn= jitter= may stand "
	       "here";
}

/* all properties in p..end into r; NULL or what is wrong */
static const char *
properties(struct retry *r, const char *p, const char *end)
{
	const char *wrong = NULL;
	struct word w;

	while (wrong == NULL && next_word(&p, end, &w))
		wrong = property(r, w);
	return wrong;
}

static int
good_name(const struct word *w)
{
	size_t i;

	if (w->n == 0 || w->n > 255)
		return 0;
	for (i = 0; i < w->n; i++)
		if (w->p[i] <= ' ' || w->p[i] == '+' || ascii_upper(w->p[i]))
			return 0;
	return 1;
}

/* job(5), class */
static int
known_class(const struct word *w)
{
	static const char *const classes[] = { "dns", "connect", "greeting",
		"helo", "mail", "rcpt", "data", "block", "dot", "idle", "quit",
		"timeout", "lost", "protocol", "421", "null-mx", "loop",
		"local", "policy", "limit", "size", "smtputf8", "tls", "auth",
		NULL };
	const char *const *c;

	for (c = classes; *c != NULL; c++)
		if (strlen(*c) == w->n && memcmp(*c, w->p, w->n) == 0)
			return 1;
	return 0;
}

static size_t
make_key(char *out, const struct word *domain, const struct word *class)
{
	size_t n = 0;

	if (domain->n > 0) {
		memcpy(out, "domain:", 7);
		memcpy(out + 7, domain->p, domain->n);
		n = 7 + domain->n;
	}
	if (class->n > 0) {
		if (n > 0)
			out[n++] = '+';
		memcpy(out + n, "class:", 6);
		memcpy(out + n + 6, class->p, class->n);
		n += 6 + class->n;
	}
	if (n == 0)
		out[n++] = '*';
	return n;
}

/* the conditions of a line, up to *at; NULL or what is wrong */
static const char *
conditions(const char **at, const char *end, struct word *domain,
    struct word *class)
{
	const char *p = *at;
	struct word w;

	for (; next_word(&p, end, &w); *at = p) {
		if (starts(&w, "domain:"))
			*domain = w;
		else if (starts(&w, "class:"))
			*class = w;
		else
			return NULL;
		if (!good_name(&w))
			return "domain: and class: want a name in lower case, "
			       "at most 255 bytes";
		if (w.p == class->p && !known_class(&w))
			return "class: no result has this one, see job(5)";
	}
	return "no properties";
}

static int
line(void *arg, const char *s, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "domain:", "class:", "intervals=",
		"lifetime=", "warn=", "jitter=", NULL };
	const char *end = s + n, *at = s, *bad;
	struct word domain = { 0 }, class = { 0 };
	char key[RETRY_KEY_MAX * 2], why[WORD_TWICE_MAX];
	struct retry r;
	size_t len;
	long before;

	retry_default(&r);
	bad = conditions(&at, end, &domain, &class);
	if (bad == NULL)
		bad = properties(&r, at, end);
	if (bad == NULL)
		bad = word_twice(s, end, once, why);
	if (bad != NULL)
		return conffile_wrong(sink, bad);
	len = make_key(key, &domain, &class);
	before = wordset_add(&((struct state *)arg)->seen, key, len, lineno);
	if (before == -1)
		return conffile_wrong(sink, "out of memory");
	if (before > 0) {
		snprintf(why, sizeof why,
		    "the same conditions stand in line "
		    "%ld already",
		    before);
		return conffile_wrong(sink, why);
	}
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return sink->add(sink->arg, key, len, at, end - at);
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	(void)sink;
	wordset_free(&((struct state *)arg)->seen);
	return 0;
}

const struct conffile conffile_retry = { "retry", sizeof(struct state), line,
	finish };

struct lookup {
	struct retry *out;
	int (*get)(void *, const char *, size_t, const char **, size_t *);
	void *arg;
	int failed;
};

static void
apply(struct lookup *l, struct word domain, struct word class)
{
	char key[RETRY_KEY_MAX * 2];
	struct retry r = *l->out;
	const char *data;
	size_t n;
	int got;

	if (domain.n > 256 || class.n > 255)
		return;
	got = l->get(l->arg, key, make_key(key, &domain, &class), &data, &n);
	if (got == 1 && properties(&r, data, data + n) == NULL)
		*l->out = r;
	else if (got != 0)
		l->failed = 1;
}

/* from the least specific to the most: what comes later wins */
int
retry_lookup(struct retry *out, const char *domain, size_t domain_len,
    const char *class, size_t class_len,
    int (*get)(void *, const char *, size_t, const char **, size_t *),
    void *arg)
{
	struct word none = { 0 }, c = { class, class_len }, d;
	struct lookup l = { out, get, arg, 0 };
	size_t i;
	int with;

	retry_default(out);
	apply(&l, none, none);
	if (c.n > 0)
		apply(&l, none, c);
	for (with = 0; with < (c.n > 0 ? 2 : 1); with++) {
		/* ".org", ".example.org", then the name itself */
		for (i = domain_len; i-- > 0;) {
			if (domain[i] != '.' || i + 1 == domain_len)
				continue;
			d.p = domain + i;
			d.n = domain_len - i;
			apply(&l, d, with ? c : none);
		}
		if (domain_len > 0 && domain_len <= 255) {
			char dotted[257];

			dotted[0] = '.';
			memcpy(dotted + 1, domain, domain_len);
			d.p = dotted;
			d.n = domain_len + 1;
			apply(&l, d, with ? c : none);
			d.p = domain;
			d.n = domain_len;
			apply(&l, d, with ? c : none);
		}
	}
	if (!l.failed)
		return 0;
	retry_default(out);
	return -1;
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
