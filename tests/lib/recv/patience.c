/* commands without mail: what counts, when it is slowed and ended */
#include "recv/patience.h"
#include "tap.h"

/* what is said, a letter each: h m r d greeting, sender, recipient, DATA;
 * x a message; o anything else; capitals: refused; q: 452 to a recipient */
static int
say(struct patience *p, char c)
{
	static const char kinds[] = "hmrdxo";
	const char *k = strchr(kinds, c | 32);

	if (c == 'q')
		return patience_count(p, PATIENCE_RCPT, 452);
	return patience_count(p, (enum patience_what)(k - kinds),
	    c < 'a' ? 550 : 250);
}

static void
steps(void)
{
	static const struct {
		const char *said, *step; /* 1 or 0 each */
		unsigned vain;
	} t[] = {
		{ "hmrrdx", "111111", 0 },
		{ "hhmm", "1010", 2 },
		{ "oooo", "0000", 4 },
		{ "hmRRRr", "110001", 3 },
		{ "HhMm", "0101", 2 },
		{ "hmrommr", "1110001", 3 },
		/* a message makes good for it */
		{ "hmRRRrdx", "11000111", 0 },
		{ "hoooomrdxm", "1000011111", 0 },
		/* one that was refused does not, and is not held against him */
		{ "hmRrdX", "110111", 1 },
		{ "hmrdXmrdX", "111110111", 1 },
		{ "hmrdD", "11110", 1 },
		{ "hmqqqr", "110001", 0 },
	};
	size_t i, k;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct patience p = { 0 };
		char step[20] = "";

		for (k = 0; t[i].said[k] != '\0'; k++)
			step[k] = say(&p, t[i].said[k]) ? '1' : '0';
		is_str(step, t[i].step, t[i].said);
		is_num(p.vain, t[i].vain, "in vain");
	}
}

static void
end(void)
{
	struct patience p = { 0 };
	unsigned i, before = 0, sum = 0, bad = 0;

	for (i = 1; i <= PATIENCE_FREE; i++) {
		say(&p, 'o');
		bad += patience_pause(&p) != 0;
	}
	is_num(bad, 0, "so many without a pause");
	for (; i < PATIENCE_VAIN_MAX; i++) {
		say(&p, 'o');
		bad += patience_pause(&p) <= before || patience_over(&p);
		before = patience_pause(&p);
		sum += before;
	}
	is_num(bad, 0, "then longer and longer");
	ok(sum > 20000, "for more than 20 seconds");
	say(&p, 'o');
	ok(patience_over(&p), "and no further");
	is_num(patience_pause(&p), PATIENCE_PAUSE_MAX_MS, "the longest");
	for (i = 0; i < 1000; i++)
		say(&p, 'o');
	ok(patience_over(&p), "that stays so");
	memset(&p, 0, sizeof p);
	for (i = 0; i < PATIENCE_EXCESS_MAX; i++)
		say(&p, 'q');
	is_num(p.vain, 0, "so many recipients too many");
	say(&p, 'q');
	is_num(p.vain, 1, "and one more");
	say(&p, 'x');
	say(&p, 'q');
	is_num(p.vain, 0, "all anew behind a message");
}

int
main(void)
{
	steps();
	end();
	return done();
}
