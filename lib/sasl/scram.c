#include "sasl/scram.h"
#include "base/base64.h"
#include "base/num.h"
#include "conf/word.h"
#include "sasl/plain.h"
#include <string.h>

/* what may stand in a nonce: printable, no comma (RFC 5802 section 7) */
static int
is_nonce(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ',')
			return 0;
	return s.n > 0;
}

/* a saslname: "=2C" and "=3D" stand for the comma and the =; -1: it is none,
 * or too long */
static long
name_of(struct slice s, char out[SASLNAME_LOGIN_MAX + 1])
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++) {
		if (n == SASLNAME_LOGIN_MAX)
			return -1;
		if (s.p[i] != '=') {
			out[n++] = s.p[i];
			continue;
		}
		if (s.n - i < 3 ||
		    (memcmp(s.p + i, "=2C", 3) != 0 &&
			memcmp(s.p + i, "=3D", 3) != 0))
			return -1;
		out[n++] = s.p[i + 2] == 'C' ? ',' : '=';
		i += 2;
	}
	out[n] = '\0';
	return saslname_login_ok(out, n) ? (long)n : -1;
}

/* gs2-header, and what is behind it (RFC 5802 section 7).  It is kept as it
 * comes again, in base64 */
static enum scram_step
header(struct scram *s, struct slice *rest, struct slice *authzid)
{
	const char *from = rest->p;
	struct slice flag;

	*authzid = (struct slice){ from, 0 };
	if (!word_piece(rest, ',', &flag) ||
	    (!word_is(flag, "n") && !word_is(flag, "y")))
		return SCRAM_BAD;
	if (rest->n > 0 && rest->p[0] == ',') {
		rest->p++;
		rest->n--;
	} else if (word_attribute(rest, 'a', authzid) == -1 ||
	    rest->p == NULL) {
		return SCRAM_BAD;
	}
	return base64_put(&s->gs2, from, rest->p - from) == -1 ? SCRAM_MEMORY
							       : SCRAM_ASK_KEYS;
}

enum scram_step
scram_first(struct scram *s, const char *p, size_t n)
{
	struct slice rest = { p, n }, authzid, name, nonce, bare;
	char as[SASLNAME_LOGIN_MAX + 1] = "";
	long len, as_len = 0;
	enum scram_step step;

	if (n == 0 || n > SCRAM_MESSAGE_MAX || memchr(p, '\0', n) != NULL)
		return SCRAM_BAD;
	step = header(s, &rest, &authzid);
	if (step != SCRAM_ASK_KEYS)
		return step;
	bare = rest;
	/* "m=", which would have to be understood, is no "n=" */
	if (word_attribute(&rest, 'n', &name) == -1 ||
	    word_attribute(&rest, 'r', &nonce) == -1 || !is_nonce(nonce) ||
	    (len = name_of(name, s->name)) == -1 ||
	    (authzid.n > 0 && (as_len = name_of(authzid, as)) == -1))
		return SCRAM_BAD;
	s->name_len = len;
	if (buf_put(&s->auth, bare.p, bare.n) == -1 ||
	    buf_putc(&s->auth, ',') == -1)
		return SCRAM_MEMORY;
	s->nonce_at = nonce.p - bare.p;
	s->nonce_len = nonce.n;
	return plain_same((struct slice){ as, as_len },
		   (struct slice){ s->name, s->name_len })
	    ? SCRAM_ASK_KEYS
	    : SCRAM_WRONG;
}

/* server-first-message */
static int
put_challenge(struct scram *s, const char *nonce, struct buf *out)
{
	if (buf_puts(out, "r=") == -1 ||
	    buf_put(out, buf_data(&s->auth) + s->nonce_at, s->nonce_len) ==
		-1 ||
	    buf_puts(out, nonce) == -1 || buf_puts(out, ",s=") == -1 ||
	    base64_put(out, s->keys.salt, s->keys.salt_len) == -1 ||
	    buf_puts(out, ",i=") == -1)
		return -1;
	return buf_putnum(out, s->keys.iterations);
}

enum scram_step
scram_challenge(struct scram *s, const struct scram_keys *keys,
    const char nonce[SCRAM_NONCE_LEN + 1], struct buf *out)
{
	size_t from = buf_len(out);

	s->keys = *keys;
	if (put_challenge(s, nonce, out) == -1)
		return SCRAM_MEMORY;
	s->nonce_at = buf_len(&s->auth) + 2;
	s->nonce_len += SCRAM_NONCE_LEN;
	if (buf_put(&s->auth, buf_data(out) + from, buf_len(out) - from) ==
		-1 ||
	    buf_putc(&s->auth, ',') == -1)
		return SCRAM_MEMORY;
	return SCRAM_SAY;
}

/* is it the header that the first message had?  No data stands behind it,
 * since there is no binding (RFC 5802 section 7, cbind-input) */
static int
same_header(const struct scram *s, struct slice c)
{
	return c.n == buf_len(&s->gs2) &&
	    memcmp(c.p, buf_data(&s->gs2), c.n) == 0;
}

static int
same_nonce(const struct scram *s, struct slice r)
{
	return r.n == s->nonce_len &&
	    memcmp(r.p, buf_data(&s->auth) + s->nonce_at, r.n) == 0;
}

