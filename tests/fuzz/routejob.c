/*
 * Any line that is a job gives jobs and results that are LTSV again, within
 * the limits, with each label of ours once and the others as they were.
 */
#include "route/routeresult.h"
#include "nolookup.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static unsigned
count(const struct ltsv *l, const char *label)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n; i++)
		n += l->f[i].label_len == strlen(label) &&
		    memcmp(l->f[i].label, label, strlen(label)) == 0;
	return n;
}

static void
check(struct buf *b, int r, const struct routejob *j)
{
	static struct ltsv l;

	if (r == ROUTEJOB_TOO_LONG) {
		must(buf_len(b) == 0);
		return;
	}
	must(r == 0 && ltsv_parse(buf_data(b), buf_len(b), &l) == 0);
	must(memchr(buf_data(b), '\n', buf_len(b)) ==
	    buf_data(b) + buf_len(b) - 1);
	must(count(&l, "site") == 1 && count(&l, "via") == 1);
	must(count(&l, "tls") <= 1 && count(&l, "tls-from") <= 1);
	must(count(&l, "id") == count(&j->l, "id"));
	must(count(&l, "x") == count(&j->l, "x"));
	buf_clear(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct lookup no = { nolookup, NULL };
	const struct routing_conf c = {
		.routes = no, .aliases = no, .pools = no, .local = no
	};
	static const struct slice site = { "s", 1 }, mx = { "h/25/i", 6 };
	static struct routejob j;
	static struct routing w;
	static struct protect how;
	static struct ltsv l;
	static struct buf b;

	buf_clear(&b);
	if (routejob_read(&j, (const char *)p, n) == -1) {
		if (j.id != NULL) {
			must(routeresult_later(&b, &j, 1) == 0);
			must(ltsv_parse(buf_data(&b), buf_len(&b), &l) == 0);
		}
		return 0;
	}
	routing_decide(&w, &c, &j.w);
	if (w.what == ROUTING_LOCAL) {
		check(&b, routejob_local(&b, &j, &w), &j);
	} else if (w.what == ROUTING_MX) {
		must(protect_decide(&how, &no, &w, &j.w, NULL) == 0);
		/* nobody vouches for it */
		if (how.plan.n_kept == 0)
			return 0;
		check(&b,
		    routejob_remote(&b, &j, &w, "me", site, mx, "1,1", &how),
		    &j);
	} else {
		must(routeresult_answer(&b, &j, "bounced", w.esc, w.class,
			 j.w.to, w.text) == 0);
		must(ltsv_parse(buf_data(&b), buf_len(&b), &l) == 0);
	}
	return 0;
}
