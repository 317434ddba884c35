#include "fix/rules.h"
#include "base/ascii.h"
#include "conf/template.h"
#include "mail/fixheader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the text */

/* a rule while it is read */
struct draft {
	struct rules_draft rule;
	unsigned actions;
	int star;             /* a lone * : conditions are over */
	int https;            /* of the list-unsubscribe: before */
	uint64_t seen;        /* the words that may stand once */
	struct wordset names; /* fields and tags that they are about */
	enum fixrules_do last;
};

struct state {
	struct rules rules;
};

/* the key letters, the most telling first */
static const char order[] = "Fengoqv*";

/* LABEL:VALUE as it stands in the record; NULL or what is wrong */
static const char *
put(struct draft *d, const char *label, const char *v, size_t n)
{
	return rules_put(&d->rule, label, v, n);
}

/* conditions */

static const char *
add_to(struct draft *d, const char *label, const char *v, size_t n)
{
	struct address a;

	if (n == 1 && v[0] == '*')
		return NULL;
	return rules_pattern(&a, v, n) == 0
	    ? put(d, label, a.key, a.len)
	    : "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *";
}

static const char *
add_from(struct draft *d, const char *label, const char *v, size_t n)
{
	struct address a;

	if (n == 1 && v[0] == '*')
		return NULL;
	if (n == 2 && memcmp(v, "<>", 2) == 0) {
		rules_offer(&d->rule, 'F', "", 0);
		return put(d, label, v, n);
	}
	if (rules_pattern(&a, v, n) == -1)
		return "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, "
		       "USER@, <> or *";
	rules_offer_pattern(&d->rule, "Feqv", &a);
	return put(d, label, a.key, a.len);
}

static const char *
add_exact(struct draft *d, const char *label, const char *v, size_t n)
{
	char kind = label[2] == 'e' ? 'n' : label[1] == 't' ? 'g' : 'o';

	if (kind == 'o' && n == 1 && v[0] == '*')
		return put(d, "?anybody", "", 0);
	return rules_put_exact(&d->rule, kind, label, v, n);
}

static int
pattern(const char *v, size_t n)
{
	return fixheader_name(v, n) && !(n == 1 && v[0] == '*');
}

static const char *
add_header(struct draft *d, const char *label, const char *v, size_t n)
{
	return pattern(v, n) ? put(d, label, v, n) : "not a name of a field";
}

static const char *
add_bare(struct draft *d, const char *label, const char *v, size_t n)
{
	return put(d, label, v, n);
}

/* actions */

/* a template, within what names have brought */
static const char *
add_template(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *fault = template_fault(v, n);

	if (n == 0)
		return "nothing behind the colon";
	return fault != NULL ? fault : put(d, label, v, n);
}

/* Name: template */
static const char *
add_field(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *colon = memchr(v, ':', n);

	/* a * at the end would name many */
	if (colon == NULL || !fixheader_name(v, colon - v) || colon[-1] == '*')
		return "want \"Name: text\"";
	return add_template(d, label, v, n);
}

static const char *
add_tag(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *eq = memchr(v, '=', n);

	if (eq == NULL || !word_name(v, eq - v))
		return "want NAME=TEXT, the name of letters, digits, - _ .";
	return add_template(d, label, v, n);
}

static const char *
add_prio(struct draft *d, const char *label, const char *v, size_t n)
{
	return n == 1 && v[0] >= '0' && v[0] <= '9' ? put(d, label, v, n)
						    : "want 0 to 9";
}

static const char *
add_domain(struct draft *d, const char *label, const char *v, size_t n)
{
	return word_domain(v, n) ? put(d, label, v, n) : "not a domain";
}

static const char *
add_path_header(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *eq = memchr(v, '=', n);
	struct slice rest, one;

	if (eq == NULL || !fixheader_name(v, eq - v))
		return "want NAME=DOMAIN,...";
	rest = (struct slice){ eq + 1, v + n - eq - 1 };
	while (word_piece(&rest, ',', &one)) {
		if (one.n > 1 && one.p[0] == '.') {
			one.p++;
			one.n--;
		}
		if (!word_domain(one.p, one.n))
			return "not a domain";
	}
	return put(d, label, v, n);
}

