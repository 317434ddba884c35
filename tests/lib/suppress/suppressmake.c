/* the table that is made of a journal: the last line of each key, what is over
 * left out; again of the table and the rest; full disk, foreign files */
#include "suppress/suppressmake.h"
#include "base/table.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { NOW = 1790000000 };

static struct suppressmake_sums sums;

static int
make(void)
{
	return suppressmake(suppressdir, NOW, 0, &sums);
}

/* the line of an address in the table; "" none */
static const char *
found(const char *tenant, const char *to)
{
	static char line[SUPPRESSLINE_MAX];
	struct suppressline l =
	    suppressdir_line(SUPPRESSLINE_ADD, tenant, "*", to, 0, 0);
	char key[SUPPRESSLINE_KEY];
	struct table t;
	const char *p;
	size_t n;

	line[0] = '\0';
	suppressline_own_key(key, &l);
	if (table_open(&t, suppressdir_path("table.cdb")) == -1)
		return "no table";
	if (table_ref(&t, key, sizeof key, &p, &n) == 1)
		snprintf(line, sizeof line, "%.*s", (int)n, p);
	table_close(&t);
	return line;
}

static int
has(const char *to, const char *what)
{
	return strstr(found("a", to), what) != NULL;
}

static void
add(enum suppressline_act act, const char *to, int64_t since_s, int64_t until_s)
{
	suppressdir_add(act, "a", "*", to, since_s, until_s);
}

static void
last_counts(void)
{
	add(SUPPRESSLINE_ADD, "one@example.org", 1, 0);
	add(SUPPRESSLINE_ADD, "two@example.org", 1, NOW);
	add(SUPPRESSLINE_ADD, "three@example.org", 1, NOW + 1);
	add(SUPPRESSLINE_ADD, "gone@example.org", 1, 0);
	add(SUPPRESSLINE_REMOVE, "gone@example.org", NOW - 5, 0);
	add(SUPPRESSLINE_REMOVE, "old@example.org",
	    NOW - SUPPRESSTABLE_REMOVED_S, 0);
	add(SUPPRESSLINE_ADD, "one@example.org", 2, 0);
	is_num(make(), 0, "made");
	ok(has("one@example.org", "since:2"), "the last line counts");
	is_str(found("a", "two@example.org"), "", "what is over is out");
	ok(has("three@example.org", "act:add"), "what is not is in");
	ok(has("gone@example.org", "act:remove"), "a removal is kept");
	is_str(found("a", "old@example.org"), "", "an old one is not");
	is_str(found("b", "one@example.org"), "", "not of another tenant");
	ok(sums.held.entries == 2 && sums.held.removed == 1 &&
		sums.held.over == 2 && sums.replaced == 2 && sums.damaged == 0,
	    "all are counted");
}

/* of the table, and of what has come since */
static void
again(void)
{
	add(SUPPRESSLINE_REMOVE, "one@example.org", NOW, 0);
	add(SUPPRESSLINE_ADD, "gone@example.org", NOW, 0);
	add(SUPPRESSLINE_ADD, "four@example.org", NOW, 0);
	suppressdir_raw("journal", "act:add\ttenant:a\tst", 19);
	is_num(make(), 0, "made again");
	ok(has("one@example.org", "act:remove"), "taken away");
	ok(has("gone@example.org", "act:add"), "there again");
	ok(has("three@example.org", "act:add"), "still there");
	ok(has("four@example.org", "act:add"), "new");
	is_num(sums.damaged, 0, "a line that is not whole may come yet");
	add(SUPPRESSLINE_ADD, "five@example.org", NOW, 0);
	is_num(make(), 0, "and again");
	is_num(sums.damaged, 1, "behind it is another: it does not come");
	ok(has("five@example.org", "act:add"), "which counts");
	is_num(make(), 0, "with nothing new");
	is_num(sums.held.entries, 4, "all are there");
}

/* another journal than that of the table: all of it counts, and what the table
 * has stays */
static void
other_journal(void)
{
	unlink(suppressdir_path("journal"));
	add(SUPPRESSLINE_ADD, "six@example.org", NOW, 0);
	is_num(make(), 0, "another journal");
	ok(has("six@example.org", "act:add"), "its first line counts");
	ok(has("five@example.org", "act:add"), "what was there stays");
}

/* more than a block of each part, so that they are read from the file */
static void
many(void)
{
	struct buf b = { 0 };
	unsigned i, bad = 0;
	char to[64];

	for (i = 0; i < 60000; i++) {
		struct suppressline l;

		snprintf(to, sizeof to, "u%u@many.example", i % 50000);
		l = suppressdir_line(i >= 50000 ? SUPPRESSLINE_REMOVE
						: SUPPRESSLINE_ADD,
		    "a", "*", to, NOW, 0);
		suppressline_put(&b, &l, 0);
	}
	is_num(suppresslog_append(&suppressdir_log, &b), 0, "60,000 lines");
	buf_free(&b);
	is_num(make(), 0, "made");
	is_num(sums.held.entries, 40005, "as many entries");
	is_num(sums.replaced, 10000, "the others were taken away");
	for (i = 0; i < 50000; i += 997) {
		snprintf(to, sizeof to, "u%u@many.example", i);
		bad += !has(to, i < 10000 ? "act:remove" : "act:add");
	}
	is_num(bad, 0, "each is found");
}

static void
full(void)
{
	struct rlimit old, small;
	struct stat st;

	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 1 << 20;
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(make(), -1, "a full disk");
	setrlimit(RLIMIT_FSIZE, &old);
	ok(has("six@example.org", "act:add"), "the old table stays");
	is_num(stat(suppressdir_path("table.new"), &st), -1,
	    "nothing is left of the new one");
}

int
main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	is_num(suppressmake("/nonexistent", NOW, 0, &sums), -1, "no folder");
	suppressdir_make();
	is_num(make(), 0, "an empty journal");
	is_num(sums.held.entries, 0, "has no entries");
	last_counts();
	again();
	other_journal();
	many();
	full();
	suppressdir_raw("table.cdb", "", 0);
	truncate(suppressdir_path("table.cdb"), 100);
	is_num(make(), -1, "a damaged table");
	is_num(errno, EIO, "is not replaced: it may be repaired");
	suppressdir_remove();
	return done();
}
