#ifndef COMPOSE_LETTERPARTS_H
#define COMPOSE_LETTERPARTS_H

#include "compose/letter.h"

/*
 * Inside of letter.h: what a letter is made of, in this order.  Each appends
 * to its envelope or text: 0, or -1 with a fault.
 */

/* the line "from", the field From; *utf8 is set where an address is no ASCII,
 * as by the next */
int letterenv_sender(struct letter *, int *utf8);
/* tenant, tags, times and so on */
int letterenv_lines(struct letter *);
/* the lines "to", the fields To and Cc */
int letterenv_rcpts(struct letter *, int *utf8);

/* Reply-To, Subject, fields of its own */
int letterhead_put(struct letter *);

/* MIME fields, empty line, body; only looked at where letter->look says so */
int letterbody_put(struct letter *);

/* a member that is wrong: -1 */
static inline int
letter_in(struct letter *l, enum letter_member k)
{
	return composefault_in(l->fault, letter_names[k]);
}

/* the string that j is, as it stands or as the template has it */
static inline int
letter_string(struct letter *l, const json_t *j, struct slice *s)
{
	if (!json_is_string(j))
		return composefault_say(l->fault, "no string");
	s->p = json_string_value(j);
	s->n = json_string_length(j);
	return l->render == NULL ? 0 : l->render(l->arg, j, s, l->fault);
}

#endif
