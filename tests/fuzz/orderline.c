/*
 * A request that is taken is written so that it is taken again and is the same;
 * and any text is a label suspend-if: none, or one whose numbers are.
 */
#include "queue/ctlrequest.h"
#include "queue/name.h"
#include "route/suspendif.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static void
write_it(const struct ctlrequest *o, struct buf *b)
{
	buf_clear(b);
	must(ctlrequest_put(o, 0, buf_len(&o->sel.ids) / NAME_LEN, b) == 0);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) &&
	    memcmp(buf_data(a), buf_data(b), buf_len(a)) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct suspendif_way way = { { "p", 1 }, { "s", 1 },
		{ "", 0 } };
	static struct ctlrequest o, again;
	static struct buf first, second, words;
	uint64_t number = 1, until;

	if (suspendif((struct slice){ (const char *)p, n }, &way, &number,
		&until))
		must(number > 0 && memchr(p, '=', n) != NULL);
	if (ctlrequest_parse((const char *)p, n, &o) != NULL)
		return 0;
	must(o.with.for_s <= CTLPARAM_FOR_MAX_S &&
	    o.with.n_tag <= CTLPARAM_TAGS_MAX &&
	    o.with.reason.n <= CTLPARAM_TEXT_MAX);
	must(!(ctlrequest_stands(&o) && !ctlrequest_wants(o.verb)));
	write_it(&o, &first);
	buf_clear(&words);
	must(ctlrequest_words(&o, &words) == 0);
	/* longer, where a value stands without its escapes */
	if (buf_len(&first) > CTLREQUEST_KEPT_MAX)
		return 0;
	if (ctlrequest_parse(buf_data(&first), buf_len(&first), &again) != NULL)
		must(0);
	write_it(&again, &second);
	must(same(&first, &second));
	return 0;
}
