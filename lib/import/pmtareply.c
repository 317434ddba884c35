#include "import/pmta.h"
#include "import/posixre.h"
#include <stdio.h>

/* Patterns of a PowerMTA, as lines of replies and of classes. */

/* /RE/ at the front of s; what is behind it stays in s.  0, or -1: none */
static int
regex(struct slice *s, struct slice *re)
{
	size_t i;

	if (s->n < 3 || s->p[0] != '/')
		return -1;
	for (i = 1; i < s->n && s->p[i] != '/'; i++)
		if (s->p[i] == '\\')
			i++;
	if (i >= s->n)
		return -1;
	*re = (struct slice){ s->p + 1, i - 1 };
	*s = (struct slice){ s->p + i + 1, s->n - i - 1 };
	return 0;
}

static struct slice
all_of(const struct pmta_line *l)
{
	return (struct slice){ l->name.p,
		(size_t)(l->value.p + l->value.n - l->name.p) };
}

/* a time of the domain of this line, or of all; 0: there is none */
static uint64_t
time_of(const struct pmta *p, struct slice of, const char *name)
{
	static const struct slice all = { "*", 1 };
	const struct pmta_line *l;
	uint64_t s = 0, of_all = 0, *to;
	size_t i;

	for (i = 0; i < pmta_lines(p); i++) {
		l = pmta_line(p, i);
		if (l->block != PMTA_DOMAIN || !import_is(l->name, name))
			continue;
		to = import_same(l->of, of)   ? &s
		    : import_same(l->of, all) ? &of_all
					      : NULL;
		if (to != NULL && span_scan(l->value, to) == -1)
			*to = 0;
	}
	return s > 0 ? s : of_all;
}

/* what a domain with this list does when a reply fits */
static void
put_pattern(struct pmta *p, const struct pmta_line *l,
    const struct pmta_line *domain)
{
	struct slice rest = l->value, re;
	struct buf b = { 0 };
	char first[SPAN_TEXT], longest[SPAN_TEXT];
	uint64_t s = time_of(p, domain->of, "backoff-retry-after");
	uint64_t end = time_of(p, domain->of, "backoff-to-normal-after");
	int all = word_is(domain->of, "*");
	const char *bad;

	if (!import_is(l->name, "reply") || regex(&rest, &re) == -1) {
		import_left(p->import, IMPORT_REPLIES, &l->at, all_of(l),
		    "not reply /EXPRESSION/");
		return;
	}
	if (!import_is(pmta_word(&rest), "mode=backoff") || rest.n > 0) {
		import_left(p->import, IMPORT_REPLIES, &l->at, all_of(l),
		    "replies has no such action");
		return;
	}
	s = s == 0 ? PMTA_BACKOFF_S : s;
	span_text(first, s);
	span_text(longest, end > s ? end : s * PMTA_BACKOFF_TIMES);
	import_puts(p->import, &b, "backoff=");
	import_puts(p->import, &b, first);
	import_puts(p->import, &b, "..");
	import_puts(p->import, &b, longest);
	import_puts(p->import, &b,
	    all ? " key=site+src" : " key=provider+src provider:");
	if (!all)
		import_put(p->import, &b, domain->of.p, domain->of.n);
	import_puts(p->import, &b, " text~/");
	bad = posixre_put(&b, re);
	import_puts(p->import, &b, "/");
	if (bad != NULL)
		import_left(p->import, IMPORT_REPLIES, &l->at, re, bad);
	else
		import_say(p->import, IMPORT_REPLIES, &l->at, buf_data(&b),
		    buf_len(&b));
	buf_free(&b);
}

