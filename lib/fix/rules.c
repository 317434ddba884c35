#include "fix/rules.h"
#include "base/ascii.h"
#include "fix/ruleword.h"
#include <string.h>

/* the text */

/* a rule while it is read */
struct draft {
	struct ruleword_draft words;
	unsigned actions;
	int star;             /* a lone * : conditions are over */
	uint64_t seen;        /* the words that may stand once */
	struct wordset names; /* fields and tags that they are about */
};

struct state {
	struct rules rules;
};

/* the key letters, the most telling first */
static const char order[] = "Fengoqv*";

static const struct ruleword *
word_named(const struct ruleword *list, unsigned n, const char *w, size_t len)
{
	unsigned i, skip;

	for (i = 0; i < n; i++) {
		skip = list[i].label[0] == '?';
		if (strlen(list[i].label + skip) == len &&
		    memcmp(list[i].label + skip, w, len) == 0)
			return &list[i];
	}
	return NULL;
}

/* actions whose labels are conditions as well, by words of their own */
static const struct ruleword *
plain_action(const char *w, size_t len)
{
	static const char set[] = "set-";
	const struct ruleword *a;

	if (len < sizeof set || memcmp(w, set, sizeof set - 1) != 0)
		return NULL;
	a = word_named(ruleword_actions, FIXRULES_DOS, w + 4, len - 4);
	return a == &ruleword_actions[FIXRULES_TAG] ||
		a == &ruleword_actions[FIXRULES_TENANT]
	    ? a
	    : NULL;
}

/* tenant: and tag: may still be both, as they were: conditions up to the
 * first action or *, unless there is a %{ in it */
static const struct ruleword *
choose(const struct draft *d, const char *w, size_t len, size_t n,
    const char **fault)
{
	const struct ruleword *c = word_named(ruleword_conditions,
				  RULEWORD_CONDITIONS, w, len),
			      *a = word_named(ruleword_actions, FIXRULES_DOS, w,
				  len),
			      *plain = plain_action(w, len);

	if (plain != NULL)
		return plain;
	if (c == NULL && a == NULL)
		*fault = "unknown condition or action";
	else if (a == NULL && (d->actions > 0 || d->star))
		*fault = "a condition behind an action";
	else if (a == NULL)
		return c;
	else if (c == NULL || d->actions > 0 || d->star ||
	    memmem(w, n, "%{", 2) != NULL)
		return a;
	else
		return c;
	return NULL;
}

/* the words of which a line has one only: what comes later would win, or
 * nothing would fit */
static int
is_single(const struct ruleword *w)
{
	static const char *const many[] = { "?from", "?to", "?tag", "?header",
		"?no-header", "add", "set", "default", "remove", "tag",
		"return-path-header", "allow-from", NULL };
	const char *const *m;

	for (m = many; *m != NULL; m++)
		if (strcmp(*m, w->label) == 0)
			return 0;
	return 1;
}

/* which field or tag it is about, up to its end; KIND before it */
static long
see_name(struct draft *d, const char *kind, const char *v, size_t n,
    const char *stop, unsigned mark)
{
	char key[WORD_LINE_MAX + 16];
	size_t i, k = strlen(kind);

	memcpy(key, kind, k);
	for (i = 0; i < n && strchr(stop, v[i]) == NULL; i++)
		key[k + i] = ascii_lower(v[i]);
	return wordset_add(&d->names, key, k + i, mark);
}

/* a good word beside those before it */
static const char *
repeats(struct draft *d, const struct ruleword *w, const char *v, size_t n)
{
	enum { THERE = 1, NOT_THERE = 2 };
	int condition = w->label[0] == '?';
	uint64_t bit = UINT64_C(1)
	    << (condition ? w - ruleword_conditions
			  : RULEWORD_CONDITIONS + (w - ruleword_actions));
	const unsigned both =
	    (1u << RULEWORD_ALIGNED) | (1u << RULEWORD_UNALIGNED);
	const char *l = w->label;
	long before = 0;

	if (is_single(w) && (d->seen & bit))
		return "stands twice";
	d->seen |= bit;
	if ((d->seen & both) == both)
		return "no message is from-aligned and from-unaligned";
	if (strcmp(l, "set") == 0 || strcmp(l, "default") == 0)
		before = see_name(d, l, v, n, ":", THERE);
	else if (w == &ruleword_actions[FIXRULES_TAG])
		before = see_name(d, "tag", v, n, "=", THERE);
	else if (strcmp(l, "?header") == 0 || strcmp(l, "?no-header") == 0)
		before =
		    see_name(d, "?", v, n, "", l[1] == 'n' ? NOT_THERE : THERE);
	if (before == -1)
		return "out of memory";
	if (before > 0 && l[0] == '?' && (before == THERE) == (l[1] == 'n'))
		return "no message has this field and does not have it";
	return before > 0 ? "stands twice" : NULL;
}

/* one word of a rule; 0, or -1 after conffile_wrong() */
static int
add_word(struct draft *d, const char *w, size_t n,
    const struct conffile_sink *sink)
{
	const char *colon = memchr(w, ':', n), *fault = NULL;
	size_t len = colon == NULL ? n : (size_t)(colon - w);
	const struct ruleword *word;

	if (n == 1 && w[0] == '*') {
		d->star = 1;
		return 0;
	}
	word = choose(d, w, len, n, &fault);
	if (word != NULL && word->bare != (colon == NULL))
		fault = colon == NULL ? "wants :VALUE" : "takes no value";
	else if (word != NULL)
		fault = word->add(&d->words, word->label, w + len + !!colon,
		    n - len - !!colon);
	if (fault == NULL)
		fault = repeats(d, word, w + len + !!colon, n - len - !!colon);
	if (fault != NULL)
		return rules_wrong(sink, w, fault);
	if (word->label[0] != '?') {
		d->actions++;
		d->words.last = (enum fixrules_do)(word - ruleword_actions);
	}
	return 0;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct draft d = { .words.last = FIXRULES_DOS };
	const char *end = p + n;
	char word[WORD_LINE_MAX + 1];
	size_t len;
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	rules_begin(&d.words.rule, order);
	while ((r = word_next(&p, end, word, &len)) == 1)
		if (add_word(&d, word, len, sink) == -1)
			break;
	if (r == -1)
		conffile_wrong(sink, "quote not closed, or control byte");
	else if (r == 0 && d.actions == 0)
		r = conffile_wrong(sink, "no action");
	else if (r == 0 && s->rules.n == FIXRULES_RULES_MAX)
		r = conffile_wrong(sink, "more than 100000 rules");
	else if (r == 0 && rules_keep(&s->rules, &d.words.rule, lineno) == -1)
		r = conffile_wrong(sink, "out of memory");
	rules_drop(&d.words.rule);
	wordset_free(&d.names);
	return r == 0 ? 0 : -1;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	return rules_finish(&((struct state *)arg)->rules, FIXRULES_KEY_MAX,
	    sink);
}

const struct conffile conffile_fix = { "fix", sizeof(struct state), line,
	finish };
