/* lines of several logs in one order, the last of them, and what stays */
#include "queue/logmerge.h"
#include "tap.h"
#include <stdlib.h>

#define T(s) "2026-01-01T00:00:0" s ".00000 "
#define US(s) (INT64_C(1767225600000000) + (s)*INT64_C(1000000))

static struct buf said;
static unsigned writes;

static void
take(struct buf *b)
{
	buf_put(&said, buf_data(b), buf_len(b));
	buf_clear(b);
	writes++;
}

static void
keep(struct logmerge *m, const char *line)
{
	if (logmerge_keep(m, line, strlen(line)) == -1)
		abort();
}

static void
is_written(struct logmerge *m, int64_t until, size_t most, const char *want,
    const char *what)
{
	buf_clear(&said);
	is_num(logmerge_write(m, until, most, take), 0, "written");
	buf_putc(&said, '\0');
	is_str(buf_data(&said), want, what);
}

static void
order(void)
{
	struct logmerge m = { .latest = INT64_MAX };

	is_written(&m, INT64_MAX, SIZE_MAX, "", "nothing");
	keep(&m, T("1") "a: one");
	keep(&m, "a: without a time");
	keep(&m, T("5") "a: five");
	m.carry = 0;
	keep(&m, T("1") "b: one");
	keep(&m, T("2") "b: \033[2J");
	is_num((long long)logmerge_lines(&m), 5, "lines");
	is_written(&m, US(2), SIZE_MAX,
	    T("1") "a: one\na: without a time\n" T("1") "b: one\n" T(
		"2") "b: \\x1b[2J\n",
	    "in the order of times, and of coming");
	is_num((long long)logmerge_lines(&m), 1, "one stays");
	keep(&m, T("3") "b: three");
	keep(&m, T("6") "b: six");
	is_written(&m, US(5), SIZE_MAX, T("3") "b: three\n" T("5") "a: five\n",
	    "what stayed comes in its order");
	is_written(&m, INT64_MAX, SIZE_MAX, T("6") "b: six\n", "and the rest");
	is_num((long long)logmerge_lines(&m), 0, "nothing is left");
	logmerge_free(&m);
}

static void
last(void)
{
	struct logmerge m = { .latest = US(4) };

	keep(&m, T("3") "three");
	keep(&m, T("9") "of tomorrow");
	keep(&m, T("4") "four");
	is_written(&m, US(4), 2, T("9") "of tomorrow\n" T("4") "four\n",
	    "the last two; none is later than now");
	is_num((long long)logmerge_lines(&m), 0, "the first was dropped");
	keep(&m, "ts:2026-01-01T00:00:01.000000Z\tev:sent");
	keep(&m, T("2") "ts:2026-01-01T00:00:01.000000Z\tev:sent");
	is_written(&m, US(1), SIZE_MAX,
	    "ts:2026-01-01T00:00:01.000000Z\tev:sent\n"
	    "ts:2026-01-01T00:00:01.000000Z\tev:sent\n",
	    "an event has its own time");
	logmerge_free(&m);
}

/* gathered up to the limit before each write */
static void
large(void)
{
	enum { LINE = 1 << 14, LINES = 2 * LOGMERGE_OUT_MAX / (LINE + 1) + 2 };
	struct logmerge m = { .latest = INT64_MAX };
	char *line = malloc(LINE + 1);
	unsigned i;

	memset(line, 'x', LINE);
	line[LINE] = '\0';
	for (i = 0; i < LINES; i++)
		keep(&m, line);
	buf_clear(&said);
	writes = 0;
	logmerge_write(&m, INT64_MAX, SIZE_MAX, take);
	is_num((long long)buf_len(&said), (long long)LINES * (LINE + 1),
	    "all of it");
	is_num(writes, 3, "in pieces");
	free(line);
	logmerge_free(&m);
}

int
main(void)
{
	order();
	last();
	large();
	buf_free(&said);
	return done();
}
