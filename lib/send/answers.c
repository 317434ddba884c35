#include "send/answers.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/sites.h"
#include <string.h>

static void
put(struct buf *to, const char *id, unsigned n, const struct sendsite *site,
    const struct sendresult *r)
{
	if (sendresult_put(to, id, n, site, r) == -1)
		die(EXIT_TEMP, "out of memory");
}

void
sendanswers_rcpt(struct sendanswers *a, struct sendtxn *t, unsigned i,
    const struct sendhost *host, struct sendresult *r)
{
	struct wire *up = &a->link->up;
	int64_t now = clock_mono_ms();

	if (host != NULL && r->host == NULL && host->name != NULL) {
		r->host = host->name;
		r->ip = host->ip;
	}
	r->ms = t->started_ms == 0 ? -1 : now - t->started_ms;
	r->stages = t->stages;
	if (t->data_ms > 0)
		r->stages.data = (uint32_t)(now - t->data_ms);
	r->attempt = t->mail.rcpt[i].attempt;
	lasttries_add(&a->last, &t->slot->site, t, host, r, clock_wall_us());
	put(&up->out, t->id, t->mail.rcpt[i].n, &t->slot->site, r);
	t->mail.rcpt[i].state = SMTPOUT_DECIDED;
	wire_dirty(up);
}

void
sendanswers_rest(struct sendanswers *a, struct sendtxn *t,
    const struct sendhost *host, struct sendresult *r)
{
	unsigned i;

	for (i = 0; i < t->mail.n_rcpt; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			sendanswers_rcpt(a, t, i, host, r);
}

void
sendanswers_sending(struct sendanswers *a, const struct sendtxn *t)
{
	struct sendresult r = { .status = "sending", .ms = -1 };
	const struct smtpout_rcpt *rcpt;
	unsigned i;

	if (a->link->up.record == -1)
		return;
	buf_clear(&a->noted);
	for (i = 0; i < t->mail.n_rcpt; i++) {
		rcpt = &t->mail.rcpt[i];
		r.attempt = rcpt->attempt;
		if (rcpt->state != SMTPOUT_DECIDED)
			put(&a->noted, t->id, rcpt->n, NULL, &r);
	}
	link_note(a->link, buf_data(&a->noted), buf_len(&a->noted));
}

void
sendanswers_job(struct sendanswers *a, const struct sendjob *j,
    const struct sendsite *site, struct sendresult *r, const char *why)
{
	char id[SENDJOB_TEXT_MAX];

	if (j->f[SENDJOB_ID] == NULL ||
	    ltsv_value(j->f[SENDJOB_ID], id, sizeof id) == -1) {
		warn("dropped: %s", why);
		return;
	}
	r->text = why;
	r->text_len = strlen(why);
	r->esc_len = 5;
	r->ms = -1;
	r->attempt = j->attempt;
	put(&a->link->up.out, id, j->n, site, r);
	wire_dirty(&a->link->up);
}
