#include "throttle/spilltext.h"
#include <string.h>
#include <strings.h>

/* what a part of a key has in this job, as it stands there; p NULL: nothing
 * that others can compare */
static struct slice
part_value(const struct ltsv *l, const struct throttle_part *p)
{
	struct slice v = { NULL, 0 };
	const struct ltsv_field *f;

	if (p->label < THROTTLE_TAG) {
		f = ltsv_find(l, throttle_labels[p->label]);
		if (f != NULL)
			v = (struct slice){ f->value, f->value_len };
	} else {
		for (f = l->f; v.p == NULL && f < l->f + l->n; f++)
			if (f->label_len == 3 &&
			    memcmp(f->label, "tag", 3) == 0 &&
			    f->value_len > p->name.n &&
			    f->value[p->name.n] == '=' &&
			    strncasecmp(f->value, p->name.p, p->name.n) == 0)
				v = (struct slice){ f->value + p->name.n + 1,
					f->value_len - p->name.n - 1 };
	}
	if (v.n == 0 || memchr(v.p, '\\', v.n) != NULL)
		v.p = NULL;
	return v;
}

static int
put_label(struct buf *out, const struct throttle_part *p)
{
	return p->label < THROTTLE_TAG
	    ? buf_puts(out, throttle_labels[p->label])
	    : buf_printf(out, "tag:%.*s", (int)p->name.n, p->name.p);
}

int
spilltext_line(struct buf *out, const struct limiter_item *i, int64_t until_us)
{
	const struct slice key = { i->line_by, i->line_by_len };
	struct throttle_parts all = { 0 };
	const struct throttle_part *p;
	int bad;

	if (throttlekey_parse(&key, &all) != NULL)
		return 0;
	bad = ltsv_put(out, "line", i->key, strlen(i->key));
	bad |= ltsv_putnum(out, "line-room", i->line_room);
	bad |= buf_printf(out,
	    "\tline-until:%lld.%03d\tline-by:", (long long)until_us / 1000000,
	    (int)(until_us % 1000000 / 1000));
	for (p = all.part; p < all.part + all.n; p++) {
		bad |= p > all.part ? buf_putc(out, '+') : 0;
		bad |= put_label(out, p);
	}
	return bad;
}

int
spilltext(struct buf *out, const struct ltsv *l, const struct limiter_item *i,
    int64_t until_us)
{
	const struct slice key = { i->spill_key, i->spill_len };
	static struct buf by, of;
	struct throttle_parts all = { .n = 0 };
	const struct throttle_part *p;
	struct slice v;
	int bad = 0;

	buf_clear(&by);
	buf_clear(&of);
	if (throttlekey_parse(&key, &all) != NULL)
		return 0;
	for (p = all.part; p < all.part + all.n; p++) {
		v = part_value(l, p);
		if (v.p == NULL)
			return 0;
		bad |= p > all.part ? buf_putc(&by, '+') : 0;
		bad |= put_label(&by, p);
		bad |= p > all.part ? buf_putc(&of, '+') : 0;
		bad |= buf_put(&of, v.p, v.n);
	}
	bad |= ltsv_put(out, "spill-by", buf_data(&by), buf_len(&by));
	bad |= ltsv_put(out, "spill-of", buf_data(&of), buf_len(&of));
	return bad |
	    buf_printf(out, "\tspill-until:%lld.%03d",
		(long long)until_us / 1000000,
		(int)(until_us % 1000000 / 1000));
}
