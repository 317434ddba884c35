#include "ship/redissink.h"
#include "base/clock.h"
#include "base/redisreader.h"
#include "format/ltsv.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* XADD, the stream, MAXLEN ~ N, the id, and fields with their values */
	ARGS = 6 + 2 * LTSV_FIELDS_MAX
};

struct args {
	const char *p[ARGS];
	size_t n[ARGS];
	int count;
};

static void
arg_bytes(struct args *a, const char *p, size_t n)
{
	a->p[a->count] = p;
	a->n[a->count++] = n;
}

static void
arg(struct args *a, const char *p)
{
	arg_bytes(a, p, strlen(p));
}

/* a command behind those that are to be sent; 0, or -1: no memory */
static int
put_command(struct redissink *s, const struct args *a)
{
	char *text;
	int n =
	    redisFormatCommandArgv(&text, a->count, (const char **)a->p, a->n);
	int r;

	if (n == -1)
		return -1;
	r = buf_put(&s->out, text, (size_t)n);
	redisFreeCommand(text);
	return r;
}

static int
put_words(struct redissink *s, const char *w1, const char *w2, const char *w3)
{
	struct args a = { .count = 0 };

	arg(&a, w1);
	if (w2 != NULL)
		arg(&a, w2);
	if (w3 != NULL)
		arg(&a, w3);
	return put_command(s, &a);
}

/* words that go into the receipt */
static int
fault(struct redissink *s, const char *p)
{
	snprintf(s->conn.why, sizeof s->conn.why, "%s", p);
	return -1;
}

/* the next answer, the caller's to free; NULL with words: nothing more is to be
 * had of this connection */
static redisReply *
answer(struct redissink *s, int64_t until_ms)
{
	char piece[16384];
	void *reply = NULL;
	ssize_t n;

	for (;;) {
		if (redisReaderGetReply(s->reader, &reply) != REDIS_OK) {
			fault(s, "the server does not speak Redis");
			return NULL;
		}
		if (reply != NULL)
			return reply;
		n = shipconn_read(&s->conn, piece, sizeof piece, until_ms);
		if (n == 0)
			fault(s, "the server has hung up");
		if (n <= 0)
			return NULL;
		s->read += (uint64_t)n;
		if (s->read > REDISSINK_REPLY_MAX) {
			fault(s, "the server says too much");
			return NULL;
		}
		if (redisReaderFeed(s->reader, piece, (size_t)n) != REDIS_OK) {
			fault(s, strerror(ENOMEM));
			return NULL;
		}
	}
}

static void
hang_up(struct redissink *s)
{
	shipconn_close(&s->conn);
	if (s->reader != NULL)
		redisreader_free(s->reader);
	s->reader = NULL;
	buf_clear(&s->out);
}

static int
send_all(struct redissink *s, int64_t until_ms)
{
	int r = shipconn_write(&s->conn, buf_data(&s->out), buf_len(&s->out),
	    until_ms);

	buf_clear(&s->out);
	return r;
}

/* a command alone, whose answer is OK: 0, or -1 with words */
static int
ask(struct redissink *s, const char *w1, const char *w2, const char *w3,
    int64_t until_ms)
{
	redisReply *a;
	int r = 0;

	if (put_words(s, w1, w2, w3) == -1)
		return fault(s, strerror(ENOMEM));
	if (send_all(s, until_ms) == -1 || (a = answer(s, until_ms)) == NULL)
		return -1;
	if (a->type == REDIS_REPLY_ERROR)
		r = fault(s, a->str);
	freeReplyObject(a);
	return r;
}

static int
log_in(struct redissink *s, int64_t until_ms)
{
	int named = s->user != NULL && s->user[0] != '\0';

	if (s->password != NULL &&
	    ask(s, "AUTH", named ? s->user : s->password,
		named ? s->password : NULL, until_ms) == -1)
		return -1;
	return s->db == NULL ? 0 : ask(s, "SELECT", s->db, NULL, until_ms);
}

/* there is a connection: 0, or -1 with words */
static int
connected(struct redissink *s)
{
	int64_t until_ms = clock_mono_ms() + s->connect_ms;

	if (s->reader != NULL && shipconn_alive(&s->conn))
		return 0;
	hang_up(s);
	if (shipconn_open(&s->conn, &s->to, until_ms) == -1)
		return -1;
	s->reader = redisreader_new();
	if (s->reader == NULL)
		return fault(s, strerror(ENOMEM));
	return log_in(s, until_ms);
}

/* each label a field; their values have room in s->text, as long as escapes are
 * no shorter than what they stand for */
static int
put_fields(struct redissink *s, struct args *a, const struct ship_event *ev)
{
	struct ltsv l;
	unsigned i;
	long n;
	char *at;

	if (ltsv_parse(ev->line, ev->len, &l) == -1 || l.n == 0) {
		arg(a, "line");
		arg_bytes(a, ev->line, ev->len);
		return 0;
	}
	if (buf_reserve(&s->text, ev->len + LTSV_FIELDS_MAX) == -1)
		return -1;
	at = buf_tail(&s->text);
	for (i = 0; i < l.n; i++) {
		n = ltsv_value(&l.f[i], at, l.f[i].value_len + 1);
		arg_bytes(a, l.f[i].label, l.f[i].label_len);
		arg_bytes(a, at, n == -1 ? 0 : (size_t)n);
		at += l.f[i].value_len + 1;
	}
	return 0;
}

