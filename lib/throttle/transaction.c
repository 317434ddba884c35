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
transaction_who(struct throttle_who *who, const struct ltsv *l)
{
	const struct ltsv_field *f;
	int i;

	for (i = 0; i < THROTTLE_LABELS; i++) {
		f = ltsv_find(l, throttle_labels[i]);
		who->value[i] = f == NULL ? NULL : f->value;
		who->len[i] = f == NULL ? 0 : f->value_len;
	}
}

void
transaction_gather(struct transaction_group *g, const char *p, size_t n,
    const struct ltsv *l, uint64_t num, unsigned max)
{
	int i;

	g->p = p;
	g->len = n;
	g->id = field(l, "id");
	for (i = 0; i < THROTTLE_LABELS; i++)
		if (g->labels >> i & 1)
			g->what[i] = field(l, throttle_labels[i]);
	g->num[0] = num;
	g->n = 1;
	g->max = max;
}

int
transaction_join(struct transaction_group *g, size_t n, const struct ltsv *l,
    uint64_t num)
{
	int i;

	if (g->n == 0 || g->n >= g->max || !same(l, "id", &g->id))
		return 0;
	for (i = 0; i < THROTTLE_LABELS; i++)
		if ((g->labels >> i & 1) &&
		    !same(l, throttle_labels[i], &g->what[i]))
			return 0;
	g->num[g->n++] = num;
	g->len += n;
	return 1;
}

struct transaction *
transaction_make(const struct transaction_group *g)
{
	struct transaction *t =
	    calloc(1, sizeof *t + g->n * sizeof t->job[0] + g->id.value_len);
	unsigned i;

	if (t == NULL)
		return NULL;
	t->item.jobs = t->n_jobs = g->n;
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

static struct slice
value(const struct ltsv *l, const char *label)
{
	struct ltsv_field f = field(l, label);
	struct slice s = { f.value, f.value_len };

	return s;
}

void
transaction_learn(struct transaction_way *w, const struct ltsv *l, int64_t now)
{
	const struct ltsv_field *id = ltsv_find(l, "id");
	char status[16] = "", class[32] = "", esc[16] = "";
	struct backoff_reply r = { status, class, esc, 0, 0 };
	enum backoff_sign sign;
	struct limiter_said said;
	uint64_t num, code = 0;
	struct transaction_job *j;

	if (id == NULL || ltsv_num(l, "n", 0, UINT32_MAX, &num) == -1)
		return;
	j = job_find(w, id->value, id->value_len, num);
	if (j == NULL)
		return;
	ltsv_get(l, "status", status, sizeof status);
	ltsv_get(l, "class", class, sizeof class);
	ltsv_get(l, "esc", esc, sizeof esc);
	if (ltsv_num(l, "code", 0, 999, &code) == -1)
		code = 0;
	r.code = code;
	r.heard = ltsv_find(l, "host") != NULL;
	sign = backoff_sign(&r);
	if (sign != BACKOFF_GOOD && sign != BACKOFF_NONE) {
		said.code = value(l, "code");
		said.esc = value(l, "esc");
		said.host = value(l, "host");
		said.text = value(l, "text");
		limiter_said(&j->txn->item, sign, &said);
	}
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
