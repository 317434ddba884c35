/* the machine: messages signed here, keys of all kinds, bodies in pieces of
 * all sizes, limits, chains */
#include "base/base64.h"
#include "crypt/privkey.h"
#include "dkim/dkimverify.h"
#include "tap.h"
#include <stdlib.h>

enum { NOW = 1000000 };

static struct privkey *ed, *rsa;
static char ed_record[200], rsa_record[400];
static struct dkimverify v;

/* signing, with the pieces that have tests of their own */

static void
collect(void *arg, const void *p, size_t n)
{
	digest_add(arg, p, n);
}

static void
put_base64(char *out, const unsigned char *p, size_t n)
{
	struct buf b = { 0 };

	base64_put(&b, p, n);
	memcpy(out, buf_data(&b), buf_len(&b));
	out[buf_len(&b)] = '\0';
	buf_free(&b);
}

static void
hash_body(char *bh, enum canon form, uint64_t limit, const char *body)
{
	unsigned char out[DIGEST_LEN];
	struct canon_body c;
	struct digest d;

	digest_init(&d);
	canon_body_init(&c, form, limit, collect, &d);
	canon_body_feed(&c, body, strlen(body));
	canon_body_end(&c);
	digest_end(&d, out);
	put_base64(bh, out, sizeof out);
}

/* in front of a header: NAME: TAGS; bh=...; b=... */
static void
sign(struct buf *header, const char *name, enum dkimsig_kind kind,
    struct privkey *key, const char *tags, const char *body)
{
	unsigned char hash[DKIMSIG_HASH_LEN], sig[PRIVKEY_SIG_BYTES];
	char bh[80], b64[PRIVKEY_SIG_BYTES * 2];
	struct dkimfields x = { 0 };
	struct buf all = { 0 };
	struct dkimsig s;
	const char *why;
	long n;

	buf_printf(&all, "%s: %s; bh=AAAA; b=AAAA\n", name, tags);
	dkimfields_read(&x, buf_data(&all), buf_len(&all));
	dkimsig_parse(&s, kind, &x.field[0].f, NOW, &why);
	hash_body(bh, s.body, s.limit, body);
	buf_clear(&all);
	buf_printf(&all, "%s: %s; bh=%s; b=AAAA\n", name, tags, bh);
	buf_put(&all, buf_data(header), buf_len(header));
	dkimfields_read(&x, buf_data(&all), buf_len(&all));
	dkimsig_parse(&s, kind, &x.field[0].f, NOW, &why);
	dkimfields_hash(&x, &s, hash);
	n = privkey_sign(key, hash, sig);
	put_base64(b64, sig, n);
	buf_clear(&all);
	buf_printf(&all, "%s: %s; bh=%s; b=%s\n", name, tags, bh, b64);
	buf_put(&all, buf_data(header), buf_len(header));
	buf_clear(header);
	buf_put(header, buf_data(&all), buf_len(&all));
	buf_free(&all);
	dkimfields_free(&x);
}

