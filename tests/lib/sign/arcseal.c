/* what a seal hashes and how it looks; the hashes were worked out by another
 * program, from the text of the RFC */
#include "sign/arcseal.h"
#include "tap.h"
#include <stdlib.h>

static struct arcseal_who who = { "me.example", "example.org", "sel",
	"rsa-sha256", "from:to:subject", 1700000000 };

#define MESSAGE \
	"From: a <a@example.org>\nTo: b@example.net\n" \
	"Subject:  x\n   y \n"
#define OLD(i) \
	"ARC-Seal: i=" i "; cv=none;\n b=abc\n" \
	"ARC-Message-Signature:  i=" i "; a=rsa-sha256;\tb=xyz\n" \
	"ARC-Authentication-Results: i=" i "; you.example; none\n"
#define RESULTS \
	"Authentication-Results: ME.example 1;\n" \
	"\tspf=pass smtp.mailfrom=a; dkim=fail;\n" \
	"Authentication-Results: you.example; dkim=pass\n" \
	"Authentication-Results: me.example; none\n" \
	"Authentication-Results: me.example; dkim=pass (\n" \
	"Authentication-Results: (a) me.example ; dmarc=fail\n"
#define BODY "Hello  world \n\n\n"
#define BH "yGIXoM91E1DiKjvCBcC8NlWyw54TdfMQ08sdtwtOO4I="

static const struct {
	const char *name, *header, *names;
	enum arcseal_cv cv;
	const char *message, *seal; /* hashes; NULL: not looked at */
} cases[] = {
	{ "the first set", MESSAGE, "from:to:subject", ARCSEAL_CV_NONE,
	    "aea9ef1c456dfae6fdae685a0eb5c474c492551242048df9d6bbf6467177419c",
	    "5e53afe10bc0bd70afa351c8c54b0eb0809001b4aa69de098f13976e99bd9987" },
	{ "the second set", RESULTS OLD("1") MESSAGE, "from:to:subject",
	    ARCSEAL_CV_PASS,
	    "bbb6e4a80b9abacd16b748dfc8318b59b6d806d324f9ad697166570ddec71453",
	    "e0d0b39d69f525af50ece0fb5c60e9d41787a696ae3218048ed71ecc1221fc3c" },
	{ "a chain that failed", RESULTS OLD("1") MESSAGE, "from:to:subject",
	    ARCSEAL_CV_FAIL,
	    "bbb6e4a80b9abacd16b748dfc8318b59b6d806d324f9ad697166570ddec71453",
	    "05083f3fe77a096622a3d432bcbd67670ab78f5d7558b63daddf0e09d3c230f4" },
	{ "the usual names",
	    "DKIM-Signature: one\nDKIM-Signature: two\n" MESSAGE, NULL,
	    ARCSEAL_CV_NONE,
	    "500368f6135e54888c9921f356e52e60366ea230e4efebc1765aac5002eeea68",
	    NULL },
	{ "several of a name", "X: 1\nX: 2\nX: 3\n" MESSAGE, "x:X:from:x:x",
	    ARCSEAL_CV_NONE,
	    "a620f40d670bad315a0fcf7836e9d49428459ee4596c4055fea2b0718c48259e",
	    NULL },
};

static const char *
hex(const unsigned char *h)
{
	static char t[2 * DIGEST_LEN + 1];
	int i;

	for (i = 0; i < DIGEST_LEN; i++)
		snprintf(t + 2 * i, 3, "%02x", h[i]);
	return t;
}

static void
feed(struct arcseal *s, const char *body, size_t step)
{
	size_t n = strlen(body), k;

	for (; n > 0; body += k, n -= k) {
		k = n < step ? n : step;
		arcseal_body(s, body, k);
	}
}

static void
hashes(void)
{
	unsigned char hash[DIGEST_LEN];
	struct arcseal s;
	struct buf out = { 0 };
	size_t i, step;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (step = 1; step < 100; step += 98) {
			who.headers = cases[i].names;
			arcseal_begin(&s, &who, cases[i].header,
			    strlen(cases[i].header));
			is_num(s.plan, ARCSEAL_GO, cases[i].name);
			feed(&s, BODY, step);
			arcseal_message(&s, cases[i].cv, hash);
			is_str(hex(hash), cases[i].message, "  message");
			arcseal_seal(&s, "AAA=", 4, hash);
			if (cases[i].seal != NULL)
				is_str(hex(hash), cases[i].seal, "  seal");
			buf_clear(&out);
			arcseal_end(&s, "BBB=", 4, &out);
			arcseal_free(&s);
		}
	buf_free(&out);
}

