#include "accept/acceptclient.h"
#include "base/die.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct accepthold {
	struct asker_question asked; /* first */
	struct acceptclient *client;
	struct acceptwire_question q; /* its slices are in text */
	accepthold_answered *answered;
	void *arg;
	char text[];
};

static void
end(struct accepthold *h)
{
	free(h);
}

/* the asker's */

static int
put(struct buf *b, const struct asker_question *asked)
{
	struct accepthold *h = (struct accepthold *)asked;

	h->q.id = asked->by_id.id;
	return acceptwire_ask(b, &h->q);
}

static const void *
read_answer(struct asker *a, const char *p, size_t n, uint32_t *id)
{
	struct acceptclient *c = (struct acceptclient *)a;

	if (acceptwire_read_answer(p, n, &c->heard) == -1)
		return NULL;
	*id = c->heard.id;
	return &c->heard;
}

/* what was accepted is said again, until somebody has heard it */
static void
counted(struct accepthold *h, const void *answer)
{
	if (answer == NULL) {
		asker_ask(&h->client->asker, &h->asked);
		return;
	}
	h->client->owed--;
	end(h);
}

static void
done(struct asker_question *asked, const void *answer)
{
	struct accepthold *h = (struct accepthold *)asked;

	switch (h->q.what) {
	case ACCEPTWIRE_RCPT: h->answered(h->arg, answer); break;
	case ACCEPTWIRE_DONE: counted(h, answer); break;
	default: end(h);
	}
}

static const struct asker_calls calls = { "limits cannot be asked for", put,
	read_answer, done };

int
acceptclient_open(struct acceptclient *c, const char *address)
{
	static const char take[] = ",unsure=take";
	size_t n = strlen(address), k = sizeof take - 1;

	memset(c, 0, sizeof *c);
	if (n > k && strcmp(address + n - k, take) == 0) {
		c->take = 1;
		n -= k;
	}
	if (n < 6 || strncmp(address, "unix:", 5) != 0) {
		errno = EINVAL;
		return -1;
	}
	c->next[0] = strndup(address, n);
	if (c->next[0] == NULL)
		return -1;
	asker_init(&c->asker, &calls, c->next, ACCEPTCLIENT_WAIT_MS);
	return 0;
}

void
acceptclient_close(struct acceptclient *c)
{
	const struct buf *last = &c->asker.wire.out;

	/* what does not fit now is not said */
	if (c->asker.connected && buf_len(last) > 0 &&
	    send(c->asker.wire.wfd, buf_data(last), buf_len(last),
		MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)buf_len(last))
		c->owed = 0;
	if (c->owed + c->lost > 0)
		warn("%u messages were accepted and not counted",
		    c->owed + c->lost);
	asker_close(&c->asker);
	free(c->next[0]);
	c->next[0] = NULL;
}

/* messages */

struct accepthold *
accepthold_new(struct acceptclient *c,
    const struct slice value[ACCEPTWIRE_KEYS])
{
	struct accepthold *h;
	size_t n = 0, at = 0;
	int i;

	if (c->asker.open >= ACCEPTCLIENT_OPEN_MAX)
		return NULL;
	for (i = 0; i < ACCEPTWIRE_KEYS; i++)
		n += value[i].n;
	h = calloc(1, sizeof *h + n);
	if (h == NULL)
		return NULL;
	h->client = c;
	for (i = 0; i < ACCEPTWIRE_KEYS; i++) {
		if (value[i].n > 0)
			memcpy(h->text + at, value[i].p, value[i].n);
		h->q.value[i] = (struct slice){ h->text + at, value[i].n };
		at += value[i].n;
	}
	if (++c->txn == 0)
		c->txn = 1;
	h->q.txn = c->txn;
	return h;
}

void
accepthold_ask(struct accepthold *h, uint32_t rcpts, uint64_t bytes,
    accepthold_answered *answered, void *arg)
{
	h->q.what = ACCEPTWIRE_RCPT;
	h->q.rcpts = rcpts;
	h->q.bytes = bytes;
	h->answered = answered;
	h->arg = arg;
	asker_ask(&h->client->asker, &h->asked);
}

void
accepthold_done(struct accepthold *h, uint32_t rcpts, uint64_t bytes)
{
	struct acceptclient *c = h->client;

	asker_cancel(&c->asker, &h->asked);
	h->q.what = ACCEPTWIRE_DONE;
	h->q.rcpts = rcpts;
	h->q.bytes = bytes;
	if (c->owed >= ACCEPTCLIENT_OWED_MAX) {
		c->lost++;
		end(h);
		return;
	}
	c->owed++;
	asker_ask(&c->asker, &h->asked);
}

void
accepthold_drop(struct accepthold *h)
{
	if (h == NULL)
		return;
	asker_cancel(&h->client->asker, &h->asked);
	h->q.what = ACCEPTWIRE_DROP;
	asker_ask(&h->client->asker, &h->asked);
}
