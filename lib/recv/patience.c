#include "recv/patience.h"

static int
in_vain(struct patience *p)
{
	if (p->vain < PATIENCE_VAIN_MAX)
		p->vain++;
	return 0;
}

int
patience_count(struct patience *p, enum patience_what what, unsigned code)
{
	int good = code < 400;

	if (what == PATIENCE_RCPT && code == 452 &&
	    p->excess < PATIENCE_EXCESS_MAX) {
		p->excess++;
		return 0;
	}
	/* what became of a message of his is not his to say */
	if (what == PATIENCE_MESSAGE && !good)
		return 1;
	if (what == PATIENCE_OTHER || !good ||
	    (what == PATIENCE_HELO && p->greeted) ||
	    (what == PATIENCE_MAIL && p->began))
		return in_vain(p);
	if (what == PATIENCE_MESSAGE)
		p->excess = p->vain = p->began = 0;
	p->greeted |= what == PATIENCE_HELO;
	p->began |= what == PATIENCE_MAIL;
	return 1;
}

unsigned
patience_pause(const struct patience *p)
{
	return p->vain <= PATIENCE_FREE
	    ? 0
	    : (p->vain - PATIENCE_FREE) * PATIENCE_STEP_MS;
}
