/*
 * What signatures and a chain come to, without a message: checks as they are
 * when the body is over, and keys of all kinds for them.  Whole messages have
 * their test in dkimverify.c.
 */
#include "base/base64.h"
#include "crypt/privkey.h"
#include "dkim/dkimjudge.h"
#include "tap.h"

static struct dkimverify v;

/* keys, and a signature of each for a hash of 32 letters h */

static char ed_record[200], ed_b[200], rsa_record[400], rsa_b[400];
/* RSA of 512 bits, which nobody makes any more: with SHA-256, and with SHA-1
 * for the first 20 letters */
static const char old_record[] =
    "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMITwF1RP3xkgrFaQd2A7JtHM3LMvLs6SQST"
    "ZPtYHHxXmsnCPSOcgIVP7KYYpJzAl7WBtfn8BHwKgOUADi5yWZsCAwEAAQ==";
static const char old_b[] =
    "IN1+L0c90tKq6FPRgHw4eUYCTC0cm65tOffKy9M1syb4tGNz5DxfloHR2mnj2KIWnU7QVgYY"
    "1uhncbenGl+7Vg==";
static const char old_sha1_b[] =
    "QkdXZxHfMMud/Y+z1ud7BG0HMK/6ODZf2xEkMqb2hln7addA2hkpIK4eWMiQrR8cXWT5dCQw"
    "Z4fQozlA4/po/Q==";
/* moduli of one bit less and one more than there may be, all ones */
static char small_record[200], large_record[1600];

static void
put_base64(char *to, const void *p, size_t n)
{
	struct buf b = { 0 };

	base64_put(&b, p, n);
	memcpy(to, buf_data(&b), buf_len(&b));
	to[buf_len(&b)] = '\0';
	buf_free(&b);
}

static void
make_key(enum privkey_kind kind, const char *start, char *record, char *b64)
{
	struct privkey *k = privkey_make(kind, 1024);
	unsigned char hash[32], sig[PRIVKEY_SIG_BYTES];
	struct buf b = { 0 };
	long n;

	memset(hash, 'h', sizeof hash);
	n = privkey_sign(k, hash, sig);
	put_base64(b64, sig, n);
	privkey_public(&b, k);
	strcpy(record, start);
	put_base64(record + strlen(record), buf_data(&b), buf_len(&b));
	buf_free(&b);
	privkey_free(k);
}

/* an RSAPublicKey of a modulus of n bytes that begins with this one */
static void
make_odd(char *record, unsigned char first, unsigned n)
{
	unsigned char der[1100] = { 0x30, 0x82, (unsigned char)((n + 7) >> 8),
		(unsigned char)(n + 7), 0x02, 0x82, (unsigned char)(n >> 8),
		(unsigned char)n };

	memset(der + 8, 0xff, n);
	der[8] = first;
	memcpy(der + 8 + n, "\2\1\3", 3);
	strcpy(record, "p=");
	put_base64(record + 2, der, n + 11);
}

/* what waits for keys */

static void
begin(unsigned flags)
{
	memset(&v, 0, sizeof v);
	v.flags = flags;
	memset(v.body[0].out, 'B', DKIMSIG_HASH_LEN);
	v.body[0].form.total = 10;
}

static struct dkimverify_check *
add(enum dkimsig_kind kind, const char *selector, const char *b)
{
	struct dkimverify_check *c = &v.check[v.n_check++];

	c->open = 1;
	c->tags.kind = kind;
	c->tags.domain = "x.example";
	c->tags.domain_len = 9;
	c->tags.selector = selector;
	c->tags.selector_len = strlen(selector);
	c->tags.b = b;
	c->tags.b_len = strlen(b);
	c->tags.limit = UINT64_MAX;
	c->tags.instance = 3;
	c->tags.bh_len = 32;
	memset(c->tags.bh, 'B', 32);
	memset(c->hash, 'h', sizeof c->hash);
	if (kind == DKIMSIG_DKIM)
		c->sig = &v.signature[v.n++];
	else
		v.chain = 1;
	return c;
}

static struct dkimverify_check *
add_ed(void)
{
	struct dkimverify_check *c = add(DKIMSIG_DKIM, "s", ed_b);

	c->tags.key = DKIMSIG_ED25519;
	return c;
}

