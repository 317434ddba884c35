/* tls: the layer, our client and our server against each other */
#include "tlsfake.h"
#include "base/loop.h"
#include "looprun.h"
#include "tap.h"
#include "tls/engine.h"
#include "tls/park.h"
#include <malloc.h>
#include <signal.h>
#include <sys/ioctl.h>

static const struct fake_key *const ec[] = { &fake_ec, NULL };
static const struct fake_key *const rsa[] = { &fake_rsa, NULL };

static char *
pattern(size_t n)
{
	char *p = malloc(n);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 251);
	return p;
}

static int
is_pattern(const struct buf *b, const char *p, size_t n)
{
	return buf_len(b) == n && memcmp(buf_data(b), p, n) == 0;
}

/* n bytes each way, in pieces of different sizes; what came */
static void
exchange(struct pair *p, const char *bytes, size_t n, struct buf got[2])
{
	static char t[4096];
	size_t sent[2] = { 0, 0 }, piece = 1, k;
	int i, turns;
	ssize_t r;

	for (turns = 0; turns < 1000000; turns++) {
		if (buf_len(&got[0]) >= n && buf_len(&got[1]) >= n)
			return;
		for (i = 0; i < 2; i++) {
			k = n - sent[i] < piece ? n - sent[i] : piece;
			r = stream_write(&p->end[i], bytes + sent[i], k);
			sent[i] += r > 0 ? (size_t)r : 0;
			r = pair_turn(p, i, t, piece % 100 + 1);
			if (r > 0)
				buf_put(&got[i], t, (size_t)r);
			piece = piece * 3 % 4001;
		}
	}
}

/* all of it, as bytes come and go: the buffers are the other's after each */
static void
moves(const struct fake_key *const *keys, size_t reads, size_t writes,
    const char *how)
{
	enum { N = 20000 };
	char *bytes = pattern(N), t[TLS_TEXT_MAX];
	struct buf got[2] = { { 0 }, { 0 } };
	struct pair p;

	pair_init(&p, NULL, 0, keys);
	world_reads = reads;
	world_writes = writes;
	ok(pair_start(&p), how);
	if (!ok(pair_shake(&p), "it comes up"))
		printf("# %s\n", tls_why(&p.end[1], t));
	exchange(&p, bytes, N, got);
	ok(is_pattern(&got[0], bytes, N), "all came from the server");
	ok(is_pattern(&got[1], bytes, N), "and from the client");
	is_num((long long)stream_pending(&p.end[0]), 0, "nothing is left");
	world_reads = world_writes = 0;
	is_num((long long)tls_held(&p.end[0]), 0, "nor parked");
	buf_free(&got[0]);
	buf_free(&got[1]);
	pair_free(&p);
	free(bytes);
}

static void
told(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];

	pair_init(&p, NULL, 0, rsa);
	p.target.name = "mx.example";
	pair_connect(&p);
	ok(!tls_is_on(&p.end[0]) && !tls_up(&p.end[0]), "no TLS");
	is_str(tls_text(&p.end[0], t), "none", "in clear");
	ok(tls_info(&p.end[0]) == NULL, "nothing to be known");
	is_num(tls_failure(&p.end[0]), TLS_FINE, "no failure");
	pair_close(&p);
	pair_start(&p);
	ok(tls_is_on(&p.end[0]) && !tls_up(&p.end[0]), "started");
	is_str(tls_text(&p.end[0], t), "none", "not up");
	pair_shake(&p);
	is_str(tls_text(&p.end[0], t),
	    tls_aes_fast() ? "TLSv1.2,ECDHE-RSA-AES128-GCM-SHA256"
			   : "TLSv1.2,ECDHE-RSA-CHACHA20-POLY1305",
	    "up");
	is_str(tls_info(&p.end[1])->name, "mx.example", "the name");
	is_str(tls_info(&p.end[1])->curve, "X25519", "the curve");
	is_str(tls_why(&p.end[1], t), "no fault", "why not");
	is_num(tls_work(&p.end[1]), TLS_WORK_FULL, "work");
	is_num(tls_work(&p.end[1]), 0, "is counted once");
	pair_free(&p);
}

/* bytes that are allocated; where the C library does not say, none */
static size_t
allocated(void)
{
#ifdef __GLIBC__
	return mallinfo2().uordblks;
#else
	return 0;
#endif
}

