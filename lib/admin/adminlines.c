#include "admin/adminlines.h"
#include "format/ltsv.h"
#include "queue/name.h"
#include "ship/shipjson.h"
#include <stdio.h>
#include <stdlib.h>

/* lines of a log */

static const char *const filters[] = { "ev", "prog", "id", "from", "to",
	"tenant", "host", "client" };

static int
has(const struct ltsv *l, const char *label, const char *want)
{
	char value[ADMINPARAM_VALUE_MAX + 1];
	long n = ltsv_get(l, label, value, sizeof value);

	return n >= 0 && ascii_is(value, (size_t)n, want);
}

/* ORG/KEY; of anybody's what stands behind a slash */
static int
has_key(const struct adminfilter *f, const struct ltsv *l)
{
	char value[ADMINPARAM_VALUE_MAX + 1], *slash;
	size_t n = f->org == NULL ? 0 : strlen(f->org);

	if (!has(l, "ev", "accepted") ||
	    ltsv_get(l, "key", value, sizeof value) == -1)
		return 0;
	if (f->org != NULL)
		return ascii_begins(value, strlen(value), f->org) &&
		    value[n] == '/' && strcmp(value + n + 1, f->key) == 0;
	slash = strchr(value, '/');
	return strcmp(value, f->key) == 0 ||
	    (slash != NULL && strcmp(slash + 1, f->key) == 0);
}

int
adminfilter_takes(const struct adminfilter *f, const char *p, size_t n)
{
	struct ltsv l;
	const char *want;
	size_t i;

	if (ltsv_parse(p, n, &l) == -1 || ltsv_find(&l, "ev") == NULL)
		/* a diagnostic: it is of no kind, and of nobody */
		return f->tenant == NULL && f->id == NULL && f->key == NULL &&
		    (f->params == NULL || f->params->n == 0 ||
			(f->params->n == 1 &&
			    adminparams_get(f->params, "limit", 0) != NULL));
	if ((f->tenant != NULL && !has(&l, "tenant", f->tenant)) ||
	    (f->id != NULL && !has(&l, "id", f->id)) ||
	    (f->key != NULL && !has_key(f, &l)))
		return 0;
	for (i = 0; i < sizeof filters / sizeof *filters; i++) {
		want = f->params == NULL
		    ? NULL
		    : adminparams_get(f->params, filters[i], 0);
		if (want != NULL && !has(&l, filters[i], want))
			return 0;
	}
	return 1;
}

/* values */

static int
put(struct adminlines *a, const char *p, size_t n)
{
	if (a->n > 0 && buf_puts(&a->out, ",\n") == -1)
		return -1;
	if (shipjson_event(&a->out, p, n, SHIPJSON_COUNTS) == -1)
		return -1;
	a->n++;
	return 1;
}

/* the oldest goes: values have no LF within them */
static void
forget(struct adminlines *a)
{
	const char *p = buf_data(&a->out),
		   *end = memchr(p, '\n', buf_len(&a->out));

	buf_consume(&a->out,
	    end == NULL ? buf_len(&a->out) : (size_t)(end + 1 - p));
	a->n--;
	a->more = 1;
}

static int
add_event(struct adminlines *a, const char *p, size_t n)
{
	if (!adminfilter_takes(&a->filter, p, n))
		return 1;
	a->found = 1;
	if (put(a, p, n) == -1)
		return -1;
	while (a->n > a->limit || buf_len(&a->out) > ADMINLINES_BYTES_MAX)
		forget(a);
	return 1;
}

/* ID.N of a line of queue-list */
static int
place_of(const char *p, size_t n, char out[64])
{
	struct ltsv l;
	char id[NAME_LEN + 1];
	uint64_t k;

	if (ltsv_parse(p, n, &l) == -1 ||
	    ltsv_get(&l, "id", id, sizeof id) != NAME_LEN ||
	    ltsv_num(&l, "n", 0, UINT32_MAX, &k) == -1)
		return -1;
	snprintf(out, 64, "%s.%llu", id, (unsigned long long)k);
	return 0;
}

