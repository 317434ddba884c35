#include "feed/mboxin.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define F "From a@b Tue Dec  1 12:34:56 2026\n"

/* out: (LINE) at the beginning of a message, its text, | and where the next one
 * begins at its end; whole, in two pieces of every division, and byte by byte */
static const struct {
	const char *name, *in, *out;
} cases[] = {
	{ "nothing", "", "" },
	{ "a message", F "S: x\n\nhi\n", "(a@b)S: x\n\nhi\n|43" },
	{ "an empty line at its end", F "S: x\n\nhi\n\n",
	    "(a@b)S: x\n\nhi\n|44" },
	{ "two of them", F "\nhi\n\n\n", "(a@b)\nhi\n\n|40" },
	{ "two messages", F "S: x\n\nhi\n\n" F "S: y\n\nyou\n",
	    "(a@b)S: x\n\nhi\n|44(a@b)S: y\n\nyou\n|88" },
	{ "no empty line between", F "\nhi\n" F "you\n",
	    "(a@b)\nhi\n" F "you\n|76" },
	{ "no time", F "\nhi\n\nFrom here on\n",
	    "(a@b)\nhi\n\nFrom here on\n|52" },
	{ "quotes", F "\n>From a\n>>From b\n> From c\n>Fro\n>\n",
	    "(a@b)\nFrom a\n>From b\n> From c\n>Fro\n>\n|68" },
	{ "behind an empty line", F "\n\n>" F, "(a@b)\n\n" F "|71" },
	{ "without an end", F "\nhi", "(a@b)\nhi|37" },
	{ "From without one", F "\n\nFrom a@b 12:34",
	    "(a@b)\n\nFrom a@b 12:34|50" },
	{ "CR LF",
	    "From a 12:34\r\nS: x\r\n\r\nhi\r\n\r\nFrom b 12:34\r\nx\r\n",
	    "(a)S: x\r\n\nhi\r\n|28(b)x\r\n|45" },
	{ "nothing in it", F, "(a@b)|34" },
	{ "nor in both", F "\n" F, "(a@b)|35(a@b)|69" },
	{ "empty lines first", "\n\n" F "x\n", "(a@b)x\n|38" },
	{ "no mailbox", "Subject: x\n", "BAD" },
	{ "nor this", "From here on\n", "BAD" },
	{ "nor this", "From", "BAD" },
};

static char trace[8192];

static void
note(const struct mboxin *m, const struct mboxin_event *ev)
{
	size_t n = strlen(trace), len = ev->n;

	if (ev->kind == MBOXIN_BEGIN)
		len = mboxin_sender(ev->arg, ev->n);
	snprintf(trace + n, sizeof trace - n,
	    ev->kind == MBOXIN_BEGIN ? "(%.*s)" : "%.*s", (int)len,
	    ev->kind == MBOXIN_BAD ? "" : ev->arg);
	n = strlen(trace);
	if (ev->kind == MBOXIN_END)
		snprintf(trace + n, sizeof trace - n, "|%llu",
		    (unsigned long long)m->at);
	if (ev->kind == MBOXIN_BAD)
		snprintf(trace + n, sizeof trace - n, "BAD");
}

static void
pump(const char *in, size_t n, size_t first, size_t size)
{
	struct mboxin m = { 0 };
	struct mboxin_event ev = { 0 };
	size_t off, at, k = first;
	char *piece;

	trace[0] = '\0';
	for (off = 0; off < n && ev.kind != MBOXIN_BAD; off += k, k = size) {
		k = k < n - off ? k : n - off;
		piece = malloc(k + 1);
		memcpy(piece, in + off, k);
		at = 0;
		do {
			at += mboxin_feed(&m, piece + at, k - at, &ev);
			note(&m, &ev);
		} while (ev.kind != MBOXIN_BAD &&
		    (ev.kind != MBOXIN_MORE || at < k));
		free(piece);
	}
	if (ev.kind == MBOXIN_BAD)
		return;
	do {
		mboxin_end(&m, &ev);
		note(&m, &ev);
	} while (ev.kind != MBOXIN_MORE && ev.kind != MBOXIN_BAD);
}

static void
run(const char *in, const char *out, const char *name)
{
	size_t n = strlen(in), cut;
	int same = 1;

	pump(in, n, n, n);
	is_str(trace, out, name);
	for (cut = 1; cut < n && same; cut++) {
		pump(in, n, cut, n);
		same = strcmp(trace, out) == 0;
	}
	pump(in, n, 1, 1);
	ok(same && strcmp(trace, out) == 0, "in pieces");
}

/* a line From of n bytes, behind a message */
static void
long_line(size_t n)
{
	char in[3000], out[3000], name[40];
	size_t at = (size_t)sprintf(in, F "x\n\nFrom a 12:34 ");

	memset(in + at, 'x', n);
	strcpy(in + strlen(F) + 3 + n - 1, "\ny\n");
	if (n <= MBOXIN_LINE_MAX)
		sprintf(out, "(a@b)x\n|37(a)y\n|%zu", strlen(in));
	else
		sprintf(out, "(a@b)%s|%zu", in + strlen(F), strlen(in));
	sprintf(name, "a line of %zu bytes", n);
	run(in, out, name);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		run(cases[i].in, cases[i].out, cases[i].name);
	long_line(MBOXIN_LINE_MAX);
	long_line(MBOXIN_LINE_MAX + 1);
	is_num((long long)mboxin_sender("MAILER-DAEMON x", 15), 0, "nobody");
	is_num((long long)mboxin_sender("- x", 3), 0, "nor so");
	is_num((long long)mboxin_sender("a@b", 3), 3, "no time");
	return done();
}
