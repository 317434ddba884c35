#include "base/ascii.h"
#include "base/clock.h"
#include "tls/collect.h"
#include "tls/curves.h"
#include "tls/engine.h"
#include "tls/keyclient.h"
#include "tls/sessions.h"
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* numbers of hash functions, RFC 5246 section 7.4.1.4.1, and sets of them */
enum { SHA256 = br_sha256_ID, SHA384 = br_sha384_ID };
enum {
	HASHES = 7 << SHA256,
	CURVES = 1 << BR_EC_curve25519 | 1 << BR_EC_secp256r1
};
enum { BY_RSA = 1, BY_ECDSA = 2 }; /* of suites: how the server signs */

struct tls_server {
	struct keyclient *key;
	struct sessions *sessions;
	br_ec_impl ec;
	br_x500_name any; /* of the authorities that a client is asked for */
	int ask;
};

struct conn {
	struct tls t; /* first */
	struct tls_server *server;
	br_ssl_server_context sc;
	const br_ssl_server_policy_class *policy;
	const br_ssl_session_cache_class *cache;
	struct collect peer;
	/* until it is up: what it shows, and the set that this is in, since
	 * the engine reads of it when there is room for it */
	struct identity_set *held;
	const struct identity *shown;
	br_x509_certificate *chain;
	uint64_t name; /* of the session that is resumed */
	unsigned char net[16];
	uint8_t net_len;
};

/* the service */

struct tls_server *
tls_server_new(struct keyclient *key, struct sessions *sessions, int ask)
{
	static unsigned char no_name[] = { 0x30, 0 }; /* an empty Name */
	struct tls_server *v = calloc(1, sizeof *v);

	if (v == NULL)
		return NULL;
	v->key = key;
	v->sessions = sessions;
	v->ask = ask;
	/* P-384 is there for certificates; choose() sees to the rest */
	curves_of(&v->ec, CURVES | 1 << BR_EC_secp384r1);
	v->any = (br_x500_name){ no_name, sizeof no_name };
	return v;
}

void
tls_server_free(struct tls_server *v)
{
	free(v);
}

int
tls_server_offers(const struct tls_server *v)
{
	const struct identity_set *s = keyclient_identities(v->key);

	return s != NULL && identity_count(s) > 0;
}

int
tls_server_ready(const struct tls_server *v)
{
	return tls_server_offers(v) && keyclient_ready(v->key);
}

/* the choice of a certificate */

static struct conn *
of_policy(const br_ssl_server_policy_class **p)
{
	return (struct conn *)(void *)((char *)p -
	    offsetof(struct conn, policy));
}

/* the name that was asked for in lower case; "" where it is no name */
static void
asked_name(const struct conn *c, char name[TLS_NAME_MAX + 1])
{
	const char *p = br_ssl_engine_get_server_name(&c->sc.eng);
	size_t i, n = strlen(p);

	for (i = 0; i < n && p[i] > ' ' && p[i] < 127; i++)
		;
	if (i < n || n > TLS_NAME_MAX)
		n = 0;
	ascii_lower_copy(name, p, n);
	name[n] = '\0';
}

/* which suite comes first whose server signs so; 0: none */
static uint16_t
suite_by(const br_ssl_server_context *sc, unsigned by)
{
	size_t i, n;
	const br_suite_translated *s = br_ssl_server_get_client_suites(sc, &n);

	for (i = 0; i < n; i++)
		if ((unsigned)s[i][1] >> 12 == by)
			return s[i][0];
	return 0;
}

static unsigned
kinds_of(const br_ssl_server_context *sc)
{
	uint32_t hashes = br_ssl_server_get_client_hashes(sc);
	unsigned kinds = 0;

	if ((hashes & HASHES) != 0 && suite_by(sc, BY_RSA) != 0)
		kinds |= 1u << IDENTITY_RSA;
	if ((hashes >> 8 & HASHES) != 0 && suite_by(sc, BY_ECDSA) != 0)
		kinds |= 1u << IDENTITY_EC;
	return kinds;
}