/* all names that are asked for, each answered with these records */
static const char *
asked(enum dnsa_status status, const char *const *record)
{
	static unsigned char wire[8][10000];
	static char names[4000];
	const unsigned char *data[8];
	struct dnsq q;
	int len[8];
	struct dnsa a = { status, 0, data, len, NULL };
	size_t n, o, k, at = 0;

	for (; record != NULL && record[a.n] != NULL; a.n++) {
		n = strlen(record[a.n]);
		for (len[a.n] = 0, o = 0; o < n; o += k) {
			k = n - o < 255 ? n - o : 255;
			wire[a.n][len[a.n]++] = (unsigned char)k;
			memcpy(wire[a.n] + len[a.n], record[a.n] + o, k);
			len[a.n] += (int)k;
		}
		data[a.n] = wire[a.n];
	}
	names[0] = '\0';
	while (dkimverify_want(&v, &q)) {
		at += snprintf(names + at, sizeof names - at, "%s ", q.name);
		dkimverify_answer(&v, &a);
	}
	return names;
}

static void
ask_one(const char *record)
{
	const char *const one[] = { record, NULL };

	asked(DNSA_OK, one);
}

static const char *
result(const struct dkimverify_check *c)
{
	static char t[200];

	snprintf(t, sizeof t, "%s %s", dkim_word(c->sig->result),
	    c->sig->reason);
	return t;
}

static const char *
chain(void)
{
	static char t[200];

	snprintf(t, sizeof t, "%s%s %s", dkim_word(v.arc.result),
	    v.arc.temperror ? " for now" : "", v.arc.reason);
	return t;
}

static void
settled(void)
{
	char longest[DKIMVERIFY_REASON_MAX + 2];
	struct dkimverify_check *c;

	begin(0);
	c = add_ed();
	dkimjudge_settle(&v, c, DKIM_FAIL, "a\tb\303\244");
	is_str(result(c), "fail a?b??", "a reason is printable");
	is_num(c->open, 0, "nothing more is asked for it");
	dkimjudge_settle(&v, c, DKIM_PASS, "unused");
	is_str(result(c), "pass ", "a pass has none");
	memset(longest, 'x', sizeof longest);
	longest[DKIMVERIFY_REASON_MAX] = '\0';
	dkimjudge_settle(&v, c, DKIM_FAIL, longest);
	is_num(strlen(c->sig->reason), DKIMVERIFY_REASON_MAX, "a long one");
	longest[DKIMVERIFY_REASON_MAX] = 'x';
	longest[DKIMVERIFY_REASON_MAX + 1] = '\0';
	dkimjudge_settle(&v, c, DKIM_FAIL, longest);
	is_num(strlen(c->sig->reason), DKIMVERIFY_REASON_MAX, "is cut");

	is_str(chain(), "none ", "the chain is another thing");
	dkimjudge_settle(&v, add(DKIMSIG_AS, "s", ""), DKIM_PASS, "unused");
	is_str(chain(), "none ", "a seal that passes says nothing");
	dkimjudge_settle(&v, add(DKIMSIG_AS, "s", ""), DKIM_TEMPERROR, "w");
	is_str(chain(), "fail for now ARC-Seal i=3: w", "one that waits does");
	dkimjudge_settle(&v, add(DKIMSIG_AMS, "s", ""), DKIM_POLICY, "y");
	is_str(chain(), "fail ARC-Message-Signature i=3: y", "nor its message");
}

/* the first that is certain counts, and before it the first */
static void
chains(void)
{
	begin(0);
	dkimjudge_chain(&v, DKIM_TEMPERROR, "A", 1, "first");
	is_str(chain(), "fail for now A i=1: first", "not known yet");
	dkimjudge_chain(&v, DKIM_TEMPERROR, "A", 2, "second");
	is_str(chain(), "fail for now A i=1: first", "the first of those");
	dkimjudge_chain(&v, DKIM_PERMERROR, NULL, 3, "third");
	is_str(chain(), "fail third", "for certain");
	dkimjudge_chain(&v, DKIM_FAIL, "A", 4, "fourth");
	dkimjudge_chain(&v, DKIM_TEMPERROR, "A", 5, "fifth");
	is_str(chain(), "fail third", "which it stays");
}