static void
put_list(struct pmta *p, const struct pmta_line *domain)
{
	const struct pmta_line *l;
	struct slice rest = domain->value, name = pmta_word(&rest);
	size_t i;
	int any = 0;

	if (domain->vmta.n > 0 ||
	    (!word_is(domain->of, "*") && !pmta_is_rollup(p, domain->of))) {
		import_left(p->import, IMPORT_REPLIES, &domain->at, domain->of,
		    "replies knows providers, but not domains");
		return;
	}
	for (i = 0; i < pmta_lines(p) && !import_enough(p->import); i++) {
		l = pmta_line(p, i);
		if (l->block != PMTA_PATTERNS || !import_same(l->of, name))
			continue;
		if (!any++)
			import_left(p->import, IMPORT_REPLIES, &domain->at,
			    name,
			    "backoff is slower there; here it is left alone "
			    "for a time, and twice that the next time");
		put_pattern(p, l, domain);
	}
	if (!any)
		import_left(p->import, IMPORT_REPLIES, &domain->at, name,
		    "no such list is there");
}

/* is the list named by a domain? */
static int
is_used(const struct pmta *p, struct slice list)
{
	const struct pmta_line *l;
	struct slice rest;
	size_t i;

	for (i = 0; i < pmta_lines(p); i++) {
		l = pmta_line(p, i);
		rest = l->value;
		if (l->block == PMTA_DOMAIN &&
		    import_is(l->name, "smtp-pattern-list") &&
		    import_same(pmta_word(&rest), list))
			return 1;
	}
	return 0;
}

/* categories */

static const char *
class_of(struct slice category)
{
	static const struct {
		const char *category, *class;
	} t[] = { { "bad-mailbox", "unknown-user" },
		{ "bad-domain", "unknown-host" },
		{ "inactive-mailbox", "mailbox-disabled" },
		{ "quota-issues", "mailbox-full" },
		{ "spam-related", "spam-content" },
		{ "virus-related", "content" },
		{ "content-related", "content" },
		{ "policy-related", "policy" }, { "invalid-sender", "policy" },
		{ "relaying-issues", "no-relay" },
		{ "bad-connection", "network" },
		{ "no-answer-from-host", "network" },
		{ "routing-errors", "network" },
		{ "bad-configuration", "system" },
		{ "protocol-errors", "system" },
		{ "message-expired", "expired" }, { "other", "other" } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		if (import_is(category, t[i].category))
			return t[i].class;
	return NULL;
}

static void
put_category(struct pmta *p, const struct pmta_line *l)
{
	struct slice rest = all_of(l), re;
	struct buf b = { 0 };
	const char *class, *bad = "not /EXPRESSION/ CATEGORY";

	if (regex(&rest, &re) == 0) {
		class = class_of(pmta_word(&rest));
		bad = class == NULL ? "no class is like this category" : NULL;
		import_puts(p->import, &b, class == NULL ? "" : class);
		import_puts(p->import, &b, " text: ");
		if (bad == NULL)
			bad = posixre_phrases(&b, re);
	}
	if (bad != NULL)
		import_left(p->import, IMPORT_CLASSES, &l->at, all_of(l), bad);
	else
		import_say(p->import, IMPORT_CLASSES, &l->at, buf_data(&b),
		    buf_len(&b));
	buf_free(&b);
}

void
pmta_replies(struct pmta *p)
{
	const struct pmta_line *l;
	size_t i;
	int all;

	/* the first line that holds decides: those of one provider before
	 * those of all */
	for (all = 0; all < 2; all++)
		for (i = 0; i < pmta_lines(p); i++) {
			l = pmta_line(p, i);
			if (l->block == PMTA_DOMAIN &&
			    import_is(l->name, "smtp-pattern-list") &&
			    word_is(l->of, "*") == all)
				put_list(p, l);
		}
	for (i = 0; i < pmta_lines(p); i++) {
		l = pmta_line(p, i);
		if (l->block == PMTA_CATEGORIES)
			put_category(p, l);
		else if (l->block == PMTA_PATTERNS && !is_used(p, l->of))
			import_left(p->import, IMPORT_REPLIES, &l->at,
			    all_of(l), "no domain names this list");
	}
}
