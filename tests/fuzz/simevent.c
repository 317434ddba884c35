/*
 * Lines of a log: what they say of messages stays within the store, and is the
 * same when they are read once more.
 */
#include "sim/simevent.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static void
names(const struct simstore *s, uint32_t name)
{
	must(name == SIMSTORE_NONE || name < s->names.n);
}

static void
check(const struct simstore *s)
{
	const struct simstore_rcpt *x;
	uint32_t i, t, n = 0;
	size_t len;

	for (i = 0; i < s->n_rcpt; i++) {
		x = &s->rcpt[i];
		must(x->message < s->n_message);
		must(simstore_number(s, x->message, x->n) == i);
		must(s->message[x->message].birth_us != 0);
		names(s, x->domain);
		names(s, x->site);
		names(s, x->via);
		simstore_to(s, i, &len);
		must(len < s->n_text || len == 0);
		for (t = x->first; t != SIMSTORE_NONE;
		     t = s->attempt[t].next, n++)
			names(s, s->attempt[t].reply);
	}
	must(n == s->n_try);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct simstore store = { .n_rcpt = 0 };
	struct simstat real = { .n = 0 };
	struct simevent *e = calloc(1, sizeof *e);
	const char *at = (const char *)p, *end = at + n, *lf, *why;
	uint64_t sum;
	int r;

	must(e != NULL);
	e->store = &store;
	e->real = &real;
	e->by = n % SIMGROUPS;
	for (; at < end; at = lf + 1) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			break;
		why = NULL;
		r = simevent_line(e, at, (size_t)(lf - at) + 1, &why);
		must(r == 0 || (r == 1 && why != NULL));
	}
	check(&store);
	must(simevent_close(e) == 0);
	simstat_close(&real);
	if (real.n > 0) {
		sum = real.group[0].sent + real.group[0].bounced +
		    real.group[0].expired + real.group[0].deleted +
		    real.group[0].queued;
		must(sum == real.group[0].rcpts && sum == store.n_rcpt);
	}
	simstore_free(&store);
	simstat_free(&real);
	free(e);
	return 0;
}
