#include "failure/failurefile.h"
#include "base/ascii.h"
#include "conf/conftext.h"
#include "conf/rules.h"
#include "failure/words.h"
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

/* conditions, the most telling first: the letter that a line stands under, and
 * how its values must look */
enum { HOST, ESC, PHASE, EVENT, CODE, FOR, CONDITIONS };
static int good_host(struct slice), good_esc(struct slice),
    good_word(struct slice), good_code(struct slice);
static const struct {
	const char *label;
	char kind;
	int (*good)(struct slice);
	const char *fault;
} condition[CONDITIONS] = {
	{ "host", 'h', good_host, "host: wants names in lower case, or .name" },
	{ "esc", 'e', good_esc,
	    "esc: wants codes as 5.1.1, 5.1.*, *.1.1, *.1.* or 5.*.*" },
	{ "phase", 'p', good_word, "phase: wants words of class in job(5)" },
	{ "event", 'v', good_word, "event: wants kinds of event(5)" },
	{ "code", 'c', good_code, "code: wants codes as 550, 55x or 5xx" },
	{ "for", 'k', good_word, "for: wants names of classes" },
};

static int
lower(struct slice v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (ascii_upper(v.p[i]))
			return 0;
	return 1;
}

static int
good_word(struct slice v)
{
	return v.n <= FAILURE_CLASS_MAX && word_name(v.p, v.n) && lower(v);
}

static int
good_host(struct slice v)
{
	size_t dot = v.n > 0 && v.p[0] == '.';

	return word_domain(v.p + dot, v.n - dot) && lower(v);
}

static int
good_part(struct slice part, unsigned i)
{
	size_t k;

	if (word_is(part, "*"))
		return 2;
	for (k = 0; k < part.n; k++)
		if (!ascii_digit(part.p[k]))
			return 0;
	return part.n >= 1 && part.n <= (i == 0 ? 1 : 3);
}

static int
good_esc(struct slice v)
{
	struct slice part;
	unsigned stars = 0, i;
	int good;

	for (i = 0; word_piece(&v, '.', &part); i++) {
		good = good_part(part, i);
		if (good == 0 || i > 2)
			return 0;
		stars |= (unsigned)(good == 2) << i;
	}
	/* all those that failure_look() asks for */
	return i == 3 &&
	    (stars == 0 || stars == 1 || stars == 4 || stars == 5 ||
		stars == 6);
}

static int
good_code(struct slice v)
{
	return v.n == 3 && v.p[0] >= '2' && v.p[0] <= '5' &&
	    (v.p[1] == 'x' ? v.p[2] == 'x'
			   : ascii_digit(v.p[1]) &&
			(v.p[2] == 'x' || ascii_digit(v.p[2])));
}

/* a line while it is read */
struct draft {
	struct slice class; /* empty: none is said */
	int hard;           /* -1: as its class */
	struct slice phase; /* that it says */
	struct slice value[CONDITIONS];
	struct slice phrases; /* NULL: none */
};

struct state {
	struct rules rules;
	struct wordset own; /* classes of the site */
	unsigned base;      /* added to the numbers of lines */
	int shipped;        /* a version may be said */
	int versions;
};

/* what it looks like, from left to right */

static int
next(const char **p, const char *end, struct slice *w)
{
	while (*p < end && ascii_blank(**p))
		(*p)++;
	w->p = *p;
	while (*p < end && !ascii_blank(**p))
		(*p)++;
	w->n = (size_t)(*p - w->p);
	return w->n > 0;
}

/* is the word LABEL: and then something; if so, that is left */
static int
starts(struct slice *w, const char *label, char with)
{
	size_t n = strlen(label);

	if (w->n <= n || memcmp(w->p, label, n) != 0 || w->p[n] != with)
		return 0;
	w->p += n + 1;
	w->n -= n + 1;
	return 1;
}

static const char *
read_condition(struct draft *d, struct slice w)
{
	struct slice rest, one;
	unsigned i;

	for (i = 0; i < CONDITIONS && !starts(&w, condition[i].label, ':');)
		i++;
	if (i == CONDITIONS)
		return "unknown word; host: esc: phase: event: code: for: and "
		       "text: may stand here";
	if (d->value[i].p != NULL)
		return "a condition stands twice; its values are joined by ,";
	for (rest = w; word_piece(&rest, ',', &one);)
		if (!condition[i].good(one))
			return condition[i].fault;
	d->value[i] = w;
	return NULL;
}

