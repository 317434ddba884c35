/* limits for sending: one line each, a later one in place of the one before,
 * and none that a more general one makes void */
#include "import/limits.h"
#include "imported.h"

static struct limits l;
static unsigned line;

static void
add(enum limits_kind kind, const char *of, const char *src, uint64_t n,
    uint64_t period_s)
{
	struct limits_one o = {
		.at = { "f", ++line }, .kind = kind, .rate = { n, period_s }
	};

	snprintf(o.of, sizeof o.of, "%s", of);
	snprintf(o.all, sizeof o.all, "domain:*");
	snprintf(o.src, sizeof o.src, "%s", src);
	limits_add(&l, &imported, &o);
}

static void
is(const char *want, const char *left, const char *name)
{
	limits_finish(&l, &imported);
	imported_is(IMPORT_THROTTLE, want, name);
	imported_left(left, "and left out");
	imported_begin();
	line = 0;
}

static void
many(void)
{
	char of[32];
	unsigned i;

	for (i = 0; i <= LIMITS_MAX; i++) {
		snprintf(of, sizeof of, "domain:d%u.example", i);
		add(LIMITS_CONN, of, "*", 1, 0);
	}
	limits_finish(&l, &imported);
	is_num(imported.out[IMPORT_THROTTLE].said, LIMITS_MAX,
	    "as many as there may be");
	imported_left("f:4097: more than 4096 limits: domain:d4096.example|",
	    "and one more");
}

int
main(void)
{
	imported_begin();
	add(LIMITS_CONN, "domain:a", "*", 5, 0);
	add(LIMITS_PER_CONN, "", "", 20, 0);
	add(LIMITS_RATE, "provider:b", "s1", 10, 60);
	add(LIMITS_CONN_RATE, "domain:a", "", 3, 1);
	add(LIMITS_CAP_HOUR, "domain:a", "*", 1000, 0);
	add(LIMITS_CAP_DAY, "domain:a", "*", 2000, 0);
	is("domain:a+src:* conn=5|domain:* msgs-per-conn=20|"
	   "provider:b+src:s1 rate=10/m|domain:a conn-rate=3/s|"
	   "domain:a+src:* cap=1000/hour|domain:a+src:* cap=2000/day|",
	    "", "all kinds");
	add(LIMITS_CONN, "domain:a", "*", 5, 0);
	add(LIMITS_CONN, "domain:a", "*", 6, 0);
	is("domain:a+src:* conn=6|", "", "the later one");
	add(LIMITS_CONN, "", "*", 10, 0);
	add(LIMITS_CONN, "domain:a", "*", 11, 0);
	add(LIMITS_CONN, "domain:b", "*", 10, 0);
	add(LIMITS_CONN, "domain:b", "s", 11, 0);
	add(LIMITS_PER_CONN, "domain:a", "*", 11, 0);
	is("domain:*+src:* conn=10|domain:b+src:* conn=10|"
	   "domain:a+src:* msgs-per-conn=11|",
	    "f:2: the limit of line 1 is tighter, and here all hold: "
	    "domain:a+src:* conn=11|"
	    "f:4: the limit of line 1 is tighter, and here all hold: "
	    "domain:b+src:s conn=11|",
	    "wider than all");
	add(LIMITS_RATE, "domain:a", "*", 100, 3600);
	add(LIMITS_RATE, "domain:a", "s", 2, 60);
	add(LIMITS_RATE, "domain:a", "t", 1, 60);
	add(LIMITS_RATE, "domain:b", "s", 9, 1);
	is("domain:a+src:* rate=100/h|domain:a+src:t rate=1/m|"
	   "domain:b+src:s rate=9/s|",
	    "f:2: the limit of line 1 is tighter, and here all hold: "
	    "domain:a+src:s rate=2/m|",
	    "wider than those of the domain");
	add(LIMITS_RATE, "domain:a", "*", 1000001, 1);
	is("", "f:1: throttle has no such rate: domain:a+src:* rate=1000001|",
	    "too large");
	many();
	imported_end();
	return done();
}
