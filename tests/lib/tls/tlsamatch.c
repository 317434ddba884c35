/* tls/tlsamatch: TLSA records beside a certificate; the same for chains is in
 * verify.c */
#include "tls/tlsamatch.h"
#include "tap.h"

static const unsigned char whole[] = "certificate", key[] = "key";
/* printf key | sha256sum, printf certificate | sha512sum */
static const unsigned char key_256[32] =
    "\x2c\x70\xe1\x2b\x7a\x06\x46\xf9\x22\x79\xf4\x27\xc7\xb3\x8e\x73"
    "\x34\xd8\xe5\x38\x9c\xff\x16\x7a\x1d\xc3\x0e\x73\xf8\x26\xb6\x83";

static int
fits(struct tlsa t, enum tlsamatch_usage usage)
{
	struct certparts c = { .whole = { whole, sizeof whole - 1 },
		.spki = { key, sizeof key - 1 } };
	struct tlsamatch m;

	tlsamatch_init(&m, &t, 1);
	return tlsamatch(&m, usage, &c);
}

int
main(void)
{
	ok(fits((struct tlsa){ 3, 1, 1, key_256, 32 }, TLSAMATCH_EE), "3 1 1");
	ok(fits((struct tlsa){ 2, 1, 1, key_256, 32 }, TLSAMATCH_TA), "2 1 1");
	ok(!fits((struct tlsa){ 2, 1, 1, key_256, 32 }, TLSAMATCH_EE),
	    "2 is not 3");
	ok(!fits((struct tlsa){ 3, 0, 1, key_256, 32 }, TLSAMATCH_EE),
	    "of the whole");
	ok(!fits((struct tlsa){ 3, 1, 1, key_256, 31 }, TLSAMATCH_EE),
	    "too short");
	ok(fits((struct tlsa){ 3, 1, 0, key, 3 }, TLSAMATCH_EE), "3 1 0");
	ok(fits((struct tlsa){ 3, 0, 0, whole, 11 }, TLSAMATCH_EE), "3 0 0");
	ok(!fits((struct tlsa){ 3, 0, 0, NULL, 0 }, TLSAMATCH_EE), "nothing");
	ok(!fits((struct tlsa){ 3, 1, 2, key_256, 32 }, TLSAMATCH_EE),
	    "a sum of another kind");
	ok(!fits((struct tlsa){ 255, 255, 255, key_256, 32 }, TLSAMATCH_EE),
	    "numbers that nobody knows");
	return done();
}
