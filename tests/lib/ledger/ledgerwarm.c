/* the days of warm-ups: as throttle has them, by another way */
#include "ledger/ledgerwarm.h"
#include "tap.h"
#include "throttle/throttlewarm.h"

static void
same(const char *plan)
{
	struct slice v = { plan, strlen(plan) };
	struct throttle_warm theirs;
	struct ledger_warm ours = { .n = 0 };
	int64_t day;
	uint32_t n;
	int bad = 0;

	if (throttlewarm_parse(&theirs, v) == -1) {
		ok(0, plan);
		return;
	}
	is_num(ledgerwarm_parse(&ours, v), 0, plan);
	is_num(ours.first_day, theirs.first_day, "the first day");
	for (day = theirs.first_day - 2; day < theirs.first_day + 500; day++) {
		n = throttlewarm_amount(&theirs, day);
		bad |= ledgerwarm_amount(&ours, day) !=
		    (n == THROTTLEWARM_OVER ? LEDGER_NO_LIMIT : n);
	}
	is_num(bad, 0, "each day");
}

int
main(void)
{
	static const char *const bad[] = { "", "5", "5/", "/2026-12-01",
		"5/2026-12", "5*2/2026-12-01", "5*1..9/2026-12-01",
		"5*1.001..9/2026-12-01", "x/2026-12-01" };
	static const char days[] =
	    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,"
	    "26,27,28,29,30,31/2027-03-01";
	struct ledger_warm w;
	unsigned i;

	same("50,100,200/2026-12-01");
	same("50*2..1000000/2028-02-29");
	same("1*1.01..1000000/1970-01-01");
	same("10,20*1.5..68/2000-03-01");
	same("7*10..99/9999-12-31");
	same(days);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(&w, 0, sizeof w);
		is_num(ledgerwarm_parse(&w,
			   (struct slice){ bad[i], strlen(bad[i]) }),
		    -1, bad[i]);
	}
	memset(&w, 0, sizeof w);
	is_num(ledgerwarm_parse(&w,
		   (struct slice){ "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
				   "1,1,1,1,1,1,1,1,1,1,1/2027-03-01",
		       74 }),
	    -1, "32 amounts");
	return done();
}
