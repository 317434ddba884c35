#include "tls/collect.h"
#include "tls/curves.h"
#include "tls/ecverify.h"
#include "tls/engine.h"
#include "tls/keyclient.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* numbers of hash functions, RFC 5246 section 7.4.1.4.1, and sets of them */
enum { SHA256 = br_sha256_ID, SHA512 = br_sha512_ID };
enum { OF_ECDSA = 8 }; /* bits of the ECDSA hashes in a set of both */

struct conn {
	struct tls t; /* first */
	br_ssl_client_context sc;
	const br_ssl_client_certificate_class *auth;
	struct collect peer;
	const struct tls_target *target; /* NULL: it is up */
	struct tls_judged *judged;
	br_x509_certificate own[IDENTITY_CHAIN_MAX];
};

static struct conn *
of(struct tls *t)
{
	return (struct conn *)(void *)t;
}

/* the server's certificate */

static unsigned
judge(struct collect *at, const struct tls_chain *chain)
{
	struct conn *c =
	    (struct conn *)(void *)((char *)at - offsetof(struct conn, peer));
	const struct tls_target *g = c->target;

	if ((c->judged = calloc(1, sizeof *c->judged)) == NULL) {
		tls_fail(&c->t, TLS_OURS, "out of memory");
		return BR_ERR_BAD_STATE;
	}
	verify_chain(chain, g->demand, g->anchors, g->now_s, c->judged);
	c->t.info.judged = c->judged;
	if (g->carry_on || verify_allows(g->demand, c->judged->verdict))
		return 0;
	tls_fail(&c->t, TLS_CERTIFICATE, c->judged->text);
	return BR_ERR_X509_NOT_TRUSTED;
}

/* our own, where the server asks for one */

static struct conn *
of_auth(const br_ssl_client_certificate_class **p)
{
	return (struct conn *)(void *)((char *)p - offsetof(struct conn, auth));
}

/* by which authorities it wants it is of no matter: there is one or none */
static void
on_names(const br_ssl_client_certificate_class **p)
{
	(void)p;
}

static void
on_name(const br_ssl_client_certificate_class **p, size_t n)
{
	(void)p;
	(void)n;
}

static void
on_bytes(const br_ssl_client_certificate_class **p, const unsigned char *bytes,
    size_t n)
{
	(void)p;
	(void)bytes;
	(void)n;
}

/* the first hash that the server takes with a key of this kind; 0: none */
static int
hash_for(const struct identity *id, uint32_t types)
{
	uint32_t hashes = id->kind == IDENTITY_RSA ? types : types >> OF_ECDSA;
	int h;

	for (h = SHA256; h <= SHA512; h++)
		if (hashes >> h & 1)
			return h;
	return 0;
}

static void
choose(const br_ssl_client_certificate_class **p,
    const br_ssl_client_context *sc, uint32_t types,
    br_ssl_client_certificate *choices)
{
	struct conn *c = of_auth(p);
	const struct identity *id = c->target->own;
	size_t i;

	(void)sc;
	memset(choices, 0, sizeof *choices);
	if ((choices->hash_id = hash_for(id, types)) == 0)
		return;
	for (i = 0; i < id->n_chain; i++) {
		c->own[i].data = (unsigned char *)(uintptr_t)id->chain[i].p;
		c->own[i].data_len = id->chain[i].n;
	}
	choices->auth_type =
	    id->kind == IDENTITY_RSA ? BR_AUTH_RSA : BR_AUTH_ECDSA;
	choices->chain = c->own;
	choices->chain_len = id->n_chain;
}

/* for a key in the certificate that is agreed upon, which none of ours is */
static uint32_t
do_keyx(const br_ssl_client_certificate_class **p, unsigned char *data,
    size_t *n)
{
	(void)p;
	(void)data;
	(void)n;
	return 0;
}

