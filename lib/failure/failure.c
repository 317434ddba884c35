#include "failure/failure.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/rulesearch.h"
#include "failure/words.h"
#include <stdio.h>

/* what a line is compared with */
struct search {
	const struct lookup *l;
	struct words words;
	struct slice esc, host, phase, event;
	char code[4], host_text[WORD_DOMAIN_MAX + 1];
	unsigned line; /* the first that holds so far; 0: none */
	struct slice rule, says, value;
};

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

static int
fits(const struct search *s, struct slice label, struct slice want)
{
	if (word_is(label, "esc"))
		return s->esc.n > 0 && esc_fits(want, s->esc);
	if (word_is(label, "code"))
		return code_fits(want, s->code);
	if (word_is(label, "host"))
		return host_fits(want, s->host);
	if (word_is(label, "phase"))
		return word_fits(want, s->phase);
	return word_fits(want, s->event);
}

/* does one of the values fit? */
static int
holds(const struct search *s, struct slice label, struct slice values)
{
	struct slice one;

	if (word_is(label, "text"))
		return words_have(&s->words, values);
	while (word_piece(&values, ',', &one))
		if (fits(s, label, one))
			return 1;
	return 0;
}

/* lines */

/* one behind its number: 1 holds, 0 not, -1 damaged */
static int
try_line(struct search *s, struct slice rest, unsigned number)
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
static int
try_key(struct search *s, char kind, struct slice key)
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
try_words(struct search *s, char kind)
{
	size_t i;

	for (i = 0; i < s->words.n; i++)
		if (try_key(s, kind, s->words.word[i]) == -1)
			return -1;
	return 0;
}

static int
try_host(struct search *s)
{
	char dotted[WORD_DOMAIN_MAX + 2];
	size_t i;

	if (s->host.n == 0)
		return 0;
	if (try_key(s, 'h', s->host) == -1)
		return -1;
	dotted[0] = '.';
	memcpy(dotted + 1, s->host.p, s->host.n);
	for (i = 0; i < s->host.n; i++)
		if (dotted[i] == '.' &&
		    try_key(s, 'h',
			(struct slice){ dotted + i, s->host.n + 1 - i }) == -1)
			return -1;
	return 0;
}

/* the forms that conf-classes(5) has: 5.1.1 *.1.1 5.1.* *.1.* 5.*.* */
static int
try_esc(struct search *s)
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
		if (try_key(s, 'e', (struct slice){ key, n }) == -1)
			return -1;
	}
	return 0;
}

static int
try_code(struct search *s)
{
	char key[4];
	unsigned i;

	if (s->code[0] == '\0')
		return 0;
	memcpy(key, s->code, sizeof key);
	for (i = 3; i > 0; i--) {
		if (i < 3)
			key[i] = 'x';
		if (try_key(s, 'c', (struct slice){ key, 3 }) == -1)
			return -1;
	}
	return 0;
}

static int
try_word(struct search *s, char kind, struct slice word)
{
	return try_key(s, kind,
	    word.n == 0 ? (struct slice){ "none", 4 } : word);
}

static int
find_class(struct search *s)
{
	if (try_words(s, 'w') == -1 || try_host(s) == -1 || try_esc(s) == -1 ||
	    try_word(s, 'p', s->phase) == -1 ||
	    try_word(s, 'v', s->event) == -1 || try_code(s) == -1)
		return -1;
	return try_key(s, '*', (struct slice){ "", 0 });
}

/* what is asked */

static void
copy(char *out, size_t room, struct slice from)
{
	if (from.n >= room)
		from.n = room - 1;
	if (from.n > 0)
		ascii_lower_copy(out, from.p, from.n);
	out[from.n] = '\0';
}

static struct slice
of(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static int
says_nothing(struct slice esc)
{
	return esc.n < 5 || memcmp(esc.p + 1, ".0.0", 4) == 0;
}

static void
codes(struct search *s, const struct failure_facts *f, struct failure *out)
{
	struct slice esc;
	unsigned code;

	words_codes(f->text.p, f->text.n, &code, &esc);
	out->code = f->code != 0 ? f->code : code;
	if (says_nothing(f->esc) && esc.n > 0)
		copy(out->esc, sizeof out->esc, esc);
	else
		copy(out->esc, sizeof out->esc, f->esc);
	s->esc = of(out->esc);
	if (out->code > 0 && out->code <= 999)
		snprintf(s->code, sizeof s->code, "%03u", out->code);
}

static void
host(struct search *s, struct slice h)
{
	if (h.n > 0 && h.p[h.n - 1] == '.')
		h.n--;
	if (h.n > WORD_DOMAIN_MAX)
		h.n = 0;
	copy(s->host_text, sizeof s->host_text, h);
	s->host = of(s->host_text);
}

/* a line found is forgotten for the next question */
static void
again(struct search *s)
{
	s->line = 0;
}

static int
phase(struct search *s, const struct failure_facts *f, struct failure *out)
{
	struct slice p = f->phase;

	if (p.n == 0) {
		if (try_words(s, 'q') == -1)
			return -1;
		if (s->line != 0)
			p = s->value;
		again(s);
	}
	copy(out->phase, sizeof out->phase, p);
	s->phase = of(out->phase);
	return 0;
}

/* the first line that says hard or soft of the class: one that says it by the
 * way, or the line of the class itself */
static int
type(struct search *s, struct failure *out)
{
	int said = !word_is(s->says, "=class");

	out->by = said ? FAILURE_BY_LINE : FAILURE_BY_CLASS;
	out->hard = said ? word_is(s->says, "=hard")
			 : failure_class_hard(s->value) == 1;
	if (!said)
		again(s);
	if (try_key(s, 'k', of(out->class)) == -1)
		return -1;
	if (s->line != 0 && s->line != out->line) {
		out->by = FAILURE_BY_FOR;
		out->hard = word_is(s->says, "=hard");
		out->typeline = s->line;
		out->typerule = s->rule;
	}
	if (out->hard && failure_temporary(out->code, out->esc)) {
		out->by = FAILURE_BY_TEMPORARY;
		out->hard = 0;
	}
	return 0;
}

int
failure_temporary(unsigned code, const char *esc)
{
	return code / 100 == 4 || esc[0] == '4';
}

int
failure_look(const struct lookup *l, const struct failure_facts *f,
    struct failure *out)
{
	struct search s;

	memset(out, 0, sizeof *out);
	memset(&s, 0, offsetof(struct search, words));
	s.l = l;
	s.code[0] = '\0';
	again(&s);
	memcpy(out->class, "other", 6);
	words_of(&s.words, f->text.p, f->text.n);
	codes(&s, f, out);
	host(&s, f->host);
	s.event = f->event;
	if (phase(&s, f, out) == -1 || find_class(&s) == -1)
		return -1;
	if (s.line == 0)
		return 0;
	out->line = s.line;
	out->rule = s.rule;
	copy(out->class, sizeof out->class, s.value);
	return type(&s, out);
}
