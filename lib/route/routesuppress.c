#include "route/routesuppress.h"
#include "chain/event.h"
#include <string.h>

/* one job, and what is asked of it */
struct question {
	struct suppressask *lists;
	const struct routejob *job;
	struct suppressask_mail mail;
	struct slice domain;
	int64_t now_s;
	struct buf *out;
};

static int
refuse(const struct question *q)
{
	const struct routejob *j = q->job;

	if (j->explain == NULL) {
		suppressask_event(q->lists, &q->mail, "route");
		event_copy(j->id);
		event_copy(j->number);
		event_end();
	}
	return routeresult_suppressed(q->out, j, q->lists->line.reason,
	    q->domain, q->lists->text, suppressask_reports(q->lists, &q->mail));
}

/* as routesuppress(), of one address */
static int
ask(struct question *q, struct slice to)
{
	int r;

	q->mail.to = to;
	r = suppressask(q->lists, &q->mail, q->now_s);
	if (r == 0)
		return 0;
	r = r == 1 ? refuse(q)
		   : routeresult_answer(q->out, q->job, "deferred", "4.3.5",
			 "local", q->domain,
			 "it cannot be looked up now who gets no more mail");
	return r == -1 ? -1 : 1;
}

int
routesuppress(struct suppressask *lists, const struct routejob *job,
    const struct routing *w, int64_t now_s, struct buf *out)
{
	const struct routing_job *j = &job->w;
	struct question q = { lists, job,
		{ .from = j->from, .tenant = j->tenant, .user = j->user },
		{ w->addr.domain, w->addr.domain_len }, now_s, out };
	unsigned i;
	int r;

	if (!job->inside || w->what == ROUTING_BOUNCED ||
	    w->what == ROUTING_DEFERRED)
		return 0;
	for (i = 0; i < j->n_tag; i++)
		if (j->tag[i].n > 7 && memcmp(j->tag[i].p, "stream=", 7) == 0)
			q.mail.stream =
			    (struct slice){ j->tag[i].p + 7, j->tag[i].n - 7 };
	r = ask(&q, j->to);
	if (r == 0 && w->renamed)
		r = ask(&q,
		    (struct slice){ buf_data(&w->to), buf_len(&w->to) });
	return r;
}