static int
put_event(struct redissink *s, const struct ship_event *ev)
{
	struct args a = { .count = 0 };
	struct slice eid;

	arg(&a, "XADD");
	arg(&a, s->stream);
	if (s->maxlen != NULL) {
		arg(&a, "MAXLEN");
		arg(&a, "~");
		arg(&a, s->maxlen);
	}
	arg(&a, "*");
	buf_clear(&s->text);
	if (s->format == REDISSINK_FIELDS) {
		if (put_fields(s, &a, ev) == -1)
			return -1;
		return put_command(s, &a);
	}
	shipline_find(ev->line, ev->len, "eid", &eid);
	arg(&a, "eid");
	arg_bytes(&a, eid.p, eid.n);
	arg(&a, "event");
	if (s->format == REDISSINK_LTSV) {
		arg_bytes(&a, ev->line, ev->len);
	} else {
		if (shipjson_event(&s->text, ev->line, ev->len, 0) == -1)
			return -1;
		arg_bytes(&a, buf_data(&s->text), buf_len(&s->text));
	}
	return put_command(s, &a);
}

static int
put_batch(struct redissink *s, const struct ship_event *ev, size_t n)
{
	char replicas[24], ms[24];
	size_t i;

	if (put_words(s, "MULTI", NULL, NULL) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (put_event(s, &ev[i]) == -1)
			return -1;
	if (put_words(s, "EXEC", NULL, NULL) == -1)
		return -1;
	if (s->replicas == 0)
		return 0;
	snprintf(replicas, sizeof replicas, "%llu",
	    (unsigned long long)s->replicas);
	/* it must answer before we give up on it */
	snprintf(ms, sizeof ms, "%lld", (long long)s->timeout_ms / 2 + 1);
	return put_words(s, "WAIT", replicas, ms);
}

/* the answers to MULTI and to each XADD: 1, the transaction stands; 0 with
 * words, it will not; -1 with words, the connection is of no use */
static int
hear_queued(struct redissink *s, size_t n, int64_t until_ms)
{
	char first[SHIPCONN_WHY_MAX] = "";
	redisReply *a;
	size_t i;

	for (i = 0; i <= n; i++) {
		a = answer(s, until_ms);
		if (a == NULL)
			break;
		/* the first one says why; the others follow from it, the
		 * connection's end, too */
		if (a->type == REDIS_REPLY_ERROR && first[0] == '\0')
			snprintf(first, sizeof first, "%s", a->str);
		freeReplyObject(a);
	}
	if (first[0] != '\0')
		fault(s, first);
	if (i <= n)
		return -1;
	return first[0] == '\0';
}

/* what EXEC says: each event has an id then, or is refused */
static int
judge_exec(struct redissink *s, const redisReply *a, size_t n)
{
	size_t i;

	if (a->type == REDIS_REPLY_ERROR)
		return fault(s, a->str);
	if (a->type != REDIS_REPLY_ARRAY || a->elements != n)
		return fault(s, "the transaction was not done");
	for (i = 0; i < n; i++) {
		if (a->element[i]->type == REDIS_REPLY_ERROR)
			return fault(s, a->element[i]->str);
		if (a->element[i]->type != REDIS_REPLY_STRING)
			return fault(s, "an event has no id");
	}
	return 0;
}

static int
hear_exec(struct redissink *s, size_t n, int stands, int64_t until_ms)
{
	redisReply *a = answer(s, until_ms);
	int r;

	if (a == NULL)
		return -1;
	/* where it does not stand, this only says that it was given up */
	r = stands ? judge_exec(s, a, n) : 0;
	freeReplyObject(a);
	return r;
}

static int
hear_replicas(struct redissink *s, int64_t until_ms)
{
	redisReply *a = answer(s, until_ms);
	char text[96];
	int r = 0;

	if (a == NULL)
		return -1;
	if (a->type == REDIS_REPLY_ERROR) {
		r = fault(s, a->str);
	} else if (a->type != REDIS_REPLY_INTEGER ||
	    (uint64_t)a->integer < s->replicas) {
		snprintf(text, sizeof text, "only %lld replicas have it",
		    a->type == REDIS_REPLY_INTEGER ? a->integer : 0);
		r = fault(s, text);
	}
	freeReplyObject(a);
	return r;
}

/* 0: the batch is there; -1 with words, and no connection */
static int
do_batch(struct redissink *s, size_t n)
{
	int64_t until_ms = clock_mono_ms() + s->timeout_ms;
	int stands;

	if (send_all(s, until_ms) == -1)
		return -1;
	stands = hear_queued(s, n, until_ms);
	if (stands == -1 || hear_exec(s, n, stands, until_ms) == -1)
		return -1;
	if (s->replicas > 0 && hear_replicas(s, until_ms) == -1)
		return -1;
	return stands ? 0 : -1;
}

void
redissink_begin(struct redissink *s)
{
	s->conn.fd = -1;
}

int
redissink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct redissink *s = arg;

	s->read = 0;
	if (connected(s) == 0) {
		if (put_batch(s, ev, n) == -1)
			return -1;
		if (do_batch(s, n) == 0)
			return shipreceipt_put(receipt, 'K', -1, NULL);
	}
	hang_up(s);
	return shipreceipt_put(receipt, 'Z', -1, s->conn.why);
}

void
redissink_end(struct redissink *s)
{
	hang_up(s);
	buf_free(&s->out);
	buf_free(&s->text);
}
