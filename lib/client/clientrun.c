#include "client/clientrun.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "dns/ownaddr.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* rules */

static void
drop(struct clientrun_rules *r)
{
	if (r != NULL && --r->users == 0)
		free(r);
}

/* the rules of the table as it is; a damaged one leaves the old ones */
static void
load(struct clientrun_conf *c)
{
	struct clientrun_rules *r = need(calloc(1, sizeof *r));
	const struct lookup l = { tablelookup_get_open, &c->table };

	r->users = 1;
	if (clients_rules(&l, &r->rules) == -1) {
		if (c->now == NULL)
			die(EXIT_TEMP, "%s is damaged", c->table.path);
		warn("%s is damaged", c->table.path);
		free(r);
		return;
	}
	drop(c->now);
	c->now = r;
}

static void
open_local(struct clientrun_conf *c, const char *confdir, const char *me)
{
	if (confdir != NULL)
		softtable_open(&c->local_table, confdir, "local");
	c->local = local_by_default(&c->by_default, me,
	    softtable_lookup(&c->local_table));
}

/* what is ours, as it is now */
static void
fill_in(struct clientrun_conf *c, struct clientcheck_facts *f)
{
	if (c->local_table.path != NULL)
		softtable_check(&c->local_table);
	ownaddr_read(&c->here);
	f->me = c->me;
	f->local = &c->local;
	f->here = &c->here;
}

void
clientrun_open(struct clientrun_conf *c, const char *confdir, const char *me)
{
	c->me = me;
	open_local(c, confdir, me);
	if (confdir == NULL) {
		c->now = need(calloc(1, sizeof *c->now));
		c->now->users = 1;
		return;
	}
	tableopen(&c->table, confdir, "clients");
	load(c);
}

/* a client */

DNSRUN_MACHINE(machine, clientcheck);

static void ask(struct clientrun_part *);

static struct clientrun_list *
list_of(const struct clientrun_part *p)
{
	/* they stand before the other items */
	return p->item->list == NULL
	    ? NULL
	    : &p->owner->rules->list[p->item - p->owner->item];
}

/* one part is over; the owner may be gone behind this */
static void
over(struct clientrun_part *p)
{
	struct clientrun *c = p->owner;

	p->state = CLIENTRUN_OVER;
	if (--c->left > 0)
		return;
	loop_timer_stop(&c->timer);
	c->done(c->arg);
}

/* one that waits will have no answer */
static void
give_up(struct clientrun_part *p)
{
	struct dnsa a = { .status = DNSA_FAILED, .text = "not asked" };
	struct dnsq q;

	list_remove(&list_of(p)->waiting, &p->line);
	while (clientcheck_want(p->item, &q))
		clientcheck_answer(p->item, &a);
	over(p);
}

/* remember which lists are dead */
static void
note(struct clientrun_list *l, const struct clientcheck_item *it)
{
	l->failed = it->failed ? l->failed + 1 : 0;
	if (l->failed < CLIENTRUN_DEAD_MIN)
		return;
	l->until_ms = clock_mono_ms() + CLIENTRUN_DEAD_MS;
	if (l->failed == CLIENTRUN_DEAD_MIN)
		warn("%s does not answer", it->list->zone);
}

static int
is_dead(const struct clientrun_list *l)
{
	return clock_mono_ms() < l->until_ms;
}

static void
on_part(void *arg)
{
	struct clientrun_part *p = arg;
	struct clientrun_list *l = list_of(p);

	if (l != NULL) {
		l->asked--;
		note(l, p->item);
		while (l->waiting.first != NULL && is_dead(l))
			give_up((struct clientrun_part *)l->waiting.first);
		if (l->waiting.first != NULL && l->asked < CLIENTRUN_ASKED_MAX)
			ask((struct clientrun_part *)list_take(&l->waiting));
	}
	over(p);
}

static void
ask(struct clientrun_part *p)
{
	struct clientrun_list *l = list_of(p);
	int64_t left_ms = p->owner->end_ms - clock_mono_ms();

	if (l != NULL)
		l->asked++;
	p->state = CLIENTRUN_ASKS;
	dnsrun_start(&p->run, p->owner->dns, &machine, p->item,
	    left_ms < 0 ? 0 : left_ms, on_part, p);
}

/* those that still wait have waited long enough */
static void
on_late(void *arg)
{
	struct clientrun *c = arg;
	unsigned i;

	c->left++; /* it must not end within this */
	for (i = 0; i < c->n; i++)
		if (c->part[i].state == CLIENTRUN_WAITS)
			give_up(&c->part[i]);
	if (--c->left == 0)
		c->done(c->arg);
}

/* ask, or wait for a turn, or leave it */
static void
begin(struct clientrun_part *p)
{
	struct clientrun_list *l = list_of(p);

	if (l != NULL && is_dead(l)) {
		p->owner->left--;
		return;
	}
	if (l == NULL || l->asked < CLIENTRUN_ASKED_MAX) {
		ask(p);
		return;
	}
	p->state = CLIENTRUN_WAITS;
	list_append(&l->waiting, &p->line);
}

void
clientrun_start(struct clientrun *c, struct clientrun_conf *conf,
    struct clientcheck_facts *facts, int64_t deadline_ms, void (*done)(void *),
    void *arg)
{
	unsigned i;

	fill_in(conf, facts);
	if (conf->table.path != NULL && table_check(&conf->table))
		load(conf);
	c->dns = conf->dns;
	c->rules = conf->now;
	c->rules->users++;
	c->done = done;
	c->arg = arg;
	c->end_ms = clock_mono_ms() + deadline_ms;
	c->item = need(calloc(c->rules->rules.n_lists + CLIENTS_CHECKS,
	    sizeof *c->item));
	c->n = clientcheck_items(&c->rules->rules, facts, c->item);
	c->part = need(calloc(c->n + 1, sizeof *c->part));
	loop_timer_set(&c->timer, deadline_ms, on_late, c);
	/* one more, so that it does not end while it begins */
	c->left = c->n + 1;
	for (i = 0; i < c->n; i++) {
		c->part[i].item = &c->item[i];
		c->part[i].owner = c;
		begin(&c->part[i]);
	}
	if (--c->left > 0)
		return;
	loop_timer_stop(&c->timer);
	done(arg);
}

void
clientrun_free(struct clientrun *c)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		if (c->part[i].state == CLIENTRUN_WAITS) {
			list_remove(&list_of(&c->part[i])->waiting,
			    &c->part[i].line);
		} else if (c->part[i].state == CLIENTRUN_ASKS) {
			dnsrun_cancel(&c->part[i].run);
			if (list_of(&c->part[i]) != NULL)
				list_of(&c->part[i])->asked--;
		}
	if (c->rules != NULL)
		loop_timer_stop(&c->timer);
	free(c->part);
	free(c->item);
	drop(c->rules);
	memset(c, 0, sizeof *c);
}
