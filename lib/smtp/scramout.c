#include "smtp/scramout.h"
#include "base/base64.h"
#include "base/num.h"
#include "conf/word.h"
#include <string.h>

const char scramout_no_memory[] = "out of memory";

/* a saslname: comma and = would end it (RFC 5802 section 5.1) */
static int
put_name(struct buf *b, const char *user)
{
	int bad = 0;

	for (; *user != '\0'; user++)
		bad |= *user == ',' ? buf_puts(b, "=2C")
		    : *user == '='  ? buf_puts(b, "=3D")
				    : buf_putc(b, *user);
	return bad;
}

/* no channel binding, and none is known here */
#define GS2 "n,,"
#define GS2_BASE64 "biws"

int
scramout_first(struct scramout *s, const char *user,
    const unsigned char nonce[SCRAMOUT_NONCE], struct buf *out)
{
	struct buf *b = &s->auth;
	int bad;

	bad = buf_puts(b, "n=");
	bad |= put_name(b, user);
	bad |= buf_puts(b, ",r=");
	s->nonce_at = buf_len(b);
	bad |= base64_put(b, nonce, SCRAMOUT_NONCE);
	s->nonce_len = buf_len(b) - s->nonce_at;
	bad |= buf_puts(out, GS2);
	bad |= buf_put(out, buf_data(b), buf_len(b));
	return bad | buf_putc(b, ',');
}

/* ours, and something behind it; printable (RFC 5802 section 7) */
static int
continues(const struct scramout *s, struct slice r)
{
	size_t i;

	if (r.n <= s->nonce_len ||
	    memcmp(r.p, buf_data(&s->auth) + s->nonce_at, s->nonce_len) != 0)
		return 0;
	for (i = 0; i < r.n; i++)
		if (r.p[i] <= ' ' || r.p[i] > '~')
			return 0;
	return 1;
}

static const char *
read_challenge(struct scramout *s, struct slice rest, struct slice *r)
{
	struct slice salt, number;
	uint64_t i;
	long len;

	/* "m=", which would have to be understood, is no "r=" */
	if (word_attribute(&rest, 'r', r) == -1 || !continues(s, *r))
		return "its challenge has not our nonce";
	if (word_attribute(&rest, 's', &salt) == -1 ||
	    (len = base64_get(salt.p, salt.n, s->salt, sizeof s->salt)) < 1)
		return "its challenge has no usable salt";
	if (word_attribute(&rest, 'i', &number) == -1 ||
	    num_scan(number.p, number.n, SCRAMOUT_ITERATIONS_MIN,
		SCRAMOUT_ITERATIONS_MAX, &i) == -1)
		return "its iterations are not between 4096 and 600000";
	s->salt_len = (size_t)len;
	s->iterations = (unsigned)i;
	return NULL;
}

const char *
scramout_challenge(struct scramout *s, const char *p, size_t n,
    const char *password)
{
	size_t at = buf_len(&s->auth);
	const char *bad;
	struct slice r;

	if (n == 0 || n > SCRAMOUT_MESSAGE_MAX || memchr(p, '\0', n) != NULL)
		return "its challenge is none of SCRAM";
	if ((bad = read_challenge(s, (struct slice){ p, n }, &r)) != NULL)
		return bad;
	if (buf_put(&s->auth, p, n) == -1)
		return scramout_no_memory;
	s->nonce_at = at + (size_t)(r.p - p);
	s->nonce_len = r.n;
	digest_pbkdf2_begin(&s->slow, password, strlen(password), s->salt,
	    s->salt_len, s->iterations);
	return NULL;
}

int
scramout_work(struct scramout *s)
{
	return digest_pbkdf2_step(&s->slow, SCRAMOUT_SLICE);
}

/* RFC 5802 section 3: the proof, and what the server must answer */
static void
prove(struct scramout *s, unsigned char proof[DIGEST_LEN])
{
	const char *auth = buf_data(&s->auth);
	unsigned char key[DIGEST_LEN], stored[DIGEST_LEN];
	size_t len = buf_len(&s->auth), i;
	struct digest d;

	digest_hmac(s->slow.out, DIGEST_LEN, "Client Key", 10, key);
	digest_init(&d);
	digest_add(&d, key, sizeof key);
	digest_end(&d, stored);
	digest_hmac(stored, sizeof stored, auth, len, proof);
	for (i = 0; i < DIGEST_LEN; i++)
		proof[i] ^= key[i];
	digest_hmac(s->slow.out, DIGEST_LEN, "Server Key", 10, key);
	digest_hmac(key, sizeof key, auth, len, s->server);
	explicit_bzero(key, sizeof key);
	explicit_bzero(stored, sizeof stored);
	explicit_bzero(&s->slow, sizeof s->slow);
}

int
scramout_final(struct scramout *s, struct buf *out)
{
	unsigned char proof[DIGEST_LEN];
	struct buf without = { 0 };
	int bad;

	bad = buf_puts(&without, "c=" GS2_BASE64 ",r=");
	bad |=
	    buf_put(&without, buf_data(&s->auth) + s->nonce_at, s->nonce_len);
	bad |= buf_putc(&s->auth, ',');
	if (bad == 0)
		bad = buf_put(&s->auth, buf_data(&without), buf_len(&without));
	if (bad == 0) {
		prove(s, proof);
		bad = buf_put(out, buf_data(&without), buf_len(&without));
		bad |= buf_puts(out, ",p=");
		bad |= base64_put(out, proof, sizeof proof);
	}
	buf_free(&without);
	return bad == 0 ? 0 : -1;
}

int
scramout_is_right(const struct scramout *s, const char *p, size_t n)
{
	unsigned char v[DIGEST_LEN];
	struct slice rest = { p, n }, said;

	return n <= SCRAMOUT_MESSAGE_MAX &&
	    word_attribute(&rest, 'v', &said) == 0 &&
	    base64_get(said.p, said.n, v, sizeof v) == DIGEST_LEN &&
	    digest_equal(v, s->server, DIGEST_LEN);
}

void
scramout_free(struct scramout *s)
{
	buf_wipe(&s->auth);
	explicit_bzero(s, sizeof *s);
}
