#include "sign/dkimrecord.h"
#include "tap.h"

static unsigned char key[32], other[32];
static const char *why;

static enum dkimrecord_verdict
judge(enum dnsa_status status, unsigned n, const char *text)
{
	static unsigned char rec[300];
	const unsigned char *data[2] = { rec, rec };
	int len[2];
	struct dnsa a = { status, n, data, len, "because" };

	rec[0] = (unsigned char)strlen(text);
	memcpy(rec + 1, text, strlen(text));
	len[0] = len[1] = (int)strlen(text) + 1;
	return dkimrecord_judge(&a, SIGNING_ED25519_SHA256, key, sizeof key,
	    &why);
}

#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define OTHER "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static const struct {
	const char *text;
	enum dkimrecord_verdict verdict;
} records[] = {
	{ "v=DKIM1; k=ed25519; p=" KEY, DKIMRECORD_GOOD },
	{ "k=ed25519; p=" KEY, DKIMRECORD_GOOD },
	{ "v=DKIM1; k=ed25519; h=sha1:sha256; s=email; p=" KEY,
	    DKIMRECORD_GOOD },
	{ "v=DKIM1; k=ed25519; p=" OTHER, DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; k=rsa; p=" KEY, DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; p=" KEY, DKIMRECORD_DIFFERENT },
	{ "v=DKIM2; k=ed25519; p=" KEY, DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; k=ed25519; h=sha1; p=" KEY, DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; k=ed25519; s=other; p=" KEY, DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; k=ed25519; p=!", DKIMRECORD_DIFFERENT },
	{ "", DKIMRECORD_DIFFERENT },
	{ "v=DKIM1; k=ed25519; p=", DKIMRECORD_REVOKED },
	{ "p=", DKIMRECORD_REVOKED },
};

static void
zones(void)
{
	struct buf b = { 0 };
	char text[600];

	memset(text, 'x', sizeof text);
	dkimrecord_zone(&b, "s", "a.org", text, DKIMRECORD_STRING_MAX);
	is_num(buf_len(&b),
	    255 + strlen("s._domainkey.a.org. IN TXT ( \"\" )\n"),
	    "just one string");
	buf_clear(&b);
	dkimrecord_zone(&b, "s", "a.org", text, DKIMRECORD_STRING_MAX + 1);
	buf_putc(&b, '\0');
	ok(strstr(buf_data(&b), "xx\" \"x\" )\n") != NULL,
	    "one byte more: two");
	buf_clear(&b);
	dkimrecord_put(&b, SIGNING_ED25519_SHA256, key, 32);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "v=DKIM1; k=ed25519; p=" KEY, "a text");
	buf_clear(&b);
	dkimrecord_put(&b, SIGNING_RSA_SHA256, NULL, 0);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "v=DKIM1; p=", "a revoked key");
	buf_clear(&b);
	dkimrecord_zone(&b, "s", NULL, "x", 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "s._domainkey IN TXT ( \"x\" )\n", "relative");
	buf_free(&b);
}

int
main(void)
{
	size_t i;

	other[0] = 1;
	for (i = 0; i < sizeof records / sizeof records[0]; i++)
		is_str(dkimrecord_word(judge(DNSA_OK, 1, records[i].text)),
		    dkimrecord_word(records[i].verdict), records[i].text);
	is_num(judge(DNSA_OK, 2, records[0].text), DKIMRECORD_DIFFERENT,
	    "several");
	is_num(judge(DNSA_NONE, 0, ""), DKIMRECORD_MISSING, "none");
	is_num(judge(DNSA_NXDOMAIN, 0, ""), DKIMRECORD_MISSING, "no name");
	is_num(judge(DNSA_FAILED, 0, ""), DKIMRECORD_TEMPERROR, "no answer");
	is_str(why, "because", "its reason");
	zones();
	return done();
}
