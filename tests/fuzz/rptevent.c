/* rptevent and what is made of it: any lines of a log are sessions or none,
 * and the report of them is one that is read back with the same numbers */
#include "tlsrpt/rptjson.h"
#include "tlsrpt/rptread.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

struct sums {
	uint64_t good, bad, failed;
};

static void
on_policy(void *arg, const struct rptread_policy *p)
{
	struct sums *s = arg;

	s->good += p->good;
	s->bad += p->bad;
}

static void
on_failure(void *arg, const struct rptread_failure *f)
{
	struct sums *s = arg;

	s->failed += f->count;
}

static const struct rptread_ops ops = { on_policy, on_failure };

/* the policy's text is whatever the id is */
static int
sts(void *arg, const char *domain, const char *id, struct slice *text)
{
	(void)arg;
	(void)domain;
	text->p = id;
	text->n = strlen(id);
	return 1;
}

static void
check(const struct rptbook_domain *d)
{
	struct rptjson_about about = { "Me \xff\"", "a@b.example", "id", 0,
		86399, sts, NULL };
	struct sums s = { 0, 0, 0 };
	struct buf b = { 0 };
	char why[RPT_FAULT_MAX];

	if (rptjson_put(&b, &about, d) == -1 ||
	    rptread_json(buf_data(&b), buf_len(&b), &ops, &s, why) == -1 ||
	    s.good != d->good || s.bad != d->bad || s.failed != d->bad)
		abort();
	buf_free(&b);
}

static void
free_book(struct rptbook *b)
{
	size_t i;

	for (i = 0; i < b->n_failures; i++)
		free(b->failure[i]);
	for (i = 0; i < b->n_policies; i++)
		free(b->policy[i]);
	for (i = 0; i < b->domains.n; i++)
		free(b->domain[i]);
	free(b->failure);
	free(b->policy);
	free(b->domain);
	hash_free(&b->failures);
	hash_free(&b->policies);
	hash_free(&b->domains.hash);
	buf_free(&b->work);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static struct rptevent e;
	const char *p = (const char *)data, *end = p + n, *lf;
	struct rptbook book = { 0 };
	size_t i, len;

	for (; p < end; p += len + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		len = (size_t)((lf == NULL ? end : lf) - p);
		if (rptevent_read(&e, p, len) != 1)
			continue;
		if (e.domain[0] == '\0' ||
		    (e.result == NULL &&
			(e.host[0] != '\0' || e.text[0] != '\0')))
			abort();
		if (rptbook_add(&book, &e) == -1)
			abort();
	}
	if (rptbook_sort(&book) == -1 || book.domains.left_out > 0)
		abort();
	for (i = 0; i < book.domains.n; i++)
		check(book.domain[i]);
	free_book(&book);
	return 0;
}
