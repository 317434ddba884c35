/* what goes into parts comes out of them, in order */
#include "suppress/suppressparts.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static char dir[] = "/tmp/suppressparts.XXXXXX";

/* n records, each its number and some bytes, into part number % of */
static int
fill(struct suppressparts *s, unsigned n, unsigned of, size_t bytes)
{
	char t[SUPPRESSPARTS_BLOCK];
	unsigned i;
	int r = 0;

	memset(t, 'x', sizeof t);
	for (i = 0; i < n && r == 0; i++) {
		memcpy(t, &i, sizeof i);
		r = suppressparts_add(s, i % of, t, bytes);
	}
	return r;
}

static void
check(struct suppressparts *s, unsigned n, unsigned of, size_t bytes)
{
	unsigned part, i, bad = 0, found = 0;
	struct buf b = { 0 };
	size_t at;

	for (part = 0; part < SUPPRESSPARTS_N; part++) {
		buf_clear(&b);
		bad += suppressparts_read(s, part, &b) != 0 ||
		    buf_len(&b) % bytes != 0;
		for (at = 0; at < buf_len(&b); at += bytes, found++) {
			memcpy(&i, buf_data(&b) + at, sizeof i);
			bad += i != part + of * (unsigned)(at / bytes) ||
			    buf_data(&b)[at + bytes - 1] != 'x';
		}
	}
	buf_free(&b);
	is_num(bad, 0, "each is in its part, in order");
	is_num(found, n, "all of them");
}

static void
full(void)
{
	struct suppressparts s;
	struct rlimit old, small;

	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 100000;
	suppressparts_open(&s, dir);
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(fill(&s, 2000, 1, 100), -1, "a full disk");
	setrlimit(RLIMIT_FSIZE, &old);
	suppressparts_close(&s);
}

int
main(void)
{
	static const struct {
		unsigned n, of;
		size_t bytes;
	} runs[] = { { 0, 1, 10 }, { 1, 1, 10 }, { 100000, 256, 97 },
		{ 5000, 1, 333 }, { 40, 2, SUPPRESSPARTS_BLOCK },
		{ 3, 1, SUPPRESSPARTS_BLOCK - 1 } };
	struct suppressparts s;
	unsigned i;

	signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return 111;
	for (i = 0; i < sizeof runs / sizeof *runs; i++) {
		is_num(suppressparts_open(&s, dir), 0, "opened");
		is_num(fill(&s, runs[i].n, runs[i].of, runs[i].bytes), 0,
		    "filled");
		check(&s, runs[i].n, runs[i].of, runs[i].bytes);
		suppressparts_close(&s);
	}
	full();
	is_num(suppressparts_open(&s, "/dev/null"), -1, "no folder");
	suppressparts_close(&s);
	rmdir(dir);
	return done();
}
