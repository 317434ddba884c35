#include "queue/retryparts.h"
#include "base/ascii.h"
#include "base/num.h"
#include "failure/failurefile.h"
#include <stdio.h>
#include <string.h>

struct state {
	struct wordset seen;
	struct wordset names;  /* "class:X", "failure:X" */
	struct buf conditions; /* the record */
	unsigned n_conditions;
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
next_word(const char **p, const char *end, struct slice *w)
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
starts(struct slice *w, const char *name)
{
	size_t n = strlen(name);

	if (w->n < n || memcmp(w->p, name, n) != 0)
		return 0;
	w->p += n;
	w->n -= n;
	return 1;
}

static int
duration(const struct slice *w, uint32_t *out)
{
	uint64_t u;

	if (num_scan_duration(w->p, w->n, RETRY_SECONDS_MAX, &u) == -1)
		return -1;
	*out = u;
	return 0;
}

static const char *
add_interval(struct retry *r, struct slice w)
{
	if (r->n == RETRY_INTERVALS_MAX)
		return "more than 32 intervals";
	if (duration(&w, &r->interval[r->n]) == -1 || r->interval[r->n] == 0)
		return "an interval is 1s to 366d";
	r->n++;
	return NULL;
}

/* FACTOR..END: each further one is so many times the one before, up to END */
static const char *
grow(struct retry *r, struct slice w)
{
	const char *dots = memmem(w.p, w.n, "..", 2);
	struct slice factor = w, end;
	uint64_t hundredths, next;
	uint32_t most;

	if (dots == NULL)
		return "want TIME*FACTOR..TIME";
	factor.n = (size_t)(dots - w.p);
	end.p = dots + 2;
	end.n = w.n - factor.n - 2;
	if (num_scan_hundredths(factor.p, factor.n, 101, 10000, &hundredths) ==
	    -1)
		return "a factor is 1.01 to 100";
	if (duration(&end, &most) == -1 || most <= r->interval[r->n - 1])
		return "the last interval is not above the one before *";
	while (r->interval[r->n - 1] < most) {
		if (r->n == RETRY_INTERVALS_MAX)
			return "more than 32 intervals";
		next = r->interval[r->n - 1] * hundredths / 100;
		if (next == r->interval[r->n - 1])
			next++;
		r->interval[r->n++] = next < most ? (uint32_t)next : most;
	}
	return NULL;
}

static const char *
intervals(struct retry *r, struct slice w)
{
	const char *bad = NULL;
	struct slice one, first;

	r->n = 0;
	while (bad == NULL && word_piece(&w, ',', &one)) {
		word_piece(&one, '*', &first);
		bad = add_interval(r, first);
		if (bad != NULL || one.p == NULL)
			continue;
		bad = w.p != NULL
		    ? "behind FACTOR..TIME comes no other interval"
		    : grow(r, one);
	}
	return bad != NULL ? bad : r->n > 0 ? NULL : "no interval";
}

static const char *
property(struct retry *r, struct slice w)
{
	uint64_t u;

	if (starts(&w, "intervals="))
		return intervals(r, w);
	if (starts(&w, "lifetime="))
		return duration(&w, &r->lifetime) == 0
		    ? NULL
		    : "lifetime= is at most 366d";
	if (starts(&w, "tries=")) {
		if (num_scan(w.p, w.n, 0, RETRY_TRIES_MAX, &u) == -1)
			return "tries= is 1 to 10000; 0 is any number";
		r->tries = (uint32_t)u;
		return NULL;
	}
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
	if (starts(&w, "doubt="))
		return doubtword_scan(w, RETRY_SECONDS_MAX, &r->doubt);
	return "unknown word; intervals= lifetime= tries= warn= jitter= "
	       "doubt= may stand here";
}

const char *
retry_properties(struct retry *r, const char *p, const char *end)
{
	const char *wrong = NULL;
	struct slice w;

	while (wrong == NULL && next_word(&p, end, &w))
		wrong = property(r, w);
	return wrong;
}

static int
good_name(const struct slice *w)
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
known_class(const struct slice *w)
{
	static const char *const classes[] = { "dns", "connect", "greeting",
		"helo", "mail", "rcpt", "data", "block", "dot", "idle", "quit",
		"timeout", "lost", "protocol", "421", "null-mx", "loop",
		"local", "policy", "limit", "size", "smtputf8", "tls", "auth",
		"source", NULL };
	const char *const *c;

	for (c = classes; *c != NULL; c++)
		if (strlen(*c) == w->n && memcmp(*c, w->p, w->n) == 0)
			return 1;
	return 0;
}

static size_t
put_part(char *out, size_t n, const char *label, struct slice v)
{
	size_t len = strlen(label);

	if (v.n == 0)
		return n;
	if (n > 0)
		out[n++] = '+';
	memcpy(out + n, label, len);
	memcpy(out + n + len, v.p, v.n);
	return n + len + v.n;
}

size_t
retry_key(char *out, const struct retry_case *c)
{
	size_t n = put_part(out, 0, "domain:", c->domain);

	n = put_part(out, n, "class:", c->class);
	n = put_part(out, n, "failure:", c->failure);
	if (n == 0)
		out[n++] = '*';
	return n;
}

static const char *
condition(struct retry_case *c, struct slice w, int *is)
{
	int class = 0, failure = 0;

	*is = 1;
	if (starts(&w, "domain:"))
		c->domain = w;
	else if ((class = starts(&w, "class:")))
		c->class = w;
	else if ((failure = starts(&w, "failure:")))
		c->failure = w;
	else {
		*is = 0;
		return NULL;
	}
	if (!good_name(&w))
		return "domain: class: and failure: want a name in lower case, "
		       "at most 255 bytes";
	if (class && !known_class(&w))
		return "class: no result has this one, see job(5)";
	if (failure && w.n > FAILURE_CLASS_MAX)
		return "failure: a name has at most 32 bytes";
	return NULL;
}

/* the conditions of a line, up to *at; NULL or what is wrong */
static const char *
conditions(const char **at, const char *end, struct retry_case *c)
{
	const char *p = *at, *bad;
	struct slice w;
	int is;

	for (; next_word(&p, end, &w); *at = p) {
		bad = condition(c, w, &is);
		if (bad != NULL || !is)
			return bad;
	}
	return "no properties";
}

/* into the record of what occurs; NULL or what is wrong */
static const char *
occurs(struct state *s, const char *label, struct slice v, unsigned lineno)
{
	char name[300];
	size_t n;
	long before;

	if (v.n == 0)
		return NULL;
	n = put_part(name, 0, label, v);
	before = wordset_add(&s->names, name, n, lineno);
	if (before > 0)
		return NULL;
	if (before == -1 ||
	    (s->n_conditions > 0 && buf_putc(&s->conditions, ' ') == -1) ||
	    buf_put(&s->conditions, name, n) == -1 ||
	    buf_putc(&s->conditions, ':') == -1 ||
	    buf_putnum(&s->conditions, lineno) == -1)
		return "out of memory";
	return ++s->n_conditions > RETRY_CONDITIONS_MAX
	    ? "more than 64 classes and failures"
	    : NULL;
}

int
retry_condition(struct slice *rest, struct slice *label, struct slice *name,
    unsigned *line)
{
	struct slice one;
	uint64_t u;

	if (!word_piece(rest, ' ', &one) || !word_piece(&one, ':', label) ||
	    !word_piece(&one, ':', name) ||
	    num_scan(one.p, one.n, 1, UINT32_MAX, &u) == -1)
		return 0;
	*line = (unsigned)u;
	return 1;
}

/* where it stands, for people */
static int
add_line(const struct conffile_sink *sink, const char *key, size_t len,
    unsigned lineno)
{
	char name[RETRY_KEY_ROOM + 8], number[16];

	return sink->add(sink->arg, name,
	    (size_t)snprintf(name, sizeof name, RETRY_LINE_KEY "%.*s", (int)len,
		key),
	    number, (size_t)snprintf(number, sizeof number, "%u", lineno));
}

static int
line(void *arg, const char *s, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "domain:", "class:", "failure:",
		"intervals=", "lifetime=", "tries=", "warn=", "jitter=",
		"doubt=", NULL };
	const char *end = s + n, *at = s, *bad;
	struct retry_case c = { { 0 }, { 0 }, { 0 } };
	struct state *state = arg;
	char key[RETRY_KEY_ROOM], why[WORD_TWICE_MAX];
	struct retry r;
	size_t len;
	long before;

