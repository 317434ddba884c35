#include "suppress/suppressconf.h"
#include "base/num.h"
#include "suppress/suppressfile.h"
#include <string.h>

int
suppressconf_load(struct suppressconf *c, const struct lookup *l)
{
	c->table = *l;
	return rulesearch_load(&c->loaded, &c->table);
}

static int
is_one(struct slice list, struct slice word)
{
	struct slice one;

	while (word_piece(&list, ',', &one))
		if (one.n == word.n && memcmp(one.p, word.p, one.n) == 0)
			return 1;
	return 0;
}

static int
holds(void *arg, struct slice label, struct slice value)
{
	const struct suppressconf_facts *f = arg;

	if (word_is(label, "ev"))
		return is_one(value, f->ev);
	if (word_is(label, "failure"))
		return is_one(value, f->failure);
	if (word_is(label, "type"))
		return is_one(value, f->type);
	if (word_is(label, "reason"))
		return is_one(value, f->reason);
	if (word_is(label, "trusted"))
		return f->untrusted;
	if (word_is(label, "any-stream"))
		return f->who.n_tag > 0;
	return rulesearch_condition(&f->who, label, value);
}

/* the actions of a rule; a value without bytes is none */
struct actions {
	struct slice suppress, scope, after, report, door;
	unsigned ignore : 1, send : 1, refuse : 1, untrusted : 1;
	unsigned line;
};

static int
read_actions(struct actions *a, const struct rulesearch_rule *rule)
{
	struct slice rest = rule->actions, label, v;
	int r;

	memset(a, 0, sizeof *a);
	a->line = rule->line;
	while ((r = rulesearch_field(&rest, &label, &v)) == 1) {
		if (word_is(label, "suppress"))
			a->suppress = v;
		else if (word_is(label, "scope"))
			a->scope = v;
		else if (word_is(label, "after"))
			a->after = v;
		else if (word_is(label, "report"))
			a->report = v;
		else if (word_is(label, "door"))
			a->door = v;
		a->ignore |= word_is(label, "ignore");
		a->send |= word_is(label, "send");
		a->refuse |= word_is(label, "refuse");
		a->untrusted |= word_is(label, "untrusted");
	}
	return r;
}

enum question { OF_EVENT, OF_SENDING, OF_REPORT, OF_DOOR };

static int
answers(const struct actions *a, enum question q, int untrusted)
{
	switch (q) {
	case OF_EVENT:
		return (a->ignore || a->suppress.n > 0) &&
		    (!untrusted || a->untrusted);
	case OF_SENDING: return a->send || a->refuse;
	case OF_REPORT: return a->report.n > 0;
	case OF_DOOR: return a->door.n > 0;
	}
	return 0;
}

/* the first rule that holds and answers; 1, 0 or -1 */
static int
find(const struct suppressconf *c, const struct suppressconf_facts *f,
    enum question q, struct actions *a)
{
	struct suppressconf_facts copy = *f;
	struct rulesearch_rule rule;
	unsigned after = 0;
	int r;

	while ((r = rulesearch_find(&c->loaded, &c->table, &copy.who, after,
		    holds, &copy, &rule)) == 1) {
		if (read_actions(a, &rule) == -1)
			return -1;
		if (answers(a, q, f->untrusted))
			return 1;
		after = rule.line;
	}
	return r;
}

/* what a rule says of an event; 0, or -1 damaged */
static int
event_of(struct suppressconf_add *out, const struct actions *a)
{
	uint64_t span = 0, count = 1, within = 0;

	if (!word_is(a->suppress, "forever") &&
	    num_scan_duration(a->suppress.p, a->suppress.n,
		SUPPRESSFILE_SPAN_MAX_S, &span) == -1)
		return -1;
	if (a->after.n > 0 &&
	    suppressfile_after(a->after, &count, &within) == -1)
		return -1;
	out->span_s = (int64_t)span;
	out->after = (unsigned)count;
	out->after_s = (int64_t)within;
	out->line = a->line;
	out->scope = word_is(a->scope, "stream") ? SUPPRESSCONF_STREAM
	    : word_is(a->scope, "everybody")     ? SUPPRESSCONF_EVERYBODY
						 : SUPPRESSCONF_TENANT;
	return 0;
}

int
suppressconf_event(const struct suppressconf *c,
    const struct suppressconf_facts *f, struct suppressconf_add *out)
{
	struct actions a;
	int r = find(c, f, OF_EVENT, &a);

	if (r != 1 || a.ignore)
		return r == -1 ? -1 : 0;
	return event_of(out, &a) == -1 ? -1 : 1;
}

int
suppressconf_sends(const struct suppressconf *c,
    const struct suppressconf_facts *f)
{
	struct actions a;
	int r = find(c, f, OF_SENDING, &a);

	return r == 1 ? a.send : r;
}

int
suppressconf_reports(const struct suppressconf *c,
    const struct suppressconf_facts *f)
{
	struct actions a;
	int r = find(c, f, OF_REPORT, &a);

	return r == 1 ? word_is(a.report, "yes") : r == 0 ? 1 : -1;
}

int
suppressconf_door(const struct suppressconf *c,
    const struct suppressconf_facts *f, struct slice *tenant,
    struct slice *stream)
{
	struct slice rest;
	struct actions a;
	int r = find(c, f, OF_DOOR, &a);

	if (r != 1)
		return r;
	rest = a.door;
	word_piece(&rest, '/', tenant);
	*stream = rest.p == NULL ? (struct slice){ NULL, 0 } : rest;
	return 1;
}
