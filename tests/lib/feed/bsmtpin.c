#include "feed/bsmtpin.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

#define X "MAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nS: x\n\nhi\n.\n"
#define OUT "m(from a@b\n)r(to c@d\n)d[S: x\n\nhi\n]"

/* out: m, r with envelope lines, d, [BODY], where what follows begins; h for a
 * greeting, . for another reply, CODE of one that refuses.  Whole, and byte by
 * byte */
static const struct {
	const char *name, *in, *out;
} cases[] = {
	{ "nothing", "", "" },
	{ "no greeting", X, OUT "46 " },
	{ "a greeting", "HELO x\n" X "QUIT\n", "h" OUT "53 ." },
	{ "CR LF", "EHLO x\r\nMAIL FROM:<a@b>\r\n", "hm(from a@b\n)" },
	{ "both", "HELO x\r\nNOOP\n", "h." },
	{ "two sessions", "HELO x\n" X "QUIT\nHELO y\n" X,
	    "h" OUT "53 .h" OUT "111 " },
	{ "the second without a greeting", "QUIT\n" X, "." OUT "51 " },
	{ "parameters",
	    "MAIL FROM:<> RET=full ENVID=e BODY=8BITMIME SIZE=5 SMTPUTF8\n"
	    "RCPT TO:<c> NOTIFY=NEVER ORCPT=rfc822;x@y\n",
	    "m(from\nret FULL\nenvid e\nsmtputf8 1\n)"
	    "r(to c@mx.test NOTIFY=NEVER ORCPT=rfc822;x@y\n)" },
	{ "dots", "MAIL FROM:<>\nRCPT TO:<c@d>\nDATA\n..\n...\n.\n",
	    "m(from\n)r(to c@d\n)d[.\n..\n]41 " },
	{ "what is wrong", "RCPT TO:<a@b>\nMAIL FROM:<a@\nFOO\n",
	    "503 501 500 " },
	{ "many of those", "A\nA\nA\nA\nA\nA\nA\nA\nA\nA\nA\nA\nNOOP\n",
	    "500 500 500 500 500 500 500 500 500 500 500 500 ." },
};

static struct buf trace;

static void
note(struct bsmtpin *b, const struct smtpin_event *ev)
{
	static int body;

	if (body && ev->kind != SMTPIN_BODY)
		buf_putc(&trace, ']');
	if (ev->kind == SMTPIN_BODY && !body)
		buf_putc(&trace, '[');
	body = ev->kind == SMTPIN_BODY;
	switch (ev->kind) {
	case SMTPIN_BODY: buf_put(&trace, ev->arg, ev->arglen); return;
	case SMTPIN_MAIL:
	case SMTPIN_RCPT:
		buf_putc(&trace, ev->kind == SMTPIN_MAIL ? 'm' : 'r');
		buf_putc(&trace, '(');
		bsmtpin_envelope(&trace, ev, "mx.test");
		buf_putc(&trace, ')');
		break;
	case SMTPIN_DATA: buf_putc(&trace, 'd'); break;
	case SMTPIN_DONE:
		buf_printf(&trace, "%llu ", (unsigned long long)b->at);
		break;
	case SMTPIN_HELO: buf_putc(&trace, 'h'); return;
	default:
		if (ev->reply->code >= 400)
			buf_printf(&trace, "%d ", ev->reply->code);
		else
			buf_putc(&trace, '.');
		return;
	}
	ok(bsmtpin_answer(b, NULL) != NULL, "it is answered");
}

static void
pump(const char *in, size_t n, size_t step)
{
	struct bsmtpin b;
	struct smtpin_event ev = { 0 };
	size_t off, k, at;

	buf_clear(&trace);
	ok(bsmtpin_init(&b, "mx.test", 1000) == 0, "it begins");
	for (off = 0; off < n; off += k) {
		k = n - off < step ? n - off : step;
		at = 0;
		do {
			at += (size_t)bsmtpin_feed(&b, in + off + at, k - at,
			    &ev);
			if (ev.kind != SMTPIN_MORE)
				note(&b, &ev);
		} while (ev.kind != SMTPIN_MORE);
		is_num((long long)at, (long long)k, "all is consumed");
	}
	buf_putc(&trace, '\0');
	bsmtpin_free(&b);
}

int
main(void)
{
	struct bsmtpin b;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		pump(cases[i].in, strlen(cases[i].in), strlen(cases[i].in));
		is_str(buf_data(&trace), cases[i].out, cases[i].name);
		pump(cases[i].in, strlen(cases[i].in), 1);
		is_str(buf_data(&trace), cases[i].out, "byte by byte");
	}
	ok(bsmtpin_init(&b, "no host", 1) == -1, "no name of a host");
	bsmtpin_free(&b);
	return done();
}
