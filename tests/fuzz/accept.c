#include "accept/acceptrule.h"
#include "accept/acceptwire.h"
#include "accept/credits.h"
#include <assert.h>
#include <stdint.h>
#include <string.h>

/* any line as a question, an answer, a rule and an account: no overrun, and what is
 * taken comes back as it was when it is written and read again */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
same(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void
question(const char *p, size_t n)
{
	static struct acceptwire_read r, r2;
	struct buf b = { 0 };
	int i;

	if (acceptwire_read_question(p, n, &r) == -1)
		return;
	assert(acceptwire_ask(&b, &r.q) == 0);
	assert(acceptwire_read_question(buf_data(&b), buf_len(&b), &r2) == 0);
	assert(r.q.id > 0 && r.q.id == r2.q.id && r.q.txn == r2.q.txn &&
	    r.q.what == r2.q.what && r.q.rcpts == r2.q.rcpts &&
	    r.q.bytes == r2.q.bytes && r.q.credits == r2.q.credits &&
	    same(r.q.key, r2.q.key));
	for (i = 0; i < ACCEPTWIRE_KEYS; i++)
		assert(same(r.q.value[i], r2.q.value[i]));
	buf_free(&b);
}

static void
answer(const char *p, size_t n)
{
	struct acceptwire_answer a, a2;
	struct buf b = { 0 };

	if (acceptwire_read_answer(p, n, &a) == -1)
		return;
	assert(acceptwire_answer(&b, &a, (struct slice){ p, n }) == 0);
	assert(memchr(buf_data(&b), '\n', buf_len(&b)) ==
	    buf_data(&b) + buf_len(&b) - 1);
	assert(acceptwire_read_answer(buf_data(&b), buf_len(&b), &a2) == 0);
	assert(a.id == a2.id && a.status == a2.status && a.code == a2.code &&
	    strcmp(a.esc, a2.esc) == 0 && strcmp(a.text, a2.text) == 0);
	buf_free(&b);
}

static void
rule(const char *p, size_t n)
{
	struct acceptrule r = { .credits = 0 }, r2 = { .credits = 0 };
	struct buf b = { 0 }, c = { 0 };

	if (acceptrule_parse(&r, p, n) == NULL) {
		assert(acceptrule_print(&b, &r) == 0);
		assert(acceptrule_parse(&r2, buf_data(&b), buf_len(&b)) ==
		    NULL);
		assert(acceptrule_print(&c, &r2) == 0);
		assert(buf_len(&b) == buf_len(&c) &&
		    memcmp(buf_data(&b), buf_data(&c), buf_len(&b)) == 0);
	}
	acceptrule_free(&r);
	acceptrule_free(&r2);
	buf_free(&b);
	buf_free(&c);
}

static void
account(const char *p, size_t n)
{
	struct credits c = { .by_key = { .n = 0 } };

	if (credits_take(&c, p, n) == 0)
		assert(c.by_key.n == 1);
	credits_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;

	question(p, n);
	answer(p, n);
	if (memchr(data, '\0', n) == NULL)
		rule(p, n);
	account(p, n);
	return 0;
}
