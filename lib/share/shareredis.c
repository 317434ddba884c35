#include "share/shareredis.h"
#include "base/clock.h"
#include "base/redisreader.h"
#include "base/die.h"
#include "base/exit.h"
#include "throttle/lease.h"
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>

/* owed while it is set up, the last first */
enum { SETUP_SCRIPT = 1, SETUP_INFO, SETUP_OTHER };

static void dial(void *arg);

static int
fault(struct shareredis *r, const char *why)
{
	snprintf(r->why, sizeof r->why, "%s", why);
	return -1;
}

static void
hang_up(struct shareredis *r)
{
	if (r->open)
		wire_close(&r->wire);
	r->open = 0;
	loop_timer_stop(&r->deadline);
	shareredis_reset(r);
	restart_failed(&r->again);
	restart_wait(&r->again, dial, r);
	r->down(r->arg, r->why);
}

/* commands */

static void
put(struct shareredis *r, int n, const char **word, const size_t *len)
{
	char *text;
	int size = redisFormatCommandArgv(&text, n, word, len);

	if (size == -1)
		die(EXIT_TEMP, "out of memory");
	wire_put(&r->wire, text, (size_t)size);
	redisFreeCommand(text);
	if (r->owed++ == 0)
		r->since_ms = clock_mono_ms();
}

static void
put_words(struct shareredis *r, const char *a, const char *b, const char *c)
{
	const char *word[] = { a, b, c };

	r->setup++;
	put(r, c != NULL ? 3 : b != NULL ? 2 : 1, word, NULL);
}

void
shareredis_call(struct shareredis *r, const struct shareredis_call *c)
{
	char term[24];
	const char *word[7 + SHAREREDIS_ARGS] = { "EVALSHA", r->sha, "2",
		c->key, c->all, r->run, term };
	size_t len[7 + SHAREREDIS_ARGS];
	int i, n = 7 + SHAREREDIS_ARGS;

	snprintf(term, sizeof term, "%d", LEASE_TERM_US);
	memcpy(word + 7, c->arg, sizeof c->arg);
	for (i = 0; i < n; i++)
		len[i] = strlen(word[i]);
	len[3] = c->key_len;
	put(r, n, word, len);
}

static void
set_up(struct shareredis *r)
{
	if (r->password != NULL && r->user != NULL)
		put_words(r, "AUTH", r->user, r->password);
	else if (r->password != NULL)
		put_words(r, "AUTH", r->password, NULL);
	if (r->db != NULL)
		put_words(r, "SELECT", r->db, NULL);
	put_words(r, "INFO", "server", NULL);
	put_words(r, "SCRIPT", "LOAD", sharescript);
}

/* answers */

static int
take_name(char out[SHAREREDIS_NAME_MAX + 1], const char *p)
{
	size_t n = strspn(p, "0123456789abcdef");

	if (n == 0 || n > SHAREREDIS_NAME_MAX)
		return -1;
	memcpy(out, p, n);
	out[n] = '\0';
	return 0;
}

static int
setup_answer(struct shareredis *r, const redisReply *a)
{
	static const char run[] = "\nrun_id:";
	const char *p;

	if (a->type == REDIS_REPLY_ERROR)
		return fault(r, a->str);
	if (r->setup == SETUP_INFO) {
		p = a->type == REDIS_REPLY_STRING ? strstr(a->str, run) : NULL;
		if (p == NULL || take_name(r->run, p + sizeof run - 1) == -1)
			return fault(r, "it does not say who it is");
	} else if (r->setup == SETUP_SCRIPT) {
		if (a->type != REDIS_REPLY_STRING ||
		    take_name(r->sha, a->str) == -1)
			return fault(r, "it does not take the script");
	}
	if (--r->setup > 0)
		return 0;
	r->ready = 1;
	restart_good(&r->again);
	r->up(r->arg);
	return 0;
}

static int
call_answer(struct shareredis *r, const redisReply *a)
{
	int64_t n[SHARESCRIPT_NUMBERS];
	size_t i;

	if (a->type == REDIS_REPLY_ERROR)
		return fault(r, a->str);
	if (a->type != REDIS_REPLY_ARRAY || a->elements > SHARESCRIPT_NUMBERS)
		return fault(r, "the script answers nonsense");
	for (i = 0; i < a->elements; i++) {
		if (a->element[i]->type != REDIS_REPLY_INTEGER)
			return fault(r, "the script answers nonsense");
		n[i] = a->element[i]->integer;
	}
	r->answered(r->arg, n,
	    a->elements == SHARESCRIPT_NUMBERS ? SHARESCRIPT_NUMBERS : 0);
	return 0;
}

static int
answer(struct shareredis *r, redisReply *a)
{
	int bad;

	if (r->owed == 0) {
		bad = fault(r, "it says what was not asked");
	} else {
		r->owed--;
		r->since_ms = clock_mono_ms();
		bad = r->setup > 0 ? setup_answer(r, a) : call_answer(r, a);
	}
	freeReplyObject(a);
	return bad;
}

int
shareredis_feed(struct shareredis *r, const char *p, size_t n)
{
	void *a;

	if (r->reader == NULL && (r->reader = redisreader_new()) == NULL)
		return fault(r, strerror(ENOMEM));
	r->read += n;
	if (redisReaderFeed(r->reader, p, n) != REDIS_OK)
		return fault(r, "it does not speak Redis");
	for (;;) {
		if (redisReaderGetReply(r->reader, &a) != REDIS_OK)
			return fault(r, "it does not speak Redis");
		if (a == NULL)
			break;
		r->read = 0;
		if (answer(r, a) == -1)
			return -1;
	}
	return r->read > SHAREREDIS_REPLY_MAX ? fault(r, "it says too much")
					      : 0;
}

void
shareredis_reset(struct shareredis *r)
{
	if (r->reader != NULL)
		redisreader_free(r->reader);
	r->reader = NULL;
	r->read = 0;
	r->owed = r->setup = 0;
	r->ready = 0;
}

/* the connection */

static void
late(void *arg)
{
	struct shareredis *r = arg;
	int64_t now_ms = clock_mono_ms();

	if (r->owed > 0 && now_ms - r->since_ms >= SHAREREDIS_ANSWER_MS) {
		fault(r, "it does not answer");
		hang_up(r);
		return;
	}
	loop_timer_set(&r->deadline, SHAREREDIS_ANSWER_MS / 5, late, r);
}

static void
ended(void *arg, int err)
{
	struct shareredis *r = arg;

	fault(r, err == 0 ? "it has hung up" : strerror(err));
	hang_up(r);
}

static size_t
heard(void *arg, const char *p, size_t n)
{
	struct shareredis *r = arg;

	if (shareredis_feed(r, p, n) == -1)
		hang_up(r);
	return n;
}

static const struct wire_ops ops = {
	.record = heard, .ended = ended, .gone = ended
};

static void
dial(void *arg)
{
	struct shareredis *r = arg;
	const struct dial_addr any = { .kind = DIAL_NONE };
	int local, fd = dial_start(&r->to, &any, &local);

	if (fd == -1) {
		fault(r, strerror(errno));
		hang_up(r);
		return;
	}
	wire_open(&r->wire, fd, fd, &ops, r);
	r->open = 1;
	set_up(r);
	late(r);
}

void
shareredis_open(struct shareredis *r)
{
	r->again.first_ms = SHAREREDIS_AGAIN_MS;
	r->again.max_ms = SHAREREDIS_AGAIN_MAX_MS;
	dial(r);
}
