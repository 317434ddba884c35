#include "ship/logfiles.h"
#include "tap.h"
#include <stdlib.h>

static struct logfiles f;
static struct logfiles_one there[200];
static char lost[200];

/* a file that ended so many seconds after some moment */
static const char *
name(long s)
{
	static char out[8][LOGFILES_NAME_LEN + 1];
	static unsigned at;

	at = (at + 1) % 8;
	snprintf(out[at], sizeof out[at], "@%016llx00000000",
	    4611686018427387914ULL + 1796000000ULL + (unsigned long long)s);
	return out[at];
}

static void
gone(void *arg, const struct logfiles_one *one)
{
	(void)arg;
	snprintf(lost + strlen(lost), sizeof lost - strlen(lost), "%llu ",
	    (unsigned long long)one->bytes);
}

/* files first, first + step .. are there, each with its number as its size; how
 * many are new */
static unsigned
seen(long first, long step, unsigned n)
{
	unsigned i, is_new;

	for (i = 0; i < n; i++) {
		long s = first + (long)i * step;

		strcpy(there[i].name, name(s));
		there[i].bytes = (uint64_t)s;
	}
	lost[0] = '\0';
	logfiles_seen(&f, there, n, gone, NULL, &is_new);
	return is_new;
}

/* their sizes, in order */
static const char *
waiting(void)
{
	static char out[2000];
	size_t at = 0;
	unsigned i;

	out[0] = '\0';
	for (i = 0; i < f.n_waiting; i++)
		at += (size_t)snprintf(out + at, sizeof out - at, "%llu ",
		    (unsigned long long)f.waiting[i].bytes);
	return out;
}

static void
names(void)
{
	memset(&f, 0, sizeof f);
	is_num(seen(100, 100, 3), 3, "all are new");
	is_str(waiting(), "100 200 300 ", "and wait");
	is_num(seen(100, 100, 3), 0, "none is");
	logfiles_done(&f, name(100));
	logfiles_done(&f, name(200));
	is_str(waiting(), "300 ", "two were read");
	ok(logfiles_is_read(&f, name(100)) && logfiles_is_read(&f, name(200)) &&
		!logfiles_is_read(&f, name(150)) &&
		!logfiles_is_read(&f, name(300)),
	    "just those");
	is_num(seen(100, 50, 5), 2, "two between them are new");
	is_str(waiting(), "300 150 250 ", "behind what was there");
	is_num(seen(200, 50, 3), 0, "some are gone");
	is_str(lost, "150 ", "of which one had not been read");
	ok(!logfiles_is_read(&f, name(100)), "the other is forgotten");
	logfiles_first(&f, 1);
	is_str(waiting(), "250 300 ", "another one first");
	is_num(logfiles_find(&f, name(300)), 1, "its place");
	is_num(logfiles_find(&f, name(200)), -1, "it does not wait");
	is_num(logfiles_time_us(name(7)), 1796000007000000, "a name's time");
	ok(logfiles_name(name(1), 25) && !logfiles_name(name(1), 24),
	    "a name's length");
	ok(!logfiles_name("@400000006955b90d0bebc20g", 25) &&
		!logfiles_name("4400000006955b90d0bebc200", 25),
	    "and form");
}

static void
former(void)
{
	memset(&f, 0, sizeof f);
	logfiles_read_to(&f, name(200));
	is_num(seen(100, 50, 5), 2, "what is behind a name");
	is_str(waiting(), "250 300 ", "waits");
	is_num(seen(100, 25, 9), 4, "and once they are seen, each for itself");
	is_str(waiting(), "250 300 125 175 225 275 ", "what is new between");
}

/* at the bounds */
static void
many(void)
{
	unsigned i, read = 0;

	memset(&f, 0, sizeof f);
	is_num(seen(1, 1, LOGFILES_WAITING_MAX), LOGFILES_WAITING_MAX,
	    "as many as there is room for");
	is_num(seen(1, 1, LOGFILES_WAITING_MAX + 1), 0,
	    "one more is not known");
	logfiles_done(&f, name(1));
	is_num(seen(1, 1, LOGFILES_WAITING_MAX + 1), 1, "until there is room");
	for (i = 2; i <= LOGFILES_WAITING_MAX; i++)
		logfiles_done(&f, name((long)i));
	seen(1, 1, LOGFILES_WAITING_MAX + 1);
	is_num(f.n_read, LOGFILES_READ_MAX - 1, "there is room for the next");
	for (i = 1; i <= LOGFILES_WAITING_MAX; i++)
		read += (unsigned)logfiles_is_read(&f, name((long)i));
	is_num(read, LOGFILES_WAITING_MAX, "all of them have been read");
	ok(!logfiles_is_read(&f, name(LOGFILES_WAITING_MAX + 1)),
	    "and the last not");
	ok(logfiles_is_read(&f, name(1)) &&
		strcmp(f.read[0].last, name(2)) == 0 &&
		strcmp(f.read[1].first, name(3)) == 0,
	    "the lowest ones are a run");
	/* every other one waits: there are no runs */
	memset(&f, 0, sizeof f);
	seen(1, 2, 60);
	for (i = 0; i < 60; i++)
		logfiles_done(&f, name(1 + 2 * (long)i));
	for (i = 60; i < 80; i++)
		logfiles_done(&f, name(1 + 2 * (long)i));
	is_num(f.n_read, LOGFILES_READ_MAX, "no more than there is room for");
	ok(!logfiles_is_read(&f, name(1)) && logfiles_is_read(&f, name(159)),
	    "the lowest is read once more");
	seen(1, 1, 160);
	for (i = 1, read = 0; i <= 160; i += 1)
		read += (unsigned)logfiles_is_read(&f, name((long)i));
	ok(read <= LOGFILES_READ_MAX, "what waits between them is not read");
}

