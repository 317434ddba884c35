#include "throttle/shareline.h"
#include "base/ascii.h"
#include <inttypes.h>
#include <string.h>

#define TIME_MAX (INT64_MAX / 4)

size_t
shareline_whole(const char *p, size_t n)
{
	const char *end = memchr(p, '\n', n);

	return end == NULL ? 0 : (size_t)(end - p) + 1;
}

static const char *const kinds[] = { "rate", "conn", "cap", "told" };

/* above 0 under one name, below under the other */
static int
put_level(struct buf *b, int64_t level)
{
	if (level < 0)
		return ltsv_putnum(b, "owed", (uint64_t)-level);
	return ltsv_putnum(b, "level", (uint64_t)level);
}

static int
get_level(const struct ltsv *l, int64_t *level)
{
	uint64_t n;

	if (ltsv_num(l, "level", 0, SHARELINE_LEVEL_MAX, &n) == 0) {
		*level = (int64_t)n;
		return 0;
	}
	if (ltsv_num(l, "owed", 0, SHARELINE_LEVEL_MAX, &n) == -1)
		return -1;
	*level = -(int64_t)n;
	return 0;
}

static int
get(const struct ltsv *l, const char *label, uint32_t max, uint32_t *out)
{
	uint64_t n;

	if (ltsv_num(l, label, 0, max, &n) == -1)
		return -1;
	*out = (uint32_t)n;
	return 0;
}

static int
get_time(const struct ltsv *l, const char *label, int64_t *out)
{
	uint64_t n;

	if (ltsv_num(l, label, 0, TIME_MAX, &n) == -1)
		return -1;
	*out = (int64_t)n;
	return 0;
}

int
shareline_question(struct buf *b, const char who[SHARELINE_WHO],
    const struct limitshare_question *q)
{
	int bad;

	bad = ltsv_putnum(b, "n", q->id);
	bad |= ltsv_put(b, "who", who, SHARELINE_WHO);
	bad |= ltsv_putnum(b, "seq", q->is.seq);
	bad |= ltsv_puts(b, "kind", kinds[q->kind]);
	bad |= ltsv_puts(b, "key", q->key);
	bad |= ltsv_puts(b, "limit", q->limit);
	bad |= ltsv_putnum(b, "parts", q->whole.parts);
	if (q->kind == LIMITSHARE_RATE)
		bad |= ltsv_putnum(b, "fill",
		    (uint64_t)bucket_memory_us(&q->whole.limit) + 1);
	if (q->kind >= LIMITSHARE_CAP) {
		bad |= ltsv_putnum(b, "turn", (uint64_t)q->turn_s);
		bad |= ltsv_putnum(b, "born", (uint64_t)q->born_s);
	}
	bad |= ltsv_putnum(b, "have", q->is.have);
	bad |= ltsv_putnum(b, "back", q->is.back);
	bad |= put_level(b, q->is.level);
	bad |= ltsv_putnum(b, "want", q->is.want);
	return bad | ltsv_end(b);
}

int
shareline_answer(struct buf *b, uint32_t id, const struct lease_answer *a)
{
	int bad = ltsv_putnum(b, "n", id);

	bad |= ltsv_putnum(b, "seq", a->seq);
	bad |= ltsv_putnum(b, "kept", a->kept);
	bad |= ltsv_putnum(b, "has", a->has);
	bad |= ltsv_putnum(b, "of", a->of);
	bad |= put_level(b, a->level);
	bad |= ltsv_putnum(b, "until", (uint64_t)a->until_us);
	bad |= ltsv_putnum(b, "retry", (uint64_t)a->retry_us);
	bad |= ltsv_putnum(b, "back", a->back);
	bad |= ltsv_putnum(b, "after", (uint64_t)a->back_us);
	bad |= ltsv_putnum(b, "alone", a->alone != 0);
	return bad | ltsv_end(b);
}

static int
get_who(const struct ltsv *l, char who[SHARELINE_WHO + 1])
{
	struct slice s = ltsv_slice(l, "who");
	size_t i;

	if (s.n != SHARELINE_WHO)
		return -1;
	for (i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return -1;
	memcpy(who, s.p, s.n);
	who[s.n] = '\0';
	return 0;
}

static int
get_kind(const struct ltsv *l, struct shareline *q)
{
	const struct ltsv_field *kind = ltsv_find(l, "kind");
	unsigned i;

	q->fill_us = q->turn_s = q->born_s = 0;
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kind != NULL && ltsv_is(kind, kinds[i]))
			break;
	if (i == sizeof kinds / sizeof kinds[0])
		return -1;
	q->kind = i;
	if (q->kind == LIMITSHARE_RATE)
		return get_time(l, "fill", &q->fill_us) == -1 || q->fill_us == 0
		    ? -1
		    : 0;
	if (q->kind >= LIMITSHARE_CAP &&
	    (get_time(l, "turn", &q->turn_s) == -1 ||
		get_time(l, "born", &q->born_s) == -1))
		return -1;
	return 0;
}

int
shareline_read_question(const struct ltsv *l, struct shareline *q)
{
	uint32_t most;

	q->key = ltsv_slice(l, "key");
	q->limit = ltsv_slice(l, "limit");
	if (q->key.n == 0 || q->limit.n == 0 || get_kind(l, q) == -1)
		return -1;
	most =
	    q->kind == LIMITSHARE_CAP ? SHARELINE_CAP_MAX : SHARELINE_PARTS_MAX;
	return get(l, "n", UINT32_MAX, &q->id) == -1 ||
		get_who(l, q->who) == -1 ||
		get(l, "seq", UINT32_MAX, &q->is.seq) == -1 ||
		get(l, "parts", most, &q->parts) == -1 ||
		(q->parts == 0 && q->kind != LIMITSHARE_CAP) ||
		get(l, "have", most, &q->is.have) == -1 ||
		get(l, "back", most, &q->is.back) == -1 ||
		get(l, "want", most, &q->is.want) == -1
	    ? -1
	    : get_level(l, &q->is.level);
}

int
shareline_read_answer(const struct ltsv *l, uint32_t *id,
    struct lease_answer *a)
{
	uint32_t alone;

	if (get(l, "n", UINT32_MAX, id) == -1 ||
	    get(l, "seq", UINT32_MAX, &a->seq) == -1 ||
	    get(l, "kept", SHARELINE_CAP_MAX, &a->kept) == -1 ||
	    get(l, "has", SHARELINE_CAP_MAX, &a->has) == -1 ||
	    get(l, "of", SHARELINE_CAP_MAX, &a->of) == -1 || a->has > a->of ||
	    get_time(l, "until", &a->until_us) == -1 ||
	    get_time(l, "retry", &a->retry_us) == -1 ||
	    get(l, "back", SHARELINE_CAP_MAX, &a->back) == -1 ||
	    get_time(l, "after", &a->back_us) == -1 ||
	    get(l, "alone", 1, &alone) == -1)
		return -1;
	a->alone = (int)alone;
	return get_level(l, &a->level);
}
