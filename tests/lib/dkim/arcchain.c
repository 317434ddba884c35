/* the sets of a chain (RFC 8617 section 4.2) */
#include "dkim/arcchain.h"
#include "tap.h"

static void
add(struct arcchain *c, const char *field)
{
	struct header_field f;
	const char *p = field;

	if (header_next(&p, field + strlen(field), &f) == HEADER_FIELD)
		arcchain_add(c, &f);
}

/* each letter a field: A AAR, M AMS, S AS, with the digits behind it */
static void
test_sets(const char *what, unsigned n, const char *why)
{
	static char text[200][64];
	struct arcchain c = { 0 };
	const char *p = what;
	unsigned i = 0;
	int len;

	for (; *p != '\0'; p += len, i++) {
		len = 1 + (int)strspn(p + 1, "0123456789x");
		snprintf(text[i], sizeof text[i],
		    *p == 'A'       ? "ARC-Authentication-Results: i=%.*s; me"
			: *p == 'M' ? "ARC-Message-Signature: a=b; i=%.*s"
				    : "ARC-Seal: i=%.*s; a=b",
		    len - 1, p + 1);
		add(&c, text[i]);
	}
	arcchain_end(&c);
	is_num(c.n, n, what);
	is_str(c.why == NULL ? "good" : c.why, why, what);
}

static void
test_results(const char *value, unsigned want)
{
	char text[100];
	struct header_field f;
	const char *p = text;

	snprintf(text, sizeof text, "ARC-Authentication-Results:%s\n", value);
	header_next(&p, text + strlen(text), &f);
	is_num(arcchain_results(&f), want, value);
}

static void
test_many(void)
{
	static char text[51 * 3][64];
	struct arcchain c = { 0 };
	unsigned i;

	for (i = 0; i < 51; i++) {
		if (i == 50) {
			struct arcchain fifty = c;

			arcchain_end(&fifty);
			is_num(fifty.n, 50, "50 sets");
			ok(fifty.why == NULL, "are good");
		}
		snprintf(text[3 * i], 64, "ARC-Seal: i=%u", i + 1);
		snprintf(text[3 * i + 1], 64, "ARC-Message-Signature: i=%u",
		    i + 1);
		snprintf(text[3 * i + 2], 64,
		    "ARC-Authentication-Results: i=%u; x", i + 1);
		add(&c, text[3 * i]);
		add(&c, text[3 * i + 1]);
		add(&c, text[3 * i + 2]);
	}
	arcchain_end(&c);
	is_str(c.why, "too many ARC sets", "51");
	is_num(c.n, 50, "the number stays within");
}

int
main(void)
{
	test_sets("", 0, "good");
	test_sets("A1M1S1", 1, "good");
	test_sets("S2M2A2S1M1A1", 2, "good");
	test_sets("A1S2M1A2S1M2", 2, "good");
	test_sets("A01M1S1", 1, "good");
	test_sets("A1M1", 1, "an ARC-Seal is missing");
	test_sets("A1S1", 1, "an ARC-Message-Signature is missing");
	test_sets("M1S1", 1, "an ARC-Authentication-Results is missing");
	test_sets("S2M2A2", 2, "an ARC-Authentication-Results is missing");
	test_sets("A1M1S1A3M3S3", 3,
	    "an ARC-Authentication-Results is missing");
	test_sets("A1M1S1S1", 1, "two ARC-Seals of one instance");
	test_sets("A1M1M1S1", 1, "two ARC-Message-Signatures of one instance");
	test_sets("A1A1M1S1", 1,
	    "two ARC-Authentication-Results of one instance");
	test_sets("A0M1S1", 1,
	    "ARC-Authentication-Results without instance number");
	test_sets("A1MxS1", 1, "ARC-Message-Signature without instance number");
	test_sets("A1M1S", 1, "ARC-Seal without instance number");
	test_sets("A1M1S100", 1, "ARC-Seal without instance number");
	test_sets("Sx", 0, "ARC-Seal without instance number");
	test_many();
	test_results(" i=1; example.com; none", 1);
	test_results("i=1;x", 1);
	test_results(" \ti\n\t=\n 12\n ; x", 12);
	test_results(" i=1", 0);
	test_results(" example.com; i=1; none", 0);
	test_results(" I=1; x", 0);
	test_results(" i=1 2; x", 0);
	test_results(" i=; x", 0);
	test_results(" i=-1; x", 0);
	test_results(" ii=1; x", 0);
	test_results("", 0);
	return done();
}
