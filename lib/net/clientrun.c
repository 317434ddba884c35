#include "net/clientrun.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- rules ---- */

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct table *t = arg;

	return t->open ? table_ref(t, key, n, data, len) : 0;
}

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
	const struct lookup l = { get, &c->table };

	r->users = 1;
	if (clients_rules(&l, &r->rules) == -1) {
		if (c->now == NULL)
			die(EXIT_TEMP, "%s is damaged", c->path);
		warn("%s is damaged", c->path);
		free(r);
		return;
	}
	drop(c->now);
	c->now = r;
}

void
clientrun_open(struct clientrun_conf *c, const char *confdir)
{
	char text[4096];

	if (confdir == NULL) {
		c->now = need(calloc(1, sizeof *c->now));
		c->now->users = 1;
		return;
	}
	if (snprintf(text, sizeof text, "%s/clients", confdir) >=
	    (int)sizeof text - 4)
		die(EXIT_PERM, "the name is too long");
	snprintf(c->path, sizeof c->path, "%.4090s.cdb", text);
	if (table_open(&c->table, c->path) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m", c->path);
		if (access(text, F_OK) == 0)
			die(EXIT_TEMP, "%s is not compiled: run conf-build %s",
			    text, confdir);
	}
	load(c);
}

/* ---- a client ---- */

static int
want(void *item, struct dnsq *q)
{
	return clientcheck_want(item, q);
}

static void
answer(void *item, const struct dnsa *a)
{
	clientcheck_answer(item, a);
}

static const struct lookup_machine machine = { want, answer };

/* remember which lists are dead; they stand before the other items */
static void
note(struct clientrun *c, unsigned i)
{
	struct clientrun_rules *r = c->rules;

	if (c->item[i].list == NULL)
		return;
	r->dead[i].failed = c->item[i].failed ? r->dead[i].failed + 1 : 0;
	if (r->dead[i].failed < CLIENTRUN_DEAD_MIN)
		return;
	r->dead[i].until_ms = clock_mono_ms() + CLIENTRUN_DEAD_MS;
	if (r->dead[i].failed == CLIENTRUN_DEAD_MIN)
		warn("%s does not answer", c->item[i].list->zone);
}

static void
on_part(void *arg)
{
	struct clientrun_part *p = arg;
	struct clientrun *c = p->owner;

	note(c, (unsigned)(p->item - c->item));
	if (--c->left == 0)
		c->done(c->arg);
}

void
clientrun_start(struct clientrun *c, struct clientrun_conf *conf,
    const struct clientcheck_facts *facts, int64_t deadline_ms,
    void (*done)(void *), void *arg)
{
	const struct clients_rules *r;
	unsigned i;

	if (conf->table.path != NULL && table_check(&conf->table))
		load(conf);
	c->rules = conf->now;
	c->rules->users++;
	c->done = done;
	c->arg = arg;
	r = &c->rules->rules;
	c->item = need(calloc(r->n_lists + CLIENTS_CHECKS, sizeof *c->item));
	c->n = clientcheck_items(r, facts, c->item);
	c->part = need(calloc(c->n + 1, sizeof *c->part));
	/* one more, so that it does not end while it begins */
	c->left = c->n + 1;
	for (i = 0; i < c->n; i++) {
		if (c->item[i].list != NULL &&
		    clock_mono_ms() < c->rules->dead[i].until_ms) {
			c->left--;
			continue;
		}
		c->part[i].item = &c->item[i];
		c->part[i].owner = c;
		lookup_start(&c->part[i].run, &machine, &c->item[i],
		    deadline_ms, on_part, &c->part[i]);
	}
	if (--c->left == 0)
		done(arg);
}

void
clientrun_free(struct clientrun *c)
{
	unsigned i;

	for (i = 0; c->left > 0 && i < c->n; i++)
		if (c->part[i].owner != NULL)
			lookup_cancel(&c->part[i].run);
	free(c->part);
	free(c->item);
	drop(c->rules);
	memset(c, 0, sizeof *c);
}
