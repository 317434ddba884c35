#include "ship/sending.h"
#include <string.h>

void
sending_begin(struct sending *s, unsigned n)
{
	memset(s->state, SENDING_WAITS, n);
	s->n = s->most = n;
	s->n_sent = s->first = 0;
}

unsigned
sending_part(struct sending *s)
{
	unsigned i;

	while (s->first < s->n && s->state[s->first] != SENDING_WAITS)
		s->first++;
	s->n_sent = 0;
	for (i = s->first; i < s->n && s->n_sent < s->most; i++)
		if (s->state[i] == SENDING_WAITS)
			s->sent[s->n_sent++] = (uint16_t)i;
	return s->n_sent;
}

/* all of the part are taken, but for those that are named */
static int
taken(struct sending *s, struct shipreceipt *r,
    int (*dead)(void *, unsigned, const char *, size_t), void *arg)
{
	struct shipreceipt_one one;
	unsigned i;
	int all = 1;

	for (i = 0; i < s->n_sent; i++)
		s->state[s->sent[i]] = SENDING_TAKEN;
	while (shipreceipt_next(r, &one)) {
		if (one.i >= s->n_sent)
			continue;
		i = s->sent[one.i];
		/* twice dead is once */
		if (s->state[i] == SENDING_DEAD)
			continue;
		s->state[i] = SENDING_WAITS;
		if (one.kind == 'D' &&
		    dead(arg, i, one.text, one.text_len) == 0)
			s->state[i] = SENDING_DEAD;
		else
			all = 0;
	}
	s->most = s->most < s->n / 2 ? s->most * 2 : s->n;
	return all;
}

int
sending_answer(struct sending *s, struct shipreceipt *r,
    int (*dead)(void *, unsigned, const char *, size_t), void *arg)
{
	if (r->kind == 'K')
		return taken(s, r, dead, arg);
	if (r->kind == 'Z' || s->n_sent == 0)
		return 0;
	if (s->n_sent > 1) {
		s->most = s->n_sent / 2;
		return 1;
	}
	if (dead(arg, s->sent[0], r->text, r->text_len) == -1)
		return 0;
	s->state[s->sent[0]] = SENDING_DEAD;
	return 1;
}
