/* tls/der: values, numbers, times, and what is none */
#include "tls/der.h"
#include "tap.h"
#include <stdlib.h>

#define D(text) \
	((struct der){ (const unsigned char *)(text), sizeof(text) - 1 })

static void
values(void)
{
	struct der left = D("\x02\x01\x05\x30\x81\x03"
			    "abc\x04\x83\x00\x00\x00"),
		   v, whole;
	unsigned tag;

	is_num(der_next(&left, &tag, &v), 1, "a value");
	ok(tag == DER_INTEGER && v.n == 1 && v.p[0] == 5, "is what it is");
	ok(!der_take(&left, DER_INTEGER, &v), "no other");
	ok(der_take_whole(&left, DER_SEQUENCE, &whole) && whole.n == 6,
	    "whole, with a long length");
	ok(der_take(&left, DER_OCTETS, &v) && v.n == 0, "an empty one");
	is_num(der_next(&left, &tag, &v), 0, "then none");
}

/* each, cut at every byte, is none */
static void
cut(void)
{
	static const char text[] = "\x30\x82\x01\x00";
	unsigned char b[260] = { 0 };
	struct der left, v;
	unsigned char *p;
	unsigned tag;
	size_t n;
	int bad = 0;

	memcpy(b, text, 4);
	for (n = 1; n < sizeof b; n++) {
		/* of just this size, for the sanitizer */
		p = malloc(n);
		memcpy(p, b, n);
		left = (struct der){ p, n };
		bad += der_next(&left, &tag, &v) != -1 || left.n != n;
		free(p);
	}
	is_num(bad, 0, "cut");
	left = (struct der){ b, sizeof b };
	is_num(der_next(&left, &tag, &v), 1, "and whole");
}

static void
none(void)
{
	static const struct {
		struct der d;
		const char *why;
	} t[] = {
		{ D("\x1f\x81\x01\x00"), "a tag of more bytes" },
		{ D("\x30\x80\x00\x00"), "a length that is not said" },
		{ D("\x30\x84\x00\x00\x00\x00"), "a length of 4 bytes" },
		{ D("\x30\x83\xff\xff\xff"), "more than there is" },
	};
	struct der v;
	unsigned tag;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct der left = t[i].d;

		is_num(der_next(&left, &tag, &v), -1, t[i].why);
	}
}

static void
numbers(void)
{
	struct der d = der_unsigned(D("\x00\x00\x81\x00"));

	ok(d.n == 2 && d.p[0] == 0x81, "zeros in front");
	is_num(der_bit_length(d), 16, "bits");
	is_num(der_bit_length(der_unsigned(D("\x01\x00\x01"))), 17, "65537");
	is_num((long long)der_unsigned(D("\x80")).n, 0, "negative");
	is_num((long long)der_unsigned(D("\x00")).n, 0, "nought");
	is_num((long long)der_unsigned(D("")).n, 0, "nothing");
	is_num(der_bit_length(D("")), 0, "no bits");
	d = der_bytes(D("\x00"
			"ab"));
	ok(d.n == 2 && d.p[0] == 'a', "whole bytes");
	is_num((long long)der_bytes(D("\x01"
				      "ab"))
		   .n,
	    0, "bits that are left");
	is_num((long long)der_bytes(D("\x00")).n, 0, "none");
}

static void
times(void)
{
	static const struct {
		unsigned tag;
		const char *text;
		long long at; /* -1: none */
	} t[] = {
		{ DER_UTC_TIME, "700101000000Z", 0 },
		{ DER_UTC_TIME, "491231235959Z", 2524607999 },
		{ DER_UTC_TIME, "500101000000Z", -631152000 },
		{ DER_TIME, "20500101000000Z", 2524608000 },
		{ DER_TIME, "99991231235959Z", 253402300799 },
		{ DER_UTC_TIME, "7001010000Z", -1 },
		{ DER_UTC_TIME, "700101000000+0100", -1 },
		{ DER_UTC_TIME, "7001010000000", -1 },
		{ DER_UTC_TIME, "701301000000Z", -1 },
		{ DER_UTC_TIME, "700100000000Z", -1 },
		{ DER_UTC_TIME, "700101240000Z", -1 },
		{ DER_UTC_TIME, "700101006000Z", -1 },
		{ DER_UTC_TIME, "491231235960Z", -1 },
		{ DER_UTC_TIME, "7001010a0000Z", -1 },
		{ DER_TIME, "700101000000Z", -1 },
		{ DER_TIME, "20500101000000.5Z", -1 },
		{ DER_OCTETS, "700101000000Z", -1 },
	};
	int64_t at;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct der d = { (const unsigned char *)t[i].text,
			strlen(t[i].text) };

		at = -1;
		is_num(der_time(t[i].tag, d, &at), t[i].at == -1 ? -1 : 0,
		    t[i].text);
		is_num(at, t[i].at, t[i].text);
	}
}

int
main(void)
{
	values();
	cut();
	none();
	numbers();
	times();
	ok(der_is(D("ab"), "ab", 2) && !der_is(D("ab"), "abc", 3), "ids");
	ok(der_same(D("ab"), D("ab")) && !der_same(D("ab"), D("ac")) &&
		!der_same(D("ab"), D("a")),
	    "the same");
	return done();
}
