#include "import/transport.h"
#include "base/ascii.h"
#include "import/mailpattern.h"
#include <stdlib.h>
#include <string.h>

struct work {
	struct import *import;
	const struct maptable *t, *senders;
	const struct postfixhop_site *site;
	struct wordset domains; /* keys, with the place in the table + 1 */
	struct mailpatterns *patterns;
};

static const struct slice none = { "", 0 };

/* one rule */
static void
rule(struct work *w, const struct import_at *at, const char *pattern,
    struct slice who, struct slice actions)
{
	import_sayf(w->import, IMPORT_ROUTES, at, "to:%s%.*s %.*s", pattern,
	    (int)who.n, who.p, (int)actions.n, actions.p);
}

/* senders: what holds where the table says nothing */

/* a line about a sender */
static void
sender(struct work *w, size_t i, const char *pattern, struct slice who,
    int tell)
{
	const struct maptable_line *l = maptable_line(w->senders, i);
	struct slice key = maptable_key(w->senders, l),
		     value = maptable_value(w->senders, l);
	struct buf b = { 0 };
	const char *bad = NULL;

	if (l->kind == MAPTABLE_REGEX || memchr(key.p, '@', key.n) == NULL)
		bad = "not user@domain or @domain";
	else if (ascii_is(value.p, value.n, "DUNNO"))
		import_puts(w->import, &b, postfixhop_unsaid);
	else
		bad = postfixhop_hosts(w->site, w->import, &b, value, none);
	if (bad == NULL)
		import_sayf(w->import, IMPORT_ROUTES, &l->at,
		    "%s%.*s%sfrom:%.*s %.*s", pattern, (int)who.n, who.p,
		    pattern[0] ? " " : "", (int)key.n, key.p, (int)buf_len(&b),
		    buf_data(&b));
	else if (tell)
		import_left(w->import, IMPORT_ROUTES, &l->at, value, bad);
	buf_free(&b);
}

/* addresses before domains */
static void
all_senders(struct work *w, const char *pattern, struct slice who, int tell)
{
	size_t i, n = maptable_lines(w->senders);
	int domains;

	for (domains = 0; domains < 2; domains++)
		for (i = 0; i < n; i++)
			if (domains ==
			    (maptable_key(w->senders,
				 maptable_line(w->senders, i))
				    .p[0] == '@'))
				sender(w, i, pattern, who, tell);
}

/* for one pattern: nothing but what the senders say */
static void
unsaid(struct work *w, const struct import_at *at, const char *pattern,
    struct slice who)
{
	struct buf to = { 0 };

	import_puts(w->import, &to, "to:");
	import_puts(w->import, &to, pattern);
	import_put(w->import, &to, "", 1);
	if (maptable_lines(w->senders) > TRANSPORT_SENDERS_MAX)
		import_left(w->import, IMPORT_ROUTES, at, who,
		    "too many lines about senders to repeat them for this");
	else if (!w->import->no_memory)
		all_senders(w, buf_data(&to), who, 0);
	buf_free(&to);
	rule(w, at, pattern, who,
	    (struct slice){ postfixhop_unsaid, strlen(postfixhop_unsaid) });
}

/* an entry of the table, for this pattern */
static void
entry(struct work *w, const struct maptable_line *l, const char *pattern,
    struct slice who, struct slice own)
{
	struct slice value = maptable_value(w->t, l);
	struct buf b = { 0 };
	const char *bad = postfixhop_action(w->site, w->import, &b, value, own);

	if (bad != NULL)
		import_left(w->import, IMPORT_ROUTES, &l->at, value, bad);
	else if (word_is(import_slice(&b), postfixhop_unsaid))
		unsaid(w, &l->at, pattern, who);
	else
		rule(w, &l->at, pattern, who, import_slice(&b));
	buf_free(&b);
}

/* addresses and expressions, in the order of the files */

static void
expression(struct work *w, const struct maptable_line *l)
{
	struct slice key = maptable_key(w->t, l);
	const char *bad = mailpattern_read(w->patterns, key);
	struct slice who, own;
	unsigned i;

	if (bad != NULL || maptable_value(w->t, l).n == 0) {
		import_left(w->import, IMPORT_ROUTES, &l->at, key,
		    bad != NULL ? bad : "no value");
		return;
	}
	if (memchr(maptable_value(w->t, l).p, '$', maptable_value(w->t, l).n) !=
	    NULL) {
		import_left(w->import, IMPORT_ROUTES, &l->at,
		    maptable_value(w->t, l), "a value with $");
		return;
	}
	for (i = 0; i < w->patterns->n; i++) {
		who.p = w->patterns->one[i].text;
		who.n = strlen(who.p);
		own = who.p[0] == '@' && who.p[1] != '.'
		    ? (struct slice){ who.p + 1, who.n - 1 }
		    : none;
		entry(w, l, "", who, own);
	}
}