static void
fields(void)
{
	static const char header[] = RESULTS OLD("1") MESSAGE;
	unsigned char hash[DIGEST_LEN];
	struct arcseal s;
	struct buf out = { 0 };

	who.headers = "from:to:subject";
	arcseal_begin(&s, &who, header, strlen(header));
	is_num(s.instance, 2, "the number of the set");
	feed(&s, BODY, 99);
	arcseal_message(&s, ARCSEAL_CV_PASS, hash);
	arcseal_seal(&s, "AAA=", 4, hash);
	is_num(arcseal_end(&s, "BBB=", 4, &out), 0, "made");
	buf_putc(&out, '\0');
	is_str(buf_data(&out),
	    "ARC-Seal: a=rsa-sha256;\n\tb=BBB=; cv=pass;\n"
	    "\td=example.org; i=2; s=sel; t=1700000000\n"
	    "ARC-Message-Signature: a=rsa-sha256;\n\tb=AAA=;\n"
	    "\tbh=" BH "; c=relaxed/relaxed;\n\td=example.org;\n"
	    "\th=from:to:subject; i=2;\n\ts=sel; t=1700000000\n"
	    "ARC-Authentication-Results: i=2; me.example; spf=pass "
	    "smtp.mailfrom=a; dkim=fail;\n\tdmarc=fail\n",
	    "the fields");
	arcseal_free(&s);
	buf_free(&out);
}

/* signatures of RSA of 8192 bits: no line that SMTP has no room for */
static void
long_code(void)
{
	char code[1368];
	unsigned char hash[DIGEST_LEN];
	struct buf out = { 0 };
	struct arcseal s;
	const char *p, *end, *lf;
	size_t n, longest = 0, codes = 0;

	memset(code, 'A', sizeof code);
	who.headers = "from";
	arcseal_begin(&s, &who, MESSAGE, strlen(MESSAGE));
	arcseal_message(&s, ARCSEAL_CV_NONE, hash);
	arcseal_seal(&s, code, sizeof code, hash);
	is_num(arcseal_end(&s, code, sizeof code, &out), 0, "long signatures");
	p = buf_data(&out);
	for (end = p + buf_len(&out); p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		n = lf - p;
		longest = n > longest ? n : longest;
		codes += n > 400;
	}
	ok(longest <= 998, "in lines that are short enough");
	is_num(codes, 4, "two for each");
	arcseal_free(&s);
	buf_free(&out);
}

static const struct {
	const char *name, *header;
	enum arcseal_plan plan;
	unsigned instance;
} plans[] = {
	{ "no chain", MESSAGE, ARCSEAL_GO, 1 },
	{ "a chain", OLD("1") OLD("3") OLD("2"), ARCSEAL_GO, 4 },
	{ "not whole", "ARC-Seal: cv=none; i=4; b=x\n", ARCSEAL_GO, 5 },
	{ "results only", "ARC-Authentication-Results: i=4; x; none\n",
	    ARCSEAL_GO, 5 },
	{ "without number", "ARC-Seal: cv=none; b=x\n", ARCSEAL_GO, 1 },
	{ "no number", "ARC-Seal: i=x; cv=none; b=x\n", ARCSEAL_GO, 1 },
	{ "number 0", "ARC-Seal: i=0; cv=none; b=x\n", ARCSEAL_GO, 1 },
	{ "sets at the limit", OLD("49"), ARCSEAL_GO, 50 },
	{ "one more", OLD("50"), ARCSEAL_FULL, 51 },
	{ "more than may be", OLD("51"), ARCSEAL_FULL, 52 },
	{ "very many", OLD("1000"), ARCSEAL_FULL, 52 },
	{ "it has failed", "ARC-Seal: i=2; cv=fail; b=x\n" OLD("1"),
	    ARCSEAL_FAILED, 3 },
	{ "in any case", "arc-seal: i=2;cv=\n FAIL ; b=x\n" OLD("1"),
	    ARCSEAL_FAILED, 3 },
	{ "an older one has failed", OLD("2") "ARC-Seal: i=1; cv=fail; b=x\n",
	    ARCSEAL_GO, 3 },
	{ "a line that is no field", "no field\n" OLD("1"), ARCSEAL_GARBAGE,
	    2 },
	{ "of two with one number",
	    "ARC-Seal: i=2; cv=pass; b=x\n"
	    "ARC-Seal: i=2; cv=fail; b=x\nARC-Seal: i=2; cv=pass; b=x\n",
	    ARCSEAL_FAILED, 3 },
};