static int
begins(const char *v, size_t n, const char *with)
{
	return n > strlen(with) && memcmp(v, with, strlen(with)) == 0;
}

/* what may stand between < and > in a list */
static int
url_bytes(const char *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] <= ' ' || v[i] >= 0x7f ||
		    strchr("<>\"',\\`", v[i]) != NULL)
			return 0;
	return 1;
}

static const char *
add_url(struct draft *d, const char *label, const char *v, size_t n)
{
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	if (!begins(v, n, "https://") && !begins(v, n, "mailto:"))
		return "want https://... or mailto:...";
	d->https = begins(v, n, "https://");
	return add_template(d, label, v, n);
}

static const char *
add_pixel(struct draft *d, const char *label, const char *v, size_t n)
{
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	if (!begins(v, n, "https://"))
		return "want https://...";
	return add_template(d, label, v, n);
}

static const char *
add_mailto(struct draft *d, const char *label, const char *v, size_t n)
{
	if (d->last != FIXRULES_LIST_UNSUBSCRIBE)
		return "stands behind list-unsubscribe: only";
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	return add_template(d, label, v, n);
}

static const char *
add_one_click(struct draft *d, const char *label, const char *v, size_t n)
{
	if ((d->last != FIXRULES_LIST_UNSUBSCRIBE &&
		d->last != FIXRULES_MAILTO) ||
	    !d->https)
		return "stands behind list-unsubscribe:https://... only";
	return put(d, label, v, n);
}

static const char *
add_verp(struct draft *d, const char *label, const char *v, size_t n)
{
	return d->last == FIXRULES_RETURN_PATH
	    ? put(d, label, v, n)
	    : "stands behind return-path: only";
}

static const char *
add_text(struct draft *d, const char *label, const char *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] < ' ' || v[i] >= 0x7f)
			return "wants printable ASCII";
	if (n == 0 || n > FIXRULES_TEXT_MAX)
		return "wants a text of 1 to 400 bytes";
	return put(d, label, v, n);
}

static const char *
add_list(struct draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;
	struct address a;
	size_t dot;

	while (word_piece(&rest, ',', &one)) {
		if (address_set(&a, one.p, one.n) == -1 && a.key[0] != '@')
			return "want ADDRESS, @DOMAIN or @.DOMAIN";
		dot = a.user_len == 0 && a.domain[0] == '.';
		if (!word_domain(a.domain + dot, a.domain_len - dot))
			return "want ADDRESS, @DOMAIN or @.DOMAIN";
	}
	return put(d, label, v, n);
}

static const struct word {
	const char *label;
	int bare;
	const char *(*add)(struct draft *, const char *, const char *, size_t);
} conditions[] = {
	{ "?from", 0, add_from },
	{ "?to", 0, add_to },
	{ "?tenant", 0, add_exact },
	{ "?tag", 0, add_exact },
	{ "?user", 0, add_exact },
	{ "?header", 0, add_header },
	{ "?no-header", 0, add_header },
	{ "?from-aligned", 1, add_bare },
	{ "?from-unaligned", 1, add_bare },
}, actions[FIXRULES_DOS] = {
	[FIXRULES_ADD] = { "add", 0, add_field },
	[FIXRULES_SET] = { "set", 0, add_field },
	[FIXRULES_DEFAULT] = { "default", 0, add_field },
	[FIXRULES_REMOVE] = { "remove", 0, add_header },
	[FIXRULES_MESSAGE_ID] = { "message-id", 1, add_bare },
	[FIXRULES_TAG] = { "tag", 0, add_tag },
	[FIXRULES_TENANT] = { "tenant", 0, add_template },
	[FIXRULES_PRIO] = { "prio", 0, add_prio },
	[FIXRULES_RETURN_PATH] = { "return-path", 0, add_domain },
	[FIXRULES_VERP] = { "verp", 1, add_verp },
	[FIXRULES_RETURN_PATH_HEADER] = { "return-path-header", 0,
	    add_path_header },
	[FIXRULES_LIST_UNSUBSCRIBE] = { "list-unsubscribe", 0, add_url },
	[FIXRULES_MAILTO] = { "mailto", 0, add_mailto },
	[FIXRULES_ONE_CLICK] = { "one-click", 1, add_one_click },
	[FIXRULES_FEEDBACK_ID] = { "feedback-id", 0, add_template },
	[FIXRULES_PIXEL] = { "pixel", 0, add_pixel },
	[FIXRULES_SEVEN_BIT] = { "seven-bit", 1, add_bare },
	[FIXRULES_REJECT] = { "reject", 0, add_text },
	[FIXRULES_ALLOW_FROM] = { "allow-from", 0, add_list },
	[FIXRULES_CHECK_FROM] = { "check-from", 1, add_bare },
};
enum {
	CONDITIONS = sizeof conditions / sizeof conditions[0],
	ALIGNED = 7,
	UNALIGNED = 8 /* in conditions */
};

