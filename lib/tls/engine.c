#include "tls/engine.h"
#include "base/random.h"
#include "tls/hashes.h"
#include "tls/park.h"
#include "tls/records.h"
#include "tls/suites.h"
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { ENTROPY = 32 };

static const struct stream_ops tls_ops;

struct tls *
tls_of(const struct stream *s)
{
	return s->layer != NULL && s->layer->ops == &tls_ops
	    ? (struct tls *)s->layer
	    : NULL;
}

/* setting up */

int
tls_aes_fast(void)
{
	return br_aes_x86ni_ctr_get_vtable() != NULL &&
	    br_ghash_pclmul_get() != 0;
}

/* no SHA-1: these are the hashes of signatures, too (RFC 9155) */
static void
set_algorithms(br_ssl_engine_context *eng)
{
	br_ssl_engine_set_hash(eng, br_sha256_ID, &hashes_sha256);
	br_ssl_engine_set_hash(eng, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_hash(eng, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_prf_sha256(eng, &hashes_prf);
	br_ssl_engine_set_prf_sha384(eng, &br_tls12_sha384_prf);
	br_ssl_engine_set_default_aes_gcm(eng);
	br_ssl_engine_set_default_chapol(eng);
	br_ssl_engine_set_default_aes_cbc(eng);
	br_ssl_engine_set_default_rsavrfy(eng);
	br_ssl_engine_set_default_ecdsa(eng);
}

int
tls_prepare(struct tls *t, int modern, const br_ec_impl *ec)
{
	unsigned char chance[ENTROPY];
	uint16_t suites[SUITES_MAX];
	size_t n = suites_of(tls_aes_fast(), modern, suites);

	if (random_bytes(chance, sizeof chance) == -1)
		return -1;
	br_ssl_engine_set_versions(t->eng, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_suites(t->eng, suites, n);
	set_algorithms(t->eng);
	br_ssl_engine_set_ec(t->eng, ec);
	br_ssl_engine_add_flags(t->eng, BR_OPT_NO_RENEGOTIATION);
	park_buffers(t->eng);
	br_ssl_engine_inject_entropy(t->eng, chance, sizeof chance);
	explicit_bzero(chance, sizeof chance);
	return 0;
}

static void
leave(struct tls *t)
{
	if (t->failure != TLS_FINE)
		park_raw.at = park_raw.end;
	if (park_leave(t) == -1)
		tls_fail(t, TLS_OURS, "out of memory");
}

/* the layer */

/* the other side said that it ends: of its records none is taken any more */
static int
theirs_ended(const struct tls *t)
{
	return park_theirs_ended(t) || (t->ours_ended && t->eof) ||
	    (br_ssl_engine_current_state(t->eng) == BR_SSL_CLOSED &&
		br_ssl_engine_last_error(t->eng) == BR_ERR_OK);
}

static int
errno_of(const struct tls *t)
{
	return t->failure == TLS_CUT || t->failure == TLS_OURS ? ECONNRESET
							       : EPROTO;
}

static int
shut(struct stream *s, struct tls *t)
{
	t->half = 1;
	return shutdown(s->wfd, SHUT_WR);
}

static ssize_t
tls_read(struct stream *s, char *p, size_t most)
{
	struct tls *t = tls_of(s);
	size_t n = 0;

	if (t->failure == TLS_FINE) {
		park_enter(t);
		n = records_move(s, t, p, most);
		leave(t);
	}
	if (n > 0)
		return (ssize_t)n;
	errno = t->failure != TLS_FINE ? errno_of(t) : EAGAIN;
	return t->failure == TLS_FINE && theirs_ended(t) ? 0 : -1;
}

/* as much as fits in a record: it is encrypted at once, since an engine that
 * is not told to do so waits for more */
static size_t
seal(struct tls *t, const char *p, size_t n)
{
	size_t room;
	unsigned char *to = br_ssl_engine_sendapp_buf(t->eng, &room);

	if (to == NULL)
		return 0;
	if (n > room)
		n = room;
	memcpy(to, p, n);
	br_ssl_engine_sendapp_ack(t->eng, n);
	br_ssl_engine_flush(t->eng, 0);
	return n;
}

static ssize_t
tls_write(struct stream *s, const char *p, size_t n)
{
	struct tls *t = tls_of(s);
	size_t k, done = 0;

	if (t->failure != TLS_FINE || t->write_error != 0 || t->ours_ended ||
	    (t->up && theirs_ended(t))) {
		errno = t->failure != TLS_FINE ? errno_of(t)
		    : t->write_error != 0      ? t->write_error
					       : EPIPE;
		return -1;
	}
	if (!t->up || park_unsent(t) > 0)
		return 0;
	park_enter(t);
	while (done < n && t->write_error == 0 &&
	    (k = seal(t, p + done, n - done)) > 0) {
		done += k;
		records_send(s, t);
	}
	leave(t);
	return (ssize_t)done;
}

static int
tls_pump(struct stream *s, int events)
{
	struct tls *t = tls_of(s);

	if (events & LOOP_READ) {
		t->again = t->readable;
		t->readable = 1;
	}
	if (t->failure != TLS_FINE)
		return 0;
	if (park_unsent(t) > 0 || (!t->lazy && !t->up)) {
		park_enter(t);
		records_send(s, t);
		while (!t->lazy && !t->up && t->readable && records_accepted(t))
			records_move(s, t, NULL, 0);
		leave(t);
	}
	if (t->ours_ended && !t->half && park_unsent(t) == 0)
		shut(s, t);
	if (t->write_error != 0 && t->failure == TLS_FINE) {
		errno = t->write_error;
		return -1;
	}
	return 0;
}

static int
tls_can(const struct stream *s)
{
	const struct tls *t = tls_of(s);
	int can = 0;

	if (t->failure != TLS_FINE || records_plain(t) || theirs_ended(t))
		can |= LOOP_READ;
	if (records_accepted(t) && (park_raw_held(t) > 0 || t->readable) &&
	    (t->up || t->lazy))
		can |= LOOP_READ;
	if (t->up && t->failure == TLS_FINE && t->write_error == 0 &&
	    park_unsent(t) == 0 && !t->ours_ended && !theirs_ended(t))
		can |= LOOP_WRITE;
	return can;
}

/* What was told once will be read in the same round of the loop, as a rule: to
 * stop watching and begin again would be a system call each time.  Who is told
 * twice has to wait for his turn. */
static int
tls_needs(const struct stream *s, int want)
{
	const struct tls *t = tls_of(s);
	int needs = 0;

	if (records_accepted(t) && !(t->readable && t->again) &&
	    ((want & LOOP_READ) || !t->up))
		needs |= LOOP_READ;
	if (t->failure == TLS_FINE && t->write_error == 0 && park_unsent(t) > 0)
		needs |= LOOP_WRITE;
	return needs;
}

/* a handshake's bytes are nobody's */
static size_t
tls_holds(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t->up ? park_unsent(t) : 0;
}

static int
tls_close_notify(struct stream *s)
{
	struct tls *t = tls_of(s);

	if (!t->up || t->failure != TLS_FINE || t->write_error != 0)
		return shut(s, t);
	park_enter(t);
	br_ssl_engine_close(t->eng);
	t->ours_ended = 1;
	records_send(s, t);
	leave(t);
	return park_unsent(t) == 0 && t->write_error == 0 ? shut(s, t) : 0;
}

static void
tls_close(struct stream *s)
{
	struct tls *t = tls_of(s);

	park_free(t);
	t->end->close(t);
}

static const struct stream_ops tls_ops = { tls_read, tls_write, tls_pump,
	tls_can, tls_needs, tls_holds, tls_close_notify, tls_close };

ssize_t
tls_begin(struct tls *t, struct stream *s, int (*reset)(struct tls *))
{
	int r;

	park_enter(t);
	r = reset(t);
	if (park_leave(t) == -1)
		return -1;
	if (r != 0) {
		errno = EIO;
		return -1;
	}
	t->layer.ops = &tls_ops;
	return (ssize_t)stream_start(s, &t->layer);
}