static void
plan(void)
{
	unsigned char hash[DIGEST_LEN];
	struct buf out = { 0 };
	struct arcseal s;
	size_t i;

	for (i = 0; i < sizeof plans / sizeof *plans; i++) {
		arcseal_begin(&s, &who, plans[i].header,
		    strlen(plans[i].header));
		is_num(s.plan, plans[i].plan, plans[i].name);
		is_num(s.instance, plans[i].instance, "  number");
		/* who seals all the same gets three fields */
		buf_clear(&out);
		ok(arcseal_message(&s, ARCSEAL_CV_PASS, hash) == 0 &&
			arcseal_seal(&s, "AAA=", 4, hash) == 0 &&
			arcseal_end(&s, "BBB=", 4, &out) == 0 &&
			buf_len(&out) > 0,
		    "  a set");
		arcseal_free(&s);
	}
	buf_free(&out);
}

/* how many fields h= names when there are so many of one name */
static int
names_of(unsigned fields_n)
{
	unsigned char hash[DIGEST_LEN];
	struct arcseal s;
	struct buf header = { 0 }, out = { 0 };
	const char *p, *end;
	int n = 1;

	for (; fields_n > 0; fields_n--)
		buf_puts(&header, "DKIM-Signature: x\n");
	who.headers = NULL;
	arcseal_begin(&s, &who, buf_data(&header), buf_len(&header));
	arcseal_message(&s, ARCSEAL_CV_NONE, hash);
	arcseal_seal(&s, "AAA=", 4, hash);
	arcseal_end(&s, "BBB=", 4, &out);
	buf_putc(&out, '\0');
	p = strstr(buf_data(&out), "\th=");
	end = strchr(p, ';');
	for (; p < end; p++)
		n += *p == ':';
	arcseal_free(&s);
	buf_free(&header);
	buf_free(&out);
	return n;
}

/* bytes of results that came over */
static size_t
results_of(size_t n)
{
	unsigned char hash[DIGEST_LEN];
	struct arcseal s;
	struct buf header = { 0 };
	size_t len;

	buf_puts(&header, "Authentication-Results: me.example; ");
	for (; n > 0; n--)
		buf_putc(&header, 'x');
	buf_putc(&header, '\n');
	arcseal_begin(&s, &who, buf_data(&header), buf_len(&header));
	arcseal_message(&s, ARCSEAL_CV_NONE, hash);
	len = buf_len(&s.results) -
	    strlen("ARC-Authentication-Results: i=1; me.example; \n");
	arcseal_free(&s);
	buf_free(&header);
	return len;
}

static void
limits(void)
{
	char list[ARCSEAL_HEADERS_MAX + 2];
	unsigned i;

	is_num(names_of(ARCSEAL_NAMES_MAX - 10), ARCSEAL_NAMES_MAX,
	    "names at the limit");
	is_num(names_of(ARCSEAL_NAMES_MAX), ARCSEAL_NAMES_MAX, "more: not all");
	is_num(results_of(ARCSEAL_RESULTS_MAX), ARCSEAL_RESULTS_MAX,
	    "results at the limit");
	is_num(results_of(ARCSEAL_RESULTS_MAX + 1), 4, "one byte more: none");
	for (i = 0; i < 2 * ARCSEAL_NAMES_MAX + 1; i += 2)
		memcpy(list + i, "a:", 3);
	list[2 * ARCSEAL_NAMES_MAX - 1] = '\0';
	ok(arcseal_headers_fault(list) == NULL, "a list at the limit");
	list[2 * ARCSEAL_NAMES_MAX - 1] = ':';
	is_str(arcseal_headers_fault(list), "too many names", "one more");
	memset(list, 'a', ARCSEAL_HEADERS_MAX);
	list[ARCSEAL_HEADERS_MAX] = '\0';
	ok(arcseal_headers_fault(list) == NULL, "a long list");
	memcpy(list + ARCSEAL_HEADERS_MAX, "a", 2);
	is_str(arcseal_headers_fault(list), "the list of names is too long",
	    "one byte more");
}

int
main(void)
{
	hashes();
	fields();
	long_code();
	plan();
	limits();
	ok(arcseal_headers_fault(" From : To ") == NULL, "blanks in a list");
	ok(arcseal_headers_fault("") != NULL, "no name");
	ok(arcseal_headers_fault("a::b") != NULL, "an empty name");
	ok(arcseal_headers_fault("a;b") != NULL, "no name either");
	ok(arcseal_headers_fault("from:ARC-Seal") != NULL, "ARC fields");
	ok(arcseal_headers_fault("Authentication-results") != NULL,
	    "Authentication-Results");
	return done();
}
