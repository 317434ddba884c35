/* requests to tls-key, and lists of certificates from it */
#include "tls/keywire.h"
#include "format/netstring.h"
#include "tap.h"
#include <stdlib.h>

#define KEY "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define D32 "0000000000000000000000000000000000000000000000000000000000000001"
#define WANT \
	"not a request: want sign KEYID SCHEME DIGEST, list GENERATION or " \
	"ping"

static const struct {
	const char *text, *fault;
	int verb;
	unsigned bits, rsa;
} requests[] = {
	{ "ping", NULL, KEYWIRE_PING, 0, 0 },
	{ "list 0", NULL, KEYWIRE_LIST, 0, 0 },
	{ "list 18446744073709551615", NULL, KEYWIRE_LIST, 0, 0 },
	{ "sign " KEY " ecdsa-sha256 " D32, NULL, KEYWIRE_SIGN, 256, 0 },
	{ "sign " KEY " ecdsa-sha384 " D32 "00112233445566778899aabbccddeeff",
	    NULL, KEYWIRE_SIGN, 384, 0 },
	{ "sign " KEY " ecdsa-sha512 " D32 D32, NULL, KEYWIRE_SIGN, 512, 0 },
	{ "sign " KEY " rsa-sha256 " D32, NULL, KEYWIRE_SIGN, 256, 1 },
	{ "sign " KEY " rsa-sha384 " D32 "00112233445566778899aabbccddeeff",
	    NULL, KEYWIRE_SIGN, 384, 1 },
	{ "sign " KEY " rsa-sha512 " D32 D32, NULL, KEYWIRE_SIGN, 512, 1 },
	{ "", WANT, 0, 0, 0 },
	{ "Ping", WANT, 0, 0, 0 },
	{ "ping ", WANT, 0, 0, 0 },
	{ "pingx", WANT, 0, 0, 0 },
	{ "list", WANT, 0, 0, 0 },
	{ "list ", WANT, 0, 0, 0 },
	{ "list -1", WANT, 0, 0, 0 },
	{ "list 18446744073709551616", WANT, 0, 0, 0 },
	{ "list 1 2", WANT, 0, 0, 0 },
	{ "sign", WANT, 0, 0, 0 },
	{ "sign " KEY, WANT, 0, 0, 0 },
	{ "sign " KEY " rsa-sha256", WANT, 0, 0, 0 },
	{ "sign " KEY " rsa-sha256 " D32 " x", WANT, 0, 0, 0 },
	{ "sign  rsa-sha256 " D32, "not a key id", 0, 0, 0 },
	{ "sign x" KEY " rsa-sha256 " D32, "not a key id", 0, 0, 0 },
	{ "sign " KEY "0 rsa-sha256 " D32, "not a key id", 0, 0, 0 },
	{ "sign g" D32 " rsa-sha256 " D32, "not a key id", 0, 0, 0 },
	{ "sign " KEY " rsa-sha1 " D32, "unknown scheme", 0, 0, 0 },
	{ "sign " KEY "  " D32, "unknown scheme", 0, 0, 0 },
	{ "sign " KEY " rsa-sha256 ", "not a digest of that length", 0, 0, 0 },
	{ "sign " KEY " rsa-sha256 " D32 "00", "not a digest of that length", 0,
	    0, 0 },
	{ "sign " KEY " rsa-sha384 " D32, "not a digest of that length", 0, 0,
	    0 },
	{ "sign " KEY " rsa-sha512 " D32 D32 "0", "not a digest of that length",
	    0, 0, 0 },
};

static void
request(unsigned i)
{
	const char *text = requests[i].text, *fault, *p;
	struct keywire_request r, again;
	struct buf b = { 0 };
	size_t n;

	fault = keywire_get(text, strlen(text), &r);
	is_str(fault == NULL ? "none" : fault,
	    requests[i].fault == NULL ? "none" : requests[i].fault, text);
	if (fault != NULL)
		return;
	is_num(r.verb, requests[i].verb, "its verb");
	if (r.verb == KEYWIRE_SIGN) {
		is_num(keywire_bits(r.scheme), requests[i].bits, "bits");
		is_num(keywire_rsa(r.scheme), requests[i].rsa, "RSA or not");
		is_num((long long)r.digest_len, requests[i].bits / 8, "digest");
		is_num(r.key[31], 0xff, "the key's last byte");
	}
	keywire_put(&b, &r);
	ok(netstring_whole(buf_data(&b), buf_len(&b), KEYWIRE_REQUEST_MAX, &p,
	       &n) == (long)buf_len(&b),
	    "made: a netstring within the limit");
	ok(keywire_get(p, n, &again) == NULL &&
		memcmp(&r, &again, sizeof r) == 0,
	    "and the same again");
	buf_free(&b);
}

