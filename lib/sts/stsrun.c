#include "sts/stsrun.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { RECORD_TYPE = 16 }; /* TXT */

/* what is under way for a domain, between the question and its end */
struct work {
	struct list_node line; /* first; of fetches that wait */
	struct stsrun *run;
	struct stsbook_domain *d;
	struct dnsq name;
	struct resolve_query query;
	struct stsfetch fetch;
	struct loop_timer timer;
};

int
stsrun_question(struct dnsq *q, const char *domain)
{
	char name[WORD_DOMAIN_MAX + 20];

	if (strlen(domain) > STSRUN_NAME_MAX)
		return -1;
	snprintf(name, sizeof name, "_mta-sts.%s", domain);
	q->type = RECORD_TYPE;
	return dnsq_name(q, name, strlen(name));
}

enum stsrecord
stsrun_record(const struct resolve_answer *r, char id[STS_ID_MAX + 1],
    int *failed)
{
	struct dnsa a = { r->status == RESOLVE_OK ? DNSA_OK : DNSA_NONE, r->n,
		r->data, r->len, r->text };

	*failed = r->status == RESOLVE_FAILED;
	return stsrecord_find(&a, id);
}

static void
done_with(struct stsbook_domain *d)
{
	if (d->asking || d->fetching)
		return;
	free(d->work);
	d->work = NULL;
}

/* events */

static void
put_mx(const struct stspolicy *p)
{
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < p->n_mx && buf_len(&b) < EVENT_TEXT_MAX; i++)
		needs(buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)p->mx[i].n, p->mx[i].p));
	if (buf_len(&b) > 0)
		event_put("mx", buf_data(&b), buf_len(&b));
	buf_free(&b);
}

static void
tell(const struct stsbook_domain *d, const char *id, const char *policy,
    size_t n, const char *fail, const char *text)
{
	struct stspolicy p;

	event_begin("sts");
	event_puts("domain", d->name);
	if (id[0] != '\0')
		event_puts("id", id);
	if (policy != NULL && stspolicy_parse(&p, policy, n) == NULL) {
		event_puts("mode", sts_mode_names[p.mode]);
		event_num("max-age", p.max_age_s);
		put_mx(&p);
	}
	event_puts("result", fail);
	if (text[0] != '\0')
		event_puts("text", text);
	event_end();
}

/* fetches */

static void start_fetches(struct stsrun *);

static void
on_fetched(void *arg, char *policy, size_t n, const struct stsbook_why *why)
{
	struct work *w = arg;
	struct stsrun *run = w->run;
	struct stsbook_domain *d = w->d;

	run->n_fetching--;
	if (policy != NULL)
		tell(d, d->next_id, policy, n, "ok", "");
	else if (why->fail[0] != '\0')
		tell(d, d->next_id, NULL, 0, why->fail, why->text);
	else if (!run->told)
		warn("unable to fetch policies: %s", why->text);
	run->told = policy == NULL && why->fail[0] == '\0';
	stsbook_fetched(&run->book, d, policy, n, why, clock_wall_s());
	done_with(d);
	start_fetches(run);
}

static void
start_fetches(struct stsrun *run)
{
	struct work *w;

	while (run->n_fetching < run->fetches &&
	    (w = (struct work *)list_take(&run->queue)) != NULL) {
		run->n_fetching++;
		memset(&w->fetch, 0, sizeof w->fetch);
		w->fetch.done = on_fetched;
		w->fetch.arg = w;
		stsfetch_start(&run->way, &w->fetch, w->d->name);
	}
}

static void
on_fetch(void *arg, struct stsbook_domain *d)
{
	struct stsrun *run = arg;
	struct work *w = d->work;

	list_append(&run->queue, &w->line);
	start_fetches(run);
}

/* records */

static void
on_record(void *arg, const struct resolve_answer *r)
{
	struct work *w = arg;
	struct stsrun *run = w->run;
	struct stsbook_domain *d = w->d;
	char id[STS_ID_MAX + 1];
	int failed;
	enum stsrecord what = stsrun_record(r, id, &failed);

	if (what == STSRECORD_MANY || what == STSRECORD_BAD)
		tell(d, "", NULL, 0, "sts-policy-invalid",
		    what == STSRECORD_MANY ? "several records"
					   : "malformed record");
	stsbook_record(&run->book, d, what, id, r->ttl, failed, clock_wall_s());
	done_with(d);
}

/* a name before which there is no room */
static void
on_no_name(void *arg)
{
	static const struct resolve_answer none = { .status = RESOLVE_NONE };

	on_record(arg, &none);
}

static void
on_ask(void *arg, struct stsbook_domain *d)
{
	struct stsrun *run = arg;
	struct work *w = need(calloc(1, sizeof *w));

	d->work = w;
	w->run = run;
	w->d = d;
	if (stsrun_question(&w->name, d->name) == -1) {
		loop_timer_set(&w->timer, 0, on_no_name, w);
		return;
	}
	w->query.name = w->name.name;
	w->query.type = w->name.type;
	w->query.done = on_record;
	w->query.arg = w;
	resolve_ask(run->dns, &w->query);
}

/* files */

static int
on_keep(void *arg, const struct stsbook_domain *d, int changed)
{
	return stscache_keep(&((struct stsrun *)arg)->cache, d, changed);
}

static void
on_drop(void *arg, const struct stsbook_domain *d)
{
	struct stsrun *run = arg;

	if (stsbook_holds(d, clock_wall_s()))
		warn("no room: the policy of %s is dropped", d->name);
	stscache_drop(&run->cache, d);
}

static void
on_answer(void *arg, struct stsbook_asker *a, const struct stsbook_domain *d)
{
	((struct stsrun *)arg)->answer(a, d);
}

static const struct stsbook_ops ops = { on_answer, on_ask, on_fetch, on_keep,
	on_drop };

static void
on_tick(void *arg)
{
	struct stsrun *run = arg;

	stsbook_tick(&run->book, clock_wall_s());
	loop_timer_set(&run->tick, STS_TICK_S * 1000, on_tick, run);
}

void
stsrun_begin(struct stsrun *run)
{
	run->book.ops = &ops;
	run->book.arg = run;
	if (getrandom(&run->book.seed, sizeof run->book.seed, 0) !=
	    sizeof run->book.seed)
		die(EXIT_TEMP, "no random bytes: %m");
	stscache_load(&run->cache, &run->book, clock_wall_s());
	on_tick(run);
}
