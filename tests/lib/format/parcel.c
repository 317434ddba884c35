#include "format/netstring.h"
#include "format/parcel.h"
#include "tap.h"
#include <stdlib.h>

/* the envelope as "key=value;", then the result that ended it and what is
 * left */
static const char *
show(const char *p, size_t n)
{
	static char out[20000];
	const char *end = p + n;
	struct parcel_line l;
	size_t k = 0;
	int r;

	while ((r = parcel_next(&p, end, &l)) == 1)
		k += snprintf(out + k, sizeof out - k, "%.*s=%.*s;",
		    (int)l.key_len, l.key, (int)l.value_len, l.value);
	snprintf(out + k, sizeof out - k, "%d %.*s", r, (int)(end - p), p);
	return out;
}

static void
envelope(void)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "from a@b\nto c@d\n\nmsg", "from=a@b;to=c@d;0 msg" },
		{ "\n", "0 " },
		{ "\nfrom x\n", "0 from x\n" },
		{ "from\nto x\n\n", "from=;to=x;0 " },
		{ "from \n\n", "from=;0 " },
		{ "tag a=b c\n\n", "tag=a=b c;0 " },
		{ "key  two blanks\n\n", "key= two blanks;0 " },
		{ "a-9 x\n\n", "a-9=x;0 " },
		{ "tag a\\tb\\\\\n\n", "tag=a\\tb\\\\;0 " },
		{ "tag \303\244\n\n", "tag=\303\244;0 " },
		{ "from a", "-2 from a" },
		{ "from a\nto", "from=a;-2 to" },
		{ "", "-2 " },
		{ "From a\n\n", "-1 From a\n\n" },
		{ " a\n\n", "-1  a\n\n" },
		{ "a:b\n\n", "-1 a:b\n\n" },
		{ "a_b x\n\n", "-1 a_b x\n\n" },
		{ "to a\tb\n\n", "-1 to a\tb\n\n" },
		{ "to a\r\n\r\n", "-1 to a\r\n\r\n" },
		{ "to a\\\n\n", "-1 to a\\\n\n" },
		{ "to a\\x\n\n", "-1 to a\\x\n\n" },
	};
	static char line[PARCEL_LINE_MAX + 10];
	const char *p;
	struct parcel_line l;
	size_t i, n, len;
	int bad;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		len = strlen(t[i].in);
		is_str(show(t[i].in, len), t[i].want, t[i].in);
		/* a line that is cut anywhere is not whole, never another */
		bad = 0;
		for (n = 0; n < len && strncmp(t[i].want, "-1", 2) != 0; n++)
			if (memchr(t[i].in, '\n', n) == NULL) {
				p = t[i].in;
				bad += parcel_next(&p, p + n, &l) != -2 ||
				    p != t[i].in;
			}
		is_num(bad, 0, "cut");
	}
	p = "to a\0b\n\n";
	is_num(parcel_next(&p, p + 8, &l), -1, "NUL");
	p = "to a\\\0\n\n";
	is_num(parcel_next(&p, p + 8, &l), -1, "NUL behind a backslash");

	memset(line, 'a', sizeof line);
	line[PARCEL_LINE_MAX - 1] = '\n';
	p = line;
	is_num(parcel_next(&p, line + PARCEL_LINE_MAX, &l), 1, "longest line");
	line[PARCEL_LINE_MAX - 1] = 'a';
	p = line;
	is_num(parcel_next(&p, line + PARCEL_LINE_MAX - 1, &l), -2,
	    "it may still come");
	is_num(parcel_next(&p, line + PARCEL_LINE_MAX, &l), -1,
	    "now it is too long");
	line[PARCEL_LINE_MAX] = '\n';
	is_num(parcel_next(&p, line + PARCEL_LINE_MAX + 1, &l), -1,
	    "one byte longer");
}