static void
answer(void)
{
	char sig[KEYWIRE_SIGN_MAX];
	struct buf b = { 0 };
	const char *p;
	size_t n;

	memset(sig, 's', sizeof sig);
	keywire_answer(&b, 'K', "", 0);
	keywire_answer(&b, 'D', "no", 2);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "1:K,3:Dno,", "answers");
	buf_clear(&b);
	keywire_answer(&b, 'K', sig, 512);
	ok(netstring_whole(buf_data(&b), buf_len(&b), KEYWIRE_SIGN_MAX, &p,
	       &n) > 0 &&
		n == 513,
	    "the longest signature is within its limit");
	buf_free(&b);
}

/* lists */

static const char *const names[] = { "mail.example.org", "*.example.net" };
static const struct slice chain[] = { { "leaf\0x", 6 }, { "issuer", 6 } };
static const struct identity good[] = {
	{ .id = { 1, 2, 255 },
	    .kind = IDENTITY_EC,
	    .curve = 23,
	    .self = 1,
	    .until_s = 1900000000,
	    .file = "self.pem",
	    .names = names,
	    .n_names = 2,
	    .chain = chain,
	    .n_chain = 2 },
	{ .id = { 3 },
	    .kind = IDENTITY_EC,
	    .curve = 24,
	    .file = "a",
	    .names = names,
	    .n_names = 1,
	    .chain = chain,
	    .n_chain = 1 },
	{ .id = { 4 },
	    .kind = IDENTITY_RSA,
	    .file = "sub/b\tc.pem",
	    .names = names,
	    .n_names = 0,
	    .chain = chain,
	    .n_chain = 1 },
};

static int
same(const struct identity *a, const struct identity *b)
{
	size_t i;

	if (memcmp(a->id, b->id, 32) != 0 || a->kind != b->kind ||
	    a->curve != b->curve || a->self != b->self ||
	    a->until_s != b->until_s || strcmp(a->file, b->file) != 0 ||
	    a->n_names != b->n_names || a->n_chain != b->n_chain)
		return 0;
	for (i = 0; i < a->n_names; i++)
		if (strcmp(a->names[i], b->names[i]) != 0)
			return 0;
	for (i = 0; i < a->n_chain; i++)
		if (a->chain[i].n != b->chain[i].n ||
		    memcmp(a->chain[i].p, b->chain[i].p, a->chain[i].n) != 0)
			return 0;
	return 1;
}

static void
list(void)
{
	struct identity_set *set;
	struct buf b = { 0 };
	uint64_t generation;
	char *cut;
	size_t i, n, bad = 0;

	keywire_put_generation(&b, 77);
	for (i = 0; i < 3; i++)
		keywire_put_identity(&b, &good[i]);
	ok(keywire_identities(buf_data(&b), buf_len(&b), &set, &generation) ==
		NULL,
	    "a list");
	is_num((long long)generation, 77, "its generation");
	is_num((long long)identity_count(set), 3, "all of it");
	for (i = 0; i < 3; i++)
		ok(same(identity_at(set, i), &good[i]), good[i].file);
	identity_set_drop(set);
	for (n = 0; n < buf_len(&b); n++) {
		cut = malloc(n + 1);
		memcpy(cut, buf_data(&b), n);
		if (keywire_identities(cut, n, &set, &generation) == NULL) {
			bad += identity_count(set) == 3;
			identity_set_drop(set);
		}
		free(cut);
	}
	is_num((long long)bad, 0, "one cut short is never whole");
	buf_clear(&b);
	keywire_put_generation(&b, 1);
	ok(keywire_identities(buf_data(&b), buf_len(&b), &set, &generation) ==
		NULL,
	    "an empty one");
	is_num((long long)identity_count(set), 0, "has none");
	identity_set_drop(set);
	buf_free(&b);
}

