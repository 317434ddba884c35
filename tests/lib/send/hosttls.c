/* what a host must show, and the words for when it does not: send/hosttls */
#include "send/hosttls.h"
#include "starve.h"
#include "tap.h"
#include <string.h>

static struct sendtxn txn;

static void
policies(void)
{
	static const struct {
		unsigned char site, kind, lmtp, here;
	} c[] = {
		{ SENDTLS_NONE, DIAL_V4, 0, SENDTLS_NONE },
		{ SENDTLS_MAY, DIAL_V4, 0, SENDTLS_MAY },
		{ SENDTLS_MUST, DIAL_V6, 0, SENDTLS_MUST },
		{ SENDTLS_UNSAID, DIAL_V4, 0, SENDTLS_MAY },
		{ SENDTLS_UNSAID, DIAL_V6, 0, SENDTLS_MAY },
		{ SENDTLS_UNSAID, DIAL_V4, 1, SENDTLS_NONE },
		{ SENDTLS_UNSAID, DIAL_UNIX, 0, SENDTLS_NONE },
		{ SENDTLS_MAY, DIAL_UNIX, 1, SENDTLS_MAY },
	};
	struct sendsite site = { 0 };
	struct sendhost h = { 0 };
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		site.tls = c[i].site;
		site.lmtp = c[i].lmtp & 1;
		h.kind = c[i].kind;
		is_num(hosttls_policy(&site, &h), c[i].here, "policy");
	}
	is_str(hosttls_word(SENDTLS_NONE), "none", "word");
	is_str(hosttls_word(SENDTLS_MUST), "must", "word");
	is_str(hosttls_word(SENDTLS_STS), "sts", "word");
}

static void
demands(void)
{
	static const struct {
		const char *host, *sni;
	} c[] = { { "mx.example", "mx.example" }, { "192.0.2.1", NULL },
		{ "2001:db8::1", NULL }, { "[192.0.2.1]", NULL },
		{ "192.0.2.1.example", "192.0.2.1.example" } };
	struct sendsite site = { .tls = SENDTLS_MUST };
	struct sendhost h = { .kind = DIAL_V4 };
	struct hosttls t;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		h.name = (char *)c[i].host;
		hosttls_fill(&t, &site, &txn, &h);
		is_num(t.word, SENDTLS_MUST, c[i].host);
		is_num(t.demand.mode, TLS_ANY, "any certificate");
		ok(t.target.carry_on && t.target.demand == &t.demand,
		    "whatever it is");
		is_num((long long)t.demand.n_names, 1, "one name");
		is_str(t.demand.names[0], c[i].host, "its own");
		is_str(t.target.name == NULL ? "none" : t.target.name,
		    c[i].sni == NULL ? "none" : c[i].sni, "server name");
	}
}

/* their keys are not the same */
static void
differ(const struct hosttls *a, const struct hosttls *b, const char *name)
{
	struct buf x = { 0 }, y = { 0 };

	hosttls_key(a, &x);
	hosttls_key(b, &y);
	ok(buf_len(&x) != buf_len(&y) ||
		memcmp(buf_data(&x), buf_data(&y), buf_len(&x)) != 0,
	    name);
	buf_free(&x);
	buf_free(&y);
}

static void
strict(void)
{
	static unsigned char pins[2][SENDSITE_PIN] = { { 1 }, { 2 } };
	struct sendsite site = { .tls = SENDTLS_VERIFY,
		.names = { ".a.example", "hostname" },
		.n_names = 2 };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls t, o;

	hosttls_fill(&t, &site, &txn, &h);
	ok(t.demand.mode == TLS_PKIX && !t.target.carry_on, "verify");
	is_num((long long)t.demand.n_names, 2, "its names");
	is_str(t.demand.names[0], ".a.example", "as it is");
	is_str(t.demand.names[1], "mx.example", "the host's");
	h.name = (char *)"my.example";
	hosttls_fill(&o, &site, &txn, &h);
	ok(t.hash != o.hash, "another host");
	differ(&t, &o, "another host");
	site.n_names = 1;
	hosttls_fill(&t, &site, &txn, &h);
	ok(t.hash != o.hash, "another name");
	differ(&t, &o, "another name");
	site.tls = SENDTLS_STS;
	hosttls_fill(&t, &site, &txn, &h);
	ok(t.demand.mode == TLS_PKIX && !t.target.carry_on, "sts");
	is_num((long long)t.demand.n_names, 1, "one name");
	is_str(t.demand.names[0], "my.example", "the host's");
	site.tls = SENDTLS_MUST;
	hosttls_fill(&o, &site, &txn, &h);
	ok(t.hash != o.hash, "another policy");
	differ(&t, &o, "another policy");
	site.tls = SENDTLS_FINGERPRINT;
	site.pins = pins;
	site.n_pins = 2;
	hosttls_fill(&t, &site, &txn, &h);
	ok(t.demand.mode == TLS_FINGERPRINT && !t.target.carry_on,
	    "fingerprint");
	ok(t.demand.n_prints == 2 && t.demand.prints[1][0] == 2, "its pins");
	site.n_pins = 1;
	hosttls_fill(&o, &site, &txn, &h);
	ok(t.hash != o.hash, "another pin");
	differ(&t, &o, "another pin");
}

