#include "base/lines.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char got[4000];
static size_t long_ones, longest;

static void
take(void *arg, const char *line, size_t n)
{
	(void)arg;
	if (line == NULL) {
		long_ones++;
		strcat(got, "!|");
		return;
	}
	if (n > longest)
		longest = n;
	if (strlen(got) + n < sizeof got - 10) {
		strncat(got, line, n);
		strcat(got, "|");
	}
}

/* through a pipe, so many bytes at a time */
static int
run(const char *text, size_t n, size_t piece, size_t max)
{
	int p[2], r;
	size_t k;

	got[0] = '\0';
	long_ones = longest = 0;
	if (pipe(p) == -1)
		exit(111);
	fflush(stdout);
	if (fork() == 0) {
		close(p[0]);
		for (; n > 0; text += k, n -= k) {
			k = n < piece ? n : piece;
			if (write(p[1], text, k) != (ssize_t)k)
				_exit(1);
		}
		_exit(0);
	}
	close(p[1]);
	r = lines_each(p[0], max, take, NULL);
	close(p[0]);
	while (wait(NULL) > 0)
		;
	return r;
}

static const struct {
	const char *text, *want;
} cases[] = {
	{ "", "" },
	{ "\n", "|" },
	{ "a\n", "a|" },
	{ "a", "" },
	{ "a\nbc\n\nd", "a|bc||" },
	{ "12345\n", "12345|" },
	{ "123456\n", "!|" },
	{ "123456", "!|" },
	{ "a\n123456789\nb\n", "a|!|b|" },
	{ "123456\n1234567\n", "!|!|" },
};

int
main(void)
{
	static char big[300000];
	size_t piece;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (piece = 1; piece <= 8; piece += 7) {
			run(cases[i].text, strlen(cases[i].text), piece, 5);
			is_str(got, cases[i].want, cases[i].text);
		}
	memset(big, 'x', sizeof big);
	big[sizeof big - 1] = '\n';
	is_num(run(big, sizeof big, sizeof big, sizeof big - 1), 0,
	    "a large line");
	ok(longest == sizeof big - 1 && long_ones == 0,
	    "just as long as allowed");
	run(big, sizeof big, sizeof big, sizeof big - 2);
	ok(longest == 0 && long_ones == 1, "one byte more is too long, once");
	is_num(lines_each(-1, 5, take, NULL), -1, "no descriptor");
	return done();
}