#define LINE(id, kind, rest) "id:" id "\tkind:" kind rest
#define GOOD "\tnames:a\tuntil:1\tself:0\tfile:f"

static const struct {
	const char *line;
	int good;
} lines[] = {
	{ LINE(D32, "rsa", GOOD), 1 },
	{ LINE(D32, "rsa", GOOD "\tnew:1"), 1 },
	{ LINE(D32, "rsa", "\tnames:\tuntil:1\tself:0\tfile:f"), 1 },
	{ LINE("00", "rsa", GOOD), 0 },
	{ LINE(D32 "0", "rsa", GOOD), 0 },
	{ LINE(D32, "dsa", GOOD), 0 },
	{ LINE(D32, "rsa", ""), 0 },
	{ LINE(D32, "rsa", "\tnames:a,\tuntil:1\tself:0\tfile:f"), 0 },
	{ LINE(D32, "rsa", "\tnames:,a\tuntil:1\tself:0\tfile:f"), 0 },
	{ LINE(D32, "rsa", "\tnames:a\\0\tuntil:1\tself:0\tfile:f"), 0 },
	{ LINE(D32, "rsa", "\tnames:a\tuntil:-1\tself:0\tfile:f"), 0 },
	{ LINE(D32, "rsa", "\tnames:a\tuntil:1\tself:2\tfile:f"), 0 },
	{ LINE(D32, "rsa", "\tnames:a\tuntil:1\tself:0\tfile:"), 0 },
	{ LINE(D32, "rsa", "\tnames:a\tuntil:1\tself:0\tfile:f\\0"), 0 },
	{ "kind:rsa" GOOD, 0 },
	{ "", 0 },
};

static int
is_taken(const char *line, size_t certificates, size_t bytes)
{
	struct buf b = { 0 }, one = { 0 };
	struct identity_set *set;
	char *cert = calloc(1, bytes + 1);
	uint64_t generation;
	const char *fault;
	size_t i;

	netstring_put(&one, line, strlen(line));
	for (i = 0; i < certificates; i++)
		netstring_put(&one, cert, bytes);
	keywire_put_generation(&b, 1);
	netstring_put(&b, buf_data(&one), buf_len(&one));
	fault =
	    keywire_identities(buf_data(&b), buf_len(&b), &set, &generation);
	identity_set_drop(set);
	buf_free(&one);
	buf_free(&b);
	free(cert);
	return fault == NULL;
}

static void
limits(void)
{
	struct buf b = { 0 };
	unsigned i, n;

	for (n = IDENTITY_NAMES_MAX; n <= IDENTITY_NAMES_MAX + 1; n++) {
		buf_clear(&b);
		buf_puts(&b,
		    "id:" D32 "\tkind:rsa\tuntil:1\tself:0\tfile:f"
		    "\tnames:a");
		for (i = 1; i < n; i++)
			buf_puts(&b, ",a");
		buf_putc(&b, '\0');
		is_num(is_taken(buf_data(&b), 1, 9), n == IDENTITY_NAMES_MAX,
		    "names at the limit, and one above");
	}
	buf_free(&b);
	ok(is_taken(lines[0].line, IDENTITY_CHAIN_MAX, 9),
	    "chain: at the limit");
	ok(!is_taken(lines[0].line, IDENTITY_CHAIN_MAX + 1, 9), "one above");
	ok(!is_taken(lines[0].line, 0, 9), "none");
	ok(is_taken(lines[0].line, 1, IDENTITY_CERT_MAX), "certificate: at it");
	ok(!is_taken(lines[0].line, 1, IDENTITY_CERT_MAX + 1), "one above");
	ok(!is_taken(lines[0].line, 1, 0), "empty");
}

int
main(void)
{
	struct identity_set *set;
	uint64_t generation;
	unsigned i;

	for (i = 0; i < sizeof requests / sizeof *requests; i++)
		request(i);
	answer();
	list();
	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		is_num(is_taken(lines[i].line, 1, 9), lines[i].good,
		    lines[i].line);
	limits();
	is_str(keywire_identities("", 0, &set, &generation),
	    "not a list of certificates", "nothing");
	is_str(keywire_identities("1:0,", 4, &set, &generation),
	    "not a list of certificates", "generation 0");
	return done();
}