static const struct word *
word_named(const struct word *list, unsigned n, const char *w, size_t len)
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
static const struct word *
plain_action(const char *w, size_t len)
{
	static const char set[] = "set-";
	const struct word *a;

	if (len < sizeof set || memcmp(w, set, sizeof set - 1) != 0)
		return NULL;
	a = word_named(actions, FIXRULES_DOS, w + 4, len - 4);
	return a == &actions[FIXRULES_TAG] || a == &actions[FIXRULES_TENANT]
	    ? a
	    : NULL;
}

/* tenant: and tag: may still be both, as they were: conditions up to the
 * first action or *, unless there is a %{ in it */
static const struct word *
choose(const struct draft *d, const char *w, size_t len, size_t n,
    const char **fault)
{
	const struct word *c = word_named(conditions, CONDITIONS, w, len),
			  *a = word_named(actions, FIXRULES_DOS, w, len),
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
is_single(const struct word *w)
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
repeats(struct draft *d, const struct word *w, const char *v, size_t n)
{
	enum { THERE = 1, NOT_THERE = 2 };
	int condition = w->label[0] == '?';
	uint64_t bit = UINT64_C(1)
	    << (condition ? w - conditions : CONDITIONS + (w - actions));
	const unsigned both = (1u << ALIGNED) | (1u << UNALIGNED);
	const char *l = w->label;
	long before = 0;

	if (is_single(w) && (d->seen & bit))
		return "stands twice";
	d->seen |= bit;
	if ((d->seen & both) == both)
		return "no message is from-aligned and from-unaligned";
	if (strcmp(l, "set") == 0 || strcmp(l, "default") == 0)
		before = see_name(d, l, v, n, ":", THERE);
	else if (w == &actions[FIXRULES_TAG])
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
	const struct word *word;

	if (n == 1 && w[0] == '*') {
		d->star = 1;
		return 0;
	}
	word = choose(d, w, len, n, &fault);
	if (word != NULL && word->bare != (colon == NULL))
		fault = colon == NULL ? "wants :VALUE" : "takes no value";
	else if (word != NULL)
		fault = word->add(d, word->label, w + len + !!colon,
		    n - len - !!colon);
	if (fault == NULL)
		fault = repeats(d, word, w + len + !!colon, n - len - !!colon);
	if (fault != NULL)
		return rules_wrong(sink, w, fault);
	if (word->label[0] != '?') {
		d->actions++;
		d->last = (enum fixrules_do)(word - actions);
	}
	return 0;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct draft d = { .last = FIXRULES_DOS };
	const char *end = p + n;
	char word[WORD_LINE_MAX + 1];
	size_t len;
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	rules_begin(&d.rule, order);
	while ((r = word_next(&p, end, word, &len)) == 1)
		if (add_word(&d, word, len, sink) == -1)
			break;
	if (r == -1)
		conffile_wrong(sink, "quote not closed, or control byte");
	else if (r == 0 && d.actions == 0)
		r = conffile_wrong(sink, "no action");
	else if (r == 0 && s->rules.n == FIXRULES_RULES_MAX)
		r = conffile_wrong(sink, "more than 100000 rules");
	else if (r == 0 && rules_keep(&s->rules, &d.rule, lineno) == -1)
		r = conffile_wrong(sink, "out of memory");
	rules_drop(&d.rule);
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
