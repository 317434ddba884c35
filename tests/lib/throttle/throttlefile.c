/* the file throttle, as conf-build reads it */
#include "throttle/throttle.h"
#include "throttle/throttlefile.h"
#include "tap.h"

struct records {
	int n, wrong;
	char last[THROTTLE_LINE_MAX + 1], key[32];
};

static int
add(void *arg, const char *key, size_t kn, const char *data, size_t n)
{
	struct records *r = arg;

	r->n++;
	snprintf(r->key, sizeof r->key, "%.*s", (int)kn, key);
	snprintf(r->last, sizeof r->last, "%.*s", (int)n, data);
	return 0;
}

static void
wrong(void *arg, const char *reason)
{
	((struct records *)arg)->wrong += reason != NULL;
}

static char fault[256];

static void
keep_fault(void *arg, const char *reason)
{
	(void)arg;
	snprintf(fault, sizeof fault, "%s", reason);
}

/* what is said of the last line */
static void
repeats(void)
{
	static const struct {
		const char *lines, *why; /* NULL: good */
	} t[] = {
		{ "* rate=5/s rate=100/h", NULL },
		{ "* rate=5/s rate=3/s", NULL },
		{ "* rate=5/s rcpt-rate=5/s", NULL },
		{ "* rate=5/s burst=9 rate=5/h burst=9", NULL },
		{ "* conn-rate=5/s burst=9 conn-rate=5/h burst=9", NULL },
		{ "* rate=5/s rate=5/s", "rate=5/s stands twice" },
		{ "* rate=5/s burst=9 rate=5/s", "rate=5/s stands twice" },
		{ "* rcpt-rate=5/m rcpt-rate=5/m",
		    "rcpt-rate=5/m stands twice" },
		{ "* conn=5 conn=6", "conn= stands twice" },
		{ "* msgs-per-conn=5 conn=1 msgs-per-conn=5",
		    "msgs-per-conn= stands twice" },
		{ "* backoff=5 backoff=6", "backoff= stands twice" },
		{ "* rate=5/s burst=9 burst=8",
		    "burst= stands twice behind a rate" },
		{ "* conn=5\n* conn=6", NULL },
		{ "* conn=1..100000 rate=1..1000000/s rcpt-rate=2..3/h", NULL },
		{ "* conn=1..100001",
		    "conn is not none, nor a number from 1 to 100000, or a "
		    "range of these" },
		{ "* conn=5..5",
		    "conn is not none, nor a number from 1 to 100000, or a "
		    "range of these" },
		{ "* rate=0..5/s",
		    "a rate is not N/PERIOD: 1 to 1000000, or a range of these, "
		    "s m h d or a number of these up to 7d" },
		{ "* rate=5../s",
		    "a rate is not N/PERIOD: 1 to 1000000, or a range of these, "
		    "s m h d or a number of these up to 7d" },
		{ "* byte-rate=1k..5k/s",
		    "byte-rate is not SIZE/PERIOD: 1 to 1024G, s m h d or a "
		    "number of these up to 7d" },
		{ "* rate=1..80/s rate=2..80/s", "rate=80/s stands twice" },
		{ "* rate=5/s\nsite:a rate=5/s", NULL },
		{ "* rate=5/s\n* rate=6/s", NULL },
		{ "site:A rate=5/s\nsite:a rate=5/s",
		    "rate=5/s of this key stands in line 1 already" },
		{ "* backoff=5\n* backoff=6",
		    "backoff of this key stands in line 1 already" },
		{ "* rate=1/s rate=2/s rate=3/s rate=4/s\n* rate=1/m\n"
		  "* rate=2/m rate=3/m rcpt-rate=4/m\nsite:a rate=5/m",
		    NULL },
		{ "* rate=1/s rate=2/s rate=3/s rate=4/s\n* rate=1/m\n"
		  "* rate=2/m rate=3/m rate=4/m\n* rcpt-rate=5/m",
		    "more than 8 rates under one key" },
		{ "* cap=5/day rcpt-cap=5/day cap=5/hour\n* cap=5/day@UTC",
		    NULL },
		{ "* cap=5/day@Europe/Atlantis",
		    "this machine has no such time zone" },
		{ "* cap=5/day@Europe", "this machine has no such time zone" },
		{ "* cap=5/day\n* cap=6/day",
		    "cap of this key stands in line 1 already" },
		{ "tag:1=x+tag:2=x+tag:3=x conn=1\ntag:4=x+tag:5=x conn=1\n"
		  "tag:6=x+tag:7=x+tag:8=x conn=1\ntag:8=y conn=1",
		    NULL },
		{ "tag:1=x+tag:2=x+tag:3=x conn=1\ntag:4=x+tag:5=x conn=1\n"
		  "tag:6=x+tag:7=x+tag:8=x conn=1\ntag:9=y conn=1",
		    "more than 8 names of tags" },
	};
	struct records r = { 0, 0, "", "" };
	struct conffile_sink sink = { add, keep_fault, &r };
	const struct conffile *s = &conffile_throttle;
	uint64_t state[128] = { 0 };
	const char *p, *e;
	unsigned lineno;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		lineno = 0;
		for (p = t[i].lines; *p != '\0'; p = e + (*e == '\n')) {
			e = p + strcspn(p, "\n");
			fault[0] = '\0';
			s->line(state, p, e - p, ++lineno, &sink);
		}
		is_str(fault, t[i].why == NULL ? "" : t[i].why, t[i].lines);
		s->finish(state, &sink);
		memset(state, 0, sizeof state);
	}
}

static void
subject(void)
{
	struct records r = { 0, 0, "", "" };
	struct conffile_sink sink = { add, wrong, &r };
	uint64_t state[128] = { 0 };
	const struct conffile *s = &conffile_throttle;

	ok(s->state_size <= sizeof state, "small state");
	is_num(s->line(state, "site:A conn=5", 13, 1, &sink), 0, "a line");
	is_str(r.last, "site:a conn=5", "its record");
	is_str(r.key, "1", "under its number");
	is_num(s->line(state, "* rate=20..80/s conn=5..50", 26, 1, &sink), 0,
	    "ranges");
	is_str(r.last, "* conn=5..50 rate=20..80/s burst=3", "their record");
	is_num(s->line(state, "site:A", 6, 2, &sink), -1, "a wrong line");
	is_num(r.wrong, 1, "is told once");
	s->finish(state, &sink);
	ok(strcmp(r.key, "n") == 0 && strcmp(r.last, "2") == 0,
	    "the number of records comes last");
}

int
main(void)
{
	subject();
	repeats();
	return done();
}