#define D1 "11111111111111111111111111111111111111111111111111111111111111ab"
#define EE "3.1.1." D1
#define TA "2.1.1." D1

/* RFC 7672: what the records of the label mean at this host */
static void
dane(void)
{
	static const struct {
		const char *tlsa;
		unsigned char otherwise, fault, word, mode;
		unsigned n_tlsa, n_names;
		const char *sni;
	} c[] = {
		{ NULL, SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_MAY, TLS_ANY, 0, 0,
		    "mx.example" },
		{ NULL, SENDTLS_STS, HOSTTLS_GOOD, SENDTLS_STS, TLS_PKIX, 0, 0,
		    "mx.example" },
		{ NULL, SENDTLS_DANE, HOSTTLS_NO_TLSA, 0, 0, 0, 0, NULL },
		{ "o.example==" EE, SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_MAY,
		    TLS_ANY, 0, 0, "mx.example" },
		{ "mx.example.x==" EE, SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_MAY,
		    TLS_ANY, 0, 0, "mx.example" },
		{ "mx.example==" EE, SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_DANE,
		    TLS_DANE, 1, 2, "mx.example" },
		{ "o.example==?  mx.example=b.example=" EE "," TA, SENDTLS_STS,
		    HOSTTLS_GOOD, SENDTLS_DANE, TLS_DANE, 2, 3, "b.example" },
		{ "mx.example==?", SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_DANE,
		    TLS_ANY, 0, 0, "mx.example" },
		{ "mx.example==?", SENDTLS_STS, HOSTTLS_GOOD, SENDTLS_DANE,
		    TLS_PKIX, 0, 0, "mx.example" },
		{ "mx.example==", SENDTLS_MAY, HOSTTLS_MALFORMED, 0, 0, 0, 0,
		    NULL },
		{ "mx.example=", SENDTLS_MAY, HOSTTLS_GOOD, SENDTLS_MAY,
		    TLS_ANY, 0, 0, "mx.example" },
		{ "mx.example=" EE, SENDTLS_MAY, HOSTTLS_MALFORMED, 0, 0, 0, 0,
		    NULL },
		{ "mx.example==3.1.1.zz", SENDTLS_MAY, HOSTTLS_MALFORMED, 0, 0,
		    0, 0, NULL },
	};
	struct sendsite site = { .tls = SENDTLS_DANE };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls t;
	size_t i;

	txn.domain = (char *)"y.example";
	txn.mx_secure = (char *)"1";
	for (i = 0; i < sizeof c / sizeof *c; i++) {
		const char *name = c[i].tlsa == NULL ? "none" : c[i].tlsa;

		txn.tlsa = (char *)c[i].tlsa;
		site.tls_else = c[i].otherwise;
		is_num(hosttls_fill(&t, &site, &txn, &h), c[i].fault, name);
		if (c[i].fault != HOSTTLS_GOOD)
			continue;
		is_num(t.word, c[i].word, "policy");
		is_num(t.demand.mode, c[i].mode, "mode");
		is_num(t.target.carry_on, c[i].mode == TLS_ANY, "carry on");
		is_num((long long)t.demand.n_tlsa, c[i].n_tlsa, "records");
		is_num((long long)t.demand.n_ta_names,
		    c[i].n_tlsa > 0 ? c[i].n_names : 0, "names");
		is_str(t.target.name, c[i].sni, "server name");
		hosttls_free(&t);
	}
}

/* records of which none is usable: what MTA-STS demands then is more than
 * nothing, and its sessions are others */
