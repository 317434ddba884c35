#include "qmtp/qmtpin.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* in: as received; out: the events, b SIZE, [BODY], !, s ADDRESS, r ADDRESS, e,
 * BAD.  Each case runs whole, in two pieces of every division, and byte by
 * byte */
static const struct {
	const char *name;
	int qmqp;
	const char *in, *out;
} cases[] = {
	{ "nothing", 0, "", "" },
	{ "a message by LF", 0, "4:\na\nb,3:s@x,7:4:r@yy,,",
	    "b4 [a\nb\n] s(s@x) r(r@yy) e " },
	{ "by CR LF", 0, "7:\ra\r\nb\r\n,0:,4:1:r,,",
	    "b7 [a\nb\n] s() r(r) e " },
	{ "its last line has no end", 0, "2:\na,0:,4:1:r,,",
	    "b2 [a\n] s() r(r) e " },
	{ "by CR LF", 0, "2:\ra,0:,4:1:r,,", "b2 [a\n] s() r(r) e " },
	{ "it is empty", 0, "1:\n,0:,4:1:r,,", "b1 s() r(r) e " },
	{ "several recipients", 0, "1:\n,1:s,12:1:a,1:b,1:c,,",
	    "b1 s(s) r(a) r(b) r(c) e " },
	{ "an empty one", 0, "1:\n,1:s,3:0:,,", "b1 s(s) r() e " },
	{ "none", 0, "1:\n,1:s,0:,", "b1 s(s) e " },
	{ "one behind the other", 0, "1:\n,1:s,4:1:a,,1:\n,1:t,4:1:b,,",
	    "b1 s(s) r(a) e b1 s(t) r(b) e " },
	{ "part of one", 0, "1:\n,1:s,4:1:a", "b1 s(s) " },
	{ "a CR among lines by LF", 0, "6:\na\rb\nc,1:s,4:1:a,,",
	    "b6 ! s(s) r(a) e " },
	{ "CR LF among them", 0, "6:\na\r\nb\n,1:s,4:1:a,,",
	    "b6 ! s(s) r(a) e " },
	{ "a LF among lines by CR LF", 0, "4:\ra\nb,1:s,4:1:a,,",
	    "b4 ! s(s) r(a) e " },
	{ "a CR", 0, "4:\ra\rb,1:s,4:1:a,,", "b4 ! s(s) r(a) e " },
	{ "at its end", 0, "3:\ra\r,1:s,4:1:a,,", "b3 ! s(s) r(a) e " },
	{ "the next one is whole", 0, "3:\ra\r,1:s,4:1:a,,2:\nb,0:,4:1:c,,",
	    "b3 ! s(s) r(a) e b2 [b\n] s() r(c) e " },
	{ "no first byte", 0, "0:,1:s,4:1:a,,", "BAD" },
	{ "another one", 0, "2:xa,1:s,4:1:a,,", "b2 BAD" },
	{ "no comma", 0, "2:\nab", "b2 [a] BAD" },
	{ "behind the sender", 0, "1:\n,1:sx", "b1 BAD" },
	{ "behind a recipient", 0, "1:\n,1:s,4:1:ax", "b1 s(s) BAD" },
	{ "behind them", 0, "1:\n,1:s,4:1:a,x", "b1 s(s) r(a) BAD" },
	{ "a recipient is longer than all", 0, "1:\n,1:s,4:2:ab,,",
	    "b1 s(s) BAD" },
	{ "as long as all", 0, "1:\n,1:s,4:4:abcd,,", "b1 s(s) BAD" },
	{ "its head is", 0, "1:\n,1:s,1:1:a,,", "b1 s(s) BAD" },
	{ "bytes behind the last", 0, "1:\n,1:s,5:1:a,x,", "b1 s(s) r(a) BAD" },
	{ "no length", 0, ":", "BAD" },
	{ "a zero before it", 0, "01:\n,", "BAD" },
	{ "SMTP", 0, "EHLO x\r\n", "BAD" },
	{ "too long a length", 0, "9223372036854775808:", "BAD" },
	{ "the longest", 0, "9223372036854775807:\n", "b9223372036854775807 " },
	{ "too long an address", 0, "1:\n,65537:", "b1 BAD" },
	{ "QMQP", 1, "18:3:a\nb,1:s,1:r,1:t,,",
	    "b3 [a\nb\n] s(s) r(r) r(t) e " },
	{ "no recipient", 1, "8:0:,2:s@,,", "b0 s(s@) e " },
	{ "no sender", 1, "3:0:,,", "b0 BAD" },
	{ "its first byte is the message's", 1, "12:2:\nx,0:,1:r,,",
	    "b2 [\nx\n] s() r(r) e " },
	{ "a CR", 1, "13:3:a\r\n,0:,1:r,,", "b3 ! s() r(r) e " },
	{ "a message longer than all", 1, "9:8:abcdefgh", "BAD" },
	{ "as long", 1, "10:8:abcdefgh,,", "BAD" },
	{ "nothing in it", 1, "0:,", "BAD" },
	{ "a sender longer than what is left", 1, "8:0:,3:s,,,", "b0 BAD" },
};
enum { CASES = sizeof cases / sizeof *cases };

static char trace[65536];
static int in_body;

static void
put(const char *p, size_t n)
{
	size_t len = strlen(trace);

	if (n > sizeof trace - len - 1)
		n = sizeof trace - len - 1;
	memcpy(trace + len, p, n);
	trace[len + n] = '\0';
}