static void
addresses(void)
{
	/* as the line has them: escaped once */
	static const struct {
		const char *in;
		size_t want;
	} t[] = {
		{ "a@b", 3 },
		{ "a@b NOTIFY=NEVER", 3 },
		{ "a@b  x", 3 },
		{ "", 0 },
		{ " x", 0 },
		{ "\"a b\"@c x", 7 },
		{ "\"a b\"@c", 7 },
		{ "\"a\" x", 3 },
		{ "\"a", 2 },
		{ "\"a b", 4 },
		{ "\"\"@c x", 4 },
		/* "a\"b c"@d : a quoted quote ends nothing */
		{ "\"a\\\\\"b c\"@d x", 11 },
		/* "a\\" : a quoted backslash, then the end */
		{ "\"a\\\\\\\\\"@d x", 9 },
		/* "a\<TAB> b" : a quoted TAB */
		{ "\"a\\\\\\t b\"@d x", 11 },
		/* "a<TAB> b" : a plain TAB */
		{ "\"a\\t b\"@d x", 9 },
		/* "\" : nothing closes it */
		{ "\"\\\\\" x", 6 },
		{ "\"\\\\", 3 },
		{ "\"\\\\\\\\", 5 },
		{ "\"\\\\ ", 4 },
		/* outside quotes a backslash is nothing special */
		{ "a\\\\ b", 3 },
		{ "a\\\\\" b\"c d", 8 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_num(parcel_address(t[i].in, strlen(t[i].in)), t[i].want,
		    t[i].in);
}

static void
writing(void)
{
	struct buf b = { 0 }, out = { 0 };
	const char *s;
	size_t n;

	parcel_puts(&b, "from", "");
	parcel_puts(&b, "to", "\"a\\\"\tb\"@c");
	parcel_put(&b, "tag", "x\ny\0", 4);
	is_num(parcel_head(&out, &b, 4), 0, "head");
	buf_puts(&out, "body,");
	is_num(netstring_whole(buf_data(&out), buf_len(&out), 1000, &s, &n),
	    buf_len(&out), "is a netstring with its message");
	is_str(show(s, n), "from=;to=\"a\\\\\"\\tb\"@c;tag=x\\ny\\0;0 body",
	    "its envelope comes back");
	buf_free(&b);
	buf_free(&out);
}

static const char *
receipt(const char *p, size_t n)
{
	static char out[2000];
	enum receipt_kind k;
	const char *text;
	size_t len;
	long r = receipt_get(p, n, &k, &text, &len);

	if (r <= 0)
		snprintf(out, sizeof out, "%ld", r);
	else
		snprintf(out, sizeof out, "%ld %c %.*s", r, k, (int)len, text);
	return out;
}

static void
receipts(void)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "4:Kabc,", "7 K abc" },
		{ "1:K,", "4 K " },
		{ "3:Zno,3:Dno,", "6 Z no" },
		{ "3:Dno,", "6 D no" },
		{ "0:,", "-1" },
		{ "3:Xno,", "-1" },
		{ "3:kno,", "-1" },
		{ "3:Kno;", "-1" },
		{ "4:Kno", "0" },
		{ "1025:", "-1" },
		{ "1024:", "0" },
	};
	struct buf b = { 0 };
	char text[RECEIPT_MAX + 10];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(receipt(t[i].in, strlen(t[i].in)), t[i].want, t[i].in);
	receipt_put(&b, RECEIPT_TEMP, "4.3.1 queue is full");
	receipt_put(&b, RECEIPT_OK, "");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "20:Z4.3.1 queue is full,1:K,", "written");
	for (i = RECEIPT_MAX - 1; i <= RECEIPT_MAX; i++) {
		memset(text, 'x', i);
		text[i] = '\0';
		buf_clear(&b);
		receipt_put(&b, RECEIPT_PERM, text);
		ok(strncmp(buf_data(&b), "1024:Dx", 7) == 0 &&
			buf_len(&b) == 5 + RECEIPT_MAX + 1,
		    "long texts are cut to what can be read");
	}
	buf_free(&b);
}

static void
new_ones(void)
{
	static const struct {
		enum receipt_kind kind;
		const char *text;
		int want;
	} t[] = {
		{ RECEIPT_OK, "abc", 1 },
		{ RECEIPT_OK, "", 1 },
		{ RECEIPT_OK, "abc repeated", 0 },
		{ RECEIPT_OK, " repeated", 0 },
		{ RECEIPT_OK, "repeated", 1 },
		{ RECEIPT_OK, "abc repeated ", 1 },
		{ RECEIPT_TEMP, "4.3.1 full", 0 },
		{ RECEIPT_PERM, "5.3.4 too big", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_num(receipt_is_new(t[i].kind, t[i].text, strlen(t[i].text)),
		    t[i].want, t[i].text);
}

int
main(void)
{
	envelope();
	addresses();
	writing();
	receipts();
	new_ones();
	return done();
}
