#ifndef RECV_HOOKASK_H
#define RECV_HOOKASK_H

#include "policy/hookstart.h"
#include "policy/hooks.h"
#include "recv/hookwish.h"
#include "recv/session.h"

/*
 * The policy servers of conf-hooks(5), asked at the stages of a session: while
 * they are, nothing more of it is obeyed, and others go on.  What they want to be
 * done with its message is kept until that goes down.
 */

/* the table of a configuration directory, which must stay.  Where it has rules, a
 * process is forked that connects to them, policy/hookstart.h; a text without a
 * table ends the program, and so does what goes wrong */
void hookask_open(struct inbound *, const char *confdir);
/* a session begins: is there a newer table? */
static inline void
hookask_look(struct inbound *in)
{
	if (in->hooks != NULL)
		hooks_look(in->hooks);
}

/*
 * hookask_begin - ask all of a stage
 *
 * recipient  of RCPT, else empty
 * then       is told the refusal, NULL: nothing is against it; the refusal is
 *            valid until another stage is refused
 *
 * Returns 1, and s->asked; or 0: nobody is to be asked.
 */
typedef void hookask_then(struct session *, const struct smtpin_reply *);
int hookask_begin(struct session *, enum hookrule_stage, struct slice recipient,
    hookask_then *then);

/* who hears of a command when there is nothing more to be asked: its event, and
 * the reply, NULL for the usual one */
typedef void hookask_answered(struct session *, const struct smtpin_event *,
    const struct smtpin_reply *);

/* a recipient who is somebody, in the order in which is asked: the hooks, and
 * then accept-limit, for that counts; else he is in the envelope.  As
 * rcptask_begin() */
const struct smtpin_reply *hookask_rcpt(struct session *,
    const struct smtpin_event *, struct slice line, hookask_answered *);
/* of MAIL, when r is nothing against it: NULL, and s->asked; or the reply */
const struct smtpin_reply *hookask_mail(struct session *,
    const struct smtpin_event *, const struct smtpin_reply *r,
    hookask_answered *);
/* of DATA; what next() says where nothing is against it */
typedef const struct smtpin_reply *hookask_next(struct session *,
    const struct smtpin_event *, struct slice line, hookask_answered *);
const struct smtpin_reply *hookask_data(struct session *,
    const struct smtpin_event *, hookask_next *next, hookask_answered *);
/* how he logs in, for later */
void hookask_mech(struct session *, struct slice);

/* fields that hooks want in front of the message are appended */
void hookask_fields(const struct session *, struct buf *);
/* what else they want of a whole one is done.  0; 1: it is to be thrown away;
 * -1: no memory */
int hookask_do(struct session *);

/* a message begins: what was wanted of the last one is not of this */
void hookask_message(struct session *);
/* the session ends: nobody hears the answer */
void hookask_drop(struct session *);
/* and all that was kept */
void hookask_free(struct session *);

#endif