static void
unusable(void)
{
	struct sendsite site = { .tls = SENDTLS_DANE, .tls_else = SENDTLS_MAY };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls any, sts;

	txn.tlsa = (char *)"mx.example==?";
	hosttls_fill(&any, &site, &txn, &h);
	site.tls_else = SENDTLS_STS;
	hosttls_fill(&sts, &site, &txn, &h);
	ok(any.demand.mode == TLS_ANY && sts.demand.mode == TLS_PKIX, "modes");
	differ(&any, &sts, "the one is not resumed under the other");
	ok(any.hash != sts.hash, "nor remembered");
	hosttls_free(&any);
	hosttls_free(&sts);
	txn.tlsa = NULL;
}

/* what may go over a session that came up, and what may not */
static void
serves(void)
{
	struct sendsite site = { .tls = SENDTLS_DANE, .tls_else = SENDTLS_MAY };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls t, o;
	const char *at;

	txn.tlsa = (char *)"mx.example=b.example=" EE;
	hosttls_fill(&t, &site, &txn, &h);
	is_num((long long)hosttls_records(&txn, &h, &at), strlen(EE),
	    "its records");
	is_str(at, EE, "as they are");
	txn.tlsa = (char *)"mx.example=b.example=?";
	is_num((long long)hosttls_records(&txn, &h, &at), 0,
	    "none that is usable is none");
	txn.tlsa = (char *)"mx.example=b.example=" EE;
	ok(hosttls_serves(&t, &txn, &h), "the same records");
	ok(!hosttls_once(&t, NULL), "no name was needed");
	ok(!hosttls_once(&t, t.demand.ta_names[0]), "the base");
	ok(!hosttls_once(&t, t.demand.ta_names[1]), "the host");
	is_str(t.demand.ta_names[2], "y.example", "the domain");
	ok(hosttls_once(&t, t.demand.ta_names[2]), "does for itself alone");
	txn.tlsa = (char *)"x.example==? mx.example=b.example=" EE;
	ok(hosttls_serves(&t, &txn, &h), "others beside them");
	txn.tlsa = (char *)"mx.example==" EE;
	ok(!hosttls_serves(&t, &txn, &h), "another base");
	hosttls_fill(&o, &site, &txn, &h);
	ok(t.hash != o.hash, "is another demand");
	differ(&t, &o, "and another session");
	hosttls_free(&o);
	txn.tlsa = (char *)"mx.example=b.example=" EE "," TA;
	ok(!hosttls_serves(&t, &txn, &h), "one record more");
	txn.tlsa = NULL;
	ok(!hosttls_serves(&t, &txn, &h), "none any more");
	hosttls_free(&t);
	hosttls_fill(&t, &site, &txn, &h);
	ok(hosttls_serves(&t, &txn, &h), "still none");
	txn.tlsa = (char *)"mx.example==" EE;
	ok(!hosttls_serves(&t, &txn, &h), "now there are some");
	txn.mx_secure = (char *)"0";
	hosttls_fill(&t, &site, &txn, &h);
	is_num((long long)t.demand.n_ta_names, 1,
	    "a domain that the DNS does not vouch for is no name");
	hosttls_free(&t);
	memset(&txn, 0, sizeof txn);
}

static int
fill_poor(void)
{
	struct sendsite site = { .tls = SENDTLS_DANE };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls t;

	return hosttls_fill(&t, &site, &txn, &h);
}

/* that is nothing of the records */
static void
no_memory(void)
{
	int r;

	txn.tlsa = (char *)"mx.example==" EE;
	r = starve(fill_poor);
	ok(r == HOSTTLS_NO_MEMORY || r == -1, "no memory");
	txn.tlsa = NULL;
}