	retry_default(&r);
	bad = conditions(&at, end, &c);
	if (bad == NULL)
		bad = retry_properties(&r, at, end);
	if (bad == NULL)
		bad = word_twice(s, end, once, why);
	if (bad != NULL)
		return conffile_wrong(sink, bad);
	len = retry_key(key, &c);
	before = wordset_add(&state->seen, key, len, lineno);
	if (before == -1)
		return conffile_wrong(sink, "out of memory");
	if (before > 0) {
		snprintf(why, sizeof why,
		    "the same conditions stand in line "
		    "%ld already",
		    before);
		return conffile_wrong(sink, why);
	}
	bad = occurs(state, "class:", c.class, lineno);
	if (bad == NULL)
		bad = occurs(state, "failure:", c.failure, lineno);
	if (bad != NULL)
		return conffile_wrong(sink, bad);
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (sink->add(sink->arg, key, len, at, end - at) == -1)
		return -1;
	return add_line(sink, key, len, lineno);
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct buf *b = &s->conditions;
	int bad = 0;

	if (s->n_conditions > 0)
		bad = sink->add(sink->arg, "=conditions", 11, buf_data(b),
		    buf_len(b));
	wordset_free(&s->seen);
	wordset_free(&s->names);
	buf_free(b);
	s->n_conditions = 0;
	return bad;
}

const struct conffile conffile_retry = { "retry", sizeof(struct state), line,
	finish };
