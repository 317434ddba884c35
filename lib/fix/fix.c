#include "fix/fix.h"
#include "fix/actions.h"
#include "fix/complete.h"
#include "format/envlines.h"
#include <string.h>

/* the header as it came is kept as long as rules look at it */
static int
keep_header(struct fixwork *w)
{
	if (w->came.p != NULL || buf_len(w->m->header) == 0)
		return 0;
	if (buf_put(&w->came, buf_data(w->m->header), buf_len(w->m->header)) ==
	    -1)
		return -1;
	w->facts.header = buf_data(&w->came);
	return 0;
}

/* an enum fixaction_result; *v says how it stopped */
static int
apply(struct fixwork *w, enum fix_verdict *v)
{
	static const char damaged[] = "4.3.5 the table fix is damaged";
	struct fixrules_mail mail;
	struct fixrules_rule r;
	unsigned after = 0, i;
	int k;

	for (;; after = r.line) {
		fixfacts_mail(&w->facts, &mail);
		k = fixrules_find(w->site->loaded, w->site->rules, &mail, after,
		    &r);
		if (k == 0)
			return FIXACTION_GO_ON;
		if (k == -1) {
			w->m->text = damaged;
			*v = FIX_TEMP;
			return FIXACTION_STOP;
		}
		if (keep_header(w) == -1)
			return FIXACTION_NO_MEMORY;
		for (i = 0; i < r.n; i++)
			if ((k = fixaction_do(w, &r, i)) != FIXACTION_GO_ON) {
				*v = FIX_PERM;
				return k;
			}
	}
}

static int
judge(struct fixwork *w)
{
	static const char long_one[] = "the header is too long for From to be "
				       "checked";
	const char *fault;

	if (w->facts.no_key) {
		w->m->text = "4.3.5 no key to sign with";
		return FIX_TEMP;
	}
	if (w->check == 0)
		return FIX_PASS;
	fault = w->m->long_header
	    ? long_one
	    : fixfacts_check_from(&w->facts, w->list, w->lists);
	if (fault == NULL)
		return FIX_PASS;
	w->m->from_refused = 1;
	fixaction_refuse(w, "5.7.1", (struct slice){ fault, strlen(fault) },
	    w->check);
	return FIX_PERM;
}

static int
run(struct fixwork *w)
{
	enum fix_verdict v = FIX_PASS;
	int r;

	if (fixfacts_read(&w->facts, w->m->env, w->m->rnd) == -1)
		return -1;
	r = apply(w, &v);
	if (r == FIXACTION_NO_MEMORY)
		return -1;
	if (r == FIXACTION_STOP)
		return v;
	r = judge(w);
	if (r != FIX_PASS)
		return r;
	if (envlines_set(w->m->env, "uuid", w->facts.id, strlen(w->facts.id)) ==
	    -1)
		return -1;
	if (w->m->long_header)
		return r;
	/* the copy is what the facts are of; without one it is the header,
	 * which may now move */
	if (keep_header(w) == -1)
		return -1;
	return fixcomplete(w->m, &w->facts, w->site) == -1 ? -1 : FIX_PASS;
}

int
fix_message(const struct fix_site *site, struct fix_mail *m)
{
	struct fixwork w = { .site = site, .m = m };
	int r;

	w.facts.me = site->me;
	w.facts.now = m->now;
	w.facts.keys = site->keys;
	w.facts.add_from = site->add_from;
	w.facts.header = buf_data(m->header);
	w.facts.header_len = buf_len(m->header);
	r = run(&w);
	fixfacts_free(&w.facts);
	buf_free(&w.came);
	buf_free(&w.out);
	return r;
}