/* an idle one costs its context */
static void
memory(void)
{
	struct pair p;
	size_t before, n;

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	pair_shake(&p);
	pair_close(&p);
	before = allocated();
	pair_start(&p);
	pair_shake(&p);
	n = allocated() - before;
	printf("# %zu bytes for two ends\n", n);
	ok(n < 12000, "an idle connection has its context");
	is_num((long long)(tls_held(&p.end[0]) + tls_held(&p.end[1])), 0,
	    "and nothing parked");
	pair_free(&p);
}

/* the end of it */
static void
ends(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	pair_shake(&p);
	stream_write(&p.end[0], "QUIT\r\n", 6);
	is_num(stream_end(&p.end[0]), 0, "the end is said");
	is_num(stream_read(&p.end[1], t, 64), 6, "behind the rest");
	is_num(stream_read(&p.end[1], t, 64), 0, "and heard");
	is_num(tls_failure(&p.end[1]), TLS_FINE, "as one");
	is_num(stream_write(&p.end[1], "x", 1), -1, "nothing more is said");
	is_num(errno, EPIPE, "there is nobody who listens");
	is_num(stream_write(&p.end[0], "x", 1), -1, "nor by who ended");
	is_num(stream_read(&p.end[0], t, 64), 0, "he hears the end, too");
	pair_close(&p);

	pair_start(&p);
	pair_shake(&p);
	stream_write(&p.end[0], "MAIL", 4);
	stream_close(&p.end[0]);
	is_num(stream_read(&p.end[1], t, 64), 4, "cut off behind four bytes");
	is_num(stream_read(&p.end[1], t, 64), -1, "is no end");
	is_num(errno, ECONNRESET, "but an error");
	is_num(tls_failure(&p.end[1]), TLS_CUT, "known");
	is_str(tls_why(&p.end[1], t), "connection closed", "in words");
	is_num(stream_end(&p.end[1]), 0, "and it may be ended");
	pair_close(&p);

	pair_start(&p);
	stream_close(&p.end[0]);
	while (pair_turn(&p, 1, t, 64) == 0)
		;
	is_num(errno, ECONNRESET, "cut off in the handshake");
	is_num(tls_failure(&p.end[1]), TLS_CUT, "known");
	pair_free(&p);
}

/* the descriptor is watched until it is told twice and not read */
static void
watching(void)
{
	const struct stream_ops *ops;
	struct stream *s;
	struct pair p;
	char t[64];

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	pair_shake(&p);
	s = &p.end[1];
	ops = s->layer->ops;
	stream_write(&p.end[0], "NOOP\r\n", 6);
	ops->pump(s, LOOP_READ);
	is_num(ops->needs(s, LOOP_READ), LOOP_READ, "told once");
	ops->pump(s, LOOP_READ);
	is_num(ops->needs(s, LOOP_READ), 0, "told twice");
	is_num(ops->can(s), LOOP_READ | LOOP_WRITE, "it can be read");
	is_num(stream_read(s, t, sizeof t), 6, "is read");
	is_num(ops->needs(s, LOOP_READ), LOOP_READ, "and watched");
	pair_free(&p);
}

/* without a client: bytes to the server, as they are */
static struct stream *
bare(struct pair *p)
{
	pair_init(p, NULL, 0, ec);
	pair_connect(p);
	tls_server_start(p->server, &p->end[1], fake_net, sizeof fake_net);
	return &p->end[1];
}

static void
send_bytes(struct pair *p, const void *bytes, size_t n)
{
	const char *b = bytes;
	char t[16];
	ssize_t r;

	while (n > 0) {
		r = stream_plain_write(&p->end[0], b, n);
		b += r > 0 ? r : 0;
		n -= r > 0 ? (size_t)r : 0;
		pair_turn(p, 1, t, sizeof t);
	}
	while (tls_failure(&p->end[1]) == TLS_FINE &&
	    ioctl(stream_fd(&p->end[1]), FIONREAD, &n) == 0 && (int)n > 0)
		pair_turn(p, 1, t, sizeof t);
}

