#include "queue/order.h"
#include "proto/ltsv.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* an order that is good is the same when it is written and read again */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct buf line;
	struct order a, b;

	if (order_parse((const char *)data, n, &a) != NULL)
		return 0;
	buf_clear(&line);
	ltsv_puts(&line, "cmd", order_verb_name(a.verb));
	if (order_wants(a.verb))
		ltsv_puts(&line, "sel", order_select_name(a.select));
	ltsv_put(&line, "arg", a.arg, a.len);
	ltsv_end(&line);
	if (a.len > 1000)
		return 0; /* escaped it may be too long for a request */
	if (order_parse(buf_data(&line), buf_len(&line), &b) != NULL ||
	    a.verb != b.verb || a.select != b.select || a.len != b.len ||
	    memcmp(a.arg, b.arg, a.len) != 0)
		abort();
	return 0;
}
