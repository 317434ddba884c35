#include "account/accountask.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct accountask_asked {
	struct asker_question asked; /* first */
	struct accountask *client;
	struct accountwire_question q; /* its slices are in text */
	accountask_answered *answered;
	void *arg;
	size_t n;
	char text[];
};

static void
end(struct accountask_asked *a)
{
	explicit_bzero(a->text, a->n);
	free(a);
}

static int
put(struct buf *b, const struct asker_question *asked)
{
	struct accountask_asked *a = (struct accountask_asked *)asked;

	a->q.id = asked->by_id.id;
	return accountwire_ask(b, &a->q);
}

static const void *
read_answer(struct asker *asker, const char *p, size_t n, uint32_t *id)
{
	struct accountask *c = (struct accountask *)asker;

	if (accountwire_read_answer(p, n, &c->heard) == -1)
		return NULL;
	*id = c->heard.id;
	return &c->heard;
}

static void
done(struct asker_question *asked, const void *answer)
{
	struct accountask_asked *a = (struct accountask_asked *)asked;
	accountask_answered *answered = a->answered;
	void *arg = a->arg;

	end(a);
	answered(arg, answer);
}

static const struct asker_calls calls = { "accounts cannot be asked for", put,
	read_answer, done };

int
accountask_open(struct accountask *c, const char *address)
{
	memset(c, 0, sizeof *c);
	if (strncmp(address, "unix:", 5) != 0 || address[5] == '\0') {
		errno = EINVAL;
		return -1;
	}
	c->next[0] = strdup(address);
	if (c->next[0] == NULL)
		return -1;
	asker_init(&c->asker, &calls, c->next, ACCOUNTASK_WAIT_MS);
	/* one that was put may have been done, and is not put again: a nonce is
	 * good once, and so is a name */
	c->asker.tries = 1;
	return 0;
}

void
accountask_close(struct accountask *c)
{
	asker_close(&c->asker);
	free(c->next[0]);
	c->next[0] = NULL;
}

static void
copy(struct accountask_asked *a)
{
	size_t at = 0;
	int i;

	for (i = 0; i < ACCOUNTWIRE_LABELS; i++) {
		if (a->q.value[i].p == NULL)
			continue;
		memcpy(a->text + at, a->q.value[i].p, a->q.value[i].n);
		a->q.value[i].p = a->text + at;
		at += a->q.value[i].n;
	}
}

struct accountask_asked *
accountask_ask(struct accountask *c, const struct accountwire_question *q,
    accountask_answered *answered, void *arg)
{
	struct accountask_asked *a;
	size_t n = 0;
	int i;

	if (accountwire_fault(q) != NULL ||
	    c->asker.open >= ACCOUNTASK_OPEN_MAX) {
		errno =
		    c->asker.open >= ACCOUNTASK_OPEN_MAX ? EAGAIN : EMSGSIZE;
		return NULL;
	}
	for (i = 0; i < ACCOUNTWIRE_LABELS; i++)
		n += q->value[i].n;
	a = calloc(1, sizeof *a + n);
	if (a == NULL)
		return NULL;
	a->client = c;
	a->q = *q;
	a->n = n;
	a->answered = answered;
	a->arg = arg;
	copy(a);
	asker_ask(&c->asker, &a->asked);
	return a;
}

void
accountask_cancel(struct accountask_asked *a)
{
	asker_cancel(&a->client->asker, &a->asked);
	end(a);
}
