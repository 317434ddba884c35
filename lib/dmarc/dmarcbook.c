#include "dmarc/dmarcbook.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* NULL: no room (errno 0), or no memory */
static struct dmarcbook_domain *
find_domain(struct dmarcbook *b, const char *name)
{
	struct dmarcbook_domain *d =
	    reportbook_find(&b->domains, name, sizeof *d);

	if (d != NULL && d->policy.domain == NULL) {
		d->policy.domain = d->is.name;
		d->seen = INT64_MIN;
	}
	return d;
}

/* the last one counts; of two in the same second the one that asks for
 * more, so that the order of the lines does not matter */
static void
remember_policy(struct dmarcbook_domain *d, const struct dmarcevent *e)
{
	int more;

	if (e->time < d->seen)
		return;
	more = (int)e->p * 9 + (int)e->sp * 3 + (int)e->np -
	    (int)d->policy.p * 9 - (int)d->policy.sp * 3 - (int)d->policy.np;
	if (e->time == d->seen &&
	    (more < 0 || (more == 0 && strcmp(e->rua, d->rua) <= 0)))
		return;
	d->seen = e->time;
	d->policy.p = e->p;
	d->policy.sp = e->sp;
	d->policy.np = e->np;
	d->policy.has_sp = e->has_sp;
	d->policy.has_np = e->has_np;
	d->policy.strict_dkim = e->strict_dkim;
	d->policy.strict_spf = e->strict_spf;
	d->policy.testing = e->testing;
	d->policy.psl = e->psl;
	memcpy(d->rua, e->rua, sizeof d->rua);
}

static struct dmarcbook_row *
find_row(struct dmarcbook *b, const struct dmarcbook_domain *d, uint64_t h)
{
	struct hash_node *n;
	struct dmarcbook_row *r;

	for (n = hash_first(&b->rows, h); n != NULL; n = hash_again(n)) {
		r = (struct dmarcbook_row *)n;
		if (r->domain == d && r->len == buf_len(&b->work) &&
		    memcmp(r->text, buf_data(&b->work), r->len) == 0)
			return r;
	}
	return NULL;
}

/* the row whose text is in b->work */
static struct dmarcbook_row *
make_row(struct dmarcbook *b, struct dmarcbook_domain *d, size_t head_len)
{
	size_t len = buf_len(&b->work);
	uint64_t h = hash_bytes(d->is.node.hash, buf_data(&b->work), len);
	struct dmarcbook_row *r = find_row(b, d, h);

	if (r != NULL)
		return r;
	errno = 0;
	if (b->n_rows == DMARCBOOK_ROWS_MAX ||
	    b->bytes + len > DMARCBOOK_BYTES_MAX)
		return NULL;
	r = malloc(sizeof *r + len);
	if (r == NULL)
		return NULL;
	r->node.hash = h;
	r->domain = d;
	r->count = 0;
	r->head_len = head_len;
	r->len = len;
	memcpy(r->text, buf_data(&b->work), len);
	if (hash_add(&b->rows, &r->node) == -1) {
		free(r);
		return NULL;
	}
	b->n_rows++;
	b->bytes += len;
	d->n_rows++;
	return r;
}

int
dmarcbook_add(struct dmarcbook *b, const struct dmarcevent *e)
{
	struct dmarcbook_domain *d;
	struct dmarcbook_row *r = NULL;
	size_t head_len;

	buf_clear(&b->work);
	if (dmarcxml_record_head(&b->work, e) == -1)
		return -1;
	head_len = buf_len(&b->work);
	if (dmarcxml_record_tail(&b->work, e) == -1)
		return -1;
	d = find_domain(b, e->domain);
	if (d != NULL)
		r = make_row(b, d, head_len);
	if (r == NULL) {
		b->domains.left_out += e->count;
		return errno == 0 ? 0 : -1;
	}
	remember_policy(d, e);
	r->count += e->count;
	d->messages += e->count;
	reportbook_time(&b->domains, e->time);
	return 0;
}

static int
by_text(const void *pa, const void *pb)
{
	const struct dmarcbook_row *a = *(struct dmarcbook_row *const *)pa,
				   *b = *(struct dmarcbook_row *const *)pb;
	int r = strcmp(a->domain->is.name, b->domain->is.name);

	return r != 0 ? r
		      : reportbook_compare(a->text, a->len, b->text, b->len);
}

int
dmarcbook_sort(struct dmarcbook *b)
{
	size_t i, n;

	b->domain = reportbook_sorted(&b->domains.hash, b->domains.n,
	    reportbook_by_name);
	b->row = reportbook_sorted(&b->rows, b->n_rows, by_text);
	if (b->domain == NULL || b->row == NULL)
		return -1;
	for (i = n = 0; i < b->domains.n; i++) {
		b->domain[i]->row = b->row + n;
		n += b->domain[i]->n_rows;
	}
	return 0;
}

int
dmarcbook_records(const struct dmarcbook_domain *d, struct buf *out)
{
	const struct dmarcbook_row *r;
	size_t i;

	for (i = 0; i < d->n_rows; i++) {
		r = d->row[i];
		if (buf_put(out, r->text, r->head_len) == -1 ||
		    buf_putnum(out, r->count) == -1 ||
		    buf_put(out, r->text + r->head_len, r->len - r->head_len) ==
			-1)
			return -1;
	}
	return 0;
}