static void
questions(void)
{
	struct dkimverify_check *c[4];
	char label[65];

	begin(0);
	is_str(asked(DNSA_NONE, NULL), "", "nothing to be asked");
	is_str(chain(), "none ", "and no chain");

	c[0] = add(DKIMSIG_DKIM, "s", "");
	c[1] = add(DKIMSIG_DKIM, "t", "");
	c[2] = add(DKIMSIG_DKIM, "S", "");
	c[3] = add(DKIMSIG_DKIM, "u", "");
	c[3]->open = 0;
	is_str(asked(DNSA_NONE, NULL),
	    "s._domainkey.x.example t._domainkey.x.example ",
	    "each name once, in any case, and none that is decided");
	is_str(result(c[2]), "permerror there is no key record",
	    "the answer is for all of the name");
	is_str(result(c[3]), "none ", "but who has his result");

	begin(0);
	memset(label, 'a', sizeof label - 1);
	label[64] = '\0';
	c[0] = add(DKIMSIG_DKIM, label, "");
	c[1] = add(DKIMSIG_DKIM, label + 1, "");
	c[2] = add(DKIMSIG_DKIM, "", "");
	is_num(strlen(asked(DNSA_NONE, NULL)),
	    63 + strlen("._domainkey.x.example "), "one that can be a name");
	is_str(result(c[0]), "neutral s= and d= make no name", "64 bytes");
	is_str(result(c[1]), "permerror there is no key record", "63 bytes");
	is_str(result(c[2]), "neutral s= and d= make no name", "none");

	begin(0);
	add(DKIMSIG_AMS, "m", "");
	add(DKIMSIG_AS, "one", "");
	c[0] = add(DKIMSIG_DKIM, "s", "");
	is_str(asked(DNSA_NONE, NULL),
	    "m._domainkey.x.example s._domainkey.x.example ",
	    "the rest of a chain that has failed is not asked for");
	begin(0);
	add(DKIMSIG_AMS, "m", "");
	add(DKIMSIG_AS, "one", "");
	is_str(asked(DNSA_FAILED, NULL),
	    "m._domainkey.x.example one._domainkey.x.example ",
	    "that of one that may have, is");
	begin(0);
	v.chain = 1;
	asked(DNSA_NONE, NULL);
	is_str(chain(), "pass ", "a chain without a fault");
}

static void
statuses(void)
{
	static const struct {
		enum dnsa_status status;
		const char *is;
	} t[] = { { DNSA_NONE, "permerror there is no key record" },
		{ DNSA_NXDOMAIN, "permerror there is no key record" },
		{ DNSA_OK, "permerror there is no key record" },
		{ DNSA_FAILED, "temperror no answer" } };
	static const unsigned char damaged[] = { 5, 'v' };
	const unsigned char *data[] = { damaged };
	const int len[] = { 2 };
	struct dnsa a = { DNSA_OK, 1, data, len, NULL };
	struct dkimverify_check *c;
	struct dnsq q;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		begin(0);
		c = add_ed();
		asked(t[i].status, NULL);
		is_str(result(c), t[i].is, "without a record");
	}
	begin(0);
	c = add_ed();
	dkimverify_want(&v, &q);
	dkimverify_answer(&v, &a);
	is_str(result(c), "permerror the key record is damaged or too long",
	    "a damaged record");
	begin(0);
	c = add_ed();
	a.status = DNSA_FAILED;
	a.text = "SERVFAIL";
	dkimverify_want(&v, &q);
	dkimverify_answer(&v, &a);
	is_str(result(c), "temperror SERVFAIL", "why there is no answer");
}

/* a check that passes, and one thing about it another way */
enum odd {
	AS_IT_IS,
	NO_BH,
	OTHER_BODY,
	TOO_LONG,
	ALL_OF_IT,
	OTHER_HASH,
	BELOW,
	WITH_SHA1,
	A_SEAL
};

