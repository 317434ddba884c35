#include "tls/keyclient.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/loop.h"
#include "base/restart.h"
#include "chain/dial.h"
#include "chain/wire.h"
#include "format/netstring.h"
#include "tls/keycall.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct keyclient {
	const char *path;
	struct identity_set *set;
	uint64_t generation;
	void (*changed)(void *);
	void *arg;
	/* the connection that the loop watches */
	struct wire watch;
	struct restart restart;
	struct loop_timer ping;
	/* the one that signs */
	int fd; /* -1: none */
	struct loop_io io;
	struct buf in, out;
	uint64_t spent_us, signatures;
	unsigned looped : 1, /* by keyclient_watch() */
	    open : 1,        /* both are connected */
	    pinged : 1,      /* an answer to ping is owed, on the watched one */
	    heard : 1,       /* the watched one has answered, */
	    signs : 1,       /* and so has the other */
	    ready : 1, told : 1; /* that it is away */
};

static void start(void *);
static void on_ping(void *);

struct keyclient *
keyclient_new(const char *socket)
{
	struct keyclient *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->path = strncmp(socket, "unix:", 5) == 0 ? socket + 5 : socket;
	k->fd = -1;
	k->restart.first_ms = KEYCLIENT_RETRY_MIN_MS;
	k->restart.max_ms = KEYCLIENT_RETRY_MAX_MS;
	return k;
}

/* down, for a while */

static void
hang_up(struct keyclient *k)
{
	if (k->open && k->looped) {
		wire_close(&k->watch);
		loop_io_stop(&k->io);
	}
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
	if (k->looped)
		loop_timer_stop(&k->ping);
	buf_clear(&k->in);
	buf_clear(&k->out);
	k->open = k->pinged = k->heard = k->signs = k->ready = 0;
}

static void
down(struct keyclient *k)
{
	hang_up(k);
	if (!k->looped)
		return;
	restart_failed(&k->restart);
	restart_wait(&k->restart, start, k);
}

/* say so once, until it is back */
static int
tell(struct keyclient *k)
{
	int first = !k->told;

	k->told = 1;
	return first;
}

static void
on_ended(void *arg, int err)
{
	struct keyclient *k = arg;

	(void)err;
	if (tell(k))
		warn("%s has ended", k->path);
	down(k);
}

static void
nonsense(struct keyclient *k)
{
	if (tell(k))
		warn("%s answers nonsense", k->path);
	down(k);
}

static void
silent(struct keyclient *k)
{
	if (tell(k))
		warn("%s does not answer", k->path);
	down(k);
}

/* the watched connection */

static void
ask(struct buf *out, enum keywire_verb verb, uint64_t generation)
{
	struct keywire_request r = { .verb = verb, .generation = generation };

	needs(keywire_put(out, &r));
}

static void
up(struct keyclient *k)
{
	if (k->ready || !k->heard || !k->signs || k->set == NULL)
		return;
	k->ready = 1;
	restart_good(&k->restart);
	loop_timer_set(&k->ping, KEYCLIENT_PING_MS, on_ping, k);
	if (k->told)
		info("%s answers again", k->path);
	k->told = 0;
}

static void
on_ping(void *arg)
{
	struct keyclient *k = arg;

	if (k->pinged || !k->ready) {
		silent(k);
		return;
	}
	ask(&k->watch.out, KEYWIRE_PING, 0);
	wire_dirty(&k->watch);
	k->pinged = 1;
	loop_timer_set(&k->ping, KEYCLIENT_PING_MS, on_ping, k);
}

/* the content of a list; 0, or -1: it is none */
static int
take(struct keyclient *k, const char *p, size_t n)
{
	struct identity_set *set, *was = k->set;

	if (keywire_identities(p, n, &set, &k->generation) != NULL)
		return -1;
	k->set = set;
	identity_set_drop(was);
	return 0;
}

static size_t
on_answer(void *arg, const char *p, size_t n)
{
	struct keyclient *k = arg;
	const char *got;
	size_t len;
	long used = netstring_whole(p, n, KEYWIRE_LIST_MAX, &got, &len);

	if (used == 0)
		return 0;
	if (used == -1 || len == 0 || got[0] != 'K' ||
	    (len == 1 && !k->pinged) ||
	    (len > 1 && take(k, got + 1, len - 1) == -1)) {
		nonsense(k);
		return 0;
	}
	if (len == 1) {
		k->pinged = 0;
		k->heard = 1;
	} else {
		ask(&k->watch.out, KEYWIRE_LIST, k->generation);
		wire_dirty(&k->watch);
	}
	up(k);
	if (len > 1 && k->changed != NULL)
		k->changed(k->arg);
	return (size_t)used;
}

static const struct wire_ops ops = {
	.record = on_answer, .ended = on_ended, .gone = on_ended
};

/* the signing connection, between signatures: an answer to ping, or its end */

static void
on_sign_ready(void *arg, int events)
{
	static const char pong[] = "1:K,";
	struct keyclient *k = arg;
	ssize_t n = keycall_read(k->fd, &k->in);

	(void)events;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		on_ended(k, 0);
		return;
	}
	n = (ssize_t)buf_len(&k->in);
	if (k->signs || n > 4 || memcmp(buf_data(&k->in), pong, n) != 0) {
		nonsense(k);
		return;
	}
	if (n < 4)
		return;
	buf_clear(&k->in);
	k->signs = 1;
	up(k);
}

