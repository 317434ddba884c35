#include "conf/rules.h"
#include "conf/rulesearch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* where its key and its record lie in the bytes */
struct rule {
	size_t key, key_len, rec, rec_len;
	unsigned line;
};

void
rules_begin(struct rules_draft *d, const char *order)
{
	memset(d, 0, sizeof *d);
	d->order = order;
	rules_offer(d, '*', "", 0);
}

void
rules_drop(struct rules_draft *d)
{
	buf_free(&d->rec);
}

void
rules_offer(struct rules_draft *d, char kind, const char *p, size_t n)
{
	unsigned rank = (unsigned)strlen(strchr(d->order, kind));

	if (rank <= d->rank || n >= sizeof d->key)
		return;
	d->rank = rank;
	d->key[0] = kind;
	if (n > 0)
		memcpy(d->key + 1, p, n);
	d->key_len = n + 1;
}

const char *
rules_put(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	if (++d->fields > RULES_FIELDS_MAX)
		return "too many conditions and actions in one rule";
	if (buf_putc(&d->rec, '\t') == -1 || buf_puts(&d->rec, label) == -1 ||
	    buf_putc(&d->rec, ':') == -1 || buf_put(&d->rec, v, n) == -1)
		return "out of memory";
	return NULL;
}

const char *
rules_put_exact(struct rules_draft *d, char kind, const char *label,
    const char *v, size_t n)
{
	if (n == 0)
		return "nothing behind the colon";
	rules_offer(d, kind, v, n);
	return rules_put(d, label, v, n);
}

/* of a domain and all that is below it */
static int
has_dot(const struct address *a)
{
	return a->user_len == 0 && a->domain[0] == '.';
}

int
rules_pattern(struct address *a, const char *v, size_t n)
{
	size_t dot;

	if ((address_set(a, v, n) == -1 && a->key[0] != '@') || n < 2 ||
	    memchr(v, '@', n) == NULL)
		return -1;
	dot = has_dot(a);
	return a->domain_len == 0 || a->domain[0] == '[' ||
		word_domain(a->domain + dot, a->domain_len - dot)
	    ? 0
	    : -1;
}

void
rules_offer_pattern(struct rules_draft *d, const char *kinds,
    const struct address *a)
{
	size_t dot = has_dot(a);

	if (a->domain_len == 0)
		rules_offer(d, kinds[3], a->key, a->len - 1);
	else if (a->user_len > 0)
		rules_offer(d, kinds[0], a->key, a->len);
	else
		rules_offer(d, kinds[1 + dot], a->domain + dot,
		    a->domain_len - dot);
}

int
rules_wrong(const struct conffile_sink *sink, const char *word,
    const char *fault)
{
	char t[WORD_LINE_MAX + 128];

	snprintf(t, sizeof t, "%.64s: %s", word, fault);
	return conffile_wrong(sink, t);
}

int
rules_keep(struct rules *s, const struct rules_draft *d, unsigned lineno)
{
	struct rule r = { .line = lineno };

	r.key = buf_len(&s->bytes);
	r.key_len = d->key_len;
	r.rec = r.key + r.key_len;
	if (buf_put(&s->bytes, d->key, d->key_len) == -1 ||
	    buf_putnum(&s->bytes, lineno) == -1 ||
	    buf_put(&s->bytes, buf_data(&d->rec), buf_len(&d->rec)) == -1)
		return -1;
	r.rec_len = buf_len(&s->bytes) - r.rec;
	if (buf_put(&s->list, &r, sizeof r) == -1)
		return -1;
	s->n++;
	return 0;
}

static int
by_key(const void *a, const void *b, void *bytes)
{
	const struct rule *x = a, *y = b;
	const char *p = bytes;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int r = memcmp(p + x->key, p + y->key, n);

	if (r != 0)
		return r;
	if (x->key_len != y->key_len)
		return x->key_len < y->key_len ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int
same_key(const char *p, const struct rule *a, const struct rule *b)
{
	return a->key_len == b->key_len &&
	    memcmp(p + a->key, p + b->key, a->key_len) == 0;
}

/* the n rules from r on, which have the same key, as one record */
static int
put_record(const char *p, const struct rule *r, size_t n,
    const struct conffile_sink *sink)
{
	struct buf rec = { 0 };
	size_t i;
	int bad = 0;

	for (i = 0; i < n; i++)
		bad |= buf_put(&rec, p + r[i].rec, r[i].rec_len) == -1 ||
		    buf_putc(&rec, '\n') == -1;
	bad = bad ? conffile_wrong(sink, "out of memory")
		  : sink->add(sink->arg, p + r->key, r->key_len, buf_data(&rec),
			buf_len(&rec));
	buf_free(&rec);
	return bad;
}

/* all records; kinds receives the letters that occur */
static int
put_records(const char *p, const struct rule *r, size_t n, unsigned key_max,
    char *kinds, const struct conffile_sink *sink)
{
	char t[80];
	size_t i, j, k = 0;

	for (i = 0; i < n; i = j) {
		if (k == 0 || kinds[k - 1] != p[r[i].key])
			kinds[k++] = p[r[i].key];
		for (j = i; j < n && same_key(p, &r[i], &r[j]);)
			j++;
		if (j - i > key_max) {
			snprintf(t, sizeof t,
			    "more than %u lines with the "
			    "same conditions",
			    key_max);
			return conffile_wrong(sink, t);
		}
		if (put_record(p, r + i, j - i, sink) == -1)
			return -1;
	}
	return 0;
}

int
rules_finish(struct rules *s, unsigned key_max,
    const struct conffile_sink *sink)
{
	struct rule *r = (struct rule *)(void *)buf_data(&s->list);
	char *bytes = buf_data(&s->bytes), kinds[RULESEARCH_KINDS] = "";
	int bad = 0;

	if (s->n > 1)
		qsort_r(r, s->n, sizeof *r, by_key, bytes);
	if (s->n > 0)
		bad = put_records(bytes, r, s->n, key_max, kinds, sink) == -1 ||
		    sink->add(sink->arg, "=kinds", 6, kinds, strlen(kinds)) ==
			-1;
	buf_free(&s->bytes);
	buf_free(&s->list);
	s->n = 0;
	return bad ? -1 : 0;
}
