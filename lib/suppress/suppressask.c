#include "suppress/suppressask.h"
#include "base/day.h"
#include "base/die.h"
#include "chain/event.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* said once, until it can be read again */
static int
tell(struct suppressask *a, const char *path)
{
	if (!a->told)
		warn("unable to read %s: %s", path, strerror(errno));
	a->told = 1;
	return -1;
}

struct suppressask *
suppressask_open(const char *dir, const char *confdir)
{
	struct suppressask *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	if (suppressed_open(&a->list, dir) == -1)
		tell(a, dir);
	softtable_open(&a->rules, confdir, "suppress");
	return a;
}

/* the rules as they are now */
static void
check_rules(struct suppressask *a)
{
	struct lookup table = softtable_lookup(&a->rules);

	softtable_check(&a->rules);
	if (a->loaded != 0 && a->loaded == a->rules.table.generation &&
	    a->rules.state == 1)
		return;
	suppressconf_load(&a->conf, &table);
	a->loaded = a->rules.table.generation;
}

/* a mail as rules see it */
struct asked {
	struct suppressconf_facts facts;
	struct address to, from;
	char tag[8 + SUPPRESSLINE_NAME_MAX];
	struct slice tags;
};

static void
set_address(struct address *a, struct slice s)
{
	if (s.n == 0 || address_set(a, s.p, s.n) == -1)
		memset(a, 0, offsetof(struct address, domain));
	if (a->len == 0) {
		a->domain = "";
		a->domain_len = 0;
	}
}

static void
set_facts(struct asked *q, const struct suppressask_mail *m, const char *reason)
{
	memset(&q->facts, 0, sizeof q->facts);
	set_address(&q->to, m->to);
	set_address(&q->from, m->from);
	q->facts.who.to = &q->to;
	q->facts.who.from = &q->from;
	q->facts.who.tenant = m->tenant;
	q->facts.who.user = m->user;
	q->facts.reason = (struct slice){ reason, strlen(reason) };
	if (m->stream.n == 0 || m->stream.n > SUPPRESSLINE_NAME_MAX)
		return;
	snprintf(q->tag, sizeof q->tag, "stream=%.*s", (int)m->stream.n,
	    m->stream.p);
	q->tags = (struct slice){ q->tag, strlen(q->tag) };
	q->facts.who.tag = &q->tags;
	q->facts.who.n_tag = 1;
}

static int
refuse(struct suppressask *a)
{
	char day[DAY_TEXT];

	snprintf(a->text, sizeof a->text, "suppressed since %s: %s",
	    day_text(a->line.since_s, day),
	    a->line.reason[0] == '\0' ? "no reason given" : a->line.reason);
	return 1;
}

int
suppressask(struct suppressask *a, const struct suppressask_mail *m,
    int64_t now_s)
{
	struct asked q;
	int r;

	if (m->from.n == 0)
		return 0;
	r = suppressed_look(&a->list, m->tenant, m->stream, m->to, now_s,
	    &a->line);
	if (r == -1)
		return tell(a, a->list.path);
	a->told = 0;
	if (r == 0)
		return 0;
	check_rules(a);
	set_facts(&q, m, a->line.reason);
	switch (suppressconf_sends(&a->conf, &q.facts)) {
	case 0: return refuse(a);
	case 1: return 0;
	}
	errno = EIO;
	return tell(a, a->rules.path);
}

int
suppressask_reports(struct suppressask *a, const struct suppressask_mail *m)
{
	struct asked q;

	check_rules(a);
	set_facts(&q, m, a->line.reason);
	return suppressconf_reports(&a->conf, &q.facts) != 0;
}

void
suppressask_door(struct suppressask *a, struct suppressask_mail *m)
{
	struct asked q;

	check_rules(a);
	if (softtable_empty(&a->rules))
		return;
	set_facts(&q, m, "");
	suppressconf_door(&a->conf, &q.facts, &m->tenant, &m->stream);
}

static void
say(const char *label, struct slice s)
{
	if (s.n > 0)
		event_put(label, s.p, s.n);
}

void
suppressask_event(const struct suppressask *a, const struct suppressask_mail *m,
    const char *where)
{
	event_begin("suppressed");
	say("from", m->from);
	say("to", m->to);
	say("tenant", m->tenant);
	say("stream", m->stream);
	say("user", m->user);
	event_puts("reason", a->line.reason);
	event_num("since", (uint64_t)a->line.since_s);
	if (a->line.until_s > 0)
		event_num("until", (uint64_t)a->line.until_s);
	event_puts("where", where);
}
