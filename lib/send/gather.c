#include "send/gather.h"
#include "base/die.h"
#include "format/job.h"
#include "send/sendwhy.h"
#include <stdio.h>

/* never the message's fault */
static void
refuse_local(struct sendpool *p, const char *why)
{
	struct sendresult r = {
		.status = "deferred", .class = "local", .esc = "4.3.5"
	};
	char text[200];

	snprintf(text, sizeof text, "job: %s", why);
	sendanswers_job(&p->answers, &p->job, NULL, &r, text);
}

/* an address that would break the command, before any server sees it */
static int
is_bad(struct sendpool *p, const struct sendsite *site)
{
	struct sendresult r = { .status = "bounced", .code = 553 };
	const char *text = NULL;

	switch (sendjob_addresses(&p->job)) {
	case SENDJOB_BAD_FROM:
		r.esc = "5.1.7";
		r.class = "mail";
		text = "553 5.1.7 the sender's address is malformed";
		break;
	case SENDJOB_BAD_TO:
		r.esc = "5.1.3";
		r.class = "rcpt";
		text = "553 5.1.3 the recipient's address is malformed";
		break;
	case SENDJOB_GOOD: return 0;
	}
	sendanswers_job(&p->answers, &p->job, site, &r, text);
	return 1;
}

/* the job is p->job: into the open transaction, or a new one; returns the one
 * that is open then */
static struct sendtxn *
add(struct sendpool *p, struct sendtxn *open, struct sendslot *s)
{
	const struct sendjob *j = &p->job;
	struct sendtxn *t;

	if (j->conns > 0)
		s->conns = j->conns;
	if (open != NULL && open->slot == s &&
	    open->mail.n_rcpt < p->limit.rcpts && sendtxn_same(open, j) &&
	    sendtxn_add(open, j) == 0)
		return open;
	if (open != NULL)
		sendpool_add(p, open);
	t = sendtxn_new(j);
	if (t == NULL)
		refuse_local(p, "out of memory");
	else
		t->slot = s;
	return t;
}

/* a line as a job; returns the transaction that is open then */
static struct sendtxn *
job(struct sendpool *p, struct sendtxn *open, const char *line, size_t n)
{
	const char *bad = sendjob_parse(line, n, &p->job);
	struct sendslot *s = NULL;

	if (p->job.f[SENDJOB_ID] != NULL &&
	    job_explains(&p->job.line) != NULL) {
		needs(sendwhy(p, &p->job, &p->answers.link->up.out));
		wire_dirty(&p->answers.link->up);
		return open;
	}
	if (bad == NULL)
		s = sendpool_slot(p, &p->job);
	if (s == NULL) {
		refuse_local(p, bad == NULL ? "out of memory" : bad);
		return open;
	}
	if (is_bad(p, &s->site))
		return open;
	return add(p, open, s);
}

size_t
sendgather_take(struct sendpool *p, const char *in, size_t n)
{
	struct sendtxn *open = NULL;
	size_t used = 0, len;

	while (!sendpool_full(p) &&
	    (len = link_line(in + used, n - used)) > 0) {
		open = job(p, open, in + used, len);
		used += len;
	}
	if (open != NULL)
		sendpool_add(p, open);
	return used;
}