static void
make_keys(void)
{
	struct buf b = { 0 };

	ed = privkey_make(PRIVKEY_ED25519, 0);
	rsa = privkey_make(PRIVKEY_RSA, 1024);
	privkey_public(&b, ed);
	strcpy(ed_record, "v=DKIM1; k=ed25519; p=");
	put_base64(ed_record + strlen(ed_record), (unsigned char *)buf_data(&b),
	    buf_len(&b));
	buf_clear(&b);
	privkey_public(&b, rsa);
	strcpy(rsa_record, "v=DKIM1; p=");
	put_base64(rsa_record + strlen(rsa_record),
	    (unsigned char *)buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* a name server: records at every name */

enum { RECORDS = 8 };
static const char *records[RECORDS]; /* up to NULL */
static enum dnsa_status status;
static unsigned asked;
static char asked_names[4000];

static void
answer(const struct dnsq *q)
{
	static unsigned char wire[RECORDS][10000];
	const unsigned char *data[RECORDS];
	int len[RECORDS];
	struct dnsa a = { status, 0, data, len, "no answer" };
	size_t n, k, o;

	asked++;
	n = strlen(asked_names);
	snprintf(asked_names + n, sizeof asked_names - n, "%s ", q->name);
	for (; a.n < RECORDS && records[a.n] != NULL; a.n++) {
		n = strlen(records[a.n]);
		for (o = len[a.n] = 0; o < n; o += k) {
			k = n - o < 255 ? n - o : 255;
			wire[a.n][len[a.n]++] = (unsigned char)k;
			memcpy(wire[a.n] + len[a.n], records[a.n] + o, k);
			len[a.n] += (int)k;
		}
		data[a.n] = wire[a.n];
	}
	if (status == DNSA_OK && a.n == 0)
		a.status = DNSA_NXDOMAIN;
	dkimverify_answer(&v, &a);
}

static void
verify(const struct buf *header, const char *body, size_t piece, unsigned flags)
{
	size_t n = strlen(body), k;
	struct dnsq q;

	asked = 0;
	asked_names[0] = '\0';
	dkimverify_init(&v, NOW, flags);
	dkimverify_header(&v, buf_data(header), buf_len(header));
	for (; n > 0; body += k, n -= k) {
		k = n < piece ? n : piece;
		dkimverify_body(&v, body, k);
	}
	dkimverify_end(&v);
	while (dkimverify_want(&v, &q))
		answer(&q);
}

static void
use(const char *record)
{
	memset(records, 0, sizeof records);
	records[0] = record;
	status = DNSA_OK;
}

static const char *
judged(unsigned i)
{
	static char out[200];

	snprintf(out, sizeof out, "%s%s%s", dkim_word(v.signature[i].result),
	    *v.signature[i].reason != '\0' ? " " : "", v.signature[i].reason);
	return out;
}

/* signatures */

static const char body[] = "Hello  World \n\n\tx\n\n\n";
static const char fields[] = "From: a\n <a@example.com>\nTo:  b\n"
			     "no field\nReceived: one\nReceived: two\n";
#define TAGS "; d=example.com; s=sel; h=from:to:received:received:received"

static void
start(struct buf *header)
{
	buf_clear(header);
	buf_puts(header, fields);
}

static void
test_forms(void)
{
	static const char *const forms[] = { "simple/simple", "simple/relaxed",
		"relaxed/simple", "relaxed/relaxed" };
	struct buf h = { 0 };
	char tags[200], name[200];
	size_t piece;
	unsigned i, k, good;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 2; k++) {
			start(&h);
			snprintf(tags, sizeof tags,
			    "v=1; a=%s-sha256; c=%s" TAGS,
			    k ? "rsa" : "ed25519", forms[i]);
			sign(&h, "DKIM-Signature", DKIMSIG_DKIM, k ? rsa : ed,
			    tags, body);
			use(k ? rsa_record : ed_record);
			good = 1;
			for (piece = 1; piece <= sizeof body; piece++) {
				verify(&h, body, piece, 0);
				good &= v.n == 1 &&
				    v.signature[0].result == DKIM_PASS;
			}
			snprintf(name, sizeof name,
			    "%s %s, pieces of all "
			    "sizes",
			    k ? "RSA" : "ed25519", forms[i]);
			ok(good, name);
			is_num(v.signature[0].key_bits, k ? 1024 : 0, "bits");
			verify(&h, "Hello", 9, 0);
			is_str(judged(0), "fail the body hash differs",
			    "another body");
			buf_puts(&h, "Received: three\n");
			verify(&h, body, 9, 0);
			is_str(judged(0), "fail the signature does not match",
			    "a field more");
		}
	buf_free(&h);
}

/* one signature by ed25519 with tags, this record */
static void
test_record(const char *more, const char *record, const char *want,
    const char *name)
{
	struct buf h = { 0 };
	char tags[400];

	start(&h);
	snprintf(tags, sizeof tags, "v=1; a=ed25519-sha256" TAGS "%s", more);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed, tags, body);
	use(record);
	verify(&h, body, 5, 0);
	is_str(judged(0), want, name);
	buf_free(&h);
}

