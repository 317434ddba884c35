#include "tlsrpt/rptbook.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct rptbook_policy *
find_policy(struct rptbook *b, const struct rptbook_domain *d,
    const struct rptevent *e, uint64_t h)
{
	struct hash_node *n;
	struct rptbook_policy *p;

	for (n = hash_first(&b->policies, h); n != NULL; n = hash_again(n)) {
		p = (struct rptbook_policy *)n;
		if (p->domain == d && p->type == e->type &&
		    strcmp(p->text, e->policy) == 0)
			return p;
	}
	return NULL;
}

/* is there room for one row more?  errno says that it is not memory */
static int
room(const struct rptbook *b)
{
	errno = 0;
	return b->n_policies + b->n_failures < RPT_ROWS_MAX;
}

static struct rptbook_policy *
make_policy(struct rptbook *b, struct rptbook_domain *d,
    const struct rptevent *e)
{
	size_t n = strlen(e->policy) + 1;
	uint64_t h =
	    hash_bytes(d->is.node.hash + (uint64_t)e->type, e->policy, n);
	struct rptbook_policy *p = find_policy(b, d, e, h);

	if (p != NULL)
		return p;
	if (!room(b) || (p = calloc(1, sizeof *p + n)) == NULL)
		return NULL;
	p->node.hash = h;
	p->domain = d;
	p->type = e->type;
	memcpy(p->text, e->policy, n);
	if (hash_add(&b->policies, &p->node) == -1) {
		free(p);
		return NULL;
	}
	b->n_policies++;
	d->n_policies++;
	return p;
}

static struct rptbook_failure *
find_failure(struct rptbook *b, const struct rptbook_policy *p, uint64_t h)
{
	struct hash_node *n;
	struct rptbook_failure *f;

	for (n = hash_first(&b->failures, h); n != NULL; n = hash_again(n)) {
		f = (struct rptbook_failure *)n;
		if (f->policy == p && f->len == buf_len(&b->work) &&
		    memcmp(f->text, buf_data(&b->work), f->len) == 0)
			return f;
	}
	return NULL;
}

/* the words one after the other, each with its NUL */
static int
put_words(struct buf *b, const struct rptevent *e)
{
	const char *const words[] = { e->result, e->from_ip, e->host, e->ip,
		e->text };
	size_t i;

	buf_clear(b);
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (buf_put(b, words[i], strlen(words[i]) + 1) == -1)
			return -1;
	return 0;
}

static void
point(struct rptbook_failure *f)
{
	const char **const words[] = { &f->result, &f->from_ip, &f->host,
		&f->ip, &f->why };
	const char *p = f->text;
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		*words[i] = p;
		p += strlen(p) + 1;
	}
}

static struct rptbook_failure *
make_failure(struct rptbook *b, struct rptbook_policy *p,
    const struct rptevent *e)
{
	struct rptbook_failure *f;
	uint64_t h;
	size_t n;

	if (put_words(&b->work, e) == -1)
		return NULL;
	n = buf_len(&b->work);
	h = hash_bytes(p->node.hash, buf_data(&b->work), n);
	if ((f = find_failure(b, p, h)) != NULL)
		return f;
	if (!room(b) || (f = calloc(1, sizeof *f + n)) == NULL)
		return NULL;
	f->node.hash = h;
	f->policy = p;
	f->len = n;
	memcpy(f->text, buf_data(&b->work), n);
	point(f);
	if (hash_add(&b->failures, &f->node) == -1) {
		free(f);
		return NULL;
	}
	b->n_failures++;
	p->n_failures++;
	return f;
}

static void
count(struct rptbook_policy *p, struct rptbook_failure *f)
{
	if (f != NULL) {
		f->count++;
		p->bad++;
		p->domain->bad++;
	} else {
		p->good++;
		p->domain->good++;
	}
}

int
rptbook_add(struct rptbook *b, const struct rptevent *e)
{
	struct rptbook_domain *d =
	    reportbook_find(&b->domains, e->domain, sizeof *d);
	struct rptbook_policy *p = NULL;
	struct rptbook_failure *f = NULL;

	if (d != NULL)
		p = make_policy(b, d, e);
	if (p != NULL && e->result != NULL)
		f = make_failure(b, p, e);
	if (p == NULL || (e->result != NULL && f == NULL)) {
		if (errno != 0)
			return -1;
		b->domains.left_out++;
		return 0;
	}
	count(p, f);
	reportbook_time(&b->domains, e->time);
	return 0;
}

static int
by_policy(const void *pa, const void *pb)
{
	const struct rptbook_policy *a = *(struct rptbook_policy *const *)pa,
				    *b = *(struct rptbook_policy *const *)pb;
	int r = strcmp(a->domain->is.name, b->domain->is.name);

	if (r == 0)
		r = (int)a->type - (int)b->type;
	return r != 0 ? r : strcmp(a->text, b->text);
}

static int
by_failure(const void *pa, const void *pb)
{
	const struct rptbook_failure *a = *(struct rptbook_failure *const *)pa,
				     *b = *(struct rptbook_failure *const *)pb;
	int r = by_policy(&a->policy, &b->policy);

	return r != 0 ? r
		      : reportbook_compare(a->text, a->len, b->text, b->len);
}

int
rptbook_sort(struct rptbook *b)
{
	size_t i, n;

	b->domain = reportbook_sorted(&b->domains.hash, b->domains.n,
	    reportbook_by_name);
	b->policy = reportbook_sorted(&b->policies, b->n_policies, by_policy);
	b->failure = reportbook_sorted(&b->failures, b->n_failures, by_failure);
	if (b->domain == NULL || b->policy == NULL || b->failure == NULL)
		return -1;
	for (i = n = 0; i < b->domains.n; i++) {
		b->domain[i]->policy = b->policy + n;
		n += b->domain[i]->n_policies;
	}
	for (i = n = 0; i < b->n_policies; i++) {
		b->policy[i]->failure = b->failure + n;
		n += b->policy[i]->n_failures;
	}
	return 0;
}
