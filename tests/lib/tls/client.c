/* tls/client: what it says, what it takes, what it makes of a verdict */
#include "tlsfake.h"
#include "tap.h"
#include "tls/engine.h"
#include "tls/suites.h"
#include <errno.h>
#include <signal.h>

static const struct fake_key *const ec[] = { &fake_ec, NULL };

/* a ClientHello as it leaves: RFC 5246 section 7.4.1.2 */

struct hello {
	unsigned char b[1024];
	size_t n;
	const unsigned char *suites, *end;
	size_t n_suites;
};

static unsigned
two(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static void
hello(struct pair *p, struct hello *h)
{
	ssize_t n;
	char t[1];
	const unsigned char *at;

	memset(h, 0, sizeof *h);
	pair_connect(p);
	tls_client_start(&p->end[0], &p->target);
	pair_turn(p, 0, t, 0);
	n = stream_plain_read(&p->end[1], (char *)h->b, sizeof h->b);
	h->n = n > 0 ? (size_t)n : 0;
	pair_close(p);
	at = h->b + 5 + 4 + 2 + 32; /* record, message, version, random */
	at += 1 + *at;
	h->n_suites = two(at) / 2;
	h->suites = at + 2;
	h->end = h->b + h->n;
}

static int
offers(const struct hello *h, unsigned suite)
{
	size_t i;

	for (i = 0; i < h->n_suites; i++)
		if (two(h->suites + 2 * i) == suite)
			return 1;
	return 0;
}

/* the value of an extension, in hexadecimal digits; "none" */
static const char *
extension(const struct hello *h, unsigned type)
{
	static char t[600];
	const unsigned char *p = h->suites + 2 * h->n_suites + 2 + 2;
	unsigned i, n;

	for (; p + 4 <= h->end; p += 4 + n) {
		n = two(p + 2);
		if (two(p) != type)
			continue;
		for (i = 0; i < n && i < 290; i++)
			sprintf(t + 2 * i, "%02x", p[4 + i]);
		t[2 * n] = '\0';
		return t;
	}
	return "none";
}

enum { SERVER_NAME, MAX_FRAGMENT, GROUPS = 10, SIGNATURES = 13 };

static void
says(void)
{
	char name[TLS_NAME_MAX + 2];
	struct hello h;
	struct pair p;

	pair_init(&p, NULL, 0, ec);
	p.target.name = "mx.example";
	hello(&p, &h);
	is_num(two(h.b + 9), 0x0303, "TLS 1.2");
	ok(offers(&h, 0xC02B) && offers(&h, 0xC030), "suites");
	ok(offers(&h, 0xC027), "with CBC");
	ok(!offers(&h, 0x002F) && !offers(&h, 0xC013), "and no other");
	is_str(extension(&h, SERVER_NAME), "000d00000a6d782e6578616d706c65",
	    "the name");
	is_str(extension(&h, MAX_FRAGMENT), "none", "records of any length");
	is_str(extension(&h, GROUPS), "000600170018001d",
	    "P-256, P-384, X25519");
	is_str(extension(&h, SIGNATURES), "000c040305030603040105010601",
	    "no SHA-1");
	p.target.modern = 1;
	p.target.name = NULL;
	hello(&p, &h);
	ok(!offers(&h, 0xC027) && offers(&h, 0xC02F), "without CBC");
	is_str(extension(&h, SERVER_NAME), "none", "no name");
	memset(name, 'a', sizeof name);
	name[TLS_NAME_MAX] = '\0';
	p.target.name = name;
	hello(&p, &h);
	is_num((long long)strlen(extension(&h, SERVER_NAME)),
	    2 * (5 + TLS_NAME_MAX), "the longest name");
	name[TLS_NAME_MAX] = 'a';
	name[TLS_NAME_MAX + 1] = '\0';
	hello(&p, &h);
	is_str(extension(&h, SERVER_NAME), "none", "one byte more is none");
	pair_free(&p);
}

static void
verdict(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];

	pair_init(&p, NULL, 0, ec);
	fake_judge.says = TLS_V_PKIX;
	p.demand.mode = TLS_PKIX;
	pair_start(&p);
	ok(tls_info(&p.end[0])->judged == NULL, "not judged yet");
	ok(pair_shake(&p), "trusted");
	is_num(tls_info(&p.end[0])->judged->verdict, TLS_V_PKIX, "as it says");
	ok(tls_info(&p.end[0])->has_peer, "somebody");
	pair_close(&p);

	fake_judge.says = TLS_V_SELF;
	pair_start(&p);
	stream_write(&p.end[0], "secret", 6);
	ok(!pair_shake(&p), "not trusted");
	is_num(tls_failure(&p.end[0]), TLS_CERTIFICATE, "so it ends");
	is_str(tls_why(&p.end[0], t), "the judge says 5", "in the words");
	is_num(tls_info(&p.end[0])->judged->verdict, TLS_V_SELF, "it is known");
	ok(!tls_up(&p.end[1]), "the server has seen nothing of ours");
	is_num(tls_failure(&p.end[1]), TLS_ALERT, "but an alert");
	is_num(tls_alert(&p.end[1]), 42, "bad certificate");
	pair_close(&p);

	p.target.carry_on = 1;
	pair_start(&p);
	ok(pair_shake(&p), "who does not mind");
	is_num(tls_info(&p.end[0])->judged->verdict, TLS_V_SELF, "is told");
	pair_close(&p);

	p.target.carry_on = 0;
	p.demand.mode = TLS_ANY;
	pair_start(&p);
	ok(pair_shake(&p), "any will do");
	pair_free(&p);
	fake_judge.says = TLS_V_NONE;
}

