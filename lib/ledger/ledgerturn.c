#include "ledger/ledgerturn.h"
#include "base/num.h"
#include <string.h>

/* a blank is behind each word but the last, the message: it may have some */
int
ledgerturn_go(struct ledgerturn *t, struct slice v)
{
	uint64_t *const to[] = { &t->who, &t->bytes, &t->rcpts };
	struct slice word;
	unsigned i;

	t->what = LEDGERTURN_GO;
	for (i = 0; i < 3; i++)
		if (!word_piece(&v, ' ', &word) ||
		    num_scan(word.p, word.n, 0, INT64_MAX, to[i]) == -1)
			return -1;
	/* the jobs, and the message */
	return word_piece(&v, ' ', &word) && word.n > 0 && v.p != NULL ? 0 : -1;
}

int
ledgerturn_end(struct ledgerturn *t, struct slice v)
{
	struct slice from;

	t->what = LEDGERTURN_END;
	if (!word_piece(&v, '-', &from) ||
	    num_scan(from.p, from.n, 0, INT64_MAX, &t->from) == -1)
		return -1;
	t->to = t->from;
	if (v.p != NULL && num_scan(v.p, v.n, t->from, INT64_MAX, &t->to) == -1)
		return -1;
	return t->to - t->from < LEDGERTURN_ENDS_MAX ? 0 : -1;
}

/* has the field this label, with its colon?  Then cut to its value */
static int
is(struct slice *field, const char *label, size_t n)
{
	if (field->n < n || memcmp(field->p, label, n) != 0)
		return 0;
	field->p += n;
	field->n -= n;
	return 1;
}

int
ledgerturn_next(struct slice *line, struct ledgerturn *t)
{
	struct slice f;

	while (word_piece(line, '\t', &f)) {
		if (is(&f, "go:", 3))
			return ledgerturn_go(t, f) == 0 ? 1 : -1;
		if (is(&f, "end:", 4))
			return ledgerturn_end(t, f) == 0 ? 1 : -1;
	}
	return 0;
}
