#include "failure/condition.h"
#include "base/ascii.h"
#include "failure/words.h"

static int good_host(struct slice), good_esc(struct slice),
    good_code(struct slice), good_pool(struct slice);
static const struct {
	const char *label;
	char kind;
	int (*good)(struct slice);
	const char *fault;
} condition[CONDITION_REGEX] = {
	{ "host", 'h', good_host, "host: wants names in lower case, or .name" },
	{ "esc", 'e', good_esc,
	    "esc: wants codes as 5.1.1, 5.1.*, *.1.1, *.1.* or 5.*.*" },
	{ "site", 's', good_host, "site: wants names in lower case, or .name" },
	{ "provider", 'o', condition_name,
	    "provider: wants names in lower case" },
	{ "phase", 'p', condition_name,
	    "phase: wants words of class in job(5)" },
	{ "failure", 'f', condition_name, "failure: wants names of classes" },
	{ "event", 'v', condition_name, "event: wants kinds of event(5)" },
	{ "code", 'c', good_code, "code: wants codes as 550, 55x or 5xx" },
	{ "via", 'i', good_pool, "via: wants names of pools" },
	{ "for", 'k', condition_name, "for: wants names of classes" },
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

int
condition_name(struct slice v)
{
	return v.n <= FAILURE_CLASS_MAX && word_name(v.p, v.n) && lower(v);
}

static int
good_pool(struct slice v)
{
	return v.n <= WORD_NAME_MAX && word_name(v.p, v.n);
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
	/* all those that linesearch asks for */
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

/* reading */

int
condition_next(const char **p, const char *end, struct slice *w)
{
	while (*p < end && ascii_blank(**p))
		(*p)++;
	w->p = *p;
	while (*p < end && !ascii_blank(**p))
		(*p)++;
	w->n = (size_t)(*p - w->p);
	return w->n > 0;
}

int
condition_starts(struct slice *w, const char *label, char with)
{
	size_t n = strlen(label);

	if (w->n <= n || memcmp(w->p, label, n) != 0 || w->p[n] != with)
		return 0;
	w->p += n + 1;
	w->n -= n + 1;
	return 1;
}

static const char *
read_one(struct conditions *c, const struct condition_set *set, struct slice w)
{
	struct slice rest, one;
	unsigned i;

	for (i = 0; i < CONDITION_REGEX &&
	     !(set->allowed >> i & 1 &&
		 condition_starts(&w, condition[i].label, ':'));)
		i++;
	if (i == CONDITION_REGEX)
		return set->unknown;
	if (c->value[i].p != NULL)
		return "a condition stands twice; its values are joined by ,";
	for (rest = w; word_piece(&rest, ',', &one);)
		if (!condition[i].good(one))
			return condition[i].fault;
	c->value[i] = w;
	return NULL;
}

/* what takes long, or another meaning, with bytes of strangers is not taken */
static const char *
read_regex(struct slice *out, const char *p, const char *end)
{
	size_t i;

	if (end - p < 3 || end[-1] != '/')
		return "text~ wants /RE/ up to the end of the line";
	out->p = p + 1;
	out->n = (size_t)(end - p) - 2;
	if (out->n > CONDITION_REGEX_MAX)
		return "a regular expression has at most 200 bytes";
	for (i = 0; i < out->n; i++)
		if (out->p[i] == '{' || (unsigned char)out->p[i] < ' ' ||
		    (out->p[i] == '\\' && i + 1 < out->n &&
			ascii_digit(out->p[i + 1])))
			return "a regular expression has no {N}, no \\1, and "
			       "no control characters";
	return NULL;
}

const char *
condition_read(struct conditions *c, const struct condition_set *set,
    const char *p, const char *end)
{
	const char *bad = NULL;
	struct slice w;

	while (bad == NULL && condition_next(&p, end, &w)) {
		if (set->allowed >> CONDITION_REGEX & 1 &&
		    condition_starts(&w, "text", '~'))
			return read_regex(&c->value[CONDITION_REGEX], w.p, end);
		if (condition_starts(&w, "text", ':') || word_is(w, "text:")) {
			c->phrases.p = w.n == 5 && w.p[4] == ':' ? p : w.p;
			c->phrases.n = (size_t)(end - c->phrases.p);
			break;
		}
		bad = read_one(c, set, w);
	}
	return bad;
}

/* what it becomes */

static const char *
put_conditions(struct rules_draft *r, const struct conditions *c,
    struct slice phrase)
{
	const char *bad = NULL;
	unsigned i;

	for (i = 0; i < CONDITION_FOR && bad == NULL; i++)
		if (c->value[i].p != NULL)
			bad = rules_put(r, condition[i].label, c->value[i].p,
			    c->value[i].n);
	if (bad == NULL && phrase.n > 0)
		bad = rules_put(r, "text", phrase.p, phrase.n);
	if (bad == NULL && c->value[CONDITION_REGEX].p != NULL)
		bad = rules_put(r, "text~", c->value[CONDITION_REGEX].p,
		    c->value[CONDITION_REGEX].n);
	return bad;
}

/* a line while it is kept */
struct keeping {
	struct rules *rules;
	const struct condition_set *set;
	const struct conditions *c;
	const char *says;
	struct slice value;
	unsigned lineno;
};

/* one record: the line with one of its phrases, or one value of the condition
 * that it is found by */
static const char *
put(const struct keeping *k, char kind, struct slice key, struct slice phrase)
{
	struct rules_draft r;
	const char *bad;

	rules_begin(&r, k->set->order);
	rules_offer(&r, kind, key.p, key.n);
	bad = put_conditions(&r, k->c, phrase);
	if (bad == NULL)
		bad = rules_put(&r, k->says, k->value.p, k->value.n);
	if (bad == NULL && rules_keep(k->rules, &r, k->lineno) == -1)
		bad = "out of memory";
	rules_drop(&r);
	return bad;
}

static const char *
put_phrases(const struct keeping *k, char kind)
{
	char out[WORD_LINE_MAX + 2];
	struct slice rest = k->c->phrases, one, key;
	const char *bad = NULL;

	while (bad == NULL && word_piece(&rest, '|', &one)) {
		bad = words_phrase(one.p, one.n, out, &key);
		if (bad == NULL)
			bad = put(k, kind, key,
			    (struct slice){ out, strlen(out) });
	}
	return bad;
}

const char *
condition_keep(struct rules *rules, const struct condition_set *set,
    const struct conditions *c, char phrase, const char *says,
    struct slice value, unsigned lineno)
{
	const struct keeping k = { rules, set, c, says, value, lineno };
	const struct slice none = { "", 0 };
	struct slice rest, one;
	const char *bad = NULL;
	unsigned i = 0;

	if (c->value[CONDITION_FOR].p != NULL)
		i = CONDITION_FOR;
	else if (c->phrases.p != NULL)
		return put_phrases(&k, phrase);
	while (i < CONDITION_REGEX && c->value[i].p == NULL)
		i++;
	if (i == CONDITION_REGEX)
		return put(&k, '*', none, none);
	for (rest = c->value[i]; bad == NULL && word_piece(&rest, ',', &one);)
		bad = put(&k, condition[i].kind, one, none);
	return bad;
}

int
condition_version(int shipped, int *versions, struct slice w,
    const struct conffile_sink *sink)
{
	if (!shipped || (*versions)++ > 0)
		return conffile_wrong(sink,
		    "version stands once, in the shipped lines");
	return sink->add(sink->arg, "=version", 8, w.p, w.n);
}