static void
test_records(void)
{
	const char *p = strstr(ed_record, "p=");
	char record[9000];
	size_t n;

	test_record("", ed_record, "pass", "a key");
	snprintf(record, sizeof record, "k=ed25519; t=s; %s", p);
	test_record("", record, "pass", "t=s");
	test_record("; i=a@example.com", record, "pass", "t=s, i= of d=");
	test_record("; i=a@b.example.com", record,
	    "permerror the key wants i= to be of d= itself",
	    "t=s, i= below d=");
	snprintf(record, sizeof record, "k=ed25519; t=y; %s", p);
	test_record("", record, "pass", "t=y");
	ok(v.signature[0].testing, "is testing");
	snprintf(record, sizeof record, "k=ed25519; h=sha1; %s", p);
	test_record("", record, "permerror the key is not for this hash",
	    "h=sha1");
	test_record("", rsa_record,
	    "permerror the key is of another kind than the signature", "RSA");
	test_record("", "v=DKIM1; p=", "permerror the key is revoked",
	    "revoked");
	test_record("", NULL, "permerror there is no key record", "none");
	n = snprintf(record, sizeof record, "%s; n=", ed_record);
	memset(record + n, 'x', DKIMVERIFY_KEY_MAX - n);
	record[DKIMVERIFY_KEY_MAX] = '\0';
	test_record("", record, "pass", "a record of 8192 bytes");
	strcpy(record + DKIMVERIFY_KEY_MAX, "x");
	test_record("", record,
	    "permerror the key record is damaged or too long", "of 8193");
	test_record("; l=5", ed_record, "pass", "l=");
	ok(v.signature[0].partial, "is partial");
	test_record("; l=21", ed_record, "pass", "l= of all");
	ok(!v.signature[0].partial, "is not partial");
	test_record("; l=22", ed_record, "fail l= is larger than the body",
	    "l= of more");
	test_record("; l=0", ed_record, "pass", "l=0");
	test_record("; x=999999", ed_record, "fail expired", "expired");
	is_num(asked, 0, "nothing is asked");
}

/* several at one name: any that fits */
static void
test_several(void)
{
	static const char *const rest[] = { "v=spf1 -all", "v=DKIM1; p=",
		"k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"p=!" };
	struct buf h = { 0 };
	unsigned i, k;

	start(&h);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256" TAGS, body);
	for (k = 0; k < DKIMVERIFY_RECORDS_MAX; k++) {
		use(NULL);
		for (i = 0; i < 4; i++)
			records[i < k ? i : i + 1] = rest[i];
		records[k] = ed_record;
		verify(&h, body, 9, 0);
		is_str(judged(0), "pass", "one of five");
	}
	use(NULL);
	for (i = 0; i < 5; i++)
		records[i] = rest[i % 4];
	records[5] = ed_record;
	verify(&h, body, 9, 0);
	is_str(judged(0), "fail the signature does not match",
	    "the sixth is not looked at; the best reason stands");
	use(ed_record);
	status = DNSA_FAILED;
	verify(&h, body, 9, 0);
	is_str(judged(0), "temperror no answer", "no answer");
	status = DNSA_NONE;
	verify(&h, body, 9, 0);
	is_str(judged(0), "permerror there is no key record", "no data");
	buf_free(&h);
}

static void
test_limits(void)
{
	struct buf h = { 0 };
	char tags[200];
	unsigned i, good;

	start(&h);
	for (i = 0; i < DKIMVERIFY_MAX; i++)
		sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
		    "v=1; a=ed25519-sha256" TAGS, body);
	use(ed_record);
	verify(&h, body, 9, 0);
	for (i = good = 0; i < v.n; i++)
		good += v.signature[i].result == DKIM_PASS;
	is_num(good, DKIMVERIFY_MAX, "20 signatures");
	is_num(v.skipped, 0, "none skipped");
	is_num(asked, 1, "one question for all");
	is_num(v.n_body, 1, "one hash of the body");
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256" TAGS, body);
	verify(&h, body, 9, 0);
	is_num(v.n, DKIMVERIFY_MAX, "21: no more are looked at");
	is_num(v.skipped, 1, "one skipped");

	start(&h);
	for (i = 0; i <= DKIMVERIFY_BODIES_MAX; i++) {
		snprintf(tags, sizeof tags, "v=1; a=ed25519-sha256; l=%u" TAGS,
		    i);
		sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed, tags, body);
	}
	verify(&h, body, 9, 0);
	is_str(judged(7), "pass", "8 hashes of the body");
	is_str(judged(8), "policy too many different body hashes", "9");

	start(&h);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256; d=example.com; s=sel; h=from", body);
	for (i = 5; i < DKIMFIELDS_MAX; i++)
		buf_puts(&h, "a:\n");
	verify(&h, body, 9, 0);
	is_str(judged(0), "pass", "2000 fields");
	buf_puts(&h, "a:\n");
	verify(&h, body, 9, 0);
	is_str(judged(0), "policy too many header fields", "2001 fields");
	buf_free(&h);
}

