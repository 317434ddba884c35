#include "failure/explain.h"
#include "format/ltsv.h"
#include <stdio.h>

/* FILE:NUMBER, or the number among the shipped ones; out has room for it */
enum { PLACE_ROOM = 300 };

static void
place(char *out, unsigned line, const char *site)
{
	int own = line < FAILURE_SHIPPED_AT;

	snprintf(out, PLACE_ROOM, "%.250s:%u", own ? site : "shipped",
	    own ? line : line - FAILURE_SHIPPED_AT);
}

/* the conditions of a line, a blank before each, and the end of the line */
static int
put_rule(struct buf *b, struct slice rule)
{
	struct slice one;
	int bad = 0;

	while (word_piece(&rule, '\t', &one))
		bad |= one.n > 0 &&
		    (buf_putc(b, ' ') == -1 || buf_put(b, one.p, one.n) == -1);
	return bad || buf_putc(b, '\n') == -1 ? -1 : 0;
}

static int
put_line(struct buf *b, const char *before, unsigned line, struct slice rule,
    const char *site)
{
	char at[PLACE_ROOM];

	place(at, line, site);
	return buf_puts(b, before) == -1 || buf_puts(b, at) == -1
	    ? -1
	    : put_rule(b, rule);
}

static int
put_type(struct buf *b, const struct failure *f, const char *site)
{
	switch (f->by) {
	case FAILURE_BY_LINE: return buf_puts(b, "type: by that line\n");
	case FAILURE_BY_TEMPORARY:
		return buf_puts(b,
		    "type: never hard, for its code is temporary\n");
	case FAILURE_BY_FOR:
		if (buf_printf(b, "type: for:%s", f->class) == -1)
			return -1;
		return put_line(b, " ", f->typeline, f->typerule, site);
	default: return buf_puts(b, "type: as all of its class\n");
	}
}

int
explain_people(struct buf *b, const struct failure *f, const char *site)
{
	if (buf_printf(b, "%s, %s\n", f->class, f->hard ? "hard" : "soft") ==
	    -1)
		return -1;
	if (f->line == 0 ? buf_puts(b, "class: no line holds\n") == -1
			 : put_line(b, "class: ", f->line, f->rule, site) == -1)
		return -1;
	if (put_type(b, f, site) == -1 || buf_puts(b, "by:") == -1)
		return -1;
	if ((f->code != 0 && buf_printf(b, " code %u,", f->code) == -1) ||
	    (f->esc[0] != '\0' && buf_printf(b, " esc %s,", f->esc) == -1) ||
	    (f->phase[0] != '\0' &&
		buf_printf(b, " phase %s,", f->phase) == -1))
		return -1;
	return buf_puts(b, " the text\n");
}

int
explain_line(struct buf *b, const struct failure *f, const char *site)
{
	char at[PLACE_ROOM];
	int bad;

	bad = ltsv_puts(b, "failure", f->class) == -1 ||
	    ltsv_puts(b, "failure-type", f->hard ? "hard" : "soft") == -1;
	if (f->line != 0) {
		place(at, f->line, site);
		bad |= ltsv_puts(b, "line", at) == -1;
	}
	if (f->by == FAILURE_BY_FOR) {
		place(at, f->typeline, site);
		bad |= ltsv_puts(b, "type-line", at) == -1;
	}
	if (f->code != 0)
		bad |= ltsv_putnum(b, "code", f->code) == -1;
	if (f->esc[0] != '\0')
		bad |= ltsv_puts(b, "esc", f->esc) == -1;
	if (f->phase[0] != '\0')
		bad |= ltsv_puts(b, "class", f->phase) == -1;
	return bad ? -1 : 0;
}

int
explain_reply(struct buf *b, const struct reply *r, const char *site)
{
	if (r->line == 0)
		return buf_puts(b, "does: nothing, no line of replies holds\n");
	if (buf_printf(b, "does: %.*s, by ", (int)r->does.n, r->does.p) == -1)
		return -1;
	return put_line(b, "", r->line, r->rule, site);
}

int
explain_reply_line(struct buf *b, const struct reply *r, const char *site)
{
	char at[PLACE_ROOM];

	if (r->line == 0)
		return 0;
	place(at, r->line, site);
	return ltsv_put(b, "reply-does", r->does.p, r->does.n) == -1 ||
		ltsv_puts(b, "reply-rule", at) == -1
	    ? -1
	    : 0;
}