/* behind `after`?  ids sort by time, and the list does */
static int
is_behind(const char *place, const char *after)
{
	int r = memcmp(place, after, NAME_LEN);

	return r > 0 ||
	    (r == 0 &&
		strtoull(place + NAME_LEN + 1, NULL, 10) >
		    strtoull(after + NAME_LEN + 1, NULL, 10));
}

static int
add_listed(struct adminlines *a, const char *p, size_t n)
{
	char place[64];

	if (place_of(p, n, place) == -1 ||
	    (a->after != NULL && !is_behind(place, a->after)))
		return 1;
	if (a->n >= a->limit || buf_len(&a->out) > ADMINLINES_BYTES_MAX) {
		a->more = 1;
		return 0;
	}
	memcpy(a->last, place, sizeof place);
	return put(a, p, n);
}

/* all lines are one */
static int
add_joined(struct adminlines *a, const char *p, size_t n)
{
	if (buf_len(&a->out) + n >= LTSV_LINE_MAX) {
		a->cut = 1;
		return 0;
	}
	if (a->n++ > 0 && buf_putc(&a->out, '\t') == -1)
		return -1;
	return buf_put(&a->out, p, n) == -1 ? -1 : 1;
}

static int
add_row(struct adminlines *a, const char *p, size_t n)
{
	if (a->n >= ADMINLINES_ROWS_MAX ||
	    buf_len(&a->out) > ADMINLINES_BYTES_MAX) {
		a->cut = 1;
		return 0;
	}
	return put(a, p, n);
}

int
adminlines_add(struct adminlines *a, const char *p, size_t n)
{
	switch (a->form) {
	case ADMINCALL_EVENTS: return add_event(a, p, n);
	case ADMINCALL_LIST: return add_listed(a, p, n);
	case ADMINCALL_ONE: return add_joined(a, p, n);
	/* the first line has the counts of it all */
	case ADMINCALL_STATE: return a->n > 0 ? 1 : put(a, p, n);
	default: return add_row(a, p, n);
	}
}

/* answers */

/* values between what stands around them */
static int
put_around(const struct adminlines *a, struct buf *b, const char *before,
    const char *behind)
{
	if (buf_puts(b, before) == -1 ||
	    buf_put(b, buf_data(&a->out), buf_len(&a->out)) == -1)
		return -1;
	return buf_puts(b, behind);
}

static int
put_next(const struct adminlines *a, struct buf *b)
{
	return a->more ? buf_printf(b, ",\"next\":\"%s\"}\n", a->last)
		       : buf_puts(b, ",\"next\":null}\n");
}

static int
put_all(const struct adminlines *a, struct buf *b)
{
	switch (a->form) {
	case ADMINCALL_EVENTS:
		return put_around(a, b, "{\"events\":[\n",
		    a->more ? "\n],\"more\":true}\n" : "\n],\"more\":false}\n");
	case ADMINCALL_LIST:
		return put_around(a, b, "{\"recipients\":[\n", "\n]") == -1
		    ? -1
		    : put_next(a, b);
	case ADMINCALL_ONE:
		return shipjson_event(b, buf_data(&a->out), buf_len(&a->out),
			   SHIPJSON_COUNTS) == -1
		    ? -1
		    : buf_putc(b, '\n');
	case ADMINCALL_STATE:
		return put_around(a, b, "{\"status\":\"up\",\"queue\":", "}\n");
	default:
		return put_around(a, b, "{\"rows\":[\n",
		    a->cut ? "\n],\"complete\":false}\n"
			   : "\n],\"complete\":true}\n");
	}
}

int
adminlines_put(const struct adminlines *a, struct buf *b)
{
	return put_all(a, b);
}

void
adminlines_free(struct adminlines *a)
{
	buf_free(&a->out);
}
