#include "mail/addrlist.h"
#include "mime/addrname.h"
#include "mime/charset.h"
#include "tap.h"
#include <stdlib.h>

/* name<address> for each entry, a bar between */
static void
list(const char *in, size_t n, struct buf *out)
{
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = in, *before;
	long r;

	buf_clear(out);
	for (;;) {
		before = p;
		r = addrlist_next(&p, in + n, one);
		if (buf_len(out) > 0 && r != 0)
			buf_putc(out, '|');
		if (r != 0 || before == in)
			addrname_put(out, before, p - before, r > 0);
		if (r == 0)
			break;
		buf_printf(out, "<%s>", r == -1 ? "!" : one);
	}
	buf_putc(out, '\0');
}

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "a@b", "<a@b>" },
	{ "<a@b>", "<a@b>" },
	{ "Ann <a@b>, Bob Q. Smith <c@d>", "Ann<a@b>|Bob Q. Smith<c@d>" },
	{ "\"Ann, the \\\"first\\\"\" <a@b>", "Ann, the \"first\"<a@b>" },
	{ "Ann\n\tOther\n <a@b>", "Ann Other<a@b>" },
	{ "a@b (Ann)", "Ann<a@b>" },
	{ "a@b (Ann (the \\)first))", "Ann (the )first)<a@b>" },
	{ "(x) a@b", "x<a@b>" },
	{ "A1 (The Enforcer) Gore <a@b>", "A1 Gore (The Enforcer)<a@b>" },
	{ "Ann <a@b> (work)", "Ann<a@b>" },
	{ "Friends: Ann <a@b>, c@d;, Eve <e@f>", "Ann<a@b>|<c@d>|Eve<e@f>" },
	/* comments beside a group are of no member */
	{ "(x) Friends (y): Ann <a@b>, c@d (z); (w), Eve <e@f>",
	    "Ann<a@b>|z<c@d>|Eve<e@f>" },
	{ "A (x): (y) a@b;(z), c@d;(w)", "y<a@b>|<c@d>" },
	{ "A: a@b;(z)", "<a@b>" },
	{ "(x) A:;", "" },
	{ "(x) A:; (y)", "" },
	{ "A: (x) ;", "" },
	{ "A:; B: (x); (y)", "" },
	{ "A:; (x) a@b", "x<a@b>" },
	{ "undisclosed-recipients:;", "" },
	{ "=?utf-8?q?J=C3=B6rg?= <j@x>", "J\303\266rg<j@x>" },
	{ "=?utf-8?b?SsO2cmc=?=\n =?utf-8?q?_M?= <j@x>", "J\303\266rg M<j@x>" },
	{ "\"=?utf-8?q?J=C3=B6rg?=\" <j@x>", "J\303\266rg<j@x>" },
	{ "j@x (=?iso-8859-1?q?J=F6rg?=)", "J\303\266rg<j@x>" },
	{ "J\303\266rg <j@x>", "J\303\266rg<j@x>" },
	{ "J\366rg <j@x>", "J\357\277\275rg<j@x>" },
	{ "\"\" <a@b>", "<a@b>" },
	{ "bob", "<bob>" },
	{ "(mailbox in US-ASCII)", "mailbox in US-ASCII" },
	{ "Someone Else", "Someone Else<!>" },
	{ "Someone Else, a@b", "Someone Else<!>|<a@b>" },
	{ "\"Ann <a@b>", "Ann <a@b><!>" },
	{ "Ann\001 <a@b>", "Ann\357\277\275<a@b>" },
};

static void
limit(size_t len, size_t want)
{
	char in[ADDRNAME_MAX + 10];
	struct buf b = { 0 };

	memset(in, 'x', len);
	memcpy(in + len, "<a@b>", 5);
	is_num(addrname_put(&b, in, len + 5, 1), 1, "a long name");
	is_num(buf_len(&b), want, "its length");
	buf_free(&b);
}

int
main(void)
{
	struct buf out = { 0 };
	char *copy;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (n = 0; n <= strlen(cases[i].in); n++) {
			copy = malloc(n + 1);
			memcpy(copy, cases[i].in, n);
			list(copy, n, &out);
			free(copy);
		}
		is_str(buf_data(&out), cases[i].want, cases[i].in);
	}
	limit(ADDRNAME_MAX, ADDRNAME_MAX);
	limit(ADDRNAME_MAX + 1, ADDRNAME_MAX);
	buf_free(&out);
	return done();
}
