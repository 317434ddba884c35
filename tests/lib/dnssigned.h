#ifndef TESTS_DNSSIGNED_H
#define TESTS_DNSSIGNED_H

#include "dnsfake.h"

/*
 * The same with signatures: zone test, signed until 2085 with a key that is
 * nowhere any more.  bad.test was altered afterwards; below plain.test nothing
 * is signed; far.test leads there, alias.test to a.test, which has a TLSA
 * record.
 */
static const char dnssigned_anchor[] =
    "test.	IN	DNSKEY	257 3 13 DBa8/V1nTeELpAUPjEn6WbImdhDFY1RFg"
    "QXKkw1llyJhhMsieI1uZ5B7NPbbzNqr9Dy7dMvO5yyyk0W4vPs8Fw==";
struct dnssigned_record {
	const char *name;
	unsigned type, ttl;
	const char *hex;
};

static const struct dnssigned_record dnssigned_zone[] = {
	{ "test", 6, 300, "0000000000010000003c0000003c0000003c0000003c" },
	{ "test", 46, 300,
	    "00060d010000012cd8505e005e0be1002555047465737400b42e6d3897c27540"
	    "b77e37ac782d5671c9bfe1f16ce82795dcf21b383b133baaf0a385513e467218"
	    "978645f39544fe6884d549039c02d3fe848a972719a45d4d" },
	{ "test", 2, 300, "026e73047465737400" },
	{ "test", 46, 300,
	    "00020d010000012cd8505e005e0be1002555047465737400d744bad1c8862c12"
	    "680180d6e750869b799f740ae53e81f4023c792737dec578c4b8a15a61ceca54"
	    "4dd7d02ab950e1e0949776d9710a1801945adaaa4c2b459f" },
	{ "test", 48, 300,
	    "0101030d0c16bcfd5d674de10ba4050f8c49fa59b2267610c56354458105ca93"
	    "0d6597226184cb22788d6e67907b34f6dbccdaabf43cbb74cbcee72cb29345b8"
	    "bcfb3c17" },
	{ "test", 46, 300,
	    "00300d010000012cd8505e005e0be1002555047465737400a1cbe988e75bc6e7"
	    "cc32d0abbbb967a9178b48fff9c0f01c0e9c404c4d456c38048b88c7aaf5b2d3"
	    "7afdb0c17954bab766c9ff09e465c7581ea3081231ea7b01" },
	{ "test", 47, 60, "0161047465737400000722000000000380" },
	{ "test", 46, 60,
	    "002f0d010000003cd8505e005e0be1002555047465737400d31afb409116a3af"
	    "0284f720698ce7c4d50c216e990c2497d829cf98375acf4162079bb0f9f028da"
	    "fbece108148751bc42a5e499d7898c4c4eff9c153f61816c" },
	{ "a.test", 1, 300, "c0000207" },
	{ "a.test", 46, 300,
	    "00010d020000012cd8505e005e0be1002555047465737400138d453fd27c7ce8"
	    "2e82a5c62f0ecc86c5c4c0c619d514b071d5b95fafe352502dde3837fadc2de8"
	    "f7563b21421c866b657e2d9be2e96419dc0ed1923a023b18" },
	{ "a.test", 47, 60,
	    "035f3235045f74637001610474657374000006400000000003" },
	{ "a.test", 46, 60,
	    "002f0d020000003cd8505e005e0be1002555047465737400f1f49f0a6230fd33"
	    "3b8f1216c12476a0496a228cc34f05373bed2806d26fe5906472baa8f035d677"
	    "739d418c83c5c24400611dabd176abf5d4db0c30c66926b4" },
	{ "_25._tcp.a.test", 52, 300,
	    "030101000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c"
	    "1d1e1f" },
	{ "_25._tcp.a.test", 46, 300,
	    "00340d040000012cd8505e005e0be100255504746573740048f1a2a2ac355a3a"
	    "2e364621f168342d4d69a6f8b662540617f82fe6b1858f7f8831406b5a76dbde"
	    "796e55d0362c25322000816ddf6b737c529b2e5b7c419223" },
	{ "_25._tcp.a.test", 47, 60,
	    "05616c696173047465737400000700000000000308" },
	{ "_25._tcp.a.test", 46, 60,
	    "002f0d040000003cd8505e005e0be100255504746573740057a6c14649880d1c"
	    "025726838d2f200a223a1319634c29749aa2a9497c604db4ede10a64f0f2f4a0"
	    "e329e34ffb1b35d37fb68f1d35140a90cf03d2efe17f3d20" },
	{ "alias.test", 5, 300, "0161047465737400" },
	{ "alias.test", 46, 300,
	    "00050d020000012cd8505e005e0be100255504746573740097fda5cc153277c0"
	    "b63ead6545b1525a57c636426db611f9b3e0082d5d6ca5d9d6a510878635cbb8"
	    "3bb8db1484c0ccdabb16977aecf3fae79c5dee1acc761ecc" },
	{ "alias.test", 47, 60, "036261640474657374000006040000000003" },
	{ "alias.test", 46, 60,
	    "002f0d020000003cd8505e005e0be1002555047465737400648fa7addc8deff1"
	    "7addfa84733205e33f753c229c1cec34f5de008300080174bb792ae5aabf1e80"
	    "d81634a59f70a5cd9e7e3dc5880286b040d1f78a651aeba0" },
	{ "bad.test", 1, 300, "c0000209" },
	{ "bad.test", 46, 300,
	    "00010d020000012cd8505e005e0be100255504746573740093d124d524baf4b0"
	    "f514c81e271dc4d74c7907cc7a67591b5b6719288050498726e4c5d46e6b607e"
	    "ac4bf64f27892b8ca738e50d5ccace489102e1dfc58dfa92" },
	{ "bad.test", 47, 60, "036661720474657374000006400000000003" },
	{ "bad.test", 46, 60,
	    "002f0d020000003cd8505e005e0be1002555047465737400a570bc2c439d33bf"
	    "2dc6cbe595445e38b8be5b53fdc1497931b819ddeb3284112084d1af13ee0e61"
	    "a165b1032f21799de29c90d4d7bc6da833d4a85e0ebd4cce" },
	{ "far.test", 5, 300, "017805706c61696e047465737400" },
	{ "far.test", 46, 300,
	    "00050d020000012cd8505e005e0be1002555047465737400e37628947b0f9163"
	    "4aa62be7435b34ab85ae9212d79726e23615c7b8c2c80fb8810aa32394c55056"
	    "95b66f671f00dfbdaba3c95592b8cdbc7793fe6f4b147622" },
	{ "far.test", 47, 60, "026e730474657374000006040000000003" },
	{ "far.test", 46, 60,
	    "002f0d020000003cd8505e005e0be10025550474657374003749f3681c2b01d5"
	    "a7abe877f06c02aa8fbcab0f37d0b4fd8847f454b835c71480b11cd1903eb087"
	    "640a79da4521ac3a2ea2e87ddbc0d404866563b0567e225b" },
	{ "ns.test", 1, 300, "7f000001" },
	{ "ns.test", 46, 300,
	    "00010d020000012cd8505e005e0be1002555047465737400f8eaccde8d453b05"
	    "cbf21ecf5910079188893f85b51664c67bd639a7970bf675b9283bff8e8d8841"
	    "cdae593a1e9478e974ef3c8ac1e65a72bb6d7360dde22bfc" },
	{ "ns.test", 47, 60, "05706c61696e0474657374000006400000000003" },
	{ "ns.test", 46, 60,
	    "002f0d020000003cd8505e005e0be10025550474657374000eea84c219dde031"
	    "9b438e0bb9bdba5074177bf064df884b54e1403291f43333cd4e9486e6c8aaf8"
	    "054481bf46735256dfcd695d6e84bfd7febccf195eb1379b" },
	{ "plain.test", 2, 300, "026e7305706c61696e047465737400" },
	{ "plain.test", 47, 60, "0474657374000006200000000003" },
	{ "plain.test", 46, 60,
	    "002f0d020000003cd8505e005e0be10025550474657374003820ef37ed22f254"
	    "e9a227a9d8f4e3509673054dceb3eeede35b929fd3eda97faa6ebcfa111f757f"
	    "0606c70c9c3afa6222e7139c464ae0d563c37f86fec61683" },
	{ "ns.plain.test", 1, 300, "7f000001" },
	{ "x.plain.test", 1, 300, "c000020a" },
	{ NULL, 0, 0, NULL },
};

