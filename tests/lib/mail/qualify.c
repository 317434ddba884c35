#include "mail/qualify.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *in, *want; /* NULL: the same */
} cases[] = {
	{ "", NULL },
	{ "joe", "joe@h" },
	{ "root (Cron Daemon)", "root@h (Cron Daemon)" },
	{ "(Cron) root", "(Cron) root@h" },
	{ "(a \\) (b) root) joe (c, d)", "(a \\) (b) root) joe@h (c, d)" },
	{ "Bob <bob>", "Bob <bob@h>" },
	{ "Bob < bob (x) >", "Bob < bob@h (x) >" },
	{ "<bob>", "<bob@h>" },
	{ "a@b", NULL },
	{ "A <a@b>", NULL },
	{ "A (joe) <a@b> (joe)", NULL },
	{ "alice, \"Carl C.\" <carl>, d@e",
	    "alice@h, \"Carl C.\" <carl@h>, d@e" },
	{ "\"a@b, c\" <joe>, x@y", "\"a@b, c\" <joe@h>, x@y" },
	{ "\"x y\"", "\"x y\"@h" },
	{ "\"x@y\"", "\"x@y\"@h" },
	{ "\"x\\\"y\" <\"joe b\">", "\"x\\\"y\" <\"joe b\"@h>" },
	{ "a . b", "a . b@h" },
	{ "a.b", "a.b@h" },
	{ "host!user", "host!user@h" },
	{ "user%host", "user%host@h" },
	{ "joe,\n\teve,\n bob", "joe@h,\n\teve@h,\n bob@h" },
	{ ",, joe,,eve,", ",, joe@h,,eve@h," },
	{ "joe; eve", "joe@h; eve@h" },
	{ "Friends: joe, a@b, Eve <eve>;, bob",
	    "Friends: joe@h, a@b, Eve <eve@h>;, bob@h" },
	{ "Friends : joe;", "Friends : joe@h;" },
	{ "undisclosed-recipients:;", NULL },
	{ "<@a,@b:joe>", "<@a,@b:joe@h>" },
	{ "<@a:joe@b>", NULL },
	{ "=?utf-8?q?J=C3=B6rg?= <joe>", "=?utf-8?q?J=C3=B6rg?= <joe@h>" },
	{ "J\303\266rg <j\303\266rg>", "J\303\266rg <j\303\266rg@h>" },
	{ "a b c", NULL },
	{ "a b c, joe", "a b c, joe@h" },
	{ "a@b.example.", "a@b.example" },
	{ "A <a@b.> (c), joe, \"x.\" <d@e.>, f@g.",
	    "A <a@b> (c), joe@h, \"x.\" <d@e>, f@g" },
	{ "a@b (c).", "a@b (c)" },
	{ "a@b..", NULL },
	{ "A. <a@b>", NULL },
	{ "root@", NULL },
	{ "@", NULL },
	{ "<>", NULL },
	{ "joe (", NULL },
	{ "<joe", NULL },
	{ "joe>", NULL },
};

static const struct {
	const char *name;
	int is;
} fields[] = {
	{ "From", 1 },
	{ "sender", 1 },
	{ "REPLY-TO", 1 },
	{ "To", 1 },
	{ "Cc", 1 },
	{ "Bcc", 1 },
	{ "Resent-From", 1 },
	{ "Resent-To", 1 },
	{ "resent-bcc", 1 },
	{ "Resent-Sender", 1 },
	{ "Resent-", 0 },
	{ "Subject", 0 },
	{ "X-To", 0 },
	{ "Too", 0 },
	{ "T", 0 },
	{ "In-Reply-To", 0 },
};

/* a header of so many bytes, that grows by two */
static void
longest(size_t n)
{
	struct buf h = { 0 };

	buf_puts(&h, "To: joe\nX:");
	while (buf_len(&h) < n - 1)
		buf_putc(&h, 'x');
	if (buf_putc(&h, '\n') == -1)
		abort();
	is_num(qualify_header(&h, "h"), n + 2 <= HEADER_MAX, "a long header");
	ok(buf_len(&h) == (n + 2 <= HEADER_MAX ? n + 2 : n), "its length");
	buf_free(&h);
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		qualify_put(&b, cases[i].in, strlen(cases[i].in), "h");
		buf_putc(&b, '\0');
		is_str(buf_data(&b),
		    cases[i].want == NULL ? cases[i].in : cases[i].want,
		    cases[i].in);
	}
	/* a NUL comes to an end, too */
	buf_clear(&b);
	is_num(qualify_put(&b, "a\0b, \0", 7, "h"), 0, "NUL");
	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		is_num(qualify_field(fields[i].name, strlen(fields[i].name)),
		    fields[i].is, fields[i].name);
	ok(qualify_bare("a", 1) && qualify_bare("\"a@b\"", 5) &&
		!qualify_bare("a@b", 3) && !qualify_bare("\"a\"@b", 5),
	    "bare");
	buf_free(&b);
	longest(HEADER_MAX - 2);
	longest(HEADER_MAX - 1);
	return done();
}
