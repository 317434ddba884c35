#include "ledger/ledgercheck.h"
#include "ledger/ledgerturn.h"
#include <assert.h>
#include <stdlib.h>

/* a ledger, counted again by a few rules: line by line, and each by itself */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct ledgerconf conf;

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	(void)zone;
	(void)span;
	*begin_s = at_s - at_s % 86400;
	*end_s = *begin_s + 86400;
}

static int64_t
date(const char *zone, int64_t at_s)
{
	(void)zone;
	return at_s / 86400;
}

static int
fault(void *arg, const struct ledger_fault *f)
{
	(void)arg;
	assert(f->key != NULL && f->limit_text != NULL);
	return 0;
}

static void
rules(void)
{
	static const char *const text[] = {
		"site:* conn=2 rate=2/s rcpt-rate=9/s",
		"tag:a=* byte-rate=1k/s cap=3/day@X", "domain:.b warm=2,4"
	};
	unsigned i;

	if (conf.built_in.key != NULL)
		return;
	ledgerconf_open(&conf);
	for (i = 0; i < sizeof text / sizeof *text; i++)
		ledgerconf_line(&conf, text[i], strlen(text[i]), i + 1);
}

/* what was good of a turn stays good, and is no more than there is room for */
static void
line(const char *p, size_t n)
{
	static struct ledger_line l;
	struct slice rest = { p, n };
	struct ledgerturn t;
	size_t steps = 0;
	int r;

	if (ledgerline_parse(p, n, &l) == -1)
		return;
	assert(l.n_tags <= LEDGERLINE_TAGS_MAX &&
	    l.n_took <= LEDGERLINE_TOOK_MAX && l.at_us >= 0 && l.mono_us >= 0);
	while ((r = ledgerturn_next(&rest, &t)) == 1) {
		steps++;
		assert(t.what == LEDGERTURN_GO ||
		    (t.from <= t.to && t.to - t.from < LEDGERTURN_ENDS_MAX));
	}
	assert(steps <= n && (r == 0 || l.what != LEDGER_TURN));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ledgercheck c;
	const char *p = (const char *)data, *end = p + size, *lf;
	char *copy;

	if (size == 0)
		return 0;
	rules();
	memset(&c, 0, sizeof c);
	c.conf = &conf;
	c.turn = turn;
	c.date = date;
	c.fault = fault;
	c.part = *p++ & 1;
	ledgercheck_open(&c);
	for (; p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL;
	     p = lf + 1) {
		/* of its own length, so that a read behind it is seen */
		copy = malloc(lf == p ? 1 : (size_t)(lf - p));
		memcpy(copy, p, (size_t)(lf - p));
		line(copy, (size_t)(lf - p));
		if (ledgercheck_line(&c, copy, (size_t)(lf - p)) == -1) {
			assert(c.why != NULL);
			free(copy);
			break;
		}
		free(copy);
	}
	assert(c.grants + c.passed_by <= size && c.ends <= size * 1000000);
	ledgercheck_free(&c);
	return 0;
}
