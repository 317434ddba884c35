#include "ship/batch.h"
#include "ship/sending.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* a receipt of a batch of seven, in parts; the same bytes as a batch */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { EVENTS = 7 };

static int
dead(void *arg, unsigned event, const char *text, size_t n)
{
	(void)arg;
	assert(event < EVENTS && n <= SHIP_TEXT_MAX);
	assert(n == 0 || text[n - 1] != '\0');
	return 0;
}

static void
receipt(const char *p, size_t n)
{
	static struct sending s;
	struct shipreceipt r;
	unsigned i, count, left = 0;

	sending_begin(&s, EVENTS);
	for (i = 0; i < 4 * EVENTS && (count = sending_part(&s)) > 0; i++) {
		assert(count <= EVENTS);
		if (shipreceipt_read(&r, p, n, count) == -1)
			return;
		sending_answer(&s, &r, dead, NULL);
	}
	for (i = 0; i < EVENTS; i++)
		left += s.state[i] == SENDING_WAITS;
	/* none is forgotten */
	assert(sending_part(&s) == 0 ? left == 0 : left > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ship_event ev[EVENTS];
	char *p = malloc(size == 0 ? 1 : size);
	long n, i;

	if (size > 0)
		memcpy(p, data, size);
	receipt(p, size);
	n = shipbatch_split(p, size, ev, EVENTS);
	assert(n == -1 || (n >= 1 && n <= EVENTS));
	for (i = 0; i < n; i++)
		assert(ev[i].len > 0 && ev[i].line >= p &&
		    ev[i].line + ev[i].len < p + size);
	free(p);
	return 0;
}
