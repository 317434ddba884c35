#include "sendmail/localparcel.h"
#include "tap.h"
#include <stdlib.h>

static struct sendmail_options opt;
static struct envelope e = { .me = "me.example" };
static struct unixmail mail;
static struct headerrcpts named;
static struct localparcel l = { &opt, &e, &mail, "ann@me.example", 7 };

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

static const char *
envelope(void)
{
	static struct buf env;

	buf_clear(&env);
	return localparcel_envelope(&l, &env) == ENVELOPE_OK ? text(&env)
							     : "no";
}

static void
envelopes(void)
{
	const char *bad;
	size_t n;

	envelope_add(&e, "b@x", 3, &bad, &n);
	buf_puts(&mail.header, "Subject: s\n");
	is_str(envelope(), "from ann@me.example\nproto local\nuid 7\nto b@x\n",
	    "the least");
	opt.ret = "HDRS";
	opt.envid = "a=b";
	opt.body = "8BITMIME";
	buf_puts(&mail.header, "TLS-Required: No\n");
	is_str(envelope(),
	    "from ann@me.example\nproto local\nuid 7\nret HDRS\nenvid a+3Db\n"
	    "body 8bit\ntls-optional 1\nto b@x\n",
	    "all that may be asked for");
	opt.body = "7BIT";
	mail.eight_bit = 1;
	ok(strstr(envelope(), "body 8bit\n") != NULL, "what the message has");
	opt.envid = "\n";
	is_str(envelope(), "no", "a bad -V");
	opt.envid = NULL;
}

static void
report(void)
{
	struct handin_parcel p = { .rest = NULL };
	const char *whole;
	char *end;
	long n;

	headerrcpts_add(&named, &e, "To: b@@x\n", 9);
	is_num(localparcel_odd(&l, &named, "0123456789abcdef01234567",
		   1790000000, &p),
	    0, "a report");
	buf_put(&p.out, buf_data(&p.head), buf_len(&p.head));
	whole = text(&p.out);
	n = strtol(whole, &end, 10);
	is_num(n, (long)strlen(end) - 2, "a netstring");
	ok(strstr(whole, "uid 7\n") != NULL, "of whom");
	ok(strstr(whole, "to ann@me.example\n") != NULL, "to him");
	ok(strstr(whole, "b@@x") != NULL, "of what");
}

int
main(void)
{
	envelopes();
	report();
	return done();
}
