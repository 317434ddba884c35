#include "dmarc/dmarcrecord.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *text;
	int is;
} beginnings[] = {
	{ "v=DMARC1", 1 },
	{ "v=DMARC1;", 1 },
	{ "v=DMARC1 ; p=none", 1 },
	{ "v\t= DMARC1;p=none", 1 },
	{ "V=DMARC1;p=none", 1 },
	{ "v=dmarc1;p=none", 0 },
	{ "v=DMARC1x;p=none", 0 },
	{ "v=DMARC", 0 },
	{ "v=DMARC1 p=none", 0 },
	{ " v=DMARC1;p=none", 0 },
	{ "p=none;v=DMARC1", 0 },
	{ ";v=DMARC1", 0 },
	{ "v=\"DMARC1\"", 0 },
	{ "v DMARC1", 0 },
	{ "v", 0 },
	{ "", 0 },
	{ "v=DMARC12", 0 },
};

/* p sp np psd adkim aspf t pct, marks for has_sp has_np broken usable, rua */
static const struct {
	const char *text;
	int old;
	const char *want;
} records[] = {
	{ "v=DMARC1; p=reject", 0, "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=none;sp=quarantine;np=reject", 0,
	    "n q r u r r n 100 sn-u " },
	{ "v=DMARC1;p=reject;sp=none", 0, "r n n u r r n 100 s--u " },
	{ "v=DMARC1;p=reject;np=none", 0, "r r n u r r n 100 -n-u " },
	{ "v=DMARC1;psd=y;t=y;aspf=s;adkim=s;p=none;", 0,
	    "n n n y s s y 100 ---u " },
	{ "v=DMARC1 ; p = Reject ; adkim\t=\tS", 0, "r r r u s r n 100 ---u " },
	{ "v=DMARC1;p=reject;psd=N", 0, "r r r n r r n 100 ---u " },
	{ "v=DMARC1;P=reject", 0, "r r r u r r n 100 ---u " },
	/* what is not known or not right is passed over */
	{ "v=DMARC1;p=reject;pct=0;rf=afrf;ri=60;x=y", 0,
	    "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;t=maybe;psd=;adkim=x;aspf=ss", 0,
	    "r r r u r r n 100 ---u " },
	{ "v=DMARC1;;p=reject;;nonsense;=;a b=c;;", 0,
	    "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;\001=x;t=y", 0, "r r r u r r y 100 ---u " },
	/* twice is never */
	{ "v=DMARC1;p=reject;p=reject", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;p=reject;t=y;t=y;psd=n;psd=n", 0,
	    "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;v=DMARC1", 0, "r r r u r r n 100 ---u " },
	/* section 4.10.1 */
	{ "v=DMARC1", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;p=", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;p=reject;sp=x", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;p=reject;np=x", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;p=reject;sp=x;rua=mailto:a@b.c", 0,
	    "n n n u r r n 100 --bu mailto:a@b.c" },
	{ "v=DMARC1;rua=mailto:a@b.c;psd=n", 0,
	    "n n n n r r n 100 --bu mailto:a@b.c" },
	{ "v=DMARC1;rua=a@b.c", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;rua=mailto:;p=x", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;rua=mailto:a@;p=x", 0, "n n n u r r n 100 --b- " },
	{ "v=DMARC1;rua=x,https://example.com/r;p=x", 0,
	    "n n n u r r n 100 --bu https://example.com/r" },
	/* rua */
	{ "v=DMARC1;p=none;rua=mailto:a@b.c , mailto:d@e.f!10m,\tmailto:g@h.i",
	    0,
	    "n n n u r r n 100 ---u mailto:a@b.c,mailto:d@e.f!10m,mailto:g@h.i" },
	{ "v=DMARC1;p=none;rua=mailto:a@b.c!x,,bad,mailto:d@e.f!", 0,
	    "n n n u r r n 100 ---u " },
	{ "v=DMARC1;p=none;rua=mailto:a b@c.d", 0, "n n n u r r n 100 ---u " },
	/* RFC 7489 */
	{ "v=DMARC1;p=reject;sp=none;pct=50;np=none;psd=y;t=y", 1,
	    "r n n u r r n 50 s--u " },
	{ "v=DMARC1;p=reject;pct=0", 1, "r r r u r r y 0 ---u " },
	{ "v=DMARC1;p=reject;pct=100", 1, "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;pct=101", 1, "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;pct=5%", 1, "r r r u r r n 100 ---u " },
	{ "v=DMARC1;p=reject;np=x", 1, "r r r u r r n 100 ---u " },
};

static const struct {
	const char *list, *want; /* text, limit, mailbox of each */
} lists[] = {
	{ "mailto:a@b.c", "mailto:a@b.c 0 a@b.c;" },
	{ "MAILTO:a@b.c!10", "MAILTO:a@b.c 10 a@b.c;" },
	{ "mailto:a@b.c!1k,mailto:a@b.c!10M, mailto:a@b.c!2g ,mailto:a@b.c!1t",
	    "mailto:a@b.c 1024 a@b.c;mailto:a@b.c 10485760 a@b.c;"
	    "mailto:a@b.c 2147483648 a@b.c;mailto:a@b.c 1099511627776 a@b.c;" },
	{ "mailto:a@b.c!1048576t", "mailto:a@b.c 1152921504606846976 a@b.c;" },
	{ "mailto:a@b.c!1048577t,mailto:a@b.c!1p,mailto:a@b.c!-1,mailto:a@b.c!m",
	    "" },
	{ "mailto:a@b.c!10485760", "mailto:a@b.c 10485760 a@b.c;" },
	{ "mailto:a%21b@b.c?subject=x",
	    "mailto:a%21b@b.c?subject=x 0 a!b@b.c;" },
	{ "mailto:a%2@b.c", "mailto:a%2@b.c 0 -;" },
	{ "mailto:a%2Cx@b.c%2cd@e.f", "mailto:a%2Cx@b.c%2cd@e.f 0 -;" },
	{ "mailto:a%0Ax@b.c", "mailto:a%0Ax@b.c 0 -;" },
	{ "mailto:a%20x@b.c", "mailto:a%20x@b.c 0 -;" },
	{ "mailto:%22a%20x%22@b.c", "mailto:%22a%20x%22@b.c 0 \"a x\"@b.c;" },
	{ "https://e.org/?x=1", "https://e.org/?x=1 0 -;" },
	{ "1x:y,:x,x:,x", "" },
	{ ",,,", "" },
	{ "", "" },
	{ " ", "" },
};