enum {
	DNSSIGNED_CNAME = 5,
	DNSSIGNED_SOA = 6,
	DNSSIGNED_RRSIG = 46,
	DNSSIGNED_NSEC = 47
};

static inline unsigned
dnssigned_byte(const char *hex)
{
	unsigned b;

	return sscanf(hex, "%2x", &b) == 1 ? b : 0;
}

/* the type that a signature is about, else its own */
static inline unsigned
dnssigned_about(const struct dnssigned_record *r)
{
	return r->type != DNSSIGNED_RRSIG
	    ? r->type
	    : dnssigned_byte(r->hex) << 8 | dnssigned_byte(r->hex + 2);
}

/* all records of a name and type with their signatures; how many */
static inline unsigned
dnssigned_put(unsigned char *q, size_t *at, const char *name, unsigned type)
{
	const struct dnssigned_record *r;
	unsigned count = 0;
	unsigned char *p;
	size_t i, n;

	for (r = dnssigned_zone; r->name != NULL; r++) {
		if (strcasecmp(r->name, name) != 0 ||
		    dnssigned_about(r) != type)
			continue;
		p = q + *at;
		p += dnsfake_put_name(p, r->name);
		n = strlen(r->hex) / 2;
		memcpy(p,
		    (unsigned char[]){ 0, (unsigned char)r->type, 0, 1, 0, 0,
			(unsigned char)(r->ttl >> 8), (unsigned char)r->ttl, 0,
			(unsigned char)n },
		    10);
		for (p += 10, i = 0; i < n; i++)
			*p++ = (unsigned char)dnssigned_byte(r->hex + 2 * i);
		*at = p - q;
		count++;
	}
	return count;
}

