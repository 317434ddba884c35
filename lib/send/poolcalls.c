#include "send/poolparts.h"
#include "send/conntls.h"
#include "send/doubthost.h"
#include <stddef.h>

/* of a connection */
static struct sendpool *
pool_of(const struct sendconn *c)
{
	return (struct sendpool *)((char *)c->share -
	    offsetof(struct sendpool, share));
}

/* the first in the line that the host is for: a site has the name of the best
 * host, and domains that share this one may have others that differ.  Who was
 * passed over often is not passed over again */
static struct sendtxn *
peek(const struct sendconn *c)
{
	struct list_node *n = sendplace_of(c)->slot->line.first;
	struct sendtxn *t;
	unsigned i;

	for (i = 0; n != NULL && i < SENDPOOL_LOOK; i++, n = n->next) {
		t = LIST_OF(n, struct sendtxn, line);
		if (doubthost_serves(&c->host, t) && conntls_serves(c, t))
			return t;
		if (t->passed >= SENDPOOL_LOOK)
			break;
	}
	return NULL;
}

static struct sendtxn *
take(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);
	struct sendtxn *t = p->share.stopping ? NULL : peek(c);
	struct list_node *n;

	if (t == NULL)
		return NULL;
	for (n = t->line.prev; n != NULL; n = n->prev)
		LIST_OF(n, struct sendtxn, line)->passed++;
	return sendpool_dequeue(p, t);
}

static int
is_wanted(const struct sendconn *c)
{
	const struct list_node *n = pool_of(c)->want.first;

	return n != NULL && n != &sendplace_of(c)->slot->want;
}

static int
has_sibling(const struct sendconn *c)
{
	return sendplaces_stands(&pool_of(c)->places, sendplace_of(c)->slot,
	    c->host.ip);
}

static void
on_sending(struct sendconn *c, struct sendtxn *t)
{
	sendanswers_sending(&pool_of(c)->answers, t);
}

static void
on_answer(struct sendconn *c, struct sendtxn *t, unsigned i,
    struct sendresult *r)
{
	conntls_result(c, t, r);
	sendanswers_rcpt(&pool_of(c)->answers, t, i, &c->host, r);
}

static void
on_over(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	struct sendpool *p = pool_of(c);

	if (r != NULL) {
		conntls_result(c, t, r);
		sendanswers_rest(&p->answers, t, &c->host, r);
	}
	sendpool_finish(p, t);
}

/* to the head of its site's line, if it has not been there too often */
static int
on_again(struct sendconn *c, struct sendtxn *t)
{
	struct sendpool *p = pool_of(c);

	if (p->share.stopping || t->retried >= SENDPOOL_RETRIES ||
	    !sendtxn_again(t))
		return 0;
	sendsites_back(&p->sites, t);
	sendpool_ready(p, t->slot);
	return 1;
}

static void
on_idle(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);

	sendplaces_idle(&p->places, sendplace_of(c));
	/* who waits there is for another host */
	if (sendplace_of(c)->slot->n_wait > 0)
		sendpool_ready(p, sendplace_of(c)->slot);
	sendpool_wake(p);
}

static void
on_gone(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);
	struct sendslot *s = sendplace_of(c)->slot;

	sendplaces_free(&p->places, sendplace_of(c));
	sendpool_ready(p, s);
	sendpool_wake(p);
}

const struct sendconn_ops sendpool_calls = { .peek = peek,
	.take = take,
	.is_wanted = is_wanted,
	.has_sibling = has_sibling,
	.on_sending = on_sending,
	.on_answer = on_answer,
	.on_over = on_over,
	.on_again = on_again,
	.on_idle = on_idle,
	.on_gone = on_gone };
