#include "smtp/instate.h"
#include <string.h>

SMTPIN_SAY(r_errors, 421, "4.7.0", "too many errors");

const struct smtpin_reply *
instate_counted(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r)
{
	if (r->code == 421)
		s->over = 1;
	if (r->code >= 500 && ++s->errors >= c->errors_max) {
		s->over = 1;
		return &r_errors;
	}
	return r;
}

void
instate_reset(struct smtpin *s)
{
	if (s->state != INSTATE_START)
		s->state = INSTATE_GREETED;
	s->n_rcpt = 0;
	s->eight = s->utf8 = 0;
	s->got = 0;
	s->left = s->chunk_size = 0;
	s->after = NULL;
	s->chunked = s->back = s->last = s->ends = s->over_then = 0;
	memset(&s->dot, 0, sizeof s->dot);
	memset(&s->chunk, 0, sizeof s->chunk);
}

const struct smtpin_reply *
instate_ask(struct smtpin *s, struct smtpin_event *ev, enum smtpin_kind kind)
{
	ev->kind = kind;
	s->asked = kind;
	return NULL;
}
