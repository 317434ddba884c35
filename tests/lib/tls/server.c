/* tls/server: which certificate is shown, who signs, what is resumed */
#include "tlsfake.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include "tap.h"
#include "tls/collect.h"
#include "tls/sessions.h"
#include "tls/suites.h"
#include <signal.h>

static const struct fake_key *const ec[] = { &fake_ec, NULL };
static const struct fake_key *const rsa[] = { &fake_rsa, NULL };
static const struct fake_key *const big[] = { &fake_big, NULL };
static const struct fake_key *const both[] = { &fake_rsa, &fake_ec, NULL };
static const struct fake_key *const all[] = { &fake_ec, &fake_big, &fake_rsa,
	NULL };

/* a client that has what it is given: BearSSL's own engine */

enum { H256 = 1 << 4, H384 = 1 << 5, H512 = 1 << 6, H1 = 1 << 2 };
enum { X25519 = 1 << 29, P256 = 1 << 23, P384 = 1 << 24, P521 = 1 << 25 };

struct raw {
	br_ssl_client_context sc;
	br_ec_impl ec;
	struct collect peer;
	unsigned char buf[BR_SSL_BUFSIZE_BIDI];
};

static void
raw_algorithms(struct raw *r, unsigned hashes)
{
	br_ssl_engine_context *e = &r->sc.eng;

	if (hashes & H1)
		br_ssl_engine_set_hash(e, br_sha1_ID, &br_sha1_vtable);
	if (hashes & H256)
		br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
	if (hashes & H384)
		br_ssl_engine_set_hash(e, br_sha384_ID, &br_sha384_vtable);
	if (hashes & H512)
		br_ssl_engine_set_hash(e, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(e, &br_tls12_sha384_prf);
	br_ssl_engine_set_prf10(e, &br_tls10_prf);
	br_ssl_engine_set_default_aes_gcm(e);
	br_ssl_engine_set_default_chapol(e);
	br_ssl_engine_set_default_aes_cbc(e);
	br_ssl_engine_set_default_rsavrfy(e);
	br_ssl_engine_set_default_ecdsa(e);
}

static void
raw_start(struct raw *r, const uint16_t *suites, size_t n, unsigned hashes,
    uint32_t curves, const char *name)
{
	memset(r, 0, sizeof *r);
	raw_algorithms(r, hashes);
	r->ec = *br_ec_get_default();
	r->ec.supported_curves = curves;
	br_ssl_engine_set_ec(&r->sc.eng, &r->ec);
	br_ssl_engine_set_versions(&r->sc.eng, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(&r->sc.eng, suites, n);
	br_ssl_engine_set_buffer(&r->sc.eng, r->buf, sizeof r->buf, 1);
	br_ssl_engine_inject_entropy(&r->sc.eng, "0123456789abcdef", 16);
	collect_init(&r->peer, 16, NULL);
	br_ssl_engine_set_x509(&r->sc.eng, &r->peer.vtable);
	br_ssl_client_reset(&r->sc, name, 0);
}

static void
raw_turn(struct raw *r, struct stream *s)
{
	br_ssl_engine_context *e = &r->sc.eng;
	unsigned char *p;
	ssize_t k;
	size_t n;

	if ((p = br_ssl_engine_sendrec_buf(e, &n)) != NULL &&
	    (k = stream_plain_write(s, (char *)p, n)) > 0)
		br_ssl_engine_sendrec_ack(e, (size_t)k);
	if ((p = br_ssl_engine_recvrec_buf(e, &n)) != NULL &&
	    (k = stream_plain_read(s, (char *)p, n)) > 0)
		br_ssl_engine_recvrec_ack(e, (size_t)k);
}

/* turns until it is up or has failed */
static int
raw_shake(struct raw *r, struct pair *p)
{
	int turns;
	unsigned st;
	char t[1];

	for (turns = 0; turns < 1000; turns++) {
		raw_turn(r, &p->end[0]);
		pair_turn(p, 1, t, 0);
		st = br_ssl_engine_current_state(&r->sc.eng);
		if ((st & BR_SSL_SENDAPP) && tls_up(&p->end[1]))
			return 1;
		if (st == BR_SSL_CLOSED)
			break;
	}
	return 0;
}

/* who was shown: the file of the identity, or the error */
static const char *
shown(const struct raw *r)
{
	static char t[32];
	static const struct fake_key *const keys[] = { &fake_ec, &fake_big,
		&fake_rsa };
	unsigned char print[32], want[32];
	struct digest d;
	size_t i;

	snprintf(t, sizeof t, "%d", br_ssl_engine_last_error(&r->sc.eng));
	if (!collect_peer(&r->peer, print))
		return t;
	for (i = 0; i < 3; i++) {
		digest_init(&d);
		digest_add(&d, keys[i]->chain.p, keys[i]->chain.n);
		digest_end(&d, want);
		if (memcmp(print, want, 32) == 0)
			return keys[i]->id.file;
	}
	return "?";
}

static const uint16_t any_suite[] = { 0xC02B, 0xC02F };
static const uint16_t ecdsa_only[] = { 0xC02B };
static const uint16_t rsa_only[] = { 0xC02F };
static const uint16_t sha384_suite[] = { 0xC02C };
static const uint16_t none_of_ours[] = { 0xC02D, 0xC031, 0x009C };

struct choice_case {
	const char *what;
	const struct fake_key *const *keys;
	const char *name;
	const uint16_t *suites;
	size_t n;
	unsigned hashes;
	uint32_t curves;
	const char *want;
};

#define ANY any_suite, 2
#define ECDSA ecdsa_only, 1
#define RSA rsa_only, 1
#define SHA384 sha384_suite, 1
#define NONE none_of_ours, 3
#define MODERN H256 | H384 | H512

static const struct choice_case cases[] = {
	{ "EC", ec, NULL, ANY, MODERN, X25519 | P256, "ec.example" },
	{ "RSA", rsa, NULL, ANY, MODERN, X25519 | P256, "rsa.example" },
	{ "P-384", big, NULL, ANY, MODERN, X25519 | P384, "big.example" },
	{ "P-384, and the client has none", big, NULL, ANY, MODERN,
	    X25519 | P256, "296" },
	{ "P-256, and the client has none", ec, NULL, ANY, MODERN,
	    X25519 | P384, "296" },
	{ "EC for a client with RSA", ec, NULL, RSA, MODERN, X25519, "296" },
	{ "RSA for a client with ECDSA", rsa, NULL, ECDSA, MODERN, X25519,
	    "296" },
	{ "the default is the first", both, NULL, ANY, MODERN, X25519 | P256,
	    "rsa.example" },
	{ "by name", both, "ec.example", ANY, MODERN, X25519 | P256,
	    "ec.example" },
	{ "without case", both, "EC.Example", ANY, MODERN, X25519 | P256,
	    "ec.example" },
	{ "by name, which it cannot", both, "ec.example", RSA, MODERN,
	    X25519 | P256, "rsa.example" },
	{ "no such name", both, "nobody.example", ANY, MODERN, X25519 | P256,
	    "rsa.example" },
	{ "no name", both, "ec.example\1", ANY, MODERN, X25519 | P256,
	    "rsa.example" },
	{ "by name of several", all, "rsa.example", ANY, MODERN,
	    X25519 | P256 | P384, "rsa.example" },
	{ "SHA-384 only", ec, NULL, SHA384, H384, X25519 | P256, "ec.example" },
	{ "SHA-512, too", rsa, NULL, ANY, H512 | H256, X25519, "rsa.example" },
	{ "X25519 is not there", rsa, NULL, ANY, MODERN, P256, "rsa.example" },
	{ "key exchange with P-384 only", rsa, NULL, ANY, MODERN, P384 | P521,
	    "296" },
	{ "no curve of ours", rsa, NULL, ANY, MODERN, P521, "296" },
	{ "no suite of ours", rsa, NULL, NONE, MODERN, X25519, "296" },
};

static void
choice(void)
{
	static struct raw r;
	const struct choice_case *c = cases;
	struct pair p;
	int is_up;

	for (; c < cases + sizeof cases / sizeof *cases; c++) {
		pair_init(&p, NULL, 0, c->keys);
		pair_connect(&p);
		tls_server_start(p.server, &p.end[1], fake_net, 4);
		raw_start(&r, c->suites, c->n, c->hashes, c->curves, c->name);
		is_up = raw_shake(&r, &p);
		is_str(shown(&r), c->want, c->what);
		is_num(is_up, ascii_letter(*c->want), "comes up, or not");
		if (!is_up)
			is_num(tls_failure(&p.end[1]), TLS_NO_COMMON, "why");
		collect_free(&r.peer);
		pair_free(&p);
	}
}

/* each suite, with the key that it wants; what it is called */
static void
each_suite(void)
{
	static struct raw r;
	uint16_t suites[SUITES_MAX];
	size_t i, n = suites_of(1, 0, suites);
	struct pair p;

	for (i = 0; i < n; i++) {
		pair_init(&p, NULL, 0,
		    strstr(suites_name(suites[i]), "ECDSA") ? ec : rsa);
		pair_connect(&p);
		tls_server_start(p.server, &p.end[1], fake_net, 4);
		raw_start(&r, suites + i, 1, MODERN | H1, X25519 | P256, NULL);
		ok(raw_shake(&r, &p), suites_name(suites[i]));
		if (tls_up(&p.end[1]))
			is_str(tls_info(&p.end[1])->suite,
			    suites_name(suites[i]), "is what it says");
		collect_free(&r.peer);
		pair_free(&p);
	}
}

static void
old(void)
{
	static struct raw r;
	struct pair p;
	char t[TLS_TEXT_MAX];

	pair_init(&p, NULL, 0, rsa);
	pair_connect(&p);
	tls_server_start(p.server, &p.end[1], fake_net, 4);
	raw_start(&r, any_suite, 2, MODERN, X25519, NULL);
	br_ssl_engine_set_versions(&r.sc.eng, BR_TLS10, BR_TLS11);
	br_ssl_client_reset(&r.sc, NULL, 0);
	ok(!raw_shake(&r, &p), "TLS 1.1");
	is_num(tls_failure(&p.end[1]), TLS_VERSION, "is refused");
	is_num(br_ssl_engine_last_error(&r.sc.eng), 256 + 70, "by an alert");
	is_str(tls_why(&p.end[1], t), "no TLS 1.2 in common", "in words");
	collect_free(&r.peer);
	pair_free(&p);
}

/* the key process */

static void
signer(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];

	pair_init(&p, NULL, 0, ec);
	ok(tls_server_offers(p.server) && tls_server_ready(p.server), "ready");
	p.key.ready = 0;
	ok(tls_server_offers(p.server) && !tls_server_ready(p.server),
	    "offered, and not ready");
	p.key.fails = 1;
	pair_start(&p);
	ok(!pair_shake(&p), "it does not answer");
	is_num(tls_failure(&p.end[1]), TLS_KEY, "our fault");
	is_str(tls_why(&p.end[1], t), "key process does not answer", "why");
	is_num(tls_alert(&p.end[0]), 80, "the client hears an alert");
	pair_close(&p);
	p.key.fails = 0;
	p.key.rubbish = 70;
	pair_start(&p);
	ok(!pair_shake(&p), "it answers rubbish");
	is_num(tls_failure(&p.end[0]), TLS_PROTOCOL, "which the client sees");
	is_str(tls_why(&p.end[0], t), "bad signature", "as such");
	pair_close(&p);
	p.key.rubbish = 513;
	pair_start(&p);
	ok(!pair_shake(&p), "more than there is room for");
	is_num(tls_failure(&p.end[1]), TLS_KEY, "is not taken");
	pair_free(&p);

	pair_init(&p, NULL, 0, ec);
	identity_set_drop(p.key.set);
	p.key.set = NULL;
	ok(!tls_server_offers(p.server) && !tls_server_ready(p.server),
	    "no certificate: not offered");
	pair_start(&p);
	ok(!pair_shake(&p), "nor does it work");
	is_str(tls_why(&p.end[1], t), "no certificate", "why");
	is_num(tls_failure(&p.end[1]), TLS_KEY, "our fault");
	p.key.set = identity_set_new();
	ok(!tls_server_offers(p.server), "an empty set is none");
	pair_free(&p);
}

/* a new certificate while the old one is on its way */
static void
reload(void)
{
	static char junk[IDENTITY_CERT_MAX];
	struct slice chain[IDENTITY_CHAIN_MAX];
	struct identity id = fake_ec.id;
	struct pair p;
	char t[1];
	size_t i;

	pair_init(&p, NULL, 0, rsa);
	identity_set_drop(p.key.set);
	p.key.set = identity_set_new();
	chain[0] = fake_ec.chain;
	for (i = 1; i < IDENTITY_CHAIN_MAX; i++)
		chain[i] = (struct slice){ junk, sizeof junk };
	id.chain = chain;
	id.n_chain = IDENTITY_CHAIN_MAX;
	identity_add(p.key.set, &id);
	world_writes = 1000;
	pair_start(&p);
	fake_judge.times = 0;
	for (i = 0; i < 20; i++) {
		pair_turn(&p, 0, t, 0);
		pair_turn(&p, 1, t, 0);
	}
	is_num(fake_judge.times, 0, "a chain that is half written");
	fake_set(&p.key, rsa);
	ok(pair_shake(&p), "is written to its end");
	is_num(fake_judge.saw.n, IDENTITY_CHAIN_MAX, "whole");
	is_num((long long)fake_judge.saw.len[0], (long long)fake_ec.chain.n,
	    "as it was");
	world_writes = 0;
	pair_close(&p);
	pair_start(&p);
	ok(pair_shake(&p), "and the next one");
	is_num((long long)fake_judge.saw.len[0], (long long)fake_rsa.chain.n,
	    "is the new one");
	pair_free(&p);
}

/* certificates of clients */

static int
is_peer(const struct pair *p, const struct fake_key *k)
{
	const struct tls_info *i = tls_info(&p->end[1]);
	unsigned char want[32] = { 0 };
	struct digest d;

	digest_init(&d);
	if (k != NULL) {
		digest_add(&d, k->chain.p, k->chain.n);
		digest_end(&d, want);
	}
	return i->has_peer == (k != NULL) && memcmp(i->peer, want, 32) == 0;
}

static void
clients(void)
{
	static char junk[200];
	static const struct fake_key *const keys[] = { &fake_ec, &fake_rsa,
		&fake_big };
	struct fake_key odd = fake_ec;
	struct pair p;
	size_t i;

	for (i = 0; i < 3; i++) {
		pair_init(&p, NULL, 1, ec);
		p.target.own = &keys[i]->id;
		p.target.key = &p.key;
		pair_start(&p);
		ok(pair_shake(&p), "a client with a certificate");
		ok(is_peer(&p, keys[i]), keys[i]->id.file);
		is_num(p.key.calls, 2, "both ends have signed");
		pair_free(&p);
	}
	pair_init(&p, NULL, 1, ec);
	pair_start(&p);
	ok(pair_shake(&p), "a client without one");
	ok(is_peer(&p, NULL), "is nobody");
	pair_close(&p);
	odd.chain = (struct slice){ junk, sizeof junk };
	odd.id.chain = &odd.chain;
	p.target.own = &odd.id;
	p.target.key = &p.key;
	pair_start(&p);
	ok(pair_shake(&p), "one that cannot be read");
	ok(is_peer(&p, NULL), "is as none");
	pair_free(&p);

	pair_init(&p, NULL, 0, ec);
	p.target.own = &fake_rsa.id;
	p.target.key = &p.key;
	pair_start(&p);
	ok(pair_shake(&p) && is_peer(&p, NULL), "nobody asks");
	pair_free(&p);

	/* it shows the certificate of another and has not its key */
	pair_init(&p, NULL, 1, rsa);
	odd = fake_ec;
	odd.chain = fake_big.chain;
	odd.id.chain = &odd.chain;
	p.target.own = &odd.id;
	p.target.key = &p.key;
	pair_start(&p);
	ok(!pair_shake(&p), "another's certificate");
	is_num(tls_failure(&p.end[1]), TLS_PROTOCOL, "is refused");
	pair_free(&p);
}

/* sessions */

static const unsigned char key[16] = "0123456789abcdef";

/* a first connection; its session */
static struct tls_session
first(struct pair *p)
{
	struct tls_session s;

	pair_start(p);
	ok(pair_shake(p), "the first time");
	ok(!tls_info(&p->end[0])->resumed && !tls_info(&p->end[1])->resumed,
	    "in full");
	is_num(tls_session_get(&p->end[0], &s), 0, "it has a session");
	pair_close(p);
	return s;
}

/* what can leave together does: a write for each time that the other side is
 * waited for, and one for what the client has said at first */
static void
writes(void)
{
	struct sessions *sessions = sessions_new(key);
	struct tls_session s;
	unsigned long before = world_written;
	struct pair p;

	pair_init(&p, sessions, 0, ec);
	s = first(&p);
	is_num((long long)(world_written - before), 4, "four writes");
	p.target.resume = &s;
	before = world_written;
	pair_start(&p);
	ok(pair_shake(&p) && tls_info(&p.end[1])->resumed, "resumed");
	is_num((long long)(world_written - before), 3, "three");
	pair_free(&p);
	sessions_free(sessions);
}

static void
resumption(void)
{
	struct sessions *sessions = sessions_new(key);
	static const unsigned char other_net[4] = { 198, 51, 100, 0 };
	struct tls_session s;
	struct pair p;
	char t[TLS_TEXT_MAX];
	unsigned calls;

	pair_init(&p, sessions, 1, ec);
	p.target.name = "mx.example";
	p.target.own = &fake_rsa.id;
	p.target.key = &p.key;
	s = first(&p);
	calls = p.key.calls;
	p.target.resume = &s;
	pair_start(&p);
	ok(pair_shake(&p), "again");
	ok(tls_info(&p.end[0])->resumed && tls_info(&p.end[1])->resumed,
	    "resumed");
	is_num(p.key.calls, calls, "nothing was signed");
	is_num(tls_work(&p.end[1]), TLS_WORK_RESUMED, "less work");
	ok(is_peer(&p, &fake_rsa), "the client is the one it was");
	ok(strstr(tls_text(&p.end[1], t), ",resumed") != NULL, "as told");
	pair_close(&p);

	pair_connect(&p);
	tls_client_start(&p.end[0], &p.target);
	tls_server_start(p.server, &p.end[1], other_net, 4);
	ok(pair_shake(&p), "from another network");
	ok(!tls_info(&p.end[1])->resumed, "in full");
	pair_close(&p);

	p.target.name = "mx.Example";
	pair_start(&p);
	ok(pair_shake(&p) && tls_info(&p.end[1])->resumed, "without case");
	pair_close(&p);

	p.target.name = "other.example";
	pair_start(&p);
	pair_shake(&p);
	is_num(tls_failure(&p.end[1]), TLS_PROTOCOL, "under another name");
	is_str(tls_why(&p.end[1], t), "session resumed under another name",
	    "it ends");
	pair_close(&p);
	pair_start(&p);
	pair_turn(&p, 0, t, 0);
	pair_turn(&p, 1, t, 0);
	pair_turn(&p, 0, t, 0);
	is_num(stream_write(&p.end[0], "MAIL", 4), 4, "the client is up first");
	is_num(pair_turn(&p, 1, t, sizeof t), -1, "but is not heard");
	pair_close(&p);
	p.target.name = NULL;
	pair_start(&p);
	pair_shake(&p);
	is_num(tls_failure(&p.end[1]), TLS_PROTOCOL, "also under none");
	pair_free(&p);
	sessions_free(sessions);
}

/* a session that is known, of a suite that the client has no more */
static void
other_suite(void)
{
	struct sessions *sessions = sessions_new(key);
	struct tls_session s;
	struct pair p;

	pair_init(&p, sessions, 1, both);
	p.target.own = &fake_ec.id;
	p.target.key = &p.key;
	s = first(&p);
	s.bytes[36] ^= 1; /* cipher_suite: the ECDSA one beside it */
	p.target.resume = &s;
	p.target.own = NULL;
	pair_start(&p);
	pair_shake(&p);
	ok(!tls_up(&p.end[1]) || !tls_info(&p.end[1])->resumed ||
		tls_failure(&p.end[0]) != TLS_FINE,
	    "of another suite it is not resumed");
	pair_free(&p);
	sessions_free(sessions);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(60);
	fake_keys();
	choice();
	each_suite();
	old();
	signer();
	reload();
	clients();
	writes();
	resumption();
	other_suite();
	return done();
}
