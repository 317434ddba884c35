/* what the retry table says for a case, and by which line */
#include "queue/retry.h"
#include "memlookup.h"
#include "tap.h"

static const char text[] = "intervals=1m\n"
			   "domain:a lifetime=1h\n"
			   "class:rcpt intervals=2m warn=1h\n"
			   "# nothing\n"
			   "domain:b warn=2h\n"
			   "domain:b class:rcpt lifetime=2h\n"
			   "domain:.b failure:full intervals=3m lifetime=3h\n";

static const struct {
	const char *domain, *class, *failure;
	unsigned first, intervals, lifetime;
} cases[] = {
	{ "c", "dot", "", 60, 1, 0 },
	{ "a", "dot", "", 60, 1, 2 },
	{ "a", "rcpt", "", 120, 3, 2 },
	{ "b", "rcpt", "", 120, 3, 6 },
	{ "b", "rcpt", "full", 180, 7, 7 },
	{ "x.b", "", "full", 180, 7, 7 },
	{ "", "", "", 60, 1, 0 },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

int
main(void)
{
	static struct memtable t, none;
	struct lookup l = memtable_make(&t, &conffile_retry, text);
	struct retry_lines at = { 7, 7 };
	struct retry_case c;
	struct retry r;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		c.domain = slice(cases[i].domain);
		c.class = slice(cases[i].class);
		c.failure = slice(cases[i].failure);
		is_num(retry_lookup_lines(&r, &at, &c, &l), 0, "looked up");
		is_num(r.interval[0], cases[i].first, "the interval");
		is_num(at.intervals, cases[i].intervals, "by that line");
		is_num(at.lifetime, cases[i].lifetime, "and the lifetime");
		is_num(retry_lookup(&r, &c, &l), 0, "without its line");
		is_num(r.interval[0], cases[i].first, "the same");
	}
	l = memtable_make(&none, &conffile_retry, "");
	retry_lookup_lines(&r, &at, &c, &l);
	is_num(at.intervals + at.lifetime, 0, "no line");
	memtable_free(&t);
	memtable_free(&none);
	return done();
}
