#include "throttle/transaction.h"
#include <stdlib.h>
#include <string.h>

/* gathering */

static struct ltsv_field
field(const struct ltsv *l, const char *label)
{
	static const struct ltsv_field none = { "", "", 0, 0 };
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? none : *f;
}

static int
same(const struct ltsv *l, const char *label, const struct ltsv_field *b)
{
	struct ltsv_field a = field(l, label);

	return a.value_len == b->value_len &&
	    memcmp(a.value, b->value, a.value_len) == 0;
}

void
transaction_who(struct throttle_who *who, const struct ltsv *l,
    const struct throttle_tags *tags)
{
	const struct ltsv_field *f;
	unsigned i;
	size_t at;
	int slot;

	memset(who, 0, sizeof *who);
	for (i = 0; i < THROTTLE_TAG; i++)
		if ((f = ltsv_find(l, throttle_labels[i])) != NULL) {
			who->value[i] = f->value;
			who->len[i] = f->value_len;
		}
	for (f = l->f; tags->n > 0 && f < l->f + l->n; f++) {
		if (f->label_len != 3 || memcmp(f->label, "tag", 3) != 0)
			continue;
		slot = throttlekey_find(tags, f->value, f->value_len, &at);
		if (slot == -1 || who->value[slot] != NULL)
			continue;
		who->value[slot] = f->value + at;
		who->len[slot] = f->value_len - at;
	}
}

/* in what the rules speak of */
static int
alike(const struct throttle_who *a, const struct throttle_who *b,
    unsigned labels)
{
	unsigned i;

	for (i = 0; i < THROTTLE_LABELS; i++)
		if ((labels >> i & 1) &&
		    (a->len[i] != b->len[i] ||
			(a->len[i] > 0 &&
			    memcmp(a->value[i], b->value[i], a->len[i]) != 0)))
			return 0;
	return 1;
}

void
transaction_gather(struct transaction_group *g, const char *p, size_t n,
    const struct ltsv *l, uint64_t num, unsigned max)
{
	uint64_t size;

	g->p = p;
	g->len = n;
	g->first = g->who;
	g->id = field(l, "id");
	g->num[0] = num;
	g->n = 1;
	g->max = max;
	g->bytes = ltsv_num(l, "size", 0, UINT64_MAX, &size) == -1 ? 0
	    : size > UINT32_MAX                                    ? UINT32_MAX
								   : size;
}

int
transaction_join(struct transaction_group *g, size_t n, const struct ltsv *l,
    uint64_t num)
{
	struct throttle_who before = g->who;

	transaction_who(&g->who, l, g->tags);
	if (g->n == 0 || g->n >= g->max || !same(l, "id", &g->id) ||
	    !alike(&before, &g->who, g->labels))
		return 0;
	g->num[g->n++] = num;
	g->len += n;
	return 1;
}

static struct slice
value_of(const struct throttle_who *who, enum throttle_label label)
{
	return (struct slice){ who->value[label], who->len[label] };
}

void
transaction_where(const struct throttle_who *who, struct closures_who *w)
{
	w->site = value_of(who, THROTTLE_SITE);
	w->provider = value_of(who, THROTTLE_PROVIDER);
	w->via = value_of(who, THROTTLE_VIA);
	w->src = value_of(who, THROTTLE_SRC);
}

/* it outlives the request: p receives a copy, and is moved behind it */
static void
keep(struct slice *s, char **p)
{
	if (s->n > 0)
		memcpy(*p, s->p, s->n);
	s->p = *p;
	*p += s->n;
}

struct transaction *
transaction_make(const struct transaction_group *g)
{
	struct closures_who w;
	struct transaction *t;
	unsigned i;
	char *p;

	transaction_where(&g->first, &w);
	t = calloc(1,
	    sizeof *t + g->n * sizeof t->job[0] + g->id.value_len + w.site.n +
		w.provider.n + w.via.n + w.src.n);
	if (t == NULL)
		return NULL;
	p = (char *)(t->job + g->n) + g->id.value_len;
	keep(&w.site, &p);
	keep(&w.provider, &p);
	keep(&w.via, &p);
	keep(&w.src, &p);
	t->where = w;
	t->item.jobs = t->n_jobs = g->n;
	t->item.bytes = g->bytes;
	t->id = memcpy(t->job + g->n, g->id.value, g->id.value_len);
	t->id_len = g->id.value_len;
	for (i = 0; i < g->n; i++)
		t->job[i].n = g->num[i];
	t->len = g->len;
	return t;
}

void
transaction_free(struct transaction *t)
{
	free(t->lines);
	free(t);
}

/* on their way */

void
transaction_way_open(struct transaction_way *w, struct limiter *l)
{
	memset(w, 0, sizeof *w);
	w->line.prev = w->line.next = &w->line;
	w->limiter = l;
}

static uint64_t
job_hash(const struct transaction_way *w, const char *id, size_t n,
    uint64_t num)
{
	return hash_bytes(w->limiter->seed + num, id, n);
}

static struct transaction_job *
job_find(const struct transaction_way *w, const char *id, size_t n,
    uint64_t num)
{
	struct hash_node *at;
	struct transaction_job *j;

	for (at = hash_first(&w->jobs, job_hash(w, id, n, num)); at != NULL;
	     at = hash_again(at)) {
		j = (struct transaction_job *)at;
		if (j->n == num && j->txn->id_len == n &&
		    memcmp(j->txn->id, id, n) == 0)
			return j;
	}
	return NULL;
}

