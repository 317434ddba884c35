#ifndef FUZZ_TLSEND_H
#define FUZZ_TLSEND_H

/*
 * An end of TLS that hears what the input says: bytes in place of a handshake,
 * or, behind one, records of any type.  Each input runs twice, once with all
 * bytes there, and once in pieces, when what is in the engine's buffers is
 * parked after each; it must be the same to who uses it.
 *
 * input: what comes, how long the pieces are, bytes for the options, the bytes
 * or records: type, length, content
 */
#include <assert.h>
#include <stdint.h>
#include <unistd.h>

#define WORLD_READ __wrap_read
#define WORLD_WRITE __wrap_write
#include "../lib/tlsfake.h"
#include "base/buf.h"
#include "tls/engine.h"
#include "tls/park.h"
#include "tls/sessions.h"
#include <sys/ioctl.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { HEAD = 4, ROOM = 8192 };

struct outcome {
	int is_up, failure, alert, ended;
	struct buf got;
};

static struct pair pair;
static struct tls_session known;

/* a session that both ends resume from then on, without signatures */
static void
tls_set_up(void)
{
	static const struct fake_key *const keys[] = { &fake_ec, &fake_rsa,
		NULL };

	fake_keys();
	pair_init(&pair,
	    sessions_new((const unsigned char *)"0123456789abcdef"), 1, keys);
	pair_start(&pair);
	assert(pair_shake(&pair));
	assert(tls_session_get(&pair.end[0], &known) == 0);
	pair_close(&pair);
}

static void
turns(int end, const uint8_t *head, int pieces, struct outcome *o)
{
	char t[ROOM];
	ssize_t n;
	int left = 1, before = -1, idle;
	size_t unsent = 0, was;

	/* until all was taken and said, or none is any more */
	for (idle = 0; idle < 4;
	     idle = left == before && unsent == was && n <= 0 ? idle + 1 : 0) {
		before = left;
		was = unsent;
		world_reads = pieces ? (size_t)head[1] + 1 : 0;
		world_writes = pieces ? (size_t)head[2] + 1 : 0;
		n = stream_read(&pair.end[end], t,
		    pieces ? (size_t)head[3] + 1 : sizeof t);
		world_reads = world_writes = 0;
		if (n > 0) {
			assert(buf_put(&o->got, t, (size_t)n) == 0);
		}
		if (n == 0 || (n == -1 && errno != EAGAIN)) {
			o->ended = n == 0 ? 1 : errno;
			return;
		}
		assert(ioctl(stream_fd(&pair.end[end]), FIONREAD, &left) == 0);
		unsent = park_unsent(tls_of(&pair.end[end]));
	}
}

/* what the other end has said is nobody's */
static void
drain(int end)
{
	char t[ROOM];

	while (stream_plain_read(&pair.end[end], t, sizeof t) > 0)
		;
}

static void
bytes(int end, const uint8_t *p, size_t n, const uint8_t *head, int pieces,
    struct outcome *o)
{
	size_t k;

	for (; n > 0 && o->ended == 0; n -= k, p += k) {
		k = n < ROOM ? n : ROOM;
		assert(stream_plain_write(&pair.end[!end], (const char *)p,
			   k) == (ssize_t)k);
		turns(end, head, pieces, o);
		drain(!end);
	}
}

/* one record of the other end, encrypted as it should be */
static void
record(int from, unsigned char type, const uint8_t *p, size_t n)
{
	struct tls *t = tls_of(&pair.end[from]);
	unsigned char *to;
	size_t room;

	park_enter(t);
	t->eng->record_type_out = type;
	to = br_ssl_engine_sendapp_buf(t->eng, &room);
	assert(to != NULL && n <= room);
	if (n > 0)
		memcpy(to, p, n);
	br_ssl_engine_sendapp_ack(t->eng, n);
	br_ssl_engine_flush(t->eng, 1);
	to = br_ssl_engine_sendrec_buf(t->eng, &room);
	assert(stream_plain_write(&pair.end[from], (char *)to, room) ==
	    (ssize_t)room);
	t->eng->record_type_out = 23;
	br_ssl_engine_sendrec_ack(t->eng, room);
	assert(park_leave(t) == 0);
}

static void
records(int end, const uint8_t *p, size_t n, const uint8_t *head, int pieces,
    struct outcome *o)
{
	size_t k;

	for (; n >= 2 && o->ended == 0; n -= k, p += k) {
		k = p[1] < n - 2 ? p[1] : n - 2;
		record(!end, (unsigned char)(20 + p[0] % 5), p + 2, k);
		turns(end, head, pieces, o);
		drain(!end);
		k += 2;
	}
}

static void
once(int end, const uint8_t *in, size_t n, int pieces, struct outcome *o)
{
	memset(o, 0, sizeof *o);
	if (in[0] & 1) {
		pair.target.resume = &known;
		assert(pair_start(&pair) && pair_shake(&pair));
		records(end, in + HEAD, n - HEAD, in, pieces, o);
	} else {
		pair_connect(&pair);
		pair.target.resume = NULL;
		assert((end ? (int)tls_server_start(pair.server, &pair.end[1],
				  fake_net, 4)
			    : tls_client_start(&pair.end[0], &pair.target)) ==
		    0);
		bytes(end, in + HEAD, n - HEAD, in, pieces, o);
	}
	if (o->ended == 0) {
		shutdown(stream_fd(&pair.end[!end]), SHUT_WR);
		turns(end, in, pieces, o);
	}
	o->is_up = tls_up(&pair.end[end]);
	o->failure = (int)tls_failure(&pair.end[end]);
	o->alert = (int)tls_alert(&pair.end[end]);
	pair_close(&pair);
}

static int
tls_both(int end, const uint8_t *in, size_t n)
{
	struct outcome a, b;

	if (pair.server == NULL)
		tls_set_up();
	if (n < HEAD || n > HEAD + 65536)
		return 0;
	/* signatures are what the input says, and so is the verdict */
	pair.key.rubbish = 64 + (in[0] >> 1) % 8;
	fake_judge.says = in[0] >> 4;
	pair.demand.mode = in[0] & 2 ? TLS_PKIX : TLS_ANY;
	pair.target.carry_on = in[0] >> 2 & 1;
	pair.target.own = in[0] & 8 ? &fake_ec.id : NULL;
	pair.target.key = &pair.key;
	once(end, in, n, 0, &a);
	once(end, in, n, 1, &b);
	assert(a.ended != 0 && a.ended == b.ended);
	assert(a.is_up == b.is_up && a.failure == b.failure &&
	    a.alert == b.alert);
	assert(buf_len(&a.got) == buf_len(&b.got));
	assert(buf_len(&a.got) == 0 ||
	    memcmp(buf_data(&a.got), buf_data(&b.got), buf_len(&a.got)) == 0);
	buf_free(&a.got);
	buf_free(&b.got);
	return 0;
}

#endif
