/* what a grant says it took from */
#include "ledger/ledgertook.h"
#include "tap.h"

static void
cuts(const char *text, int want, const char *left, int learns, long n)
{
	char room[64];
	struct ledger_taken t = { .text = room };

	snprintf(room, sizeof room, "%s", text);
	is_num(ledgertook_cut(&t), want, text);
	if (want == -1)
		return;
	is_str(room, left, "what is left");
	ok(t.learns == learns && t.limited == (n > 0) && (long)t.n == n,
	    "what was cut");
}

static void
differs(const char *a, const char *b, const char *c, const char *d,
    const char *want, const char *why)
{
	const char *one[] = { a, b }, *two[] = { c, d };
	const char *got = ledgertook_difference(one, b == NULL ? 1 : 2, two,
	    d == NULL ? 1 : 2);

	is_str(got == NULL ? "none" : got, want, why);
}

int
main(void)
{
	cuts("conn=3 site:x", 0, "conn=3 site:x", 0, 0);
	cuts("conn=3,backoff site:x", 0, "conn=3 site:x", 1, 0);
	cuts("conn=3,backoff=17 site:x", 0, "conn=3 site:x", 1, 17);
	cuts("backoff=1 site:x", 0, " site:x", 1, 1);
	cuts("backoff=x site:x", -1, "", 0, 0);
	cuts("conn=3", -1, "", 0, 0);
	differs("a", "b", "b", "a", "none", "in any order");
	differs("a", "b", "a", NULL, "b", "one more");
	differs("a", NULL, "a", "c", "c", "one more there");
	differs("a", "c", "b", "c", "a", "another");
	return done();
}
