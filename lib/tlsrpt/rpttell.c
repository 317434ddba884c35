#include "tlsrpt/rpttell.h"
#include "chain/event.h"
#include <string.h>

struct told {
	uint64_t n, left;
};

static void
event_put_words(const char *label, const char *p)
{
	size_t n = strlen(p);

	if (n > RPT_VALUE_MAX)
		for (n = RPT_VALUE_MAX; n > 0 && (p[n] & 0xc0) == 0x80;)
			n--;
	if (n > 0)
		event_put(label, p, n);
}

/* what all events of a report begin with; 0: there have been enough */
static int
begin(struct told *t, const struct rptread_policy *p)
{
	if (t->n == RPT_TOLD_MAX) {
		t->left++;
		return 0;
	}
	t->n++;
	event_begin("tls-report");
	event_put_words("org", p->report->org);
	event_put_words("report-id", p->report->id);
	event_put_words("domain", p->domain);
	return 1;
}

static void
event_put_time(const char *label, int64_t t)
{
	if (t >= 0)
		event_num(label, (uint64_t)t);
}

static void
on_policy(void *arg, const struct rptread_policy *p)
{
	if (!begin(arg, p))
		return;
	event_put_time("begin", p->report->begin);
	event_put_time("end", p->report->end);
	event_put_words("policy-type", p->type);
	event_num("good", p->good);
	event_num("bad", p->bad);
	event_end();
}

static void
on_failure(void *arg, const struct rptread_failure *f)
{
	if (!begin(arg, f->policy))
		return;
	event_put_words("result", f->result);
	event_put_words("host", f->host);
	event_put_words("ip", f->ip);
	event_put_words("from-ip", f->from_ip);
	event_num("count", f->count);
	event_put_words("reason", f->reason);
	event_end();
}

int
rpttell_json(const char *p, size_t n, uint64_t *left, char why[RPT_FAULT_MAX])
{
	static const struct rptread_ops ops = { on_policy, on_failure };
	struct told t = { 0, 0 };
	int r = rptread_json(p, n, &ops, &t, why);

	*left = t.left;
	return r;
}
