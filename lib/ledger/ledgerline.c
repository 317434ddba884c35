#include "ledger/ledgerline.h"
#include "base/num.h"
#include "ledger/ledgerturn.h"

/* sums of a few of them are numbers, too */
#define TIME_MAX_US (INT64_MAX / 8)

struct field {
	struct slice label, value;
};

static int
split(struct slice piece, struct field *f)
{
	const char *colon = piece.n == 0 ? NULL : memchr(piece.p, ':', piece.n);

	if (colon == NULL)
		return -1;
	f->label = (struct slice){ piece.p, (size_t)(colon - piece.p) };
	f->value = (struct slice){ colon + 1, piece.n - f->label.n - 1 };
	return 0;
}

static int
number(struct slice v, uint64_t *out)
{
	return num_scan(v.p, v.n, 0, INT64_MAX, out);
}

/* seconds with six digits behind the dot */
static int
moment(struct slice v, int64_t *us)
{
	uint64_t s, part;

	if (v.n < 8 || v.p[v.n - 7] != '.' ||
	    num_scan(v.p, v.n - 7, 0, TIME_MAX_US / 1000000, &s) == -1 ||
	    num_scan(v.p + v.n - 6, 6, 0, 999999, &part) == -1)
		return -1;
	*us = (int64_t)(s * 1000000 + part);
	return 0;
}

static int
what(struct slice v, enum ledger_what *out)
{
	static const char *const names[] = { "start", "rules", "who", "turn",
		"grant", "end" };
	unsigned i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (word_is(v, names[i])) {
			*out = (enum ledger_what)i;
			return 0;
		}
	return -1;
}

static int
add(struct slice *list, unsigned *n, unsigned max, struct slice v)
{
	if (*n == max)
		return -1;
	list[(*n)++] = v;
	return 0;
}

/* those of a grant that say what it is */
static int
take_label(struct ledger_line *l, const struct field *f)
{
	unsigned i;

	for (i = 0; i < LEDGER_LABELS; i++)
		if (word_is(f->label, ledger_labels[i]) &&
		    l->value[i].p == NULL)
			l->value[i] = f->value;
	if (word_is(f->label, "tag"))
		return add(l->tag, &l->n_tags, LEDGERLINE_TAGS_MAX, f->value);
	if (word_is(f->label, "took"))
		return add(l->took, &l->n_took, LEDGERLINE_TOOK_MAX, f->value);
	return 0;
}

enum {
	HAS_AT = 1,
	HAS_MONO = 2,
	HAS_G = 4,
	HAS_RCPTS = 8,
	HAS_SIZE = 16,
	HAS_W = 32
};

static const unsigned wants[] = {
	[LEDGER_START] = HAS_AT | HAS_MONO,
	[LEDGER_RULES] = HAS_AT | HAS_MONO,
	[LEDGER_WHO] = HAS_W,
	[LEDGER_TURN] = HAS_AT | HAS_MONO | HAS_G,
	[LEDGER_GRANT] = HAS_AT | HAS_MONO | HAS_G | HAS_RCPTS | HAS_SIZE,
	[LEDGER_END] = HAS_AT | HAS_MONO | HAS_G,
};

static int
take(struct ledger_line *l, const struct field *f, unsigned *has)
{
	uint64_t u;

	if (word_is(f->label, "at")) {
		*has |= HAS_AT;
		return moment(f->value, &l->at_us);
	}
	if (word_is(f->label, "mono")) {
		*has |= HAS_MONO;
		if (num_scan(f->value.p, f->value.n, 0, TIME_MAX_US, &u) == -1)
			return -1;
		l->mono_us = (int64_t)u;
		return 0;
	}
	if (word_is(f->label, "g")) {
		*has |= HAS_G;
		return number(f->value, &l->g);
	}
	if (word_is(f->label, "w")) {
		*has |= HAS_W;
		return number(f->value, &l->w);
	}
	if (word_is(f->label, "rcpts")) {
		*has |= HAS_RCPTS;
		return number(f->value, &l->rcpts);
	}
	if (word_is(f->label, "bytes")) {
		*has |= HAS_SIZE;
		return number(f->value, &l->bytes);
	}
	if (word_is(f->label, "text"))
		return num_scan(f->value.p, f->value.n, 1, UINT64_MAX,
		    &l->text);
	if (word_is(f->label, "boot"))
		l->boot = f->value;
	if (word_is(f->label, "rules"))
		l->rules = f->value;
	return take_label(l, f);
}

/* is each of what went and ended good? */
static int
turns(const char *p, size_t n)
{
	struct slice rest = { p, n };
	struct ledgerturn t;
	int r;

	while ((r = ledgerturn_next(&rest, &t)) == 1)
		;
	return r;
}

int
ledgerline_parse(const char *p, size_t n, struct ledger_line *l)
{
	struct slice rest = { p, n }, piece;
	struct field f;
	unsigned has = 0;

	memset(l, 0, sizeof *l);
	if (!word_piece(&rest, '\t', &piece) || split(piece, &f) == -1 ||
	    !word_is(f.label, "led") || what(f.value, &l->what) == -1)
		return -1;
	while (word_piece(&rest, '\t', &piece))
		if (split(piece, &f) == -1 || take(l, &f, &has) == -1)
			return -1;
	/* the last of a whole line */
	if (!word_is(f.label, "seq") || number(f.value, &l->seq) == -1)
		return -1;
	if ((l->what == LEDGER_START || l->what == LEDGER_RULES) &&
	    l->rules.n == 0)
		return -1;
	if (l->what == LEDGER_TURN && turns(p, n) == -1)
		return -1;
	return (has & wants[l->what]) == wants[l->what] ? 0 : -1;
}