static void
test_questions(void)
{
	struct buf h = { 0 };

	start(&h);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256;"
	    "d=a.example; s=sel; h=from",
	    body);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256;"
	    "d=b.example; s=sel; h=from",
	    body);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256;"
	    "d=A.EXAMPLE; s=SEL; h=from",
	    body);
	use(ed_record);
	verify(&h, body, 9, 0);
	is_str(asked_names,
	    "SEL._domainkey.A.EXAMPLE "
	    "sel._domainkey.b.example ",
	    "each name is asked for once");
	ok(v.n == 3 && v.signature[0].result == DKIM_PASS &&
		v.signature[1].result == DKIM_PASS &&
		v.signature[2].result == DKIM_PASS,
	    "all three pass");
	verify(&h, body, 9, DKIMVERIFY_NO_DKIM);
	is_num(v.n + asked + dkimverify_needs_body(&v), 0,
	    "not when only the chain is wanted");
	buf_free(&h);
}

/* a field that names DKIM-Signature does not mean itself */
static void
test_self(void)
{
	struct buf h = { 0 };

	start(&h);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256;"
	    " d=a.example; s=x; h=from",
	    body);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256;"
	    " d=b.example; s=x; h=from:dkim-signature:dkim-signature",
	    body);
	use(ed_record);
	verify(&h, body, 9, 0);
	is_str(judged(0), "pass", "signs the other signature");
	is_str(judged(1), "pass", "which passes too");
	buf_free(&h);
}

/* chains */

/* the seal over everything so far; all ARC fields are in `header` in order,
 * newest on top, and `text` has them in order of signing */
static void
seal(struct buf *header, struct buf *text, unsigned i, const char *cv)
{
	unsigned char hash[DIGEST_LEN], sig[PRIVKEY_SIG_BYTES];
	char aar[100], as[400], tags[200], b64[200];
	struct buf all = { 0 };
	struct digest d;
	const char *ams, *e;

	snprintf(aar, sizeof aar,
	    "ARC-Authentication-Results: i=%u; me; "
	    "none\n",
	    i);
	snprintf(tags, sizeof tags,
	    "i=%u; a=ed25519-sha256; d=arc.example; "
	    "s=x; c=relaxed/relaxed; h=from:to",
	    i);
	sign(header, "ARC-Message-Signature", DKIMSIG_AMS, ed, tags, body);
	ams = buf_data(header);
	e = strchr(ams, '\n') + 1;
	canon_header(text, CANON_RELAXED, aar, strlen(aar));
	canon_header(text, CANON_RELAXED, ams, e - ams);
	snprintf(as, sizeof as,
	    "ARC-Seal: i=%u; cv=%s; a=ed25519-sha256; "
	    "d=arc.example; s=x; b=",
	    i, cv);
	canon_header(text, CANON_RELAXED, as, strlen(as));
	digest_init(&d);
	digest_add(&d, buf_data(text), buf_len(text) - 2);
	digest_end(&d, hash);
	text->end -= 2;
	put_base64(b64, sig, privkey_sign(ed, hash, sig));
	buf_printf(text, "%s\r\n", b64);
	buf_printf(&all, "%s%s\n%s", as, b64, aar);
	buf_put(&all, buf_data(header), buf_len(header));
	buf_clear(header);
	buf_put(header, buf_data(&all), buf_len(&all));
	buf_free(&all);
}

static const char *
chain(void)
{
	static char out[200];

	snprintf(out, sizeof out, "%s%s%s", dkim_word(v.arc.result),
	    *v.arc.reason != '\0' ? " " : "", v.arc.reason);
	return out;
}

