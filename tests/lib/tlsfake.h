#ifndef TESTS_TLSFAKE_H
#define TESTS_TLSFAKE_H

/*
 * What stands around a layer of TLS in a test: a key process that is a function,
 * a judge who says what he is told to, and read(2) and write(2) that may give
 * and take a byte at a time.  Two ends over a socketpair, without a loop.
 */
#include "base/base64.h"
#include "tls/keyclient.h"
#include "tls/tls.h"
#include "tlskeys.h"
#include <bearssl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* a fuzzer has these by the linker's --wrap: they are the sanitizer's */
#ifndef WORLD_READ
#define WORLD_READ read
#define WORLD_WRITE write
#endif

/* the world: bytes that a call moves at most, 0: as many as there are; with a
 * limit every second call for a descriptor moves none */
extern size_t world_reads, world_writes;
size_t world_reads, world_writes; /* read() may be an inline function */
/* calls of write(2) so far */
static unsigned long world_written;

static inline int
world_rests(size_t most, unsigned char turn[1024], int fd)
{
	return most != 0 && (turn[fd & 1023]++ & 1);
}

ssize_t WORLD_READ(int, void *, size_t);
ssize_t WORLD_WRITE(int, const void *, size_t);

ssize_t
WORLD_READ(int fd, void *p, size_t n)
{
	static unsigned char turn[1024];

	if (world_rests(world_reads, turn, fd)) {
		errno = EAGAIN;
		return -1;
	}
	if (world_reads != 0 && n > world_reads)
		n = world_reads;
	return syscall(SYS_read, fd, p, n);
}

ssize_t
WORLD_WRITE(int fd, const void *p, size_t n)
{
	static unsigned char turn[1024];

	world_written++;
	if (world_rests(world_writes, turn, fd)) {
		errno = EAGAIN;
		return -1;
	}
	if (world_writes != 0 && n > world_writes)
		n = world_writes;
	return syscall(SYS_write, fd, p, n);
}

/* keys */

struct fake_key {
	br_skey_decoder_context key;
	unsigned char cert[2048];
	struct slice chain;
	const char *names[1];
	struct identity id;
};

static inline void
fake_key(struct fake_key *k, const char *cert, const char *key,
    const char *name)
{
	unsigned char der[2048];
	long n = base64_get(key, strlen(key), der, sizeof der);

	memset(k, 0, sizeof *k);
	br_skey_decoder_init(&k->key);
	br_skey_decoder_push(&k->key, der, (size_t)n);
	n = base64_get(cert, strlen(cert), k->cert, sizeof k->cert);
	k->chain = (struct slice){ (const char *)k->cert, (size_t)n };
	k->names[0] = name;
	k->id.kind = br_skey_decoder_key_type(&k->key) == BR_KEYTYPE_RSA
	    ? IDENTITY_RSA
	    : IDENTITY_EC;
	if (k->id.kind == IDENTITY_EC)
		k->id.curve = (unsigned)br_skey_decoder_get_ec(&k->key)->curve;
	k->id.id[0] = (unsigned char)*name;
	k->id.file = name;
	k->id.names = k->names;
	k->id.n_names = 1;
	k->id.chain = &k->chain;
	k->id.n_chain = 1;
}

static struct fake_key fake_ec, fake_big, fake_rsa;

static inline void
fake_keys(void)
{
	fake_key(&fake_ec, ec_crt, ec_key, "ec.example");
	fake_key(&fake_big, big_crt, big_key, "big.example");
	fake_key(&fake_rsa, rsa_crt, rsa_key, "rsa.example");
}

/* the key process */

struct keyclient {
	struct identity_set *set;
	int ready, fails, rubbish;
	unsigned calls;
	void (*before)(void); /* something happens before it signs */
};

int
keyclient_ready(const struct keyclient *k)
{
	return k->ready;
}

struct identity_set *
keyclient_identities(const struct keyclient *k)
{
	return k->set;
}

static inline const struct fake_key *
fake_by(const struct identity *id)
{
	return id->id[0] == 'e' ? &fake_ec
	    : id->id[0] == 'b'  ? &fake_big
				: &fake_rsa;
}

static inline size_t
fake_rsa_sign(const struct fake_key *k, int hash, const unsigned char *digest,
    size_t n, unsigned char *sig)
{
	static const unsigned char oid[] = { 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4,
		2, 0 };
	const br_rsa_private_key *sk = br_skey_decoder_get_rsa(&k->key);
	unsigned char o[sizeof oid];

	memcpy(o, oid, sizeof oid);
	o[sizeof o - 1] = (unsigned char)(hash + 1);
	return br_rsa_pkcs1_sign_get_default()(o, digest, n, sk, sig)
	    ? (sk->n_bitlen + 7) / 8
	    : 0;
}

