#include "failure/failurefile.h"
#include "conf/conftext.h"
#include "conf/rules.h"
#include "failure/condition.h"
#include <stdlib.h>

/* hard: no mail to this address or domain will ever arrive */
static const struct {
	const char *name;
	int hard;
} classes[] = {
	{ "unknown-user", 1 },
	{ "unknown-host", 1 },
	{ "bad-address", 1 },
	{ "mailbox-full", 0 },
	{ "mailbox-disabled", 0 },
	{ "too-large", 0 },
	{ "spam-content", 0 },
	{ "blocked", 0 },
	{ "policy", 0 },
	{ "auth-failure", 0 },
	{ "rate-limited", 0 },
	{ "greylisted", 0 },
	{ "tls", 0 },
	{ "no-relay", 0 },
	{ "network", 0 },
	{ "system", 0 },
	{ "expired", 0 },
	{ "content", 0 },
	{ "temporary", 0 },
	{ "other", 0 },
};
enum { CLASSES = sizeof classes / sizeof *classes };

int
failure_class_hard(struct slice c)
{
	unsigned i;

	for (i = 0; i < CLASSES; i++)
		if (word_is(c, classes[i].name))
			return classes[i].hard;
	return -1;
}

static size_t
own_key(char key[FAILURE_CLASS_MAX + 1], struct slice class)
{
	key[0] = 'o';
	memcpy(key + 1, class.p, class.n);
	return class.n + 1;
}

int
failure_class_own(const struct lookup *l, struct slice c)
{
	char key[FAILURE_CLASS_MAX + 1];
	const char *data;
	size_t n;

	return c.n == 0 || c.n > FAILURE_CLASS_MAX
	    ? 0
	    : lookup_get(l, key, own_key(key, c), &data, &n);
}

/* what may stand in a line */
static const struct condition_set conditions = { 1 << CONDITION_HOST |
	    1 << CONDITION_ESC | 1 << CONDITION_PHASE | 1 << CONDITION_EVENT |
	    1 << CONDITION_CODE | 1 << CONDITION_FOR,
	"unknown word; host: esc: phase: event: code: for: and text: may "
	"stand here",
	"wqkhepvc*" };

/* a line while it is read */
struct draft {
	struct slice class; /* empty: none is said */
	int hard;           /* -1: as its class */
	struct slice phase; /* that it says */
	struct conditions on;
};

struct state {
	struct rules rules;
	struct wordset own; /* classes of the site */
	unsigned base;      /* added to the numbers of lines */
	int shipped;        /* a version may be said */
	int versions;
};

/* what it looks like, from left to right */

/* the first word, and the second if that is hard or soft */
static const char *
read_says(struct draft *d, const char **p, const char *end)
{
	const char *at = *p;
	struct slice w;

	d->hard = -1;
	if (!condition_next(p, end, &w))
		return "no class";
	if (condition_starts(&w, "phase", '=')) {
		d->phase = w;
		return condition_name(w) ? NULL : "not the name of a phase";
	}
	if (!word_is(w, "hard") && !word_is(w, "soft")) {
		d->class = w;
		if (!condition_name(w))
			return "the name of a class has letters, digits and "
			       "hyphens, at most 32";
		at = *p;
		if (!condition_next(p, end, &w) ||
		    (!word_is(w, "hard") && !word_is(w, "soft"))) {
			*p = at;
			return NULL;
		}
	}
	d->hard = word_is(w, "hard");
	return NULL;
}

static const char *
read_line(struct draft *d, const char *p, const char *end)
{
	const char *bad = read_says(d, &p, end);

	return bad != NULL ? bad : condition_read(&d->on, &conditions, p, end);
}

static const char *
check(const struct draft *d)
{
	if (d->phase.n > 0 && d->on.phrases.p == NULL)
		return "phase= wants text:";
	if (d->class.n == 0 && d->phase.n == 0 &&
	    d->on.value[CONDITION_FOR].p == NULL)
		return "hard and soft by themselves want for:";
	if (d->class.n + d->phase.n > 0 && d->on.value[CONDITION_FOR].p != NULL)
		return "for: stands behind hard or soft alone";
	if (d->class.n > 0 && d->hard == -1 &&
	    failure_class_hard(d->class) == -1)
		return "a class of your own: say hard or soft behind it";
	return NULL;
}

/* what it becomes */

static const char *
put_line(struct state *s, const struct draft *d, unsigned lineno)
{
	const int phase = d->phase.n > 0;

	return condition_keep(&s->rules, &conditions, &d->on, phase ? 'q' : 'w',
	    phase               ? "=phase"
		: d->hard == -1 ? "=class"
		: d->hard       ? "=hard"
				: "=soft",
	    phase ? d->phase : d->class, s->base + lineno);
}

/* a class that we do not know is recorded, once */
static const char *
put_own(struct state *s, struct slice class, unsigned lineno,
    const struct conffile_sink *sink)
{
	char key[FAILURE_CLASS_MAX + 1];
	long before;

	if (class.n == 0 || failure_class_hard(class) != -1)
		return NULL;
	before = wordset_add(&s->own, class.p, class.n, lineno);
	if (before == -1)
		return "out of memory";
	if (before == 0)
		sink->add(sink->arg, key, own_key(key, class), "", 0);
	return NULL;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct draft d = { .hard = -1 };
	const char *end = p + n, *at = p, *bad;
	struct slice w;

	if (condition_next(&at, end, &w) && word_is(w, "version") &&
	    condition_next(&at, end, &w))
		return condition_version(s->shipped, &s->versions, w, sink);
	bad = n > WORD_LINE_MAX ? "line too long" : read_line(&d, p, end);
	if (bad == NULL)
		bad = check(&d);
	if (bad == NULL && d.on.value[CONDITION_FOR].p != NULL &&
	    d.on.phrases.p != NULL)
		bad = "for: and text: do not go together";
	if (bad == NULL)
		bad = put_line(s, &d, lineno);
	if (bad == NULL)
		bad = put_own(s, d.class, lineno, sink);
	return bad == NULL ? 0 : conffile_wrong(sink, bad);
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;

	wordset_free(&s->own);
	return rules_finish(&s->rules, FAILURE_KEY_MAX, sink);
}

/* behind the site's lines, those that are shipped */
static int
finish_site(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	const char *at = failure_shipped, *p;
	unsigned lineno = 0;
	size_t n;

	s->base = FAILURE_SHIPPED_AT;
	s->shipped = 1;
	while (conftext_next(&at, failure_shipped_end, &lineno, &p, &n))
		line(s, p, n, lineno, sink);
	return finish(arg, sink);
}

const struct conffile conffile_classes = { "classes", sizeof(struct state),
	line, finish_site };