static void
test_chain(void)
{
	struct buf h = { 0 }, text = { 0 }, other = { 0 };
	unsigned i;

	start(&h);
	use(ed_record);
	verify(&h, body, 9, 0);
	is_str(chain(), "none", "no chain");
	seal(&h, &text, 1, "none");
	verify(&h, body, 9, 0);
	is_str(chain(), "pass", "one set");
	is_num(asked, 1, "one question");
	ok(v.arc.instances == 1 && v.arc.domain_len == 11 &&
		memcmp(v.arc.domain, "arc.example", 11) == 0,
	    "whose it is");
	verify(&h, "other", 9, 0);
	is_str(chain(),
	    "fail ARC-Message-Signature i=1: the body hash "
	    "differs",
	    "another body");
	status = DNSA_FAILED;
	verify(&h, body, 9, 0);
	is_str(chain(), "fail ARC-Message-Signature i=1: no answer",
	    "no answer");
	ok(v.arc.temperror, "is temporary");
	use(NULL);
	verify(&h, body, 9, 0);
	ok(!v.arc.temperror && v.arc.result == DKIM_FAIL, "no key is not");
	use(ed_record);
	for (i = 2; i <= 50; i++) {
		seal(&h, &text, i, "pass");
		if (i == 3) {
			verify(&h, body, 9, 0);
			is_str(chain(), "pass", "three sets");
			buf_put(&other, buf_data(&h), buf_len(&h));
			strstr(buf_data(&other), "i=2; me")[5] = 'x';
			verify(&other, body, 9, 0);
			is_str(chain(),
			    "fail ARC-Seal i=3: the signature "
			    "does not match",
			    "a result of the second "
			    "changed");
			verify(&h, body, 9, DKIMVERIFY_NO_ARC);
			is_num(v.arc.result, DKIM_NONE, "not wanted");
		}
	}
	verify(&h, body, 9, 0);
	is_str(chain(), "pass", "50 sets");
	is_num(v.arc.instances, 50, "are 50 instances");
	seal(&h, &text, 51, "pass");
	verify(&h, body, 9, 0);
	is_str(chain(), "fail too many ARC sets", "51 sets");
	buf_free(&h);
	buf_free(&text);
	buf_free(&other);
}

static void
test_ended(void)
{
	struct buf h = { 0 }, text = { 0 };

	start(&h);
	use(ed_record);
	seal(&h, &text, 1, "none");
	seal(&h, &text, 2, "fail");
	verify(&h, body, 9, 0);
	is_str(chain(), "fail ARC-Seal i=2: says that the chain is broken",
	    "cv=fail");
	ok(v.arc.ended && v.arc.instances == 2, "the chain has ended");
	is_num(asked, 0, "nothing is asked");
	seal(&h, &text, 3, "pass");
	verify(&h, body, 9, 0);
	is_str(chain(), "fail ARC-Seal i=2: cv= is not pass",
	    "fail in between");
	ok(!v.arc.ended, "has not ended by the last hop");
	buf_clear(&h);
	buf_puts(&h, "ARC-Seal: x\nFrom: a\n");
	verify(&h, body, 9, 0);
	is_str(chain(), "fail ARC-Seal without instance number", "a lone seal");
	is_num(v.arc.instances, 0, "no instance");
	/* a pass of DKIM beside it */
	start(&h);
	buf_clear(&text);
	sign(&h, "DKIM-Signature", DKIMSIG_DKIM, ed,
	    "v=1; a=ed25519-sha256; d=arc.example; s=x; h=from", body);
	seal(&h, &text, 1, "none");
	verify(&h, body, 9, 0);
	ok(v.signature[0].result == DKIM_PASS && v.arc.result == DKIM_PASS,
	    "signature and chain");
	is_num(asked, 1, "of one key");
	is_num(v.n_body, 2, "with two forms of the body");
	buf_free(&h);
	buf_free(&text);
}

int
main(void)
{
	static const char *const words[] = { "none", "pass", "fail", "policy",
		"neutral", "temperror", "permerror" };
	unsigned i;

	for (i = 0; i < 7; i++)
		is_str(dkim_word(i), words[i], words[i]);
	make_keys();
	test_forms();
	test_records();
	test_several();
	test_limits();
	test_questions();
	test_self();
	test_chain();
	test_ended();
	privkey_free(ed);
	privkey_free(rsa);
	return done();
}
