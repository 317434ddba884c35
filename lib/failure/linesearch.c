#include "failure/linesearch.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/rulesearch.h"
#include <stdio.h>

/* conditions */

static int
esc_fits(struct slice want, struct slice esc)
{
	struct slice w, e;

	while (word_piece(&want, '.', &w))
		if (!word_piece(&esc, '.', &e) ||
		    (!word_is(w, "*") &&
			(w.n != e.n || memcmp(w.p, e.p, e.n) != 0)))
			return 0;
	return 1;
}

static int
code_fits(struct slice want, const char *code)
{
	size_t i;

	for (i = 0; i < want.n; i++)
		if (want.p[i] != code[i] && want.p[i] != 'x')
			return 0;
	return code[0] != '\0';
}

/* .NAME is the name and all below it */
static int
host_fits(struct slice want, struct slice host)
{
	if (want.n == 0 || *want.p != '.')
		return ascii_same(want.p, want.n, host.p, host.n);
	if (host.n == want.n - 1)
		return ascii_same(want.p + 1, want.n - 1, host.p, host.n);
	return host.n > want.n &&
	    ascii_same(want.p, want.n, host.p + host.n - want.n, want.n);
}

/* none is one that is not known */
static int
word_fits(struct slice want, struct slice have)
{
	return have.n == 0 ? word_is(want, "none")
			   : ascii_same(want.p, want.n, have.p, have.n);
}

static const struct slice *
by_label(const struct linesearch *s, struct slice label)
{
	return word_is(label, "phase")   ? &s->phase
	    : word_is(label, "provider") ? &s->provider
	    : word_is(label, "failure")  ? &s->failure
	    : word_is(label, "via")      ? &s->via
					 : &s->event;
}

static int
fits(const struct linesearch *s, struct slice label, struct slice want)
{
	if (word_is(label, "esc"))
		return s->esc.n > 0 && esc_fits(want, s->esc);
	if (word_is(label, "code"))
		return code_fits(want, s->code);
	if (word_is(label, "host"))
		return host_fits(want, s->host);
	if (word_is(label, "site"))
		return host_fits(want, s->site);
	return word_fits(want, *by_label(s, label));
}

/* does one of the values fit? */
static int
holds(const struct linesearch *s, struct slice label, struct slice values)
{
	struct slice one;

	if (word_is(label, "text"))
		return words_have(&s->words, values);
	if (word_is(label, "text~"))
		return s->regex != NULL && s->regex(s->arg, values);
	while (word_piece(&values, ',', &one))
		if (fits(s, label, one))
			return 1;
	return 0;
}

/* lines */

/* one behind its number: 1 holds, 0 not, -1 damaged */
static int
try_line(struct linesearch *s, struct slice rest, unsigned number)
{
	struct slice all = rest, label, value;
	int got;

	while ((got = rulesearch_field(&rest, &label, &value)) == 1) {
		if (label.n == 0)
			return -1;
		if (*label.p == '=') {
			s->line = number;
			s->says = label;
			s->value = value;
			s->rule = all;
			s->rule.n = (size_t)(label.p - all.p);
			return 1;
		}
		if (!holds(s, label, value))
			return 0;
	}
	return -1;
}

/* those of a key, up to the first that holds or is behind the best; 0, -1 */
int
linesearch_key(struct linesearch *s, char kind, struct slice key)
{
	char k[WORD_LINE_MAX + 1];
	struct slice rest, one, number;
	uint64_t n;
	int r;

	if (key.n >= sizeof k)
		return 0;
	k[0] = kind;
	if (key.n > 0)
		memcpy(k + 1, key.p, key.n);
	r = lookup_get(s->l, k, key.n + 1, &rest.p, &rest.n);
	if (r != 1)
		return r;
	while (word_piece(&rest, '\n', &one) && one.n > 0) {
		if (!word_piece(&one, '\t', &number) || one.p == NULL ||
		    num_scan(number.p, number.n, 1, UINT32_MAX, &n) == -1)
			return -1;
		if (s->line != 0 && n >= s->line)
			return 0;
		r = try_line(s, one, (unsigned)n);
		if (r != 0)
			return r == 1 ? 0 : -1;
	}
	return 0;
}

