#include "run/controlfacts.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/controlparts.h"
#include <string.h>

/* sender and domain of selectors, as the index has them */
void
controlfacts_keys(struct control_conn *c)
{
	const struct selector_list *l = &c->order.sel;
	char domain[JOBHEAD_DOMAIN_MAX];
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < l->n; i++) {
		if (l->by[i].what == SELECTOR_FROM) {
			buf_clear(&b);
			if (ltsv_escape(&b, l->by[i].value, l->by[i].len) == -1)
				die(EXIT_TEMP, "out of memory");
			c->work.key[i] =
			    jobhead_sender(buf_data(&b), buf_len(&b));
		} else if (l->by[i].what == SELECTOR_TO) {
			c->work.key[i] =
			    nametable_find(&c->r->s.domains, domain,
				jobhead_domain(l->by[i].value, l->by[i].len,
				    domain));
		}
	}
	buf_free(&b);
}

/* could it be one of these, by what the index keeps of addresses */
static int
may_be(struct control_conn *c, const struct schedule_rcpt *p)
{
	const struct selector_list *l = &c->order.sel;
	unsigned i, asked = 0, good = 0, bit;

	for (i = 0; i < l->n; i++) {
		bit = 1u << l->by[i].what;
		if (l->by[i].negated ||
		    (l->by[i].what != SELECTOR_FROM &&
			l->by[i].what != SELECTOR_TO))
			continue;
		asked |= bit;
		if (c->work.key[i] ==
		    (l->by[i].what == SELECTOR_TO
			    ? p->domain
			    : c->r->s.message[p->message].sender))
			good |= bit;
	}
	return asked == good;
}

/* is it meant, as far as the index knows? */
static int
may(struct control_conn *c, const struct schedule_rcpt *p)
{
	struct selector_facts f = { .known = 0 };

	facts_index(c->r, p, &f);
	return may_be(c, p) && selector_match(&c->order.sel, &f);
}

unsigned
controlfacts_may(struct control_conn *c, uint32_t m, unsigned *concerned)
{
	const struct schedule *s = &c->r->s;
	unsigned n = 0;
	uint32_t x;

	*concerned = 0;
	for (x = s->message[m].first; x != SCHEDULE_NONE; x = s->rcpt[x].later)
		if (may(c, &s->rcpt[x])) {
			n++;
			*concerned += control_concerns(c, &s->rcpt[x]) != 0;
		}
	return n;
}

void
controlfacts_act(struct control_conn *c, uint32_t m)
{
	const struct schedule *s = &c->r->s;
	uint32_t x;

	for (x = s->message[m].first; x != SCHEDULE_NONE; x = s->rcpt[x].later)
		if (control_concerns(c, &s->rcpt[x]) && may(c, &s->rcpt[x]))
			control_act(c, x, NULL);
}

/* the reply that its file has, and what it is called where nothing else has
 * told */
static void
facts_reply(struct control_conn *c, const struct schedule_rcpt *p,
    const struct jobhead *k, char reply[MESSAGE_REPLY_LEN],
    struct selector_facts *f)
{
	static struct failure failure; /* until the next */
	size_t n = toline_reply(c->r, c->r->s.message[p->message].id,
	    k->rcpt[p->n].offset, reply);

	f->reply.p = n > 0 ? reply : NULL;
	f->reply.n = n;
	if (p->class != FAILKIND_UNKNOWN || n == 0)
		return;
	failed_reply(c->r, reply, n, "deferred", &failure);
	f->failure = facts_text(failure.class);
}

int
controlfacts_match(struct control_conn *c, uint32_t x, const struct jobhead *k,
    struct selector_facts *f)
{
	const struct schedule_rcpt *p = &c->r->s.rcpt[x];
	char reply[MESSAGE_REPLY_LEN];

	if (p->n >= k->n_rcpt)
		return 0;
	f->known |= CONTROLFACTS_IN_FILE;
	facts_index(c->r, p, f);
	facts_to(k, p->n, f);
	if (selector_kinds(&c->order.sel) &
	    (1u << SELECTOR_REPLY | 1u << SELECTOR_FAILURE))
		facts_reply(c, p, k, reply, f);
	return selector_match(&c->order.sel, f);
}