/* the first word, and the second if that is hard or soft */
static const char *
read_says(struct draft *d, const char **p, const char *end)
{
	const char *at = *p;
	struct slice w;

	d->hard = -1;
	if (!next(p, end, &w))
		return "no class";
	if (starts(&w, "phase", '=')) {
		d->phase = w;
		return good_word(w) ? NULL : "not the name of a phase";
	}
	if (!word_is(w, "hard") && !word_is(w, "soft")) {
		d->class = w;
		if (!good_word(w))
			return "the name of a class has letters, digits and "
			       "hyphens, at most 32";
		at = *p;
		if (!next(p, end, &w) ||
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
	struct slice w;

	while (bad == NULL && next(&p, end, &w)) {
		if (starts(&w, "text", ':') || word_is(w, "text:")) {
			d->phrases.p = w.n == 5 && w.p[4] == ':' ? p : w.p;
			d->phrases.n = (size_t)(end - d->phrases.p);
			break;
		}
		bad = read_condition(d, w);
	}
	return bad;
}

static const char *
check(const struct draft *d)
{
	if (d->phase.n > 0 && d->phrases.p == NULL)
		return "phase= wants text:";
	if (d->class.n == 0 && d->phase.n == 0 && d->value[FOR].p == NULL)
		return "hard and soft by themselves want for:";
	if (d->class.n + d->phase.n > 0 && d->value[FOR].p != NULL)
		return "for: stands behind hard or soft alone";
	if (d->class.n > 0 && d->hard == -1 &&
	    failure_class_hard(d->class) == -1)
		return "a class of your own: say hard or soft behind it";
	return NULL;
}

/* what it becomes */

static const char *
put_conditions(struct rules_draft *r, const struct draft *d,
    struct slice phrase)
{
	const char *bad = NULL;
	unsigned i;

	for (i = 0; i < FOR && bad == NULL; i++)
		if (d->value[i].p != NULL)
			bad = rules_put(r, condition[i].label, d->value[i].p,
			    d->value[i].n);
	if (bad == NULL && phrase.n > 0)
		bad = rules_put(r, "text", phrase.p, phrase.n);
	return bad;
}

static const char *
put_says(struct rules_draft *r, const struct draft *d)
{
	if (d->phase.n > 0)
		return rules_put(r, "=phase", d->phase.p, d->phase.n);
	return rules_put(r,
	    d->hard == -1 ? "=class"
		: d->hard ? "=hard"
			  : "=soft",
	    d->class.p, d->class.n);
}

/* one record: the line with one of its phrases, or one value of the condition
 * that it is found by */
static const char *
put(struct state *s, const struct draft *d, char kind, struct slice key,
    struct slice phrase, unsigned lineno)
{
	struct rules_draft r;
	const char *bad;

	rules_begin(&r, "wqkhepvc*");
	rules_offer(&r, kind, key.p, key.n);
	bad = put_conditions(&r, d, phrase);
	if (bad == NULL)
		bad = put_says(&r, d);
	if (bad == NULL && rules_keep(&s->rules, &r, s->base + lineno) == -1)
		bad = "out of memory";
	rules_drop(&r);
	return bad;
}

static const char *
put_phrases(struct state *s, const struct draft *d, char kind, unsigned lineno)
{
	char out[WORD_LINE_MAX + 2];
	struct slice rest = d->phrases, one, key;
	const char *bad = NULL;

	while (bad == NULL && word_piece(&rest, '|', &one)) {
		bad = words_phrase(one.p, one.n, out, &key);
		if (bad == NULL)
			bad = put(s, d, kind, key,
			    (struct slice){ out, strlen(out) }, lineno);
	}
	return bad;
}

static const char *
put_line(struct state *s, const struct draft *d, unsigned lineno)
{
	const struct slice none = { "", 0 };
	struct slice rest, one;
	const char *bad = NULL;
	unsigned i = 0;

	if (d->value[FOR].p != NULL)
		i = FOR;
	else if (d->phrases.p != NULL)
		return put_phrases(s, d, d->phase.n > 0 ? 'q' : 'w', lineno);
	while (i < CONDITIONS && d->value[i].p == NULL)
		i++;
	if (i == CONDITIONS)
		return put(s, d, '*', none, none, lineno);
	for (rest = d->value[i]; bad == NULL && word_piece(&rest, ',', &one);)
		bad = put(s, d, condition[i].kind, one, none, lineno);
	return bad;
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
version(struct state *s, struct slice w, const struct conffile_sink *sink)
{
	if (!s->shipped || s->versions++ > 0)
		return conffile_wrong(sink,
		    "version stands once, in the shipped lines");
	return sink->add(sink->arg, "=version", 8, w.p, w.n);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct draft d = { .hard = -1 };
	const char *end = p + n, *at = p, *bad;
	struct slice w;

	if (next(&at, end, &w) && word_is(w, "version") && next(&at, end, &w))
		return version(s, w, sink);
	bad = n > WORD_LINE_MAX ? "line too long" : read_line(&d, p, end);
	if (bad == NULL)
		bad = check(&d);
	if (bad == NULL && d.value[FOR].p != NULL && d.phrases.p != NULL)
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
