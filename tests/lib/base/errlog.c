/* what programs say, line by line in our log */
#include "base/die.h"
#include "base/errlog.h"
#include "base/fd.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/rohrpost.XXXXXX";
static char got[3 * ERRLOG_BYTES_MAX];
static struct errlog e;

/* what comes to the log, in pieces of a size */
static const char *
logged(const char *name, long pid, const char *p, size_t n, size_t piece)
{
	int old = dup(2), fd = open(path, O_RDWR | O_TRUNC);
	ssize_t r;
	size_t at, k;

	dup2(fd, 2);
	errlog_begin(&e, name, pid);
	for (at = 0; at < n; at += k) {
		k = n - at < piece ? n - at : piece;
		errlog_feed(&e, p + at, k);
	}
	errlog_end(&e);
	dup2(old, 2);
	r = pread(fd, got, sizeof got - 1, 0);
	got[r < 0 ? 0 : r] = '\0';
	close(fd);
	close(old);
	return got;
}

static const struct {
	const char *said, *logged;
} cases[] = {
	{ "", "" },
	{ "\n\n", "" },
	{ "one\ntwo\n", "t: info: x[7]: one\nt: info: x[7]: two\n" },
	{ "one\n\nno end", "t: info: x[7]: one\nt: info: x[7]: no end\n" },
	{ "%s\t\x1b[2J\x7f\x9b\303\274\n",
	    "t: info: x[7]: %s\\x09\\x1b[2J\\x7f\\x9b\\xc3\\xbc\n" },
};

static size_t
count(const char *p, char c)
{
	size_t n = 0;

	for (; *p != '\0'; p++)
		n += *p == c;
	return n;
}

/* exact, and one byte more */
static void
limits(void)
{
	static char text[ERRLOG_BYTES_MAX + 2];
	static const char end[] =
	    "t: warning: n: said more than 65536 bytes, the rest is left out\n";
	char name[200];
	size_t n;

	memset(text, 'x', sizeof text);
	n = ERRLOG_LINE_MAX - 3;
	is_num(count(logged("n", 0, text, n, n), '\n'), 1, "one line");
	is_num(count(logged("n", 0, text, n + 1, n), '\n'), 2, "and one more");
	is_str(strchr(got, '\n') - 3, "...\nt: info: n: x\n", "that goes on");
	is_num(count(logged("n", 0, text, ERRLOG_BYTES_MAX, 999), 'x'),
	    ERRLOG_BYTES_MAX, "all of it");
	ok(strstr(got, "warning") == NULL, "and no more to say");
	logged("n", 0, text, ERRLOG_BYTES_MAX + 2, 999);
	ok(strstr(got, end) != NULL, "the rest is left out");
	is_num(count(got, 'x'), ERRLOG_BYTES_MAX, "the first is there");
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	is_num(strlen(logged(name, 99, "a", 1, 1)),
	    strlen("t: info: [99]: a\n") + ERRLOG_NAME_MAX + 1 - 24,
	    "a long name is cut");
}

/* the beginning, as it is */
static void
kept(void)
{
	char text[ERRLOG_KEPT_MAX + 1];
	size_t piece;

	for (piece = 1; piece <= 1000; piece += 333) {
		logged("n", 0, "a\0\tb\n\n", 6, piece);
		ok(e.kept_len == 6 && memcmp(e.kept, "a\0\tb\n\n", 6) == 0,
		    "what was said");
		memset(text, 'x', sizeof text);
		text[ERRLOG_KEPT_MAX - 1] = 'y';
		logged("n", 0, text, ERRLOG_KEPT_MAX, piece);
		is_num((long long)e.kept_len, ERRLOG_KEPT_MAX, "at the limit");
		logged("n", 0, text, ERRLOG_KEPT_MAX + 1, piece);
		is_num((long long)e.kept_len, ERRLOG_KEPT_MAX, "and above");
		is_num(e.kept[ERRLOG_KEPT_MAX - 1], 'y', "the beginning");
	}
	logged("n", 0, "", 0, 1);
	is_num((long long)e.kept_len, 0, "each begins anew");
}

static void
from_descriptor(void)
{
	int p[2], none = open("/dev/null", O_WRONLY);

	if (pipe(p) == -1)
		abort();
	fd_nonblock(p[0]);
	errlog_begin(&e, "n", 0);
	is_num(errlog_read(&e, p[0]), 0, "nothing now");
	fd_write_all(p[1], "one", 3);
	is_num(errlog_read(&e, p[0]), 1, "a piece");
	close(p[1]);
	is_num(errlog_read(&e, p[0]), -1, "the end");
	is_num(errlog_read(&e, none), -1, "what cannot be read");
	ok(e.kept_len == 3 && memcmp(e.kept, "one", 3) == 0, "kept");
	ok(e.len == 3, "the line is not over");
	close(p[0]);
	close(none);
}

int
main(void)
{
	static char *args[] = { "t", NULL };
	size_t i;

	prog_init(args);
	if (mkstemp(path) == -1)
		return 111;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_str(logged("x", 7, cases[i].said, strlen(cases[i].said), 99),
		    cases[i].logged, cases[i].said);
		is_str(logged("x", 7, cases[i].said, strlen(cases[i].said), 1),
		    cases[i].logged, "byte by byte");
	}
	is_str(logged("x", 7, "a\0b\n", 4, 9), "t: info: x[7]: a\\x00b\n",
	    "NUL");
	limits();
	kept();
	from_descriptor();
	unlink(path);
	return done();
}