/* RFC 8460 section 4.3 */
static void
results(void)
{
	static const struct {
		enum tls_failure failure;
		enum tls_verdict verdict;
		const char *word;
	} c[] = {
		{ TLS_CUT, TLS_V_NONE, "validation-failure" },
		{ TLS_ALERT, TLS_V_NONE, "validation-failure" },
		{ TLS_VERSION, TLS_V_NONE, "validation-failure" },
		{ TLS_NO_COMMON, TLS_V_NONE, "validation-failure" },
		{ TLS_PROTOCOL, TLS_V_NONE, "validation-failure" },
		{ TLS_LIMIT, TLS_V_NONE, "validation-failure" },
		{ TLS_CUT, TLS_V_EXPIRED, "validation-failure" },
		{ TLS_CERTIFICATE, TLS_V_NONE, "validation-failure" },
		{ TLS_CERTIFICATE, TLS_V_SELF, "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_UNKNOWN_CA,
		    "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_INCOMPLETE,
		    "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_EXPIRED, "certificate-expired" },
		{ TLS_CERTIFICATE, TLS_V_NOT_YET, "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_NAME, "certificate-host-mismatch" },
		{ TLS_CERTIFICATE, TLS_V_NO_SAN, "certificate-host-mismatch" },
		{ TLS_CERTIFICATE, TLS_V_WEAK_KEY, "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_BAD_SIGNATURE,
		    "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_CONSTRAINTS,
		    "certificate-not-trusted" },
		{ TLS_CERTIFICATE, TLS_V_TLSA, "tlsa-invalid" },
		{ TLS_CERTIFICATE, TLS_V_TOO_LARGE, "validation-failure" },
		{ TLS_CERTIFICATE, TLS_V_MALFORMED, "validation-failure" },
		{ TLS_CERTIFICATE, TLS_V_UNSUPPORTED, "validation-failure" },
	};
	const char *w;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		w = hosttls_result(c[i].failure, c[i].verdict);
		is_str(w, c[i].word, c[i].word);
		ok(hosttls_result_word(w, strlen(w)) == w, "known again");
	}
	ok(hosttls_result_word("starttls-not-supported: x", 22) ==
		hosttls_not_supported,
	    "the first word of a text");
	ok(hosttls_result_word("starttls", 8) == NULL, "none of them");
}

/* REQUIRETLS: what no policy asks for is asked for then */
static void
required(void)
{
	static const struct {
		enum sendtls said, word;
		enum tls_mode mode;
		const char *label;
	} c[] = {
		{ SENDTLS_UNSAID, SENDTLS_MUST, TLS_PKIX, "must+requiretls" },
		{ SENDTLS_NONE, SENDTLS_MUST, TLS_PKIX, "must+requiretls" },
		{ SENDTLS_MAY, SENDTLS_MUST, TLS_PKIX, "must+requiretls" },
		{ SENDTLS_MUST, SENDTLS_MUST, TLS_PKIX, "must+requiretls" },
		{ SENDTLS_VERIFY, SENDTLS_VERIFY, TLS_PKIX,
		    "verify+requiretls" },
		{ SENDTLS_FINGERPRINT, SENDTLS_FINGERPRINT, TLS_FINGERPRINT,
		    "fingerprint+requiretls" },
		{ SENDTLS_STS, SENDTLS_STS, TLS_PKIX, "sts+requiretls" },
		{ SENDTLS_DANE, SENDTLS_MUST, TLS_PKIX, "must+requiretls" },
	};
	struct sendsite site = { .requiretls = 1, .tls_else = SENDTLS_MAY };
	struct sendhost h = { .kind = DIAL_V4, .name = (char *)"mx.example" };
	struct hosttls t, o;
	size_t i;

	txn.tlsa = NULL;
	for (i = 0; i < sizeof c / sizeof *c; i++) {
		site.tls = c[i].said;
		is_num(hosttls_fill(&t, &site, &txn, &h), HOSTTLS_GOOD,
		    "filled");
		is_num(t.word, c[i].word, "policy");
		is_num(t.demand.mode, c[i].mode, "mode");
		ok(!t.target.carry_on, "nothing else will do");
		is_str(hosttls_label(t.word, &site), c[i].label, "label");
	}
	site.tls = SENDTLS_MUST;
	hosttls_fill(&t, &site, &txn, &h);
	site.requiretls = 0;
	hosttls_fill(&o, &site, &txn, &h);
	differ(&t, &o, "no session is taken from one without");
	site.requiretls = 1;
	site.tls = SENDTLS_UNSAID;
	h.kind = DIAL_UNIX;
	is_num(hosttls_policy(&site, &h), SENDTLS_NONE, "not over a socket");
	h.kind = DIAL_V4;
	site.lmtp = 1;
	is_num(hosttls_policy(&site, &h), SENDTLS_NONE, "nor by LMTP");
	ok(hosttls_is_final(TLS_ALERT) && hosttls_is_final(TLS_VERSION) &&
		hosttls_is_final(TLS_NO_COMMON) &&
		hosttls_is_final(TLS_CERTIFICATE),
	    "what a host has said for good");
	ok(!hosttls_is_final(TLS_CUT) && !hosttls_is_final(TLS_PROTOCOL) &&
		!hosttls_is_final(TLS_LIMIT) && !hosttls_is_final(TLS_KEY) &&
		!hosttls_is_final(TLS_OURS),
	    "and what not");
}

int
main(void)
{
	policies();
	demands();
	strict();
	dane();
	unusable();
	serves();
	results();
	no_memory();
	required();
	return done();
}