/* connecting */

/* 0, or -1 with errno; a few bytes go into a new socket, or it is of no use */
static int
send_now(struct keyclient *k)
{
	ssize_t n = write(k->fd, buf_data(&k->out), buf_len(&k->out));

	if (n == (ssize_t)buf_len(&k->out)) {
		buf_clear(&k->out);
		return 0;
	}
	if (n >= 0)
		errno = EAGAIN;
	return -1;
}

static int
connect_both(struct keyclient *k)
{
	int watch;

	k->fd = dial_path(k->path);
	if (k->fd == -1)
		return -1;
	ask(&k->out, KEYWIRE_PING, 0);
	watch = send_now(k) == -1 ? -1 : dial_path(k->path);
	if (watch == -1)
		return -1;
	wire_open(&k->watch, watch, watch, &ops, k);
	k->watch.record_max = KEYWIRE_LIST_MAX + NETSTRING_HEAD_MAX + 1;
	loop_io_start(&k->io, k->fd, LOOP_READ, on_sign_ready, k);
	k->open = 1;
	return 0;
}

static void
start(void *arg)
{
	struct keyclient *k = arg;

	if (connect_both(k) == -1) {
		if (tell(k))
			warn("unable to reach %s: %m", k->path);
		down(k);
		return;
	}
	/* the list may wait for ever: that somebody is there says the ping */
	ask(&k->watch.out, KEYWIRE_LIST, k->generation);
	ask(&k->watch.out, KEYWIRE_PING, 0);
	wire_dirty(&k->watch);
	k->pinged = 1;
	loop_timer_set(&k->ping, KEYCLIENT_START_MS, on_ping, k);
}

void
keyclient_watch(struct keyclient *k, void (*changed)(void *), void *arg)
{
	k->looped = 1;
	k->changed = changed;
	k->arg = arg;
	start(k);
}

static int
exchange(struct keyclient *k, size_t max, int wait_ms, struct slice *got)
{
	return keycall(k->fd, &k->out, &k->in, max, clock_mono_ms() + wait_ms,
	    got);
}

int
keyclient_open(struct keyclient *k)
{
	struct slice got;
	int saved;

	k->fd = dial_path(k->path);
	if (k->fd == -1)
		return -1;
	ask(&k->out, KEYWIRE_LIST, 0);
	if (exchange(k, KEYWIRE_LIST_MAX, KEYCLIENT_OPEN_MS, &got) == -1) {
		saved = errno;
	} else if (got.p[0] == 'K' && take(k, got.p + 1, got.n - 1) == 0) {
		buf_clear(&k->in);
		k->ready = 1;
		return 0;
	} else {
		saved = EPROTO;
	}
	hang_up(k);
	errno = saved;
	return -1;
}

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

/* the reason of an answer, for people */
static const char *
reason(struct slice got)
{
	static char text[KEYWIRE_REASON_MAX + 1];
	size_t i;

	for (i = 0; i + 1 < got.n && i < KEYWIRE_REASON_MAX; i++)
		text[i] = got.p[i + 1] >= ' ' && got.p[i + 1] < 0x7f
		    ? got.p[i + 1]
		    : '?';
	text[i] = '\0';
	return text;
}

/* it cannot be trusted with the next one either */
static const char *
lost(struct keyclient *k, int err)
{
	if (err == ETIMEDOUT) {
		silent(k);
		return "the key process does not answer";
	}
	if (err == EPROTO) {
		nonsense(k);
		return "the key process answers nonsense";
	}
	on_ended(k, err);
	return "the key process has ended";
}

size_t
keyclient_sign(struct keyclient *k, const struct identity *id,
    enum keywire_scheme scheme, const unsigned char *digest, size_t len,
    unsigned char *sig, size_t room, const char **why)
{
	struct keywire_request r = { .verb = KEYWIRE_SIGN, .scheme = scheme };
	int64_t began_us = clock_mono_us();
	struct slice got;
	size_t n = 0;

	*why = "the key process is not there";
	if (!k->ready)
		return 0;
	*why = "not a digest of that length";
	if (len != keywire_bits(scheme) / 8)
		return 0;
	memcpy(r.key, id->id, sizeof r.key);
	memcpy(r.digest, digest, len);
	r.digest_len = len;
	needs(keywire_put(&k->out, &r));
	if (exchange(k, KEYWIRE_SIGN_MAX, KEYCLIENT_WAIT_MS, &got) == -1) {
		*why = lost(k, errno);
	} else if (got.p[0] == 'K' && got.n > 1 && got.n - 1 <= room) {
		n = got.n - 1;
		memcpy(sig, got.p + 1, n);
		*why = NULL;
	} else if (got.p[0] == 'Z' || got.p[0] == 'D') {
		*why = reason(got);
	} else {
		*why = lost(k, EPROTO);
	}
	buf_clear(&k->in);
	k->spent_us += (uint64_t)(clock_mono_us() - began_us);
	k->signatures++;
	return n;
}

void
keyclient_spent(const struct keyclient *k, uint64_t *us, uint64_t *n)
{
	*us = k->spent_us;
	*n = k->signatures;
}

void
keyclient_free(struct keyclient *k)
{
	if (k == NULL)
		return;
	hang_up(k);
	if (k->looped)
		restart_stop(&k->restart);
	identity_set_drop(k->set);
	buf_free(&k->in);
	buf_free(&k->out);
	free(k);
}