static const struct {
	const char *name, *record, *b;
	enum dkimsig_key key;
	enum odd odd;
	unsigned flags;
	const char *is;
} keys[] = {
	{ "ed25519", ed_record, ed_b, DKIMSIG_ED25519, AS_IT_IS, 0, "pass " },
	{ "RSA", rsa_record, rsa_b, DKIMSIG_RSA, AS_IT_IS, 0, "pass " },
	{ "another kind of key", rsa_record, ed_b, DKIMSIG_ED25519, AS_IT_IS, 0,
	    "permerror the key is of another kind than the signature" },
	{ "no key", "p=", rsa_b, DKIMSIG_RSA, AS_IT_IS, 0,
	    "permerror the key is revoked" },
	{ "no list of tags", "x", rsa_b, DKIMSIG_RSA, AS_IT_IS, 0,
	    "permerror the key record is no list of tags" },
	{ "no bh=", ed_record, ed_b, DKIMSIG_ED25519, NO_BH, 0,
	    "fail the body hash differs" },
	{ "another body", ed_record, ed_b, DKIMSIG_ED25519, OTHER_BODY, 0,
	    "fail the body hash differs" },
	{ "l= as long as the body", ed_record, ed_b, DKIMSIG_ED25519, ALL_OF_IT,
	    0, "pass " },
	{ "l= one more", ed_record, ed_b, DKIMSIG_ED25519, TOO_LONG, 0,
	    "fail l= is larger than the body" },
	{ "another header", ed_record, ed_b, DKIMSIG_ED25519, OTHER_HASH, 0,
	    "fail the signature does not match" },
	{ "no signature", ed_record, "", DKIMSIG_ED25519, AS_IT_IS, 0,
	    "fail the signature does not match" },
	{ "511 bits", small_record, rsa_b, DKIMSIG_RSA, AS_IT_IS,
	    DKIMVERIFY_OLD, "policy the RSA key is too short" },
	{ "8193 bits", large_record, rsa_b, DKIMSIG_RSA, AS_IT_IS,
	    DKIMVERIFY_OLD, "policy the RSA key is too long" },
	{ "512 bits", old_record, old_b, DKIMSIG_RSA, AS_IT_IS, 0,
	    "policy the RSA key is too short" },
	{ "512 bits where it may", old_record, old_b, DKIMSIG_RSA, AS_IT_IS,
	    DKIMVERIFY_OLD, "pass " },
	{ "512 bits and no match", old_record, old_sha1_b, DKIMSIG_RSA,
	    AS_IT_IS, 0, "fail the signature does not match" },
	{ "SHA-1", old_record, old_sha1_b, DKIMSIG_RSA, WITH_SHA1, 0,
	    "policy the RSA key is too short" },
	{ "SHA-1 where it may", old_record, old_sha1_b, DKIMSIG_RSA, WITH_SHA1,
	    DKIMVERIFY_OLD, "pass " },
};

static void
change(struct dkimverify_check *c, enum odd odd)
{
	switch (odd) {
	case AS_IT_IS: break;
	case NO_BH: c->tags.bh_len = 0; break;
	case OTHER_BODY: c->tags.bh[31] ^= 1; break;
	case ALL_OF_IT: c->tags.limit = v.body[0].form.total; break;
	case TOO_LONG: c->tags.limit = v.body[0].form.total + 1; break;
	case OTHER_HASH: c->hash[0] ^= 1; break;
	case BELOW: c->tags.below = 1; break;
	case WITH_SHA1: c->tags.hash = PUBKEY_SHA1; break;
	case A_SEAL: c->tags.kind = DKIMSIG_AS; break;
	}
}

static void
all_keys(void)
{
	struct dkimverify_check *c;
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		begin(keys[i].flags);
		c = add(DKIMSIG_DKIM, "s", keys[i].b);
		c->tags.key = keys[i].key;
		change(c, keys[i].odd);
		ask_one(keys[i].record);
		is_str(result(c), keys[i].is, keys[i].name);
	}
}