static void
note(const struct qmtpin_event *ev)
{
	char t[600];

	/* how much of a message is told that is none depends on the pieces */
	if (in_body && ev->kind == QMTPIN_BARE) {
		*strrchr(trace, '[') = '\0';
		in_body = 0;
	}
	if (in_body && ev->kind != QMTPIN_BODY && ev->kind != QMTPIN_MORE) {
		put("] ", 2);
		in_body = 0;
	}
	switch (ev->kind) {
	case QMTPIN_MORE: return;
	case QMTPIN_BODY:
		put("[", !in_body);
		in_body = 1;
		put(ev->arg, ev->arglen);
		return;
	case QMTPIN_BEGIN:
		put(t, sprintf(t, "b%llu ", (unsigned long long)ev->size));
		return;
	case QMTPIN_SENDER:
	case QMTPIN_RCPT:
		put(t,
		    sprintf(t, "%c%s(%.*s) ",
			ev->kind == QMTPIN_RCPT ? 'r' : 's',
			ev->too_long ? "+" : "", (int)ev->arglen, ev->arg));
		return;
	case QMTPIN_BARE: put("! ", 2); return;
	case QMTPIN_END: put("e ", 2); return;
	case QMTPIN_BAD: put("BAD", 3);
	}
}

/* the first piece, and the others */
static void
pump(int qmqp, const char *in, size_t n, size_t first, size_t size)
{
	struct qmtpin q = { .qmqp = (unsigned char)qmqp };
	struct qmtpin_event ev = { 0 };
	size_t off, used, at, k = first;
	char *piece;

	trace[0] = '\0';
	in_body = 0;
	for (off = 0; off < n && ev.kind != QMTPIN_BAD; off += k, k = size) {
		if (k > n - off)
			k = n - off;
		/* of its own: what is read beyond it is seen */
		piece = malloc(k + 1);
		memcpy(piece, in + off, k);
		for (at = 0; at < k && ev.kind != QMTPIN_BAD; at += used) {
			used = qmtpin_feed(&q, piece + at, k - at, &ev);
			note(&ev);
		}
		free(piece);
	}
	if (in_body)
		put("] ", 2);
}

static void
run(int qmqp, const char *in, const char *out, const char *name)
{
	size_t n = strlen(in), cut;
	int same = 1;

	pump(qmqp, in, n, n, n);
	is_str(trace, out, name);
	for (cut = 1; cut < n && same; cut++) {
		pump(qmqp, in, n, cut, n);
		same = strcmp(trace, out) == 0;
	}
	pump(qmqp, in, n, 1, 1);
	ok(same && strcmp(trace, out) == 0, "in pieces");
}

/* an address of n bytes */
static void
long_address(size_t n)
{
	char *in = malloc(2 * n + 100), *a = malloc(n + 1), out[1200], b[32];
	size_t kept = n > QMTPIN_ADDRESS_MAX ? QMTPIN_ADDRESS_MAX : n;
	const char *cut = kept < n ? "+" : "";

	memset(a, 'x', n);
	a[n] = '\0';
	sprintf(in, "1:\n,%zu:%s,%zu:%zu:%s,,", n, a,
	    (size_t)sprintf(b, "%zu:", n) + n + 1, n, a);
	snprintf(out, sizeof out, "b1 s%s(%.*s) r%s(%.*s) e ", cut, (int)kept,
	    a, cut, (int)kept, a);
	pump(0, in, strlen(in), strlen(in), 1);
	is_str(trace, out, "a long address");
	pump(0, in, strlen(in), 1, 1);
	is_str(trace, out, "byte by byte");
	free(in);
	free(a);
}

static void
where(void)
{
	struct qmtpin q = { 0 };
	struct qmtpin_event ev;
	char in[] = "3:\nab,0:,4:1:r,,";

	ok(qmtpin_idle(&q) && !qmtpin_in_message(&q), "at first");
	qmtpin_feed(&q, in, 1, &ev);
	ok(!qmtpin_idle(&q) && !qmtpin_in_message(&q), "in a head");
	qmtpin_feed(&q, in + 1, 1, &ev);
	ok(qmtpin_in_message(&q), "in a message");
	qmtpin_feed(&q, in + 2, 3, &ev);
	ok(qmtpin_in_message(&q), "before its comma");
	qmtpin_feed(&q, in + 5, 1, &ev);
	ok(!qmtpin_in_message(&q) && !qmtpin_idle(&q), "behind it");
	ok(qmtpin_feed(&q, in + 6, 10, &ev) == 3 && ev.kind == QMTPIN_SENDER,
	    "a sender");
	ok(qmtpin_feed(&q, in + 9, 7, &ev) == 6 && ev.kind == QMTPIN_RCPT,
	    "a recipient");
	qmtpin_feed(&q, in + 15, 1, &ev);
	ok(ev.kind == QMTPIN_END && qmtpin_idle(&q), "the end");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < CASES; i++)
		run(cases[i].qmqp, cases[i].in, cases[i].out, cases[i].name);
	long_address(QMTPIN_ADDRESS_MAX);
	long_address(QMTPIN_ADDRESS_MAX + 1);
	long_address(QMTPIN_ADDRESS_SKIP_MAX);
	where();
	return done();
}
