/* fields that signatures choose (RFC 6376 section 5.4.2) */
#include "base/base64.h"
#include "dkim/fields.h"
#include "tap.h"
#include <stdlib.h>

static const char header[] = "From first\n" /* no field: passed over */
			     " with a second line\n"
			     "Received: one\n"
			     "From: a\n"
			     "RECEIVED : two\n"
			     "no field: either\n"
			     "\ttab\n"
			     "To: b\n"
			     " c\n"
			     "Received: three\n"
			     "\303\274: d\n"
			     "X-Last: e";

static void
test_take(const char *names, const char *self, const char *want)
{
	struct dkimfields x = { 0 };
	const struct header_field *f;
	char out[200] = "";
	const char *p = names, *e;
	size_t n;

	dkimfields_read(&x, header, sizeof header - 1);
	dkimfields_begin(&x);
	for (; *p != '\0'; p = *e == '\0' ? e : e + 1) {
		e = p + strcspn(p, ":");
		f = dkimfields_take(&x, p, e - p, self);
		n = strlen(out);
		snprintf(out + n, sizeof out - n, "%.*s|",
		    f == NULL ? 1 : (int)f->value_len,
		    f == NULL ? "-" : f->value);
	}
	is_str(out, want, names);
	dkimfields_free(&x);
}

static void
test_limit(void)
{
	char *text = malloc(4 * (DKIMFIELDS_MAX + 1) + 1);
	struct dkimfields x = { 0 };
	unsigned i;

	for (i = 0; i <= DKIMFIELDS_MAX; i++)
		memcpy(text + 4 * i, "a:b\n", 4);
	is_num(dkimfields_read(&x, text, 4 * DKIMFIELDS_MAX), 0, "2000 fields");
	ok(x.n == DKIMFIELDS_MAX && x.more == 0, "are all there");
	is_num(dkimfields_read(&x, text, 4 * (DKIMFIELDS_MAX + 1)), 0,
	    "one more");
	ok(x.n == DKIMFIELDS_MAX && x.more == 1, "is counted");
	dkimfields_free(&x);
	ok(x.field == NULL, "freed");
	free(text);
}

/* the same text into a hash by hand */
static void
test_hash(enum pubkey_hash of, const char *algorithm)
{
	static const char message[] =
	    "DKIM-Signature: v=1; a=x; c=relaxed; h=to : From:to : none;\n"
	    "\tb=AA AA; d=x.y\nTo:  one\nFrom: a\n b\nto: two\n";
	static const char want[] =
	    "to:two\r\nfrom:a b\r\nto:one\r\n"
	    "dkim-signature:v=1; a=x; c=relaxed; h=to : From:to : none; b=; "
	    "d=x.y";
	unsigned char got[DKIMSIG_HASH_LEN], by_hand[DKIMSIG_HASH_LEN];
	struct dkimfields x = { 0 };
	struct dkimhash h;
	struct dkimsig s;
	const char *why;

	dkimfields_read(&x, message, sizeof message - 1);
	dkimsig_parse(&s, DKIMSIG_DKIM, &x.field[0].f, 0, &why);
	s.b_from = strstr(message, "AA");
	s.b_to = strstr(message, "; d=");
	s.header = CANON_RELAXED;
	s.hash = of;
	is_num(dkimfields_hash(&x, &s, got), 0, algorithm);
	dkimhash_init(&h, of);
	dkimhash_add(&h, want, sizeof want - 1);
	dkimhash_end(&h, by_hand);
	ok(memcmp(got, by_hand, of == PUBKEY_SHA1 ? 20 : 32) == 0,
	    "is the hash");
	/* nothing stays taken */
	dkimfields_hash(&x, &s, got);
	ok(memcmp(got, by_hand, of == PUBKEY_SHA1 ? 20 : 32) == 0, "once more");
	dkimfields_free(&x);
}

int
main(void)
{
	const char *two = strstr(header, "RECEIVED");
	struct dkimfields x = { 0 };

	test_take("from:to:subject", NULL, "a|b\n c|-|");
	test_take("received:Received:received:received", NULL,
	    "three|two|one|-|");
	test_take("received:to:received", NULL, "three|b\n c|two|");
	test_take("received:received:received", two, "three|one|-|");
	test_take("x-last", NULL, "e|");
	test_take("no field", NULL, "-|");
	is_num(dkimfields_read(&x, "", 0), 0, "an empty header");
	is_num(x.n, 0, "has no fields");
	is_num(dkimfields_read(&x, "a", 1), 0, "no field");
	is_num(x.n, 0, "has none either");
	dkimfields_free(&x);
	test_limit();
	test_hash(PUBKEY_SHA256, "SHA-256");
	test_hash(PUBKEY_SHA1, "SHA-1");
	return done();
}
