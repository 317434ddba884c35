#include "throttle/shareline.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* a line between throttle and throttle-share: a question, or an answer, which
 * is written as it was read */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
again(uint32_t id, const struct lease_answer *a)
{
	struct lease_answer b;
	struct buf out = { 0 };
	struct ltsv l;
	uint32_t n;

	assert(shareline_answer(&out, id, a) == 0);
	assert(ltsv_parse(buf_data(&out), buf_len(&out), &l) == 0);
	assert(shareline_read_answer(&l, &n, &b) == 0);
	assert(n == id && b.has == a->has && b.level == a->level &&
	    b.until_us == a->until_us && b.back_us == a->back_us);
	buf_free(&out);
}

/* whatever is said, no more is had than there is */
static void
take(const struct lease_answer *a)
{
	const struct bucket_limit rate = { 1000000, 50, 20 };
	const struct lease_whole w = lease_rate(&rate);
	struct lease s = { .seq = a->seq - 1 };
	struct lease_question q;

	lease_want(&s, 1000);
	s.seq = a->seq - 1;
	lease_ask(&s, &w, 0, 1000, &q);
	lease_answered(&s, &w, a, 2000);
	if (s.has > 0)
		assert(s.has <= s.of &&
		    lease_level(&s, &w, 2000) <= LEASE_WHOLE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ltsv l;
	char *p = malloc(size == 0 ? 1 : size);
	struct lease_answer a;
	struct shareline q;
	uint32_t id;

	if (size > 0)
		memcpy(p, data, size);
	if (ltsv_parse(p, size, &l) == 0) {
		if (shareline_read_question(&l, &q) == 0)
			assert((q.parts > 0 || q.kind == LIMITSHARE_CAP) &&
			    q.key.n > 0 && strlen(q.who) == SHARELINE_WHO);
		if (shareline_read_answer(&l, &id, &a) == 0) {
			again(id, &a);
			take(&a);
		}
	}
	free(p);
	return 0;
}