static void
clear(void)
{
	static const struct clear_case {
		const char *bytes;
		size_t n;
		enum tls_failure failure;
		unsigned char alert;
		const char *name;
	} cases[] = {
		{ "EHLO there\r\n", 12, TLS_VERSION, 70, "SMTP" },
		{ "GET / HTTP/1.0\r\n\r\n", 18, TLS_VERSION, 70, "HTTP" },
		{ "\x16\x03\x01\xff\xff", 5, TLS_PROTOCOL, 50, "long record" },
		{ "\x17\x03\x01\x00\x01x", 6, TLS_PROTOCOL, 50, "data first" },
		{ "\x16\x03\x01\x00\x04\x02\x00\x00\x00", 9, TLS_PROTOCOL, 50,
		    "another message" },
		{ "\x15\x03\x01\x00\x02\x02\x28", 7, TLS_ALERT, 0, "alert" },
	};
	size_t i;
	struct pair p;
	char t[TLS_TEXT_MAX];
	unsigned char a[16];

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		bare(&p);
		send_bytes(&p, cases[i].bytes, cases[i].n);
		is_num(tls_failure(&p.end[1]), cases[i].failure, cases[i].name);
		is_num(stream_read(&p.end[1], t, 16), -1, "an error");
		is_num(errno, EPROTO, "of the protocol");
		printf("# %s\n", tls_why(&p.end[1], t));
		memset(a, 0, sizeof a);
		is_num(stream_plain_read(&p.end[0], (char *)a, 16),
		    cases[i].alert == 0 ? -1 : 7, "an alert says why");
		is_num(a[6], cases[i].alert, "which");
		is_num(tls_alert(&p.end[1]), cases[i].alert == 0 ? 40 : 0,
		    "and which was heard");
		pair_free(&p);
	}
}

/* alerts behind one that ends all, however they come */
static void
alerts(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum tls_failure failure;
		unsigned char alert;
		const char *name;
	} cases[] = {
		{ "\x15\x03\x01\x00\x04\x01\x00\x02\x28", 9, TLS_FINE, 0,
		    "an end, and a failure" },
		{ "\x15\x03\x01\x00\x04\x02\x28\x02\x30", 9, TLS_ALERT, 40,
		    "two failures" },
		{ "\x15\x03\x01\x00\x04\x01\x5a\x02\x28", 9, TLS_ALERT, 40,
		    "a warning, and a failure" },
	};
	struct pair p;
	char t[16];
	size_t i, at, step;

	for (i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		const char *bytes = cases[i / 2].bytes;
		size_t n = cases[i / 2].n;

		bare(&p);
		step = i & 1 ? 1 : n;
		for (at = 0; at < n; at += step) {
			stream_plain_write(&p.end[0], bytes + at, step);
			pair_turn(&p, 1, t, sizeof t);
			pair_turn(&p, 1, t, sizeof t);
		}
		is_num(tls_failure(&p.end[1]), cases[i / 2].failure,
		    cases[i / 2].name);
		is_num(tls_alert(&p.end[1]), cases[i / 2].alert, "the first");
		is_num(stream_read(&p.end[1], t, sizeof t),
		    cases[i / 2].failure == TLS_FINE ? 0 : -1,
		    step == 1 ? "byte by byte" : "all at once");
		pair_free(&p);
	}
}

/* warnings, of which the protocol allows any number */
static void
handshake_limit(void)
{
	static const unsigned char warning[] = { 21, 3, 1, 0, 2, 1, 90 };
	unsigned char *all = malloc(TLS_HANDSHAKE_BYTES_MAX + 1);
	struct pair p;
	char t[TLS_TEXT_MAX];
	size_t i;

	for (i = 0; i <= TLS_HANDSHAKE_BYTES_MAX; i++)
		all[i] = warning[i % sizeof warning];
	bare(&p);
	send_bytes(&p, all, TLS_HANDSHAKE_BYTES_MAX);
	is_num(tls_failure(&p.end[1]), TLS_FINE, "a handshake as long as it");
	send_bytes(&p, all + TLS_HANDSHAKE_BYTES_MAX, 1);
	is_num(tls_failure(&p.end[1]), TLS_LIMIT, "may be, and a byte more");
	is_str(tls_why(&p.end[1], t), "too long a handshake", "in words");
	pair_free(&p);
	free(all);
}

/* a record of another type than data, from the client */
static void
send_record(struct pair *p, unsigned char type, const void *bytes, size_t n)
{
	struct tls *t = tls_of(&p->end[0]);
	unsigned char *to;
	size_t room;

	park_enter(t);
	t->eng->record_type_out = type;
	to = br_ssl_engine_sendapp_buf(t->eng, &room);
	memcpy(to, bytes, n);
	br_ssl_engine_sendapp_ack(t->eng, n);
	br_ssl_engine_flush(t->eng, 0);
	t->eng->record_type_out = 23;
	to = br_ssl_engine_sendrec_buf(t->eng, &room);
	stream_plain_write(&p->end[0], (char *)to, room);
	br_ssl_engine_sendrec_ack(t->eng, room);
	park_leave(t);
}