/* what else is told of a key, and for whom it may be used */
static void
uses(void)
{
	struct dkimverify_check *c;
	char record[500];

	begin(0);
	c = add(DKIMSIG_DKIM, "s", rsa_b);
	snprintf(record, sizeof record, "t=y; %s", rsa_record);
	ask_one(record);
	is_num(c->sig->key_bits, 1024, "the size of the key");
	is_num(c->sig->testing, 1, "that it is tried");

	begin(0);
	c = add_ed();
	ask_one(ed_record);
	is_num(c->sig->key_bits, 0, "a size that says nothing");
	is_num(c->sig->testing, 0, "it is not tried");

	begin(0);
	c = add_ed();
	change(c, BELOW);
	snprintf(record, sizeof record, "%s; t=s", ed_record);
	ask_one(record);
	is_str(result(c), "permerror the key wants i= to be of d= itself",
	    "a strict one");
	begin(0);
	c = add_ed();
	change(c, BELOW);
	ask_one(ed_record);
	is_str(result(c), "pass ", "others are not");

	begin(0);
	c = add(DKIMSIG_DKIM, "s", rsa_b);
	snprintf(record, sizeof record, "h=sha1; %s", rsa_record);
	ask_one(record);
	is_str(result(c), "permerror the key is not for this hash",
	    "one for another hash");

	begin(DKIMVERIFY_OLD);
	add(DKIMSIG_AMS, "s", old_b);
	ask_one(old_record);
	is_str(chain(),
	    "fail ARC-Message-Signature i=3: the RSA key is too short",
	    "old keys are never for a chain");
	begin(0);
	c = add(DKIMSIG_AMS, "s", ed_b);
	c->tags.key = DKIMSIG_ED25519;
	change(c, OTHER_BODY);
	change(c, A_SEAL);
	ask_one(ed_record);
	is_str(chain(), "pass ", "a seal has no body");
}

/* of several records the best counts, wherever it stands */
static void
several(void)
{
	static const char revoked[] = "p=";
	const char *const order[][8] = {
		{ revoked, old_record, NULL },
		{ old_record, revoked, NULL },
		{ "x", revoked, rsa_record, NULL },
		{ rsa_record, "x", revoked, NULL },
		{ "x", revoked, NULL },
		{ revoked, revoked, revoked, revoked, rsa_record, NULL },
		{ revoked, revoked, revoked, revoked, revoked, rsa_record,
		    NULL },
	};
	static const char *const is[] = { "fail the signature does not match",
		"fail the signature does not match", "pass ", "pass ",
		"permerror the key record is no list of tags", "pass ",
		"permerror the key is revoked" };
	struct dkimverify_check *c;
	size_t i;

	is_num(DKIMVERIFY_RECORDS_MAX, 5, "as the last two have it");
	for (i = 0; i < sizeof is / sizeof *is; i++) {
		begin(0);
		c = add(DKIMSIG_DKIM, "s", rsa_b);
		asked(DNSA_OK, order[i]);
		is_str(result(c), is[i], "the best record");
	}
}

static void
long_record(size_t n, const char *is, const char *name)
{
	static char record[DKIMVERIFY_KEY_MAX + 10];
	struct dkimverify_check *c;
	int k = snprintf(record, sizeof record, "%s; x=", ed_record);

	memset(record + k, 'x', n - k);
	record[n] = '\0';
	begin(0);
	c = add_ed();
	ask_one(record);
	is_str(result(c), is, name);
}

/* of each length: no part of it is a key */
static void
every_length(void)
{
	char record[sizeof ed_record];
	struct dkimverify_check *c;
	unsigned passed = 0;
	size_t n;

	for (n = 0; n <= strlen(ed_record); n++) {
		memcpy(record, ed_record, n);
		record[n] = '\0';
		begin(0);
		c = add_ed();
		ask_one(record);
		passed += c->sig->result == DKIM_PASS;
	}
	/* the last byte is a '=' that need not be there */
	is_num(passed, 2, "a record of every length");
}

int
main(void)
{
	make_key(PRIVKEY_ED25519, "v=DKIM1; k=ed25519; p=", ed_record, ed_b);
	make_key(PRIVKEY_RSA, "p=", rsa_record, rsa_b);
	make_odd(small_record, 0x7f, 64);
	make_odd(large_record, 0x01, 1025);
	settled();
	chains();
	questions();
	statuses();
	all_keys();
	uses();
	several();
	long_record(DKIMVERIFY_KEY_MAX, "pass ", "a long record");
	long_record(DKIMVERIFY_KEY_MAX + 1,
	    "permerror the key record is damaged or too long", "a longer one");
	every_length();
	return done();
}