static inline size_t
fake_ec_sign(const struct fake_key *k, int hash, const unsigned char *digest,
    unsigned char *sig)
{
	static const br_hash_class *const hashes[] = { &br_sha256_vtable,
		&br_sha384_vtable, &br_sha512_vtable };

	return br_ecdsa_sign_asn1_get_default()(br_ec_get_default(),
	    hashes[hash], digest, br_skey_decoder_get_ec(&k->key), sig);
}

size_t
keyclient_sign(struct keyclient *c, const struct identity *id,
    enum keywire_scheme scheme, const unsigned char *digest, size_t len,
    unsigned char *sig, size_t room, const char **why)
{
	const struct fake_key *k = fake_by(id);
	int is_rsa = scheme >= KEYWIRE_RSA_256;

	c->calls++;
	if (c->before != NULL)
		c->before();
	if (c->fails || room < 512) {
		*why = "key process does not answer";
		return 0;
	}
	if (c->rubbish) {
		memset(sig, 'x', room);
		return (size_t)c->rubbish;
	}
	return is_rsa
	    ? fake_rsa_sign(k, (int)scheme - KEYWIRE_RSA_256, digest, len, sig)
	    : fake_ec_sign(k, (int)scheme, digest, sig);
}

static inline void
fake_set(struct keyclient *k, const struct fake_key *const *keys)
{
	identity_set_drop(k->set);
	k->set = identity_set_new();
	for (; *keys != NULL; keys++)
		identity_add(k->set, &(*keys)->id);
	k->ready = 1;
}

/* the judge */

static struct {
	enum tls_verdict says;
	struct tls_chain saw; /* how many and how long */
	unsigned times;
} fake_judge;

void
verify_chain(const struct tls_chain *chain, const struct tls_demand *demand,
    const struct anchors *anchors, int64_t now_s, struct tls_judged *to)
{
	(void)demand;
	(void)anchors;
	(void)now_s;
	fake_judge.saw = *chain;
	fake_judge.times++;
	to->verdict = fake_judge.says;
	snprintf(to->text, sizeof to->text, "the judge says %d",
	    (int)fake_judge.says);
}

int
verify_allows(const struct tls_demand *demand, enum tls_verdict verdict)
{
	return demand->mode == TLS_ANY || verdict == TLS_V_PKIX;
}

/* two ends: a client at 0, a server at 1 */

struct pair {
	struct stream end[2];
	struct tls_demand demand;
	struct tls_target target;
	struct tls_server *server;
	struct keyclient key;
};

static const unsigned char fake_net[4] = { 192, 0, 2, 0 };

static inline void
pair_connect(struct pair *p)
{
	int s[2], i;

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s);
	for (i = 0; i < 2; i++)
		stream_open(&p->end[i], s[i], s[i]);
	p->target.demand = &p->demand;
}

/* both start; the first handshake is to come */
static inline int
pair_start(struct pair *p)
{
	pair_connect(p);
	return tls_client_start(&p->end[0], &p->target) == 0 &&
	    tls_server_start(p->server, &p->end[1], fake_net,
		sizeof fake_net) == 0;
}

static inline void
pair_init(struct pair *p, struct sessions *sessions, int ask,
    const struct fake_key *const *keys)
{
	memset(p, 0, sizeof *p);
	fake_set(&p->key, keys);
	p->server = tls_server_new(&p->key, sessions, ask);
}

static inline void
pair_close(struct pair *p)
{
	stream_close(&p->end[0]);
	stream_close(&p->end[1]);
}

static inline void
pair_free(struct pair *p)
{
	pair_close(p);
	tls_server_free(p->server);
	identity_set_drop(p->key.set);
}

/* a turn for one end, which has nothing to say; bytes that came go to t */
static inline ssize_t
pair_turn(struct pair *p, int end, char *t, size_t room)
{
	ssize_t n = stream_read(&p->end[end], t, room);

	return n == -1 && errno == EAGAIN ? 0 : n;
}

/* turns until both are up or one has failed; 1: both are */
static inline int
pair_shake(struct pair *p)
{
	char t[1];
	int turns;

	for (turns = 0; turns < 100000; turns++) {
		if (tls_up(&p->end[0]) && tls_up(&p->end[1]))
			return 1;
		if (tls_failure(&p->end[0]) != TLS_FINE &&
		    tls_failure(&p->end[1]) != TLS_FINE)
			break;
		pair_turn(p, 0, t, 0);
		pair_turn(p, 1, t, 0);
	}
	return 0;
}

#endif