/* seen together: ends[], and when each began; in the order in which they were
 * read, behind a file that ended at 100, or behind none */
static const char *
order(const char *begins, const char *ends, int none)
{
	int64_t begin_us[LOGFILES_WAITING_MAX];
	unsigned n = 0;
	char *e, *b;

	memset(&f, 0, sizeof f);
	for (; *ends != '\0'; ends = e, begins = b, n++) {
		long end = strtol(ends, &e, 10), begin = strtol(begins, &b, 10);

		strcpy(f.waiting[n].name, name(end));
		f.waiting[n].bytes = (uint64_t)end;
		begin_us[n] =
		    begin == -1 ? -1 : (1796000000 + begin) * 1000000LL;
	}
	f.n_waiting = n;
	logfiles_order(&f, 0, begin_us,
	    none ? INT64_MIN : logfiles_time_us(name(100)));
	return waiting();
}

static void
orders(void)
{
	is_str(order("100 200 300", "200 300 400", 0), "200 300 400 ",
	    "a steady clock");
	is_str(order("98 198 305", "200 300 400", 0), "200 300 400 ",
	    "lines that come a little late");
	is_str(order("100 5000", "200 5100", 0), "200 5100 ", "it jumps ahead");
	/* 100-200, 200-300, 300-(450 set back to 50)-60, 60-160, 160-260 */
	is_str(order("300 60 100 160 200", "60 160 200 260 300", 0),
	    "200 300 60 160 260 ", "it was set back");
	is_str(order("60 110 200 302 -1", "110 200 302 60 400", 0),
	    "200 302 60 110 400 ", "and the time from then on comes again");
	is_str(order("150 50 60", "50 60 70", 0), "50 60 70 ",
	    "with the first of them");
	is_str(order("1 2 3", "2 3 4", 0), "2 3 4 ", "before them");
	is_str(order("-1 200 -1", "200 300 400", 0), "200 300 400 ",
	    "files without a time");
	is_str(order("1 2 3", "2 3 4", 1), "2 3 4 ", "none was before");
	is_str(order("", "", 0), "", "none");
}

static int
get(const char *read, const char *wait)
{
	char line[1000];
	struct ltsv l;

	snprintf(line, sizeof line, "read:%s\twaiting:%s", read, wait);
	return ltsv_parse(line, strlen(line), &l) == -1 ? -2
							: logfiles_get(&f, &l);
}

static void
texts(void)
{
	struct logfiles old;
	struct buf b = { 0 };
	struct ltsv l;
	char one[100];

	memset(&f, 0, sizeof f);
	seen(100, 100, 5);
	logfiles_done(&f, name(100));
	logfiles_done(&f, name(300));
	strcpy(f.read[0].first, LOGFILES_LOWEST);
	old = f;
	logfiles_put(&b, &f);
	ok(ltsv_parse(buf_data(&b), buf_len(&b), &l) == 0 &&
		logfiles_get(&f, &l) == 0,
	    "written and read");
	ok(memcmp(old.read, f.read, 2 * sizeof *f.read) == 0 && f.n_read == 2,
	    "what was read");
	is_str(waiting(), "200 400 500 ", "what waits");
	buf_free(&b);
	is_num(get("", ""), 0, "nothing");
	is_num((long long)(f.n_read + f.n_waiting), 0, "is nothing");
	is_num(get(name(1), ""), 0, "a name");
	snprintf(one, sizeof one, "%s-%s", name(2), name(1));
	is_num(get(one, ""), -1, "a run that goes back");
	is_num(get("@1", ""), -1, "no name");
	is_num(get(",", ""), -1, "two that are none");
	is_num(get("", name(1)), -1, "no size");
	snprintf(one, sizeof one, "%s=-1", name(1));
	is_num(get("", one), -1, "a bad size");
	is_num(ltsv_parse("read:", 5, &l) == 0 ? logfiles_get(&f, &l) : 0, -1,
	    "a label is missing");
}

/* two places of one log */
static void
places(void)
{
	struct logfiles behind;

	memset(&f, 0, sizeof f);
	seen(100, 100, 2);
	behind = f;
	logfiles_done(&f, name(100));
	seen(100, 100, 4);
	logfiles_learn(&behind, &f);
	f = behind;
	is_str(waiting(), "100 200 300 400 ", "what another one has seen");
	logfiles_forget(&f, name(300));
	logfiles_forget(&f, name(300));
	is_str(waiting(), "100 200 400 ", "what it knows to be gone");
}

/* a name of a time that no clock has */
static void
no_end(void)
{
	int64_t begin_us[] = { 50, 10 };

	memset(&f, 0, sizeof f);
	strcpy(f.waiting[0].name, LOGFILES_HIGHEST);
	strcpy(f.waiting[1].name, name(100));
	f.n_waiting = 2;
	logfiles_order(&f, 0, begin_us, INT64_MIN);
	is_str(f.waiting[0].name, name(100), "what begins first is first");
	is_str(f.waiting[1].name, LOGFILES_HIGHEST,
	    "before one that ends when no file does");
}

int
main(void)
{
	names();
	no_end();
	former();
	many();
	orders();
	texts();
	places();
	return done();
}
