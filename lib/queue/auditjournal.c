#include "queue/auditparts.h"

/*
 * What the log lacks.  Journal and log have the ends in one order; so those
 * between two that stand in the log were in it, unless it broke off between
 * them.
 */
struct unlogged {
	struct audit_message *message;
	uint32_t n;
};

static struct audit_fate *
fate_of(const struct unlogged *u)
{
	return &audit_fates(u->message)[u->n];
}

/* between what comes before it and what comes with so many breaks; they are
 * counted up to 255 */
static int
broke_off(const struct audit_fate *f, unsigned breaks)
{
	return f->breaks < breaks || breaks == 255;
}

/* one that has an end in the log; those before it are judged */
static void
neighbour(struct audit *a, unsigned breaks)
{
	const struct unlogged *u = (const void *)buf_data(&a->open);
	size_t n = buf_len(&a->open) / sizeof *u;
	struct audit_fate *f;

	/* a line that was written once more, of long ago */
	if (a->has_first && breaks < a->last_break)
		return;
	for (; n > 0; n--, u++) {
		f = fate_of(u);
		f->more &= ~FATE_OPEN;
		f->more |= broke_off(f, breaks) ? FATE_BROKEN : FATE_HOLE;
	}
	buf_clear(&a->open);
	if (!a->has_first)
		a->first_break = breaks;
	a->has_first = 1;
	a->last_break = breaks;
}

int
audit_journal(struct audit *a, const char *id, unsigned n, enum message_state s)
{
	/* a report is handed in first: it ended some time before that */
	int at_once =
	    s == MESSAGE_DELETED || (message_sent(s) && s != MESSAGE_SENT_SAID);
	struct unlogged u = { NULL, n };
	struct audit_fate *f;

	if (audit_end_of(s) == 0)
		return 0;
	if (audit_file(a, id, n, s) == -1 ||
	    (u.message = audit_find(a, id)) == NULL)
		return -1;
	f = fate_of(&u);
	if (f->flags & FATE_END) {
		if (at_once && !(f->flags & FATE_TWICE))
			neighbour(a, f->breaks);
		return 0;
	}
	if (f->more & (FATE_OPEN | FATE_BROKEN | FATE_HOLE))
		return 0;
	f->more = (f->more & ~(FATE_IN_FILE | FATE_OWED)) | FATE_OPEN;
	if (at_once && f->breaks < a->last_break)
		f->breaks = a->last_break;
	return buf_put(&a->open, &u, sizeof u);
}

int
audit_explains(const struct audit *a, const struct audit_fate *f, int *last)
{
	unsigned next;

	*last = f->more & (FATE_OPEN | FATE_OWED) ||
	    (f->more & FATE_IN_FILE && !a->has_first);
	next = *last ? a->breaks : a->first_break;
	return f->more & FATE_BROKEN ||
	    (!(f->more & FATE_HOLE) && broke_off(f, next)) ||
	    (*last && a->queue == AUDIT_QUEUE_DEAD);
}
