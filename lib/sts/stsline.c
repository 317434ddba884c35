#include "sts/stsline.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include <string.h>

int
stsline_domain(char out[WORD_DOMAIN_MAX + 1], const char *p, size_t n)
{
	size_t i;

	out[0] = '\0';
	if (!word_domain(p, n))
		return -1;
	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] & 0x80)
			return -1;
	ascii_lower_copy(out, p, n);
	out[n] = '\0';
	return 0;
}

static int
put_mx(struct buf *b, const struct stsline *l)
{
	char name[WORD_DOMAIN_MAX + 3];
	unsigned i;

	if (buf_puts(b, "\tmx:") == -1)
		return -1;
	for (i = 0; i < l->n_mx; i++) {
		if (l->mx[i].n > sizeof name)
			continue;
		ascii_lower_copy(name, l->mx[i].p, l->mx[i].n);
		if ((i > 0 && buf_putc(b, ' ') == -1) ||
		    buf_put(b, name, l->mx[i].n) == -1)
			return -1;
	}
	return 0;
}

static int
put_policy(struct buf *b, const struct stsline *l)
{
	if (l->id[0] == '\0')
		return 0;
	if (ltsv_puts(b, "id", l->id) == -1 ||
	    ltsv_putnum(b, "expires", (uint64_t)l->expires_s) == -1)
		return -1;
	return l->n_mx > 0 ? put_mx(b, l) : 0;
}

static int
put_reason(struct buf *b, const struct stsline *l)
{
	if (l->fail[0] != '\0' && ltsv_puts(b, "fail", l->fail) == -1)
		return -1;
	return l->text[0] == '\0' ? 0 : ltsv_puts(b, "text", l->text);
}

int
stsline_put(struct buf *b, const struct stsline *l)
{
	size_t before = buf_len(b);
	int r;

	r = ltsv_putnum(b, "n", l->n);
	if (r == 0 && l->ask[0] != '\0')
		r = ltsv_puts(b, "ask", l->ask);
	else if (r == 0)
		r = ltsv_puts(b, "mode", sts_mode_names[l->mode]) == -1 ||
			put_policy(b, l) == -1 || put_reason(b, l) == -1
		    ? -1
		    : 0;
	if (r == 0)
		r = ltsv_end(b);
	if (r == -1)
		b->end = b->off + before;
	return r;
}

static int
get_mx(struct stsline *l, const struct ltsv_field *f)
{
	struct slice rest, one;

	if (f == NULL)
		return 0;
	rest.p = f->value;
	rest.n = f->value_len;
	while (rest.n > 0) {
		one.p = rest.p;
		one.n = 0;
		while (one.n < rest.n && one.p[one.n] != ' ')
			one.n++;
		rest.p += one.n + (one.n < rest.n);
		rest.n -= one.n + (one.n < rest.n);
		if (l->n_mx == STS_MX_MAX || !stspolicy_pattern(one.p, one.n))
			return -1;
		l->mx[l->n_mx++] = one;
	}
	return 0;
}

/* text, of which what is too long is cut */
static void
get_text(const struct ltsv *t, const char *label, char *out, size_t cap)
{
	const struct ltsv_field *f = ltsv_find(t, label);
	char all[4 * STS_TEXT_MAX + 1]; /* a byte may be written as four */
	struct ltsv_field cut;
	long n;

	out[0] = '\0';
	if (f == NULL)
		return;
	cut = *f;
	cut.value_len =
	    (unsigned)ltsv_cut(f->value, f->value_len, sizeof all - 1);
	n = ltsv_value(&cut, all, sizeof all);
	if (n >= (long)cap)
		n = (long)cap - 1;
	if (n >= 0)
		memcpy(out, all, (size_t)n);
	out[n < 0 ? 0 : n] = '\0';
}

static int
get_answer(struct stsline *l, const struct ltsv *t)
{
	const struct ltsv_field *mode = ltsv_find(t, "mode"),
				*id = ltsv_find(t, "id");
	uint64_t expires;
	int m;

	if (mode == NULL)
		return -1;
	m = ascii_which(sts_mode_names, STS_MODES, mode->value,
	    mode->value_len);
	if (m == -1 || (m != STS_NONE && id == NULL))
		return -1;
	l->mode = (enum sts_mode)m;
	get_text(t, "fail", l->fail, sizeof l->fail);
	get_text(t, "text", l->text, sizeof l->text);
	if (id == NULL)
		return 0;
	if (!stsrecord_id(id->value, id->value_len) ||
	    ltsv_num(t, "expires", 0, INT64_MAX, &expires) == -1 ||
	    get_mx(l, ltsv_find(t, "mx")) == -1 ||
	    (m != STS_NONE && l->n_mx == 0))
		return -1;
	memcpy(l->id, id->value, id->value_len);
	l->expires_s = (int64_t)expires;
	return 0;
}

int
stsline_get(struct stsline *l, const char *p, size_t n)
{
	const struct ltsv_field *ask;
	struct ltsv t;
	uint64_t number;

	memset(l, 0, sizeof *l);
	if (n > STS_LINE_MAX || ltsv_parse(p, n, &t) == -1 ||
	    ltsv_num(&t, "n", 0, UINT32_MAX, &number) == -1)
		return -1;
	l->n = (uint32_t)number;
	ask = ltsv_find(&t, "ask");
	if (ask != NULL)
		return stsline_domain(l->ask, ask->value, ask->value_len);
	return get_answer(l, &t);
}
