#include "failure/failure.h"
#include "base/ascii.h"
#include "failure/linesearch.h"

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
codes(struct linesearch *s, const struct failure_facts *f, struct failure *out)
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
	linesearch_code(s, out->code);
}

/* a line found is forgotten for the next question */
static void
again(struct linesearch *s)
{
	s->line = 0;
}

static int
phase(struct linesearch *s, const struct failure_facts *f, struct failure *out)
{
	struct slice p = f->phase;

	if (p.n == 0) {
		if (linesearch_find(s, "q") == -1)
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
type(struct linesearch *s, struct failure *out)
{
	int said = !word_is(s->says, "=class");

	out->by = said ? FAILURE_BY_LINE : FAILURE_BY_CLASS;
	out->hard = said ? word_is(s->says, "=hard")
			 : failure_class_hard(s->value) == 1;
	if (!said)
		again(s);
	if (linesearch_key(s, 'k', of(out->class)) == -1)
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
	struct linesearch s;

	memset(out, 0, sizeof *out);
	linesearch_begin(&s, l);
	memcpy(out->class, "other", 6);
	words_of(&s.words, f->text.p, f->text.n);
	codes(&s, f, out);
	linesearch_host(&s, f->host);
	s.event = f->event;
	if (phase(&s, f, out) == -1 || linesearch_find(&s, "whepvc*") == -1)
		return -1;
	if (s.line == 0)
		return 0;
	out->line = s.line;
	out->rule = s.rule;
	copy(out->class, sizeof out->class, s.value);
	return type(&s, out);
}
