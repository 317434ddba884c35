/* TLSA records: which count, which of them stay, and their text */
#include "dns/tlsaset.h"
#include "tap.h"
#include <string.h>

#define D32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define H32 "6161616161616161616161616161616161616161616161616161616161616161"
#define E32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define I32 "6262626262626262626262626262626262626262626262626262626262626262"
/* SHA-256 of "abc", FIPS 180-4 */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct buf b;

static const char *
text(const struct tlsaset *s)
{
	buf_clear(&b);
	if (tlsaset_put(&b, s) == -1 || buf_putc(&b, '\0') == -1)
		return "no memory";
	return buf_data(&b);
}

static void
add(struct tlsaset *s, const char *kind, const char *data)
{
	unsigned char r[300];
	size_t n = strlen(data);

	r[0] = (unsigned char)(kind[0] - '0');
	r[1] = (unsigned char)(kind[1] - '0');
	r[2] = (unsigned char)(kind[2] - '0');
	memcpy(r + 3, data, n);
	tlsaset_add(s, r, n + 3);
}

/* sets of up to four records, in both orders */
static const struct {
	struct {
		const char *kind, *data;
	} r[4];
	const char *text;
} cases[] = {
	{ { { "311", D32 } }, "3.1.1." H32 },
	{ { { "201", D32 } }, "2.0.1." H32 },
	{ { { "312", D32 E32 } }, "3.1.2." H32 I32 },
	{ { { "310", "abc" } }, "3.1.1." ABC },
	{ { { "200", "abc" } }, "2.0.1." ABC },
	/* not used, or nothing that could match */
	{ { { "011", D32 } }, "" },
	{ { { "111", D32 } }, "" },
	{ { { "411", D32 } }, "" },
	{ { { "321", D32 } }, "" },
	{ { { "313", D32 } }, "" },
	{ { { "311", D32 "a" } }, "" },
	{ { { "311", "a" } }, "" },
	{ { { "312", D32 } }, "" },
	{ { { "311", "" } }, "" },
	{ { { "310", "" } }, "" },
	/* beside others */
	{ { { "311", E32 }, { "311", D32 } }, "3.1.1." H32 ",3.1.1." I32 },
	{ { { "311", D32 }, { "311", D32 } }, "3.1.1." H32 },
	{ { { "211", D32 }, { "301", D32 }, { "311", D32 } },
	    "3.1.1." H32 ",3.0.1." H32 ",2.1.1." H32 },
	{ { { "111", D32 }, { "311", D32 } }, "3.1.1." H32 },
	/* the weaker digest goes, of the same usage and selector */
	{ { { "311", D32 }, { "312", D32 D32 } }, "3.1.2." H32 H32 },
	{ { { "301", D32 }, { "312", D32 D32 } },
	    "3.1.2." H32 H32 ",3.0.1." H32 },
	{ { { "211", D32 }, { "312", D32 D32 } },
	    "3.1.2." H32 H32 ",2.1.1." H32 },
	{ { { "310", "abc" }, { "312", D32 D32 } },
	    "3.1.2." H32 H32 ",3.1.1." ABC },
	{ { { "310", "abc" }, { "311", D32 }, { "312", D32 D32 } },
	    "3.1.2." H32 H32 ",3.1.1." ABC },
	/* a stronger one that nothing can match is none */
	{ { { "311", D32 }, { "312", D32 } }, "3.1.1." H32 },
};

static void
sets(void)
{
	unsigned i, k, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tlsaset there = { 0 }, back = { 0 }, again;

		for (n = 0; n < 4 && cases[i].r[n].kind != NULL; n++)
			add(&there, cases[i].r[n].kind, cases[i].r[n].data);
		for (k = n; k-- > 0;)
			add(&back, cases[i].r[k].kind, cases[i].r[k].data);
		tlsaset_finish(&there);
		tlsaset_finish(&back);
		is_str(text(&there), cases[i].text, cases[i].text);
		is_str(text(&back), cases[i].text, "in any order");
		is_num(there.n_seen, n, "seen");
		if (there.n == 0)
			continue;
		text(&there);
		is_num(tlsaset_scan(&again, buf_data(&b), buf_len(&b) - 1), 0,
		    "read");
		is_str(text(&again), cases[i].text, "is the same");
	}
}

static void
damaged(void)
{
	struct tlsaset s = { 0 };

	tlsaset_add(&s, (const unsigned char *)"", 0);
	tlsaset_add(&s, (const unsigned char *)"\3\1\1", 3);
	tlsaset_finish(&s);
	is_num(s.n, 0, "nothing of use");
	is_num(s.n_seen, 2, "seen");
}

static void
most(void)
{
	struct tlsaset s = { 0 }, t;
	char data[33];
	unsigned i;
	size_t n;

	memset(data, 'z', 32);
	data[32] = '\0';
	for (i = 0; i <= TLSA_RECORDS_MAX; i++) {
		data[0] = (char)('a' + TLSA_RECORDS_MAX - i);
		if (i == TLSA_RECORDS_MAX)
			is_num(s.n, TLSA_RECORDS_MAX, "as many as there may");
		add(&s, "311", data);
	}
	tlsaset_finish(&s);
	is_num(s.n, TLSA_RECORDS_MAX, "one more");
	is_num(s.n_seen, TLSA_RECORDS_MAX + 1, "is seen");
	is_num(s.r[0].digest[0], 'a', "those in front stay");
	is_num(s.r[TLSA_RECORDS_MAX - 1].digest[0], 'a' + TLSA_RECORDS_MAX - 1,
	    "up to the last but one");
	text(&s);
	n = buf_len(&b) - 1;
	is_num(tlsaset_scan(&t, buf_data(&b), n), 0, "as text");
	is_num(t.n, TLSA_RECORDS_MAX, "all");
	buf_puts(&b, "");
	buf_data(&b)[n] = ',';
	buf_puts(&b, "3.1.1." H32);
	is_num(tlsaset_scan(&t, buf_data(&b), buf_len(&b)), -1, "one more");
}

static void
texts(void)
{
	static const char *const bad[] = {
		"",
		"?",
		",",
		"3.1.1.",
		"3.1.1." D32,
		"3.1.1." H32 ",",
		"3.1.1." H32 " ",
		","
		"3.1.1." H32,
		"3.1.2." H32,
		"3.1.0." H32,
		"1.1.1." H32,
		"3.2.1." H32,
		"3-1.1." H32,
		"3.1.1." H32 "00",
		"3.1.1.g" H32,
	};
	struct tlsaset s;
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(tlsaset_scan(&s, bad[i], strlen(bad[i])), -1, bad[i]);
	is_num(tlsaset_scan(&s, "3.1.1." ABC, 6 + 64), 0, "a good one");
	is_num(tlsaset_scan(&s, "3.1.1." ABC, 6 + 63), -1, "cut");
}

int
main(void)
{
	sets();
	damaged();
	most();
	texts();
	buf_free(&b);
	return done();
}