static void
afterwards(void)
{
	struct pair p;
	char t[TLS_TEXT_MAX];
	int i;

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	pair_shake(&p);
	send_record(&p, 22, "\1\0\0\3abc", 7);
	is_num(stream_read(&p.end[1], t, 16), -1, "another handshake");
	is_num(errno, EAGAIN, "there is none");
	is_num(stream_write(&p.end[0], "NOOP\r\n", 6), 6, "and it goes on");
	is_num(stream_read(&p.end[1], t, 16), 6, "as before");
	is_num(stream_read(&p.end[0], t, 16), -1, "but who asked");
	is_num(tls_alert(&p.end[0]), 100, "hears that");
	pair_close(&p);

	pair_start(&p);
	pair_shake(&p);
	send_record(&p, 22, "\1\0\0\3abc\1\0\0\3abc", 14);
	is_num(stream_read(&p.end[1], t, 16), -1, "two in one record");
	is_num(errno, EPROTO, "are not taken");
	is_num(tls_failure(&p.end[1]), TLS_PROTOCOL, "it ends");
	pair_close(&p);

	pair_start(&p);
	pair_shake(&p);
	for (i = 0; i < TLS_AFTER_MAX; i++)
		send_record(&p, 21, "\1\132", 2);
	is_num(stream_read(&p.end[1], t, 16), -1, "as many warnings");
	is_num(tls_failure(&p.end[1]), TLS_FINE, "as may come");
	send_record(&p, 21, "\1\132", 2);
	is_num(stream_read(&p.end[1], t, 16), -1, "one more");
	is_num(tls_failure(&p.end[1]), TLS_LIMIT, "ends it");
	pair_free(&p);
}

/* in the loop */

struct side {
	struct stream *s;
	struct buf got;
	size_t piece;
	int reads, writes, over, error, idle;
};

/* the alarm ends what never is */
#define until(so) \
	while (!(so)) \
	looprun_ms(50)

static void
on_ready(void *arg, int events)
{
	struct side *e = arg;
	static char t[65536];
	ssize_t n;

	e->reads += (events & LOOP_READ) != 0;
	e->writes += (events & LOOP_WRITE) != 0;
	loop_stop();
	if (!(events & LOOP_READ) || e->idle)
		return;
	n = stream_read(e->s, t, e->piece);
	if (n > 0)
		buf_put(&e->got, t, (size_t)n);
	if (n > 0 || (n == -1 && errno == EAGAIN))
		return;
	e->over = 1;
	e->error = n == 0 ? 0 : errno;
	stream_want(e->s, 0);
}

static void
watch(struct pair *p, struct side e[2])
{
	int i;

	memset(e, 0, 2 * sizeof *e);
	for (i = 0; i < 2; i++) {
		e[i].s = &p->end[i];
		e[i].piece = 65536;
		stream_watch(e[i].s, LOOP_READ, on_ready, &e[i]);
	}
}

static void
much(size_t piece)
{
	enum { N = 3 << 20 };
	char *bytes = pattern(N);
	struct side e[2];
	struct pair p;

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	watch(&p, e);
	e[1].piece = piece;
	is_num(stream_send(&p.end[0], bytes, N), 0, "3 MB before it is up");
	ok(stream_pending(&p.end[0]) >= N, "are kept");
	until(tls_up(&p.end[1]));
	is_num(stream_send(&p.end[1], bytes, N), 0, "3 MB the other way");
	until(e[0].writes > 0 && e[1].writes > 0);
	until(buf_len(&e[0].got) >= N && buf_len(&e[1].got) >= N);
	ok(is_pattern(&e[1].got, bytes, N), "all came in order");
	ok(is_pattern(&e[0].got, bytes, N), "both ways");
	is_num(e[0].writes, 1, "told once that it has left");
	is_num(stream_end(&p.end[0]), 0, "the end");
	until(e[1].over && e[0].over);
	is_num(e[0].error | e[1].error, 0, "is one on both sides");
	buf_free(&e[0].got);
	buf_free(&e[1].got);
	pair_free(&p);
	free(bytes);
}