static size_t
do_sign(const br_ssl_client_certificate_class **p, int hash, size_t n,
    unsigned char *data, size_t room)
{
	struct conn *c = of_auth(p);
	const struct tls_target *g = c->target;
	enum keywire_scheme scheme =
	    (g->own->kind == IDENTITY_RSA ? KEYWIRE_RSA_256
					  : KEYWIRE_ECDSA_256) +
	    (unsigned)(hash - SHA256);
	const char *why = "no signature";
	unsigned char sig[512];
	size_t len;

	if (room > sizeof sig)
		room = sizeof sig;
	len = keyclient_sign(g->key, g->own, scheme, data, n, sig, room, &why);
	if (len == 0 || len > room) {
		tls_fail(&c->t, TLS_KEY, why);
		return 0;
	}
	memcpy(data, sig, len);
	return len;
}

static const br_ssl_client_certificate_class own = { sizeof own, on_names,
	on_name, on_bytes, on_names, on_names, choose, do_keyx, do_sign };

/* a connection */

static void
up(struct tls *t)
{
	struct conn *c = of(t);

	t->info.resumed = c->peer.bag == NULL;
	t->info.has_peer = collect_peer(&c->peer, t->info.peer) != 0;
	collect_free(&c->peer);
	c->target = NULL;
}

static void
forget(struct conn *c)
{
	collect_free(&c->peer);
	free(c->judged);
	explicit_bzero(c, sizeof *c);
	free(c);
}

static void
end(struct tls *t)
{
	forget(of(t));
}

static const struct tls_end client_end = { up, end };

static const br_ec_impl *
curves(void)
{
	static br_ec_impl ec;

	if (ec.supported_curves == 0)
		curves_of(&ec,
		    1 << BR_EC_curve25519 | 1 << BR_EC_secp256r1 |
			1 << BR_EC_secp384r1);
	return &ec;
}

static void
resume(struct conn *c)
{
	br_ssl_session_parameters p;

	memcpy(&p, c->target->resume->bytes, sizeof p);
	br_ssl_engine_set_session_parameters(&c->sc.eng, &p);
	explicit_bzero(&p, sizeof p);
}

static void
set_up(struct conn *c)
{
	br_ssl_engine_set_ecdsa(&c->sc.eng, ecverify);
	collect_init(&c->peer, TLS_CHAIN_CERTS_MAX, judge);
	br_ssl_engine_set_x509(&c->sc.eng, &c->peer.vtable);
	c->auth = &own;
	if (c->target->own != NULL)
		br_ssl_client_set_client_certificate(&c->sc, &c->auth);
	if (c->target->resume != NULL)
		resume(c);
}

/* a name that is too long is none */
static int
reset(struct tls *t)
{
	const struct tls_target *g = of(t)->target;
	int says = g->name != NULL && strlen(g->name) <= TLS_NAME_MAX;

	return br_ssl_client_reset(&of(t)->sc, says ? g->name : NULL,
		   g->resume != NULL)
	    ? 0
	    : -1;
}

int
tls_client_start(struct stream *s, const struct tls_target *target)
{
	struct conn *c;
	ssize_t r = -1;

	if (stream_kept(s, NULL) > 0) {
		errno = EPROTO;
		return -1;
	}
	if ((c = calloc(1, sizeof *c)) == NULL)
		return -1;
	c->target = target;
	c->t.eng = &c->sc.eng;
	c->t.end = &client_end;
	if (tls_prepare(&c->t, target->modern, curves()) == 0) {
		set_up(c);
		r = tls_begin(&c->t, s, reset);
	}
	if (r == -1)
		forget(c);
	return r == -1 ? -1 : 0;
}

int
tls_session_get(const struct stream *s, struct tls_session *to)
{
	const struct tls *t = tls_of(s);
	br_ssl_session_parameters p;
	int has;

	_Static_assert(sizeof p <= sizeof to->bytes, "it has room");
	if (t == NULL || !t->up)
		return -1;
	br_ssl_engine_get_session_parameters(t->eng, &p);
	memset(to, 0, sizeof *to);
	memcpy(to->bytes, &p, sizeof p);
	has = p.session_id_len > 0;
	explicit_bzero(&p, sizeof p);
	return has ? 0 : -1;
}