static void
addresses(struct work *w)
{
	const struct maptable_line *l;
	struct slice key;
	const char *at;
	size_t i;

	for (i = 0; i < maptable_lines(w->t); i++) {
		l = maptable_line(w->t, i);
		key = maptable_key(w->t, l);
		at = memrchr(key.p, '@', key.n);
		if (l->kind == MAPTABLE_REGEX)
			expression(w, l);
		else if (at == key.p)
			import_left(w->import, IMPORT_ROUTES, &l->at, key,
			    "Postfix does not look for @domain here");
		else if (at != NULL)
			entry(w, l, "", key,
			    (struct slice){
				at + 1, (size_t)(key.p + key.n - at) - 1 });
	}
}

/* domains */

/* the line with this key; NULL: there is none */
static const struct maptable_line *
find(struct work *w, struct slice key)
{
	/* it is there, or it comes in with 0, which is no line */
	long i = wordset_add(&w->domains, key.p, key.n, 0);

	if (i == -1)
		w->import->no_memory = 1;
	return i > 0 ? maptable_line(w->t, (size_t)i - 1) : NULL;
}

/* what Postfix does with a domain that has no line: the nearest parent, or * */
static const struct maptable_line *
elsewhere(struct work *w, struct slice domain)
{
	const struct maptable_line *l;
	struct slice rest = domain;
	const char *dot;

	while (rest.n > 1 &&
	    (dot = memchr(rest.p + 1, '.', rest.n - 1)) != NULL) {
		rest.n -= (size_t)(dot - rest.p);
		rest.p = dot;
		l = find(w, rest);
		if (l != NULL)
			return l;
	}
	return find(w, (struct slice){ "*", 1 });
}

/* .parent */
static void
below(struct work *w, const struct maptable_line *l)
{
	struct slice key = maptable_key(w->t, l),
		     domain = { key.p + 1, key.n - 1 };
	const struct maptable_line *other;

	if (find(w, domain) == NULL) {
		other = elsewhere(w, domain);
		if (other == NULL)
			unsaid(w, &l->at, "@", domain);
		else
			entry(w, other, "@", domain, domain);
	}
	entry(w, l, "@", key, none);
}

static int
longest_first(const void *va, const void *vb)
{
	const struct maptable_line *a = va, *b = vb;

	if (a->key_len != b->key_len)
		return a->key_len > b->key_len ? -1 : 1;
	return a->key_at < b->key_at ? -1 : a->key_at > b->key_at;
}

static int
is_domain(const struct maptable *t, const struct maptable_line *l)
{
	struct slice key = maptable_key(t, l);

	return l->kind != MAPTABLE_REGEX && memchr(key.p, '@', key.n) == NULL;
}

static void
domains(struct work *w)
{
	struct buf list = { 0 };
	struct maptable_line *p;
	struct slice key;
	size_t i, n = 0;

	for (i = 0; i < maptable_lines(w->t); i++) {
		if (!is_domain(w->t, maptable_line(w->t, i)))
			continue;
		key = maptable_key(w->t, maptable_line(w->t, i));
		/* of several files the first counts */
		if (wordset_add(&w->domains, key.p, key.n, (unsigned)i + 1) ==
		    0)
			import_put(w->import, &list,
			    (const char *)maptable_line(w->t, i), sizeof *p);
	}
	p = (struct maptable_line *)(void *)buf_data(&list);
	n = buf_len(&list) / sizeof *p;
	if (n > 0)
		qsort(p, n, sizeof *p, longest_first);
	for (i = 0; i < n; i++) {
		key = maptable_key(w->t, &p[i]);
		if (key.p[0] != '.' && !word_is(key, "*"))
			entry(w, &p[i], "@", key, key);
	}
	for (i = 0; i < n; i++)
		if (maptable_key(w->t, &p[i]).p[0] == '.')
			below(w, &p[i]);
	for (i = 0; i < n; i++)
		if (word_is(maptable_key(w->t, &p[i]), "*"))
			entry(w, &p[i], "", maptable_key(w->t, &p[i]), none);
	buf_free(&list);
}

void
transport_import(struct import *m, const struct maptable *t,
    const struct maptable *senders, const struct postfixhop_site *site)
{
	struct work w = {
		.import = m, .t = t, .senders = senders, .site = site
	};

	w.patterns = malloc(sizeof *w.patterns);
	if (w.patterns == NULL) {
		m->no_memory = 1;
		return;
	}
	addresses(&w);
	domains(&w);
	if (maptable_lines(senders) > 0) {
		import_sayf(m, IMPORT_ROUTES, &maptable_line(senders, 0)->at,
		    "to:<local> %s", postfixhop_unsaid);
		all_senders(&w, "", none, 1);
	}
	wordset_free(&w.domains);
	free(w.patterns);
}