static enum backoff_sign
worse(enum backoff_sign a, enum backoff_sign b)
{
	/* one that went through says more than one refusal */
	static const char rank[] = { [BACKOFF_NONE] = 0,
		[BACKOFF_SOFT] = 1,
		[BACKOFF_GOOD] = 2,
		[BACKOFF_BUSY] = 3,
		[BACKOFF_HARD] = 4 };

	return rank[a] >= rank[b] ? a : b;
}

static void
job_done(struct transaction_way *w, struct transaction_job *j,
    enum backoff_sign sign, int64_t now)
{
	struct transaction *t = j->txn;

	hash_remove(&w->jobs, &j->node);
	j->txn = NULL;
	t->sign = worse(t->sign, sign);
	if (--t->left > 0)
		return;
	t->line.prev->next = t->line.next;
	t->line.next->prev = t->line.prev;
	if (w->over != NULL)
		w->over(t, now);
	limiter_done(w->limiter, &t->item, t->sign, now);
	transaction_free(t);
}

int
transaction_sent(struct transaction_way *w, struct transaction *t, int64_t now)
{
	struct transaction_job *j;
	unsigned i;

	t->left = t->n_jobs;
	t->item.message = job_hash(w, t->id, t->id_len, 0);
	t->line.prev = w->line.prev;
	t->line.next = &w->line;
	w->line.prev = w->line.prev->next = &t->line;
	for (i = 0; i < t->n_jobs; i++) {
		j = job_find(w, t->id, t->id_len, t->job[i].n);
		if (j != NULL)
			job_done(w, j, BACKOFF_NONE, now);
		t->job[i].txn = t;
		t->job[i].node.hash =
		    job_hash(w, t->id, t->id_len, t->job[i].n);
		if (hash_add(&w->jobs, &t->job[i].node) == -1)
			return -1;
	}
	return 0;
}

int64_t
transaction_since(const struct transaction_way *w, const char *id, size_t n,
    uint64_t num)
{
	const struct transaction_job *j = job_find(w, id, n, num);

	return j == NULL ? 0 : j->txn->item.started_us;
}

int64_t
transaction_waits(const struct limiter_item *i, const char *id, size_t n,
    uint64_t num, unsigned *jobs)
{
	const struct transaction *t;
	unsigned k;

	for (*jobs = 0; i != NULL; *jobs += i->jobs, i = i->next) {
		t = (const struct transaction *)i;
		if (t->id_len != n || memcmp(t->id, id, n) != 0)
			continue;
		for (k = 0; k < t->n_jobs; k++)
			if (t->job[k].n == num)
				return i->started_us;
	}
	return 0;
}

static struct transaction_job *
job_of(const struct transaction_way *w, const struct ltsv *l)
{
	const struct ltsv_field *id = ltsv_find(l, "id");
	uint64_t num;

	if (id == NULL || ltsv_num(l, "n", 0, UINT32_MAX, &num) == -1)
		return NULL;
	return job_find(w, id->value, id->value_len, num);
}

const struct transaction *
transaction_of(const struct transaction_way *w, const struct ltsv *l)
{
	const struct transaction_job *j = job_of(w, l);

	return j == NULL ? NULL : j->txn;
}

enum backoff_sign
transaction_sign(const struct ltsv *l)
{
	char status[16] = "", class[32] = "", esc[16] = "";
	struct backoff_reply r = { status, class, esc, 0, 0 };
	uint64_t code = 0;

	ltsv_get(l, "status", status, sizeof status);
	ltsv_get(l, "class", class, sizeof class);
	ltsv_get(l, "esc", esc, sizeof esc);
	if (ltsv_num(l, "code", 0, 999, &code) == -1)
		code = 0;
	r.code = code;
	r.heard = ltsv_find(l, "host") != NULL;
	return backoff_sign(&r);
}

static struct limiter_said
said_of(const struct ltsv *l)
{
	return (struct limiter_said){ ltsv_slice(l, "code"),
		ltsv_slice(l, "esc"), ltsv_slice(l, "host"),
		ltsv_slice(l, "text") };
}

void
transaction_slow(struct transaction_way *w, const struct ltsv *l)
{
	const struct limiter_said said = said_of(l);
	struct transaction_job *j = job_of(w, l);

	if (j != NULL)
		limiter_slow(&j->txn->item, &said);
}

void
transaction_learn(struct transaction_way *w, const struct ltsv *l, int64_t now)
{
	const struct limiter_said said = said_of(l);
	struct transaction_job *j = job_of(w, l);
	enum backoff_sign sign;

	if (j == NULL)
		return;
	sign = transaction_sign(l);
	limiter_said(&j->txn->item, sign, &said);
	job_done(w, j, sign, now);
}

void
transaction_forget_old(struct transaction_way *w, int64_t now)
{
	struct transaction *t;
	unsigned i, left;

	while (w->line.next != &w->line) {
		t = (struct transaction *)((char *)w->line.next -
		    offsetof(struct transaction, line));
		if (now - t->item.started_us <
		    (int64_t)THROTTLE_DEADLINE_S * 1000000)
			return;
		for (i = 0, left = t->left; left > 0; i++)
			if (t->job[i].txn != NULL) {
				left--;
				job_done(w, &t->job[i], BACKOFF_NONE, now);
			}
	}
}