/* the hash that is as strong as the curve, or else the first that it has */
static unsigned
hash_for(const struct identity *id, uint32_t hashes)
{
	unsigned h, has = id->kind == IDENTITY_RSA ? hashes : hashes >> 8;

	if (id->curve == BR_EC_secp384r1 && (has >> SHA384 & 1))
		return SHA384;
	for (h = SHA256; !(has >> h & 1); h++)
		;
	return h;
}

/* what it shows stays as it is until the handshake is over, whatever is
 * reloaded meanwhile */
static int
hold(struct conn *c, struct identity_set *set, const struct identity *id)
{
	size_t i;

	if ((c->chain = calloc(id->n_chain, sizeof *c->chain)) == NULL) {
		tls_fail(&c->t, TLS_OURS, "out of memory");
		return -1;
	}
	for (i = 0; i < id->n_chain; i++) {
		c->chain[i].data = (unsigned char *)(uintptr_t)id->chain[i].p;
		c->chain[i].data_len = id->chain[i].n;
	}
	c->held = identity_set_ref(set);
	c->shown = id;
	return 0;
}

static const struct identity *
find(struct conn *c, struct identity_set *set)
{
	uint32_t curves = br_ssl_server_get_client_curves(&c->sc);
	char name[TLS_NAME_MAX + 1];

	if (set == NULL) {
		tls_fail(&c->t, TLS_KEY, "no certificate");
		return NULL;
	}
	if ((curves & CURVES) == 0)
		return NULL;
	asked_name(c, name);
	return identity_find(set, name, kinds_of(&c->sc), curves);
}

static int
choose(const br_ssl_server_policy_class **p, const br_ssl_server_context *sc,
    br_ssl_server_choices *choices)
{
	struct conn *c = of_policy(p);
	struct identity_set *set = keyclient_identities(c->server->key);
	const struct identity *id = find(c, set);

	memset(choices, 0, sizeof *choices);
	memset(c->t.info.peer, 0, sizeof c->t.info.peer);
	if (id == NULL || hold(c, set, id) == -1)
		return 0;
	choices->cipher_suite =
	    suite_by(sc, id->kind == IDENTITY_RSA ? BY_RSA : BY_ECDSA);
	choices->algo_id =
	    0xFF00 + hash_for(id, br_ssl_server_get_client_hashes(sc));
	choices->chain = c->chain;
	choices->chain_len = id->n_chain;
	return 1;
}

/* no suite of ours has it */
static uint32_t
do_keyx(const br_ssl_server_policy_class **p, unsigned char *data, size_t *len)
{
	(void)p;
	(void)data;
	(void)len;
	return 0;
}

static size_t
do_sign(const br_ssl_server_policy_class **p, unsigned algo,
    unsigned char *data, size_t n, size_t room)
{
	struct conn *c = of_policy(p);
	enum keywire_scheme scheme =
	    (c->shown->kind == IDENTITY_RSA ? KEYWIRE_RSA_256
					    : KEYWIRE_ECDSA_256) +
	    ((algo & 0xff) - SHA256);
	const char *why = "no signature";
	unsigned char sig[512];
	size_t len;

	c->t.work += TLS_WORK_FULL;
	if (room > sizeof sig)
		room = sizeof sig;
	len = keyclient_sign(c->server->key, c->shown, scheme, data, n, sig,
	    room, &why);
	if (len == 0 || len > room) {
		tls_fail(&c->t, TLS_KEY, why);
		return 0;
	}
	memcpy(data, sig, len);
	return len;
}

static const br_ssl_server_policy_class policy = { sizeof policy, choose,
	do_keyx, do_sign };

/* sessions */

static struct conn *
of_cache(const br_ssl_session_cache_class **p)
{
	return (struct conn *)(void *)((char *)p -
	    offsetof(struct conn, cache));
}

static uint64_t
name_hash(const struct conn *c)
{
	char name[TLS_NAME_MAX + 1];

	asked_name(c, name);
	return sessions_name(c->server->sessions, name);
}

