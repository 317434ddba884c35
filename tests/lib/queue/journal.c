#include "tap.h"
#include "queue/journal.h"
#include "queue/name.h"

#define ID "0123456789abcdefgh1v"

static const struct {
	const char *line;
	long want;
	unsigned n;
	char state;
} cases[] = {
	{ ID " 0 S\n", 25, 0, 'S' },
	{ ID " 7 b\nrest", 25, 7, 'b' },
	{ ID " 7 R\n", 25, 7, 'R' },
	{ ID " 7 s\n", 25, 7, 's' },
	{ ID " 99999 K\n", 29, 99999, 'K' },
	{ ID " 100000 K\n", -1, 0, 0 },
	{ ID " 0 S", 0, 0, 0 },
	{ "", 0, 0, 0 },
	{ "012", 0, 0, 0 },
	{ "\n", -1, 0, 0 },
	{ ID "\n", -1, 0, 0 },
	{ ID " S\n", -1, 0, 0 },
	{ ID "  S\n", -1, 0, 0 },
	{ ID " 0 Z\n", -1, 0, 0 },
	{ ID " 0S\n", -1, 0, 0 },
	{ ID " -1 S\n", -1, 0, 0 },
	{ ID " 0 S \n", -1, 0, 0 },
	{ "0123456789abcdefgh2v 0 S\n", -1, 0, 0 },
	{ ID " 00000000000000000000000000000000", -1, 0, 0 },
	{ ID " 00000000000", -1, 0, 0 },
	{ ID " 0000000000", 0, 0, 0 },
};

/* a segment, as it is read one after the other */
static void
segment(void)
{
	static const char text[] = ID " 0 S\n"
				      "\n" ID " 1 b\n"
				      "cut" ID " 2 S\n\n"
				      "0123456789abcdefgh";
	static const enum journal_kind want[] = { JOURNAL_LINE, JOURNAL_MARK,
		JOURNAL_LINE, JOURNAL_OTHER, JOURNAL_MARK, JOURNAL_MORE };
	const char *p = text, *end = text + sizeof text - 1;
	struct journal_line l;
	size_t i, used;

	for (i = 0; i < sizeof want / sizeof *want; i++) {
		is_num(journal_next(p, end - p, &l, &used), want[i],
		    "what stands next");
		if (want[i] == JOURNAL_LINE)
			is_num(l.n, i / 2, "its recipient");
		p += used;
	}
	is_num(end - p, 18, "the start of a line is left");
	is_num(journal_next(p, 0, &l, &used), JOURNAL_MORE, "nothing");
	p = "no line of a journal is as long as that, nor has it an end";
	is_num(journal_next(p, strlen(p), &l, &used), JOURNAL_OTHER,
	    "too long");
	is_num(used, strlen(p), "all of it");
}

int
main(void)
{
	struct buf b = { 0 };
	enum message_state st;
	const char *id;
	unsigned n;
	size_t i, k, len;
	long r;

	segment();
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		len = strlen(cases[i].line);
		r = journal_get(cases[i].line, len, &id, &n, &st);
		is_num(r, cases[i].want, cases[i].line);
		if (r <= 0)
			continue;
		ok(id == cases[i].line && n == cases[i].n &&
			st == (enum message_state)cases[i].state,
		    "its parts");
		for (k = 0; k < (size_t)r; k++)
			if (journal_get(cases[i].line, k, &id, &n, &st) != 0)
				break;
		is_num(k, r, "no shorter start of it is one");
	}
	journal_put(&b, ID, 99999, MESSAGE_EXPIRED_SAID);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), ID " 99999 x\n", "written");
	buf_free(&b);
	return done();
}