/* client-final-message: all but the proof, and the proof */
static int
read_final(const struct scram *s, const char *p, size_t n, size_t *without,
    unsigned char proof[DIGEST_LEN])
{
	struct slice rest, c, r, last;
	const char *comma = n == 0 ? NULL : memrchr(p, ',', n);

	if (comma == NULL || n > SCRAM_MESSAGE_MAX)
		return -1;
	*without = comma - p;
	rest = (struct slice){ p, *without };
	last = (struct slice){ comma + 1, n - *without - 1 };
	if (word_attribute(&rest, 'c', &c) == -1 ||
	    word_attribute(&rest, 'r', &r) == -1 || last.n < 2 ||
	    memcmp(last.p, "p=", 2) != 0 || !same_header(s, c) ||
	    !same_nonce(s, r))
		return -1;
	return base64_get(last.p + 2, last.n - 2, proof, DIGEST_LEN) ==
		DIGEST_LEN
	    ? 0
	    : -1;
}

/* RFC 5802 section 3: ClientKey is what the proof hides, and its digest is
 * StoredKey */
static int
proves(const struct scram *s, const unsigned char proof[DIGEST_LEN])
{
	unsigned char key[DIGEST_LEN];
	struct digest d;
	size_t i;
	int r;

	digest_hmac(s->keys.stored, DIGEST_LEN, buf_data(&s->auth),
	    buf_len(&s->auth), key);
	for (i = 0; i < DIGEST_LEN; i++)
		key[i] ^= proof[i];
	digest_init(&d);
	digest_add(&d, key, DIGEST_LEN);
	digest_end(&d, key);
	r = digest_equal(key, s->keys.stored, DIGEST_LEN);
	explicit_bzero(key, sizeof key);
	return r;
}

enum scram_step
scram_final(struct scram *s, const char *p, size_t n, struct buf *out)
{
	unsigned char proof[DIGEST_LEN], v[DIGEST_LEN];
	size_t without;

	if (read_final(s, p, n, &without, proof) == -1)
		return SCRAM_BAD;
	if (buf_put(&s->auth, p, without) == -1)
		return SCRAM_MEMORY;
	if (!proves(s, proof))
		return SCRAM_WRONG;
	digest_hmac(s->keys.server, DIGEST_LEN, buf_data(&s->auth),
	    buf_len(&s->auth), v);
	if (buf_puts(out, "v=") == -1 || base64_put(out, v, sizeof v) == -1)
		return SCRAM_MEMORY;
	return SCRAM_SAY;
}

void
scram_free(struct scram *s)
{
	buf_wipe(&s->gs2);
	buf_wipe(&s->auth);
	explicit_bzero(s, sizeof *s);
}

/* RFC 5802 section 3 */
void
scram_make(struct scram_keys *k, const char *password, size_t n,
    const unsigned char *salt, size_t salt_len, unsigned iterations)
{
	unsigned char salted[DIGEST_LEN], client[DIGEST_LEN];
	struct digest d;

	k->iterations = iterations;
	k->salt_len = salt_len;
	memcpy(k->salt, salt, salt_len);
	digest_pbkdf2(password, n, salt, salt_len, iterations, salted);
	digest_hmac(salted, sizeof salted, "Client Key", 10, client);
	digest_init(&d);
	digest_add(&d, client, sizeof client);
	digest_end(&d, k->stored);
	digest_hmac(salted, sizeof salted, "Server Key", 10, k->server);
	explicit_bzero(salted, sizeof salted);
	explicit_bzero(client, sizeof client);
}

void
scram_fake(struct scram_keys *k, const unsigned char secret[DIGEST_LEN],
    const char *name, size_t n)
{
	unsigned char of[DIGEST_LEN];

	digest_hmac(secret, DIGEST_LEN, name, n, of);
	k->iterations = SCRAM_ITERATIONS;
	k->salt_len = SCRAM_SALT_LEN;
	memcpy(k->salt, of, SCRAM_SALT_LEN);
	/* of nobody's password: the secret is not told */
	digest_hmac(secret, DIGEST_LEN, of, sizeof of, k->stored);
	digest_hmac(secret, DIGEST_LEN, k->stored, DIGEST_LEN, k->server);
}

int
scram_keys_put(struct buf *b, const struct scram_keys *k)
{
	if (buf_putnum(b, k->iterations) == -1 || buf_putc(b, ':') == -1 ||
	    base64_put(b, k->salt, k->salt_len) == -1 ||
	    buf_putc(b, ':') == -1 ||
	    base64_put(b, k->stored, DIGEST_LEN) == -1 ||
	    buf_putc(b, ':') == -1)
		return -1;
	return base64_put(b, k->server, DIGEST_LEN);
}

int
scram_keys_get(struct scram_keys *k, const char *p, size_t n)
{
	struct slice rest = { p, n }, number, salt, stored, server;
	uint64_t u;
	long len;

	if (!word_piece(&rest, ':', &number) ||
	    !word_piece(&rest, ':', &salt) ||
	    !word_piece(&rest, ':', &stored) ||
	    !word_piece(&rest, ':', &server) || rest.p != NULL ||
	    num_scan(number.p, number.n, SCRAM_ITERATIONS_MIN,
		SCRAM_ITERATIONS_MAX, &u) == -1 ||
	    (len = base64_get(salt.p, salt.n, k->salt, SCRAM_SALT_MAX)) < 1 ||
	    base64_get(stored.p, stored.n, k->stored, DIGEST_LEN) !=
		DIGEST_LEN ||
	    base64_get(server.p, server.n, k->server, DIGEST_LEN) != DIGEST_LEN)
		return -1;
	k->iterations = (unsigned)u;
	k->salt_len = (size_t)len;
	return 0;
}
