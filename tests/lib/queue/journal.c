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

int
main(void)
{
	struct buf b = { 0 };
	enum message_state st;
	const char *id;
	unsigned n;
	size_t i, k, len;
	long r;

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
