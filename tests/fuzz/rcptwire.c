#include "recv/rcptwire.h"
#include <assert.h>
#include <stdint.h>
#include <string.h>

/* any line as a question and as an answer: no overrun, and what is taken comes
 * back as it was when it is written and read again */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct rcptwire_question q, q2;
	static struct rcptwire_answer a, a2;
	const char *p = (const char *)data;
	struct buf b = { 0 };
	struct slice to;

	if (rcptwire_read_question(p, n, &q) == 0) {
		to = (struct slice){ q.to, q.to_len };
		assert(q.id > 0 && strlen(q.to) == q.to_len && q.to_len > 0);
		assert(rcptwire_ask(&b, q.id, to, q.ask) == 0);
		assert(rcptwire_read_question(buf_data(&b), buf_len(&b), &q2) ==
		    0);
		assert(q2.id == q.id && strcmp(q2.to, q.to) == 0 &&
		    strcmp(q2.ask, q.ask) == 0);
		buf_clear(&b);
	}
	if (rcptwire_read_answer(p, n, &a) == 0) {
		assert(rcptwire_answer(&b, &a) == 0);
		assert(memchr(buf_data(&b), '\n', buf_len(&b)) ==
		    buf_data(&b) + buf_len(&b) - 1);
		assert(rcptwire_read_answer(buf_data(&b), buf_len(&b), &a2) ==
		    0);
		assert(a2.id == a.id && a2.what == a.what &&
		    strcmp(a2.esc, a.esc) == 0 && strcmp(a2.text, a.text) == 0);
	}
	buf_free(&b);
	return 0;
}
