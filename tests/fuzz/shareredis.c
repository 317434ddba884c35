#include "share/sharelost.h"
#include "share/shareredis.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* what Redis answers: to two questions of ours, and to calls of the script;
 * the first byte says in which pieces it comes */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { OWED = 12 };

static unsigned answers;

static void
up(void *arg)
{
	struct shareredis *r = arg;

	assert(strlen(r->run) <= SHAREREDIS_NAME_MAX && r->run[0] != '\0');
	assert(strlen(r->sha) <= SHAREREDIS_NAME_MAX && r->sha[0] != '\0');
}

static void
answered(void *arg, const int64_t *number, unsigned n)
{
	struct sharelost s = { .machines = 3 };
	struct lease_answer a;

	(void)arg;
	answers++;
	assert(n == 0 || n == SHARESCRIPT_NUMBERS);
	if (n == 0)
		return;
	sharelost_up(&s, number, 1000000, 1000500);
	sharelost_answer(&s, number, 10, 1000000, 1000500, &a);
	assert(a.has <= a.of && a.kept <= a.has && a.back <= 10);
	assert(a.back_us >= 0 && a.retry_us >= 0 && a.level <= LEASE_WHOLE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shareredis r = { .up = up, .answered = answered };
	size_t at, n, piece;

	if (size == 0)
		return 0;
	r.arg = &r;
	r.owed = OWED;
	r.setup = 2;
	answers = 0;
	piece = data[0] % 64 + 1;
	for (at = 1; at < size; at += n) {
		char *p;
		int bad;

		n = size - at < piece ? size - at : piece;
		p = malloc(n);
		memcpy(p, data + at, n);
		bad = shareredis_feed(&r, p, n);
		free(p);
		if (bad == -1) {
			assert(r.why[0] != '\0' || r.owed < OWED);
			break;
		}
	}
	assert(answers <= OWED - 2);
	shareredis_reset(&r);
	return 0;
}
