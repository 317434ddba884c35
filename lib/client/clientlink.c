#include "client/clientlink.h"
#include "base/die.h"
#include "chain/event.h"
#include <stdio.h>
#include <string.h>

/* one parcel */
struct check {
	struct clientrun run;
	struct clientcheck_facts facts;
	struct buf ip, helo, sender;
	struct stage_parcel *parcel;
	unsigned judged : 1, whole : 1, over : 1;
};

/* what was found, and of whom; the line stays open */
static void
begin_event(const char *kind, const struct check *c,
    const struct clientcheck_verdict *v, const char *word)
{
	event_begin(kind);
	event_puts("source", "client-check");
	if (word != NULL)
		event_puts("verdict", word);
	if (v->reason[0] != '\0')
		event_puts("reason", v->reason);
	if (v->zone[0] != '\0')
		event_puts("zone", v->zone);
	event_puts("client", buf_data(&c->ip));
	if (c->facts.helo != NULL)
		event_puts("helo", c->facts.helo);
	event_puts("from", c->facts.sender);
}

static void
log_it(const struct check *c, const struct clientcheck_verdict *v)
{
	begin_event("verdict", c, v, clientcheck_word(v));
	event_end();
}

static unsigned
code(const struct clientcheck_verdict *v)
{
	return v->action == CLIENTS_REJECT ? 550 : 450;
}

/* what was found, and the refusal */
static void
log_refusal(const struct check *c, const struct clientcheck_verdict *v)
{
	log_it(c, v);
	begin_event("rejected", c, v, NULL);
	event_num("code", code(v));
	event_put("esc", v->text, strcspn(v->text, " "));
	event_puts("text", v->text);
	event_end();
}

static void
add_tags(struct check *c)
{
	char tag[WORD_DOMAIN_MAX + 16];
	unsigned i;

	for (i = 0; i < c->run.n; i++)
		if (clientcheck_tag(&c->run.item[i], tag, sizeof tag))
			needs(parcel_puts(&c->parcel->env, "tag", tag));
}

static void
conclude(struct check *c)
{
	struct clientcheck_verdict v;

	if (!c->judged) {
		stage_pass(c->parcel);
		return;
	}
	clientcheck_decide(c->run.item, c->run.n, &v);
	if (v.action >= CLIENTS_DEFER) {
		if (stage_tells(c->parcel, code(&v)))
			log_refusal(c, &v);
		stage_refuse(c->parcel,
		    v.action == CLIENTS_REJECT ? RECEIPT_PERM : RECEIPT_TEMP,
		    v.text);
		return;
	}
	if (c->run.n > 0)
		log_it(c, &v);
	if (!v.white)
		add_tags(c);
	stage_pass(c->parcel);
}

/* a parcel */

static void
on_over(void *arg)
{
	struct check *c = arg;

	c->over = 1;
	if (c->whole)
		conclude(c);
}

static int
begin(struct stage_parcel *p)
{
	struct clientlink *conf = stage_arg(p);
	struct check *c = p->state;
	const char *ip = stage_env_text(p, "client", &c->ip);

	c->parcel = p;
	/* who did not come through the network is no client */
	if ((stage_inside(p) && !conf->all) || ip == NULL ||
	    clientcheck_ip(&c->facts, ip) == -1)
		return 0;
	c->judged = 1;
	c->facts.helo = stage_env_text(p, "helo", &c->helo);
	c->facts.sender = stage_env_text(p, "from", &c->sender);
	if (c->facts.sender == NULL)
		c->facts.sender = "";
	clientrun_start(&c->run, &conf->run, &c->facts, conf->deadline_ms,
	    on_over, c);
	return 0;
}

static void
whole(struct stage_parcel *p)
{
	struct check *c = p->state;

	c->whole = 1;
	if (c->over || !c->judged)
		conclude(c);
}

static void
forget(struct stage_parcel *p)
{
	struct check *c = p->state;

	if (c->judged)
		clientrun_free(&c->run);
	buf_free(&c->ip);
	buf_free(&c->helo);
	buf_free(&c->sender);
}

static const struct stage_ops ops = { .state_size = sizeof(struct check),
	.begin = begin,
	.whole = whole,
	.forget = forget };

int
clientlink_run(struct clientlink *c, char *const next[])
{
	c->stage.ops = &ops;
	c->stage.arg = c;
	event_gather();
	return stage_link(&c->stage, next);
}