static int
try_words(struct linesearch *s, char kind)
{
	size_t i;

	for (i = 0; i < s->words.n; i++)
		if (linesearch_key(s, kind, s->words.word[i]) == -1)
			return -1;
	return 0;
}

static int
try_host(struct linesearch *s, char kind, struct slice host)
{
	char dotted[WORD_DOMAIN_MAX + 2];
	size_t i;

	if (host.n == 0 || host.n > WORD_DOMAIN_MAX)
		return 0;
	if (linesearch_key(s, kind, host) == -1)
		return -1;
	dotted[0] = '.';
	memcpy(dotted + 1, host.p, host.n);
	for (i = 0; i < host.n; i++)
		if (dotted[i] == '.' &&
		    linesearch_key(s, kind,
			(struct slice){ dotted + i, host.n + 1 - i }) == -1)
			return -1;
	return 0;
}

/* the forms that conf-classes(5) has: 5.1.1 *.1.1 5.1.* *.1.* 5.*.* */
static int
try_esc(struct linesearch *s)
{
	static const char *const forms[] = { "abc", "*bc", "ab*", "*b*",
		"a**" };
	struct slice rest = s->esc, part[3];
	char key[16];
	unsigned i, k;
	size_t n;

	for (i = 0; i < 3; i++)
		if (!word_piece(&rest, '.', &part[i]) || part[i].n > 3)
			return 0;
	for (i = 0; i < sizeof forms / sizeof *forms; i++) {
		for (n = k = 0; k < 3; k++)
			n += (size_t)snprintf(key + n, sizeof key - n, "%s%.*s",
			    k == 0 ? "" : ".",
			    forms[i][k] == '*' ? 1 : (int)part[k].n,
			    forms[i][k] == '*' ? "*" : part[k].p);
		if (linesearch_key(s, 'e', (struct slice){ key, n }) == -1)
			return -1;
	}
	return 0;
}

static int
try_code(struct linesearch *s)
{
	char key[4];
	unsigned i;

	if (s->code[0] == '\0')
		return 0;
	memcpy(key, s->code, sizeof key);
	for (i = 3; i > 0; i--) {
		if (i < 3)
			key[i] = 'x';
		if (linesearch_key(s, 'c', (struct slice){ key, 3 }) == -1)
			return -1;
	}
	return 0;
}

static int
try_word(struct linesearch *s, char kind, struct slice word)
{
	return linesearch_key(s, kind,
	    word.n == 0 ? (struct slice){ "none", 4 } : word);
}

static int
try_kind(struct linesearch *s, char kind)
{
	switch (kind) {
	case 'w':
	case 'q': return try_words(s, kind);
	case 'h': return try_host(s, kind, s->host);
	case 's': return try_host(s, kind, s->site);
	case 'e': return try_esc(s);
	case 'c': return try_code(s);
	case 'o': return try_word(s, kind, s->provider);
	case 'p': return try_word(s, kind, s->phase);
	case 'f': return try_word(s, kind, s->failure);
	case 'v': return try_word(s, kind, s->event);
	case 'i': return try_word(s, kind, s->via);
	default: return linesearch_key(s, kind, (struct slice){ "", 0 });
	}
}

int
linesearch_find(struct linesearch *s, const char *kinds)
{
	for (; *kinds != '\0'; kinds++)
		if (try_kind(s, *kinds) == -1)
			return -1;
	return 0;
}

void
linesearch_code(struct linesearch *s, unsigned code)
{
	if (code > 0 && code <= 999)
		snprintf(s->code, sizeof s->code, "%03u", code);
}

void
linesearch_host(struct linesearch *s, struct slice h)
{
	if (h.n > 0 && h.p[h.n - 1] == '.')
		h.n--;
	if (h.n > WORD_DOMAIN_MAX)
		h.n = 0;
	if (h.n > 0)
		ascii_lower_copy(s->host_text, h.p, h.n);
	s->host_text[h.n] = '\0';
	s->host = (struct slice){ s->host_text, h.n };
}