/* a certificate whose key nobody here knows, and who does not mind */
static void
no_key(void)
{
	static unsigned char odd[1024];
	struct slice chain = { (char *)odd, fake_ec.chain.n };
	struct identity id = fake_ec.id;
	unsigned char *oid;
	struct pair p;

	memcpy(odd, fake_ec.cert, fake_ec.chain.n);
	oid = memmem(odd, sizeof odd, "\x2a\x86\x48\xce\x3d\2\1", 7);
	oid[6] = 9;
	id.chain = &chain;
	pair_init(&p, NULL, 0, ec);
	identity_set_drop(p.key.set);
	p.key.set = identity_set_new();
	identity_add(p.key.set, &id);
	p.target.carry_on = 1;
	pair_start(&p);
	ok(!pair_shake(&p), "a kind of key that is not known");
	is_num(tls_failure(&p.end[0]), TLS_CERTIFICATE, "is no use to anybody");
	is_num(tls_info(&p.end[0])->judged != NULL, 1, "it is judged");
	pair_free(&p);
}

static void
early(void)
{
	struct pair p;

	pair_init(&p, NULL, 0, ec);
	pair_connect(&p);
	stream_unread(&p.end[0], "250 x\r\n", 7);
	is_num(tls_client_start(&p.end[0], &p.target), -1, "who spoke early");
	is_num(errno, EPROTO, "is not let in");
	ok(!tls_is_on(&p.end[0]), "nothing was started");
	pair_free(&p);
}

static void
answers(void)
{
	static const struct answer_case {
		const char *bytes;
		size_t n;
		enum tls_failure failure;
		const char *why;
	} cases[] = {
		/* who has TLS 1.3 only */
		{ "\x15\x03\x03\x00\x02\x02\x46", 7, TLS_VERSION,
		    "alert 70: protocol version" },
		{ "\x15\x03\x03\x00\x02\x02\x28", 7, TLS_ALERT,
		    "alert 40: handshake failure" },
		{ "454 4.7.0 not now\r\n", 19, TLS_PROTOCOL, "no TLS" },
		{ "\x13\x03\x03\x00\x02\x02\x46", 7, TLS_PROTOCOL, "no TLS" },
		{ "\x18\x03\x03\x00\x02\x02\x46", 7, TLS_PROTOCOL, "no TLS" },
		{ "", 0, TLS_CUT, "connection closed" },
	};
	struct pair p;
	char t[TLS_TEXT_MAX];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		pair_init(&p, NULL, 0, ec);
		pair_connect(&p);
		tls_client_start(&p.end[0], &p.target);
		pair_turn(&p, 0, t, 0);
		if (cases[i].n > 0)
			stream_plain_write(&p.end[1], cases[i].bytes,
			    cases[i].n);
		else
			stream_close(&p.end[1]);
		while (tls_failure(&p.end[0]) == TLS_FINE)
			pair_turn(&p, 0, t, 0);
		is_num(tls_failure(&p.end[0]), cases[i].failure, cases[i].why);
		is_str(tls_why(&p.end[0], t), cases[i].why, "in words");
		is_num(stream_read(&p.end[0], t, 1), -1, "an error");
		pair_free(&p);
	}
}

static void
session(void)
{
	struct tls_session s;
	struct pair p;

	pair_init(&p, NULL, 0, ec);
	pair_connect(&p);
	is_num(tls_session_get(&p.end[0], &s), -1, "no TLS, no session");
	pair_close(&p);
	pair_start(&p);
	is_num(tls_session_get(&p.end[0], &s), -1, "nor before it is up");
	pair_shake(&p);
	is_num(tls_session_get(&p.end[0], &s), 0, "then there is one");
	pair_close(&p);
	p.target.resume = &s;
	pair_start(&p);
	ok(pair_shake(&p), "a server that keeps none");
	ok(!tls_info(&p.end[0])->resumed, "does it again");
	is_num(p.key.calls, 2, "in full");
	ok(tls_info(&p.end[0])->judged != NULL, "with a verdict");
	pair_free(&p);
}

static void
own(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];
	struct keyclient dead = { .fails = 1 };

	pair_init(&p, NULL, 1, ec);
	p.target.own = &fake_rsa.id;
	p.target.key = &dead;
	pair_start(&p);
	ok(!pair_shake(&p), "the key process does not sign");
	is_num(tls_failure(&p.end[0]), TLS_KEY, "our fault");
	is_str(tls_why(&p.end[0], t), "key process does not answer", "why");
	is_num(tls_alert(&p.end[1]), 80, "the server hears an alert");
	pair_free(&p);
}

static void
unable(void)
{
	is_str(tls_unable(ENOMEM), "out of memory", "not begun: memory");
	is_str(tls_unable(EPROTO), "spoken before the handshake", "early");
	is_str(tls_unable(ENOSYS), "no random bytes", "randomness");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(60);
	fake_keys();
	unable();
	says();
	verdict();
	no_key();
	early();
	answers();
	session();
	own();
	return done();
}
