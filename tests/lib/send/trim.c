/* which recipients a server with limits gets: send/trim */
#include "send/trim.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *rcpts; /* a letter each is its domain */
	unsigned max, domains, kept;
	const char *order;
} cases[] = {
	{ "a", 0, 0, 1, "a0" },
	{ "a", 1, 1, 1, "a0" },
	{ "abc", 0, 0, 3, "a0 b1 c2" },
	{ "abc", 3, 0, 3, "a0 b1 c2" },
	{ "abc", 2, 0, 2, "a0 b1 c2" },
	{ "abc", 1, 0, 1, "a0 b1 c2" },
	{ "abc", 0, 3, 3, "a0 b1 c2" },
	{ "abc", 0, 2, 2, "a0 b1 c2" },
	{ "abc", 0, 1, 1, "a0 b1 c2" },
	{ "abAcaB", 0, 1, 3, "a0 A2 a4 b1 c3 B5" },
	{ "abAcaB", 0, 2, 5, "a0 b1 A2 a4 B5 c3" },
	{ "abAcaB", 4, 2, 4, "a0 b1 A2 a4 c3 B5" },
	{ "abAcaB", 2, 1, 2, "a0 A2 b1 c3 a4 B5" },
	{ "-a-", 0, 1, 2, "-0 -2 a1" },
};

static struct sendtxn *
make(const char *rcpts)
{
	struct sendtxn *t = calloc(1, sizeof *t + 20);
	unsigned n = (unsigned)strlen(rcpts), i;
	char *p;

	t->mail.rcpt = n == 1 ? &t->one : calloc(n, sizeof *t->mail.rcpt);
	for (i = 0; i < n; i++) {
		p = i == 0 ? t->text : malloc(20);
		if (rcpts[i] == '-')
			strcpy(p, "x");
		else
			snprintf(p, 20, "u@%c", rcpts[i]);
		t->mail.rcpt[i].to = p;
		t->mail.rcpt[i].n = i;
	}
	t->mail.n_rcpt = n;
	return t;
}

int
main(void)
{
	struct sendtxn *t;
	char text[100];
	size_t i, n;
	unsigned k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		t = make(cases[i].rcpts);
		is_num(sendtrim(t, cases[i].max, cases[i].domains),
		    cases[i].kept, cases[i].rcpts);
		for (k = 0, n = 0; k < t->mail.n_rcpt; k++)
			n += (size_t)snprintf(text + n, sizeof text - n,
			    "%s%c%u", k > 0 ? " " : "",
			    t->mail.rcpt[k].to[1] == '@' ? t->mail.rcpt[k].to[2]
							 : '-',
			    t->mail.rcpt[k].n);
		is_str(text, cases[i].order, "in this order");
		sendtrim_cut(t, cases[i].kept);
		is_num(t->mail.n_rcpt, cases[i].kept, "the others are gone");
		sendtxn_free(t);
	}
	return done();
}
