#include "smtp/dotin.h"
#include "tap.h"
#include <stdlib.h>

/*
 * in: as received; out: decoded; left: bytes of in that are not consumed.
 * Each case runs whole, byte by byte, and in place.
 */
static const struct {
	const char *in, *out;
	enum dotin_event ev;
	size_t left;
} cases[] = {
	{ "", "", DOTIN_MORE, 0 },
	{ ".\r\n", "", DOTIN_END, 0 },
	{ ".\r\nQUIT\r\n", "", DOTIN_END, 6 },
	{ "a\r\n.\r\n", "a\n", DOTIN_END, 0 },
	{ "a\r\n\r\nb\r\n.\r\nx", "a\n\nb\n", DOTIN_END, 1 },
	{ "..\r\n.\r\n", ".\n", DOTIN_END, 0 },
	{ "...\r\n.\r\n", "..\n", DOTIN_END, 0 },
	{ ".a\r\n.\r\n", "a\n", DOTIN_END, 0 },
	{ "a.\r\n.b.\r\n.\r\n", "a.\nb.\n", DOTIN_END, 0 },
	{ "a..b\r\n.\r\n", "a..b\n", DOTIN_END, 0 },
	{ "\r\n.\r\n", "\n", DOTIN_END, 0 },
	{ "a", "a", DOTIN_MORE, 0 },
	{ "a\r", "a", DOTIN_MORE, 0 },
	{ "a\r\n", "a\n", DOTIN_MORE, 0 },
	{ "a\r\n.", "a\n", DOTIN_MORE, 0 },
	{ "a\r\n.\r", "a\n", DOTIN_MORE, 0 },
	{ "caf\xc3\xa9\r\n.\r\n", "caf\xc3\xa9\n", DOTIN_END, 0 },
	/* what other servers have taken for an end of the message */
	{ "a\n.\n", "a", DOTIN_BARE, 2 },
	{ "a\n.\r\nx", "a", DOTIN_BARE, 4 },
	{ "a\r\n.\nx", "a\n", DOTIN_BARE, 1 },
	{ "a\r\n.\rx", "a\n", DOTIN_BARE, 0 },
	{ "a\r.\r\n", "a", DOTIN_BARE, 2 },
	{ "a\r.\rx", "a", DOTIN_BARE, 2 },
	{ "a\r\r\n.\r\n", "a", DOTIN_BARE, 4 },
	{ "a\n\r\n.\r\n", "a", DOTIN_BARE, 5 },
	{ "a\r\n\n.\r\n", "a\n", DOTIN_BARE, 3 },
	{ "a\r\n\r.\r\n", "a\n", DOTIN_BARE, 2 },
	{ "\n", "", DOTIN_BARE, 0 },
	{ "\rx", "", DOTIN_BARE, 0 },
	{ ".\n", "", DOTIN_BARE, 0 },
	{ ".\r.", "", DOTIN_BARE, 0 },
	{ ".\r\r\n", "", DOTIN_BARE, 1 },
	{ "a\rb\r\n", "a", DOTIN_BARE, 2 },
	{ "a\nb\r\n", "a", DOTIN_BARE, 3 },
};

static size_t
by_step(const char *in, size_t n, size_t step, char *out, size_t *len,
    enum dotin_event *ev)
{
	struct dotin d = { 0 };
	size_t used = 0, k, o;

	*len = 0;
	*ev = DOTIN_MORE;
	while (used < n && *ev == DOTIN_MORE) {
		k = n - used < step ? n - used : step;
		k = dotin_feed(&d, in + used, k, out + *len, &o, ev);
		used += k;
		*len += o;
	}
	return used;
}

/* the table in words, one byte at a time: a second decoder to compare with */
static size_t
slowly(const char *in, size_t n, char *out, size_t *len, enum dotin_event *ev)
{
	size_t i;
	int bol = 1;

	*len = 0;
	for (i = 0; i < n; i++) {
		if (in[i] == '\n' ||
		    (in[i] == '\r' && i + 1 < n && in[i + 1] != '\n')) {
			*ev = DOTIN_BARE;
			return i + (in[i] == '\r' ? 2 : 1);
		}
		if (bol && in[i] == '.') {
			if (i + 1 == n)
				break;
			if (in[i + 1] == '\r') {
				if (i + 2 == n)
					break;
				*ev =
				    in[i + 2] == '\n' ? DOTIN_END : DOTIN_BARE;
				return i + 3;
			}
			bol = 0;
			continue;
		}
		bol = 0;
		if (in[i] == '\r') {
			if (i + 1 == n)
				break;
			out[(*len)++] = '\n';
			bol = 1;
			i++;
		} else {
			out[(*len)++] = in[i];
		}
	}
	*ev = DOTIN_MORE;
	return n;
}

/* every string of up to 8 of: CR LF dot and a letter */
static int
all_strings(void)
{
	static const char set[] = "\r\n.a";
	char in[8], a[8], b[8];
	size_t n, i, la, lb, ua, ub;
	enum dotin_event ea, eb;
	unsigned long v, top;

	for (n = 1; n <= 8; n++) {
		for (v = 0, top = 1UL << (2 * n); v < top; v++) {
			for (i = 0; i < n; i++)
				in[i] = set[(v >> (2 * i)) & 3];
			ua = by_step(in, n, 1 + v % 5, a, &la, &ea);
			ub = slowly(in, n, b, &lb, &eb);
			if (ua != ub || la != lb || ea != eb ||
			    memcmp(a, b, la) != 0)
				return 0;
		}
	}
	return 1;
}

static void
long_line(void)
{
	size_t n = 3000000, len;
	char *in = malloc(n + 5);
	enum dotin_event ev;
	struct dotin d = { 0 };

	memset(in, 'x', n);
	memcpy(in + n, "\r\n.\r\n", 5);
	is_num(dotin_feed(&d, in, n + 5, in, &len, &ev), n + 5,
	    "a line of 3 MB");
	is_num(len, n + 1, "a line of 3 MB: length");
	is_num(ev, DOTIN_END, "a line of 3 MB: end");
	is_num(d.lines, 1, "lines are counted");
	free(in);
}

int
main(void)
{
	struct dotin d = { 0 };
	char out[64], name[80];
	enum dotin_event ev;
	size_t i, n, step, used, len;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		for (step = 1; step <= n + 1; step += n > 1 ? n : 1) {
			used = by_step(cases[i].in, n, step, out, &len, &ev);
			out[len] = '\0';
			snprintf(name, sizeof name, "case %zu, step %zu", i,
			    step);
			is_str(out, cases[i].out, name);
			is_num(ev, cases[i].ev, name);
			is_num(n - used, cases[i].left, name);
		}
		memcpy(out, cases[i].in, n);
		memset(&d, 0, sizeof d);
		dotin_feed(&d, out, n, out, &len, &ev);
		out[len] = '\0';
		is_str(out, cases[i].out, "in place");
	}
	is_num(dotin_feed(&d, "", 0, out, &len, &ev), 0, "nothing");
	ok(dotin_feed(&d, "\0\r\n", 3, out, &len, &ev) >= 1, "NUL");
	ok(all_strings(), "all strings of 8 against the slow decoder");
	memset(&d, 0, sizeof d);
	dotin_feed(&d, "a\r\n.\r\n", 6, out, &len, &ev);
	dotin_hold_end(&d);
	is_num(dotin_feed(&d, "\nQ", 2, out, &len, &ev), 1, "end held");
	is_num(ev, DOTIN_END, "end held: comes again");
	long_line();
	return done();
}