static void
save(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    const br_ssl_session_parameters *params)
{
	struct conn *c = of_cache(p);
	struct sessions_entry e = { .suite = params->cipher_suite,
		.name = name_hash(c) };

	(void)sc;
	memcpy(e.id, params->session_id, sizeof e.id);
	memcpy(e.master, params->master_secret, sizeof e.master);
	collect_peer(&c->peer, e.peer);
	sessions_put(c->server->sessions, c->net, c->net_len, &e,
	    clock_mono_ms() / 1000);
	explicit_bzero(&e, sizeof e);
}

/* the name that is asked for is not read yet: up() compares it */
static int
load(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    br_ssl_session_parameters *params)
{
	struct conn *c = of_cache(p);
	struct sessions_entry e;

	(void)sc;
	if (!sessions_get(c->server->sessions, c->net, c->net_len,
		params->session_id, &e, clock_mono_ms() / 1000))
		return 0;
	params->version = BR_TLS12;
	params->cipher_suite = e.suite;
	memcpy(params->master_secret, e.master, sizeof e.master);
	memcpy(c->t.info.peer, e.peer, sizeof e.peer);
	c->name = e.name;
	explicit_bzero(&e, sizeof e);
	return 1;
}

static const br_ssl_session_cache_class cache = { sizeof cache, save, load };

/* a connection */

static void
drop_handshake(struct conn *c)
{
	collect_free(&c->peer);
	identity_set_drop(c->held);
	c->held = NULL;
	c->shown = NULL;
	free(c->chain);
	c->chain = NULL;
}

/* RFC 6066 section 3: no session is resumed under another name */
static void
up(struct tls *t)
{
	static const unsigned char none[sizeof t->info.peer];
	struct conn *c = (struct conn *)(void *)t;

	t->info.resumed = c->shown == NULL;
	if (t->info.resumed) {
		t->work += TLS_WORK_RESUMED;
		if (name_hash(c) != c->name)
			tls_fail(t, TLS_PROTOCOL,
			    "session resumed under another name");
	} else {
		collect_peer(&c->peer, t->info.peer);
	}
	t->info.has_peer = memcmp(t->info.peer, none, sizeof none) != 0;
	drop_handshake(c);
}

static void
forget(struct conn *c)
{
	drop_handshake(c);
	explicit_bzero(c, sizeof *c);
	free(c);
}

static void
end(struct tls *t)
{
	forget((struct conn *)(void *)t);
}

static const struct tls_end server_end = { up, end };

/* whose certificate cannot be read is as one who shows none */
static void
set_up(struct conn *c)
{
	struct tls_server *v = c->server;

	br_ssl_engine_add_flags(&c->sc.eng, BR_OPT_ENFORCE_SERVER_PREFERENCES);
	c->policy = &policy;
	br_ssl_server_set_policy(&c->sc, &c->policy);
	c->cache = &cache;
	if (v->sessions != NULL)
		br_ssl_server_set_cache(&c->sc, &c->cache);
	collect_init(&c->peer, 1, NULL);
	if (!v->ask)
		return;
	br_ssl_engine_set_x509(&c->sc.eng, &c->peer.vtable);
	br_ssl_engine_add_flags(&c->sc.eng, BR_OPT_TOLERATE_NO_CLIENT_AUTH);
	/* with none nobody is asked; VIOLATIONS.md: TLS-AUTHORITIES */
	br_ssl_server_set_trust_anchor_names(&c->sc, &v->any, 1);
}

static int
reset(struct tls *t)
{
	return br_ssl_server_reset(&((struct conn *)(void *)t)->sc) ? 0 : -1;
}

ssize_t
tls_server_start(struct tls_server *v, struct stream *s,
    const unsigned char *net, size_t net_len)
{
	struct conn *c = calloc(1, sizeof *c);
	ssize_t r = -1;

	if (c == NULL)
		return -1;
	assert(net_len <= sizeof c->net);
	c->server = v;
	c->t.eng = &c->sc.eng;
	c->t.end = &server_end;
	c->t.lazy = 1;
	memcpy(c->net, net, net_len);
	c->net_len = (uint8_t)net_len;
	if (tls_prepare(&c->t, 0, &v->ec) == 0) {
		set_up(c);
		r = tls_begin(&c->t, s, reset);
	}
	if (r == -1)
		forget(c);
	return r;
}