/* a client that wants both hears first that it is up */
static void
client_waits(void)
{
	struct side e[2];
	struct pair p;

	pair_init(&p, NULL, 0, ec);
	pair_start(&p);
	watch(&p, e);
	e[0].idle = 1;
	stream_want(&p.end[0], LOOP_READ | LOOP_WRITE);
	until(e[0].writes > 0);
	is_num(e[0].reads, 0, "nothing to be read before");
	ok(tls_up(&p.end[0]), "it is up");
	stream_want(&p.end[0], LOOP_READ);
	looprun_ms(20);
	is_num(e[0].reads, 0, "nor behind");
	pair_free(&p);

	pair_init(&p, NULL, 0, ec);
	p.key.fails = 1;
	pair_start(&p);
	watch(&p, e);
	e[0].idle = 1;
	stream_want(&p.end[0], LOOP_READ | LOOP_WRITE);
	until(e[0].reads > 0);
	is_num(e[0].writes, 0, "it fails: told so");
	is_num(tls_failure(&p.end[0]), TLS_ALERT, "by an alert");
	is_num(tls_alert(&p.end[0]), 80, "internal error");
	is_num(tls_failure(&p.end[1]), TLS_KEY, "of the key process");
	pair_free(&p);
}

/* what it takes to be read by nobody: a note */
static void
lazy(void)
{
	enum { N = 200 };
	static struct pair p[N];
	static struct side e[N][2];
	struct keyclient key = { 0 };
	struct tls_server *server;
	int i, n, up = 0, there = 0, told = 0;
	char t[64];

	fake_set(&key, ec);
	server = tls_server_new(&key, NULL, 0);
	for (i = 0; i < N; i++) {
		p[i].server = server;
		pair_start(&p[i]);
		watch(&p[i], e[i]);
		e[i][1].idle = 1;
	}
	for (n = 0; n < 1000 && told < N; n++) {
		looprun_ms(5);
		for (i = told = 0; i < N; i++)
			told += e[i][1].reads > 0;
	}
	is_num(told, N, "all are told");
	for (i = 0; i < N; i++) {
		ioctl(stream_fd(&p[i].end[1]), FIONREAD, &n);
		there += n > 100;
	}
	is_num(there, N, "nothing was read of any");
	is_num(key.calls, 0, "and nothing signed");
	for (i = 0; i < N; i++) {
		stream_read(&p[i].end[1], t, sizeof t);
		e[i][1].idle = 0;
	}
	is_num(key.calls, N, "then each has its turn");
	for (n = 0; n < 1000 && up < N; n++) {
		looprun_ms(5);
		for (i = up = 0; i < N; i++)
			up += tls_up(&p[i].end[0]) && tls_up(&p[i].end[1]);
	}
	is_num(up, N, "all are up");
	for (i = 0; i < N; i++)
		pair_close(&p[i]);
	tls_server_free(server);
	identity_set_drop(key.set);
}

/* a chain of 100 KB, which leaves in many records */
static void
long_chain(void)
{
	static char junk[IDENTITY_CERT_MAX];
	struct slice chain[IDENTITY_CHAIN_MAX];
	struct identity id = fake_ec.id;
	struct pair p;
	size_t i;

	pair_init(&p, NULL, 0, ec);
	identity_set_drop(p.key.set);
	p.key.set = identity_set_new();
	chain[0] = fake_ec.chain;
	for (i = 1; i < IDENTITY_CHAIN_MAX; i++)
		chain[i] = (struct slice){ junk, sizeof junk };
	id.chain = chain;
	id.n_chain = IDENTITY_CHAIN_MAX;
	identity_add(p.key.set, &id);
	world_writes = 1000;
	pair_start(&p);
	ok(pair_shake(&p), "a long chain");
	is_num(fake_judge.saw.n, IDENTITY_CHAIN_MAX, "came whole");
	is_num((long long)fake_judge.saw.len[7], sizeof junk, "to the last");
	world_writes = 0;
	pair_free(&p);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(120);
	fake_keys();
	told();
	moves(ec, 0, 0, "whole");
	moves(rsa, 0, 0, "RSA");
	moves(ec, 1, 0, "read byte by byte");
	moves(ec, 0, 1, "written byte by byte");
	moves(rsa, 1, 1, "both");
	moves(ec, 7, 1000, "in pieces");
	memory();
	ends();
	watching();
	clear();
	alerts();
	handshake_limit();
	afterwards();
	much(65536);
	much(1000);
	client_waits();
	lazy();
	long_chain();
	return done();
}