/* is the name there, or one below it? */
static inline int
dnssigned_has(const char *name)
{
	const struct dnssigned_record *r;
	size_t n = strlen(name), k;

	for (r = dnssigned_zone; r->name != NULL; r++) {
		k = strlen(r->name);
		if (k >= n && strcasecmp(r->name + k - n, name) == 0 &&
		    (k == n || r->name[k - n - 1] == '.'))
			return 1;
	}
	return 0;
}

/* what shows that there is nothing: of the zone, the name, the name above it
 * that is there, and far.test, which stands in front of no.test */
static inline unsigned
dnssigned_nothing(unsigned char *q, size_t *at, const char *name)
{
	unsigned count = dnssigned_put(q, at, "test", DNSSIGNED_SOA);

	count += dnssigned_put(q, at, "test", DNSSIGNED_NSEC);
	count += dnssigned_put(q, at, "far.test", DNSSIGNED_NSEC);
	while (!dnssigned_has(name) && strchr(name, '.') != NULL)
		name = strchr(name, '.') + 1;
	if (strcasecmp(name, "test") != 0 && strcasecmp(name, "far.test") != 0)
		count += dnssigned_put(q, at, name, DNSSIGNED_NSEC);
	return count;
}

static inline size_t
dnssigned_answer(const void *arg, unsigned char *q, size_t n)
{
	/* EDNS: 1232 bytes, signatures wanted */
	static const unsigned char opt[] = { 0, 0, 41, 4, 208, 0, 0, 128, 0, 0,
		0 };
	char name[256];
	size_t at = dnsfake_question(q, n, name);
	unsigned type = (unsigned)q[at - 4] << 8 | q[at - 3], count;

	(void)arg;
	q[2] |= 0x80;
	q[3] = dnssigned_has(name) ? 0x80 : 0x83;
	memset(q + 6, 0, 6);
	count = dnssigned_put(q, &at, name, type);
	if (count == 0)
		count = dnssigned_put(q, &at, name, DNSSIGNED_CNAME);
	q[7] = (unsigned char)count;
	if (count == 0)
		q[9] = (unsigned char)dnssigned_nothing(q, &at, name);
	memcpy(q + at, opt, sizeof opt);
	q[11] = 1;
	return at + sizeof opt;
}

#endif
