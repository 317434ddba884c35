/* records of MTA-STS: their grammar, and which of several counts */
#include "sts/stsrecord.h"
#include "stsdata.h"
#include "tap.h"
#include <string.h>

static const struct {
	const char *text, *id;
	enum stsrecord what;
} cases[] = {
	{ "v=STSv1; id=20160831085700Z;", "20160831085700Z", STSRECORD_GOOD },
	{ "v=STSv1;id=a", "a", STSRECORD_GOOD },
	{ "v=STSv1 \t; \tid=a\t ;\t", "a", STSRECORD_GOOD },
	{ "v=STSv1; more=x; id=a; e.x_t-2=!:<>~", "a", STSRECORD_GOOD },
	{ "v=STSv1; id=a; id=b", "a", STSRECORD_GOOD },
	{ "v=STSv1; id=01234567890123456789012345678901",
	    "01234567890123456789012345678901", STSRECORD_GOOD },
	{ "v=STSv1; id=012345678901234567890123456789012", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; a1234567890123456789012345678901=x", "a",
	    STSRECORD_GOOD },
	{ "v=STSv1; id=a; a12345678901234567890123456789012=x", "",
	    STSRECORD_BAD },
	{ "", "", STSRECORD_NONE },
	{ "v=STSv", "", STSRECORD_NONE },
	{ "v=STSv10; id=a", "", STSRECORD_NONE },
	{ "v=STSv2; id=a", "", STSRECORD_NONE },
	{ "V=STSv1; id=a", "", STSRECORD_NONE },
	{ " v=STSv1; id=a", "", STSRECORD_NONE },
	{ "v=spf1 -all", "", STSRECORD_NONE },
	{ "v=STSv1", "", STSRECORD_BAD },
	{ "v=STSv1;", "", STSRECORD_BAD },
	{ "v=STSv1 id=a", "", STSRECORD_BAD },
	{ "v=STSv1; ID=a", "", STSRECORD_BAD },
	{ "v=STSv1;; id=a", "", STSRECORD_BAD },
	{ "v=STSv1; id=a;;", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; ;", "", STSRECORD_BAD },
	{ "v=STSv1; id = a", "", STSRECORD_BAD },
	{ "v=STSv1; id=a b", "", STSRECORD_BAD },
	{ "v=STSv1; id=a, x=b", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; id=b-c", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; x", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; =x", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; x=", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; x=\xc3\xbc", "", STSRECORD_BAD },
	{ "v=STSv1; id=a; x=\x01", "", STSRECORD_BAD },
	{ "v=STSv1; id=a\n", "", STSRECORD_BAD },
};

/* texts as records, each of one string unless it is longer */
static enum stsrecord
find(const char *const *text, unsigned n, enum dnsa_status status, char *id)
{
	static unsigned char wire[4][8192];
	const unsigned char *data[4];
	int len[4];
	struct dnsa a = { .status = status, .n = n, .data = data, .len = len };
	unsigned i;
	size_t k, l, o;

	for (i = 0; i < n; i++) {
		l = strlen(text[i]);
		o = 0;
		for (k = 0; k < l || o == 0; k += 255) {
			wire[i][o] = (unsigned char)(l - k > 255 ? 255 : l - k);
			memcpy(wire[i] + o + 1, text[i] + k, wire[i][o]);
			o += 1 + wire[i][o];
		}
		data[i] = wire[i];
		len[i] = (int)o;
	}
	return stsrecord_find(&a, id);
}

static void
several(void)
{
	static const char *const one[] = { "v=spf1 -all", "v=STSv1; id=a",
		"hello" };
	static const char *const two[] = { "v=STSv1; id=a", "v=STSv1; id=a" };
	static const char *const both[] = { "v=STSv1; id=a", "v=STSv1;" };
	static const char *const bad[] = { "x", "v=STSv1; id=-" };
	static const char *const other[] = { "v=STSv1x; id=a" };
	char id[STS_ID_MAX + 1];

	is_num(find(one, 3, DNSA_OK, id), STSRECORD_GOOD, "one among others");
	is_str(id, "a", "its id");
	is_num(find(two, 2, DNSA_OK, id), STSRECORD_MANY, "two");
	is_str(id, "", "have none");
	is_num(find(both, 2, DNSA_OK, id), STSRECORD_MANY,
	    "two, of which one is malformed");
	is_num(find(bad, 2, DNSA_OK, id), STSRECORD_BAD, "a malformed one");
	is_str(id, "", "has none");
	is_num(find(other, 1, DNSA_OK, id), STSRECORD_NONE, "none");
	is_num(find(one, 0, DNSA_NXDOMAIN, id), STSRECORD_NONE, "no name");
	is_num(find(one, 3, DNSA_FAILED, id), STSRECORD_NONE, "no answer");
}

static void
lengths(void)
{
	static char text[STS_RECORD_MAX + 2] = "v=STSv1; id=a; x=";
	const char *const one[] = { text };
	char id[STS_ID_MAX + 1];

	memset(text + strlen(text), 'y', STS_RECORD_MAX - strlen(text));
	is_num(find(one, 1, DNSA_OK, id), STSRECORD_GOOD, "the longest");
	text[STS_RECORD_MAX] = 'y';
	is_num(find(one, 1, DNSA_OK, id), STSRECORD_BAD, "a longer one");
}

static void
ids(void)
{
	static const char longest[] = "012345678901234567890123456789012";

	is_num(stsrecord_id("aZ9", 3), 1, "an id");
	is_num(stsrecord_id(longest, STS_ID_MAX), 1, "the longest");
	is_num(stsrecord_id(longest, STS_ID_MAX + 1), 0, "with another byte");
	is_num(stsrecord_id("", 0), 0, "an empty one");
	is_num(stsrecord_id("a-b", 3), 0, "something else in it");
}

static int
is_good(const char *p, size_t n)
{
	char id[STS_ID_MAX + 1];

	return stsrecord_parse(p, n, id) == STSRECORD_GOOD;
}

int
main(void)
{
	char id[STS_ID_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(stsrecord_parse(cases[i].text, strlen(cases[i].text),
			   id),
		    cases[i].what, cases[i].text);
		is_str(id, cases[i].id, "its id");
	}
	several();
	lengths();
	ids();
	stsdata("mta-sts-records-part.tsv", is_good);
	return done();
}
