#include "recv/rcptclient.h"

static int
put(struct buf *b, const struct asker_question *asked)
{
	const struct rcptclient_question *q =
	    (const struct rcptclient_question *)asked;

	return rcptwire_ask(b, asked->by_id.id, q->to, q->ask);
}

static const void *
read_answer(struct asker *a, const char *p, size_t n, uint32_t *id)
{
	struct rcptclient *c = (struct rcptclient *)a;

	if (rcptwire_read_answer(p, n, &c->heard) == -1)
		return NULL;
	*id = c->heard.id;
	return &c->heard;
}

static void
done(struct asker_question *asked, const void *answer)
{
	static const struct rcptwire_answer unsure = { .what =
							   RCPTWIRE_UNSURE };
	struct rcptclient_question *q = (struct rcptclient_question *)asked;

	q->done(q, answer == NULL ? &unsure : answer);
}

static const struct asker_calls calls = { "recipients cannot be asked for", put,
	read_answer, done };

void
rcptclient_init(struct rcptclient *c, char *const next[])
{
	asker_init(&c->asker, &calls, next, RCPTCLIENT_WAIT_MS);
}

void
rcptclient_close(struct rcptclient *c)
{
	asker_close(&c->asker);
}

int
rcptclient_ask(struct rcptclient *c, struct rcptclient_question *q)
{
	if (c->asker.open >= RCPTCLIENT_OPEN_MAX)
		return -1;
	asker_ask(&c->asker, &q->asked);
	return 0;
}

void
rcptclient_cancel(struct rcptclient *c, struct rcptclient_question *q)
{
	asker_cancel(&c->asker, &q->asked);
}