static char
letter(enum dmarc_policy p)
{
	return "nqr"[p];
}

static void
check_record(const char *text, int old, const char *want)
{
	struct dmarc_record r;
	char got[800];

	dmarcrecord_parse(&r, text, strlen(text), old);
	snprintf(got, sizeof got, "%c %c %c %c %c %c %c %u %c%c%c%c %s",
	    letter(r.p), letter(r.sp), letter(r.np), "uyn"[r.psd],
	    "rs"[r.strict_dkim], "rs"[r.strict_spf], "ny"[r.testing], r.pct,
	    "-s"[r.has_sp], "-n"[r.has_np], "-b"[r.broken], "-u"[r.usable],
	    r.rua);
	is_str(got, want, text);
}

static void
check_list(const char *list, const char *want)
{
	const char *p = list, *end = list + strlen(list);
	char got[1000] = "", box[300];
	struct dmarc_uri u;
	size_t n;

	while (dmarcrecord_uri(&p, end, &u)) {
		if (u.address_len == 0 || dmarcrecord_mailbox(&u, box) == -1)
			strcpy(box, "-");
		n = strlen(got);
		snprintf(got + n, sizeof got - n, "%.*s %llu %s;", (int)u.len,
		    u.text, u.limit, box);
	}
	is_str(got, want, list);
}

/* rua= keeps whole URIs up to its limit */
static void
check_rua_limit(void)
{
	char text[2000] = "v=DMARC1;p=none;rua=mailto:", *p;
	struct dmarc_record r;
	size_t n;

	/* one of 589 bytes and one of 9: with the comma 600 */
	p = text + strlen(text);
	memset(p, 'a', 578);
	strcpy(p + 578, "@b.c,x:2345678");
	dmarcrecord_parse(&r, text, strlen(text), 0);
	is_num((long long)strlen(r.rua), DMARC_URIS_MAX - 1,
	    "599 bytes of rua");
	strcat(text, "9");
	dmarcrecord_parse(&r, text, strlen(text), 0);
	n = strlen(r.rua);
	is_num((long long)n, DMARC_URIS_MAX, "600 bytes of rua");
	strcat(text, "0");
	dmarcrecord_parse(&r, text, strlen(text), 0);
	is_num((long long)strlen(r.rua), 589,
	    "601: the last is left out whole");
}

static unsigned
answer(struct dmarc_record *r, const char *first, const char *second)
{
	static unsigned char wire[2][5000];
	const unsigned char *data[2] = { wire[0], wire[1] };
	const char *texts[2] = { first, second };
	int len[2];
	struct dnsa a = { DNSA_OK, second == NULL ? 1 : 2, data, len, NULL };
	unsigned i;
	size_t n, k;

	for (i = 0; i < a.n; i++) {
		unsigned char *o = wire[i];

		for (n = strlen(texts[i]); n > 0; n -= k, texts[i] += k) {
			k = n < 255 ? n : 255;
			*o++ = (unsigned char)k;
			memcpy(o, texts[i], k);
			o += k;
		}
		len[i] = (int)(o - wire[i]);
	}
	return dmarcrecord_answer(r, &a, 0);
}

static void
check_answer(void)
{
	static char big[5000];
	struct dmarc_record r;
	struct dnsa none = { DNSA_NONE, 0, NULL, NULL, NULL };

	is_num(answer(&r, "v=DMARC1;p=reject", "v=spf1"), 1, "one of two");
	is_num(answer(&r, "v=DMARC1;p=reject", "v=DMARC1"), 2, "both");
	is_num(answer(&r, "x", "y"), 0, "neither");
	is_num(dmarcrecord_answer(&r, &none, 0), 0, "no answer");
	memset(big, 'x', sizeof big - 1);
	memcpy(big, "v=DMARC1;p=reject;x=", 20);
	big[DMARC_RECORD_MAX] = '\0';
	is_num(answer(&r, big, NULL), 1, "a record of 4096 bytes");
	ok(r.usable && r.p == DMARC_P_REJECT, "is read");
	big[DMARC_RECORD_MAX] = 'x';
	big[DMARC_RECORD_MAX + 1] = '\0';
	is_num(answer(&r, big, NULL), 0, "of 4097: is none");
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		is_num(dmarcrecord_is(beginnings[i].text,
			   strlen(beginnings[i].text)),
		    beginnings[i].is, beginnings[i].text);
	for (i = 0; i < sizeof records / sizeof *records; i++)
		check_record(records[i].text, records[i].old, records[i].want);
	for (i = 0; i < sizeof lists / sizeof *lists; i++)
		check_list(lists[i].list, lists[i].want);
	check_rua_limit();
	check_answer();
	return done();
}
