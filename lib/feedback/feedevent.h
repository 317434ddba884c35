#ifndef FEEDBACK_FEEDEVENT_H
#define FEEDBACK_FEEDEVENT_H

#include "failure/failuretable.h"
#include "conf/conffeedback.h"
#include "feedback/mailread.h"
#include "feedback/tie.h"

/*
 * The events of a message that came back, event(5): one oob-bounce for each
 * recipient of a bounce, a complaint for each who complained, an unsubscribe,
 * an autoreply.  Their eid is made of what the sender has written, not of when
 * it came: who hands a message in once more because he has not heard of us
 * causes the same one.
 */
struct feedevent {
	const struct mailread *mail;
	const char *message; /* all of it that is looked at */
	size_t n;
	const struct tie *tie;
	const struct conffeedback *address; /* where it came to */
	struct slice came_to, from; /* of the envelope; empty: not known */
	/* more labels, as event(5) has them: "label:value TAB ..." or empty */
	struct slice labels;
	struct failuretable *classes;
	int unsubscribe; /* its words or its token ask for that */
};

enum { FEEDEVENT_EID_LEN = 32 };

/* what came of it */
enum feedevent_result {
	FEEDEVENT_DONE,   /* lines has its events */
	FEEDEVENT_UNTIED, /* the same; a person may find out whose it is */
	FEEDEVENT_UNREAD  /* it is not understood: there are none */
};

/* lines: they are appended */
enum feedevent_result feedevent_put(struct buf *lines,
    const struct feedevent *);
/* the event feedback-kept, for one that goes to a person; file may be NULL */
void feedevent_kept(struct buf *lines, const struct feedevent *,
    const char *file, const char *why);
/* the id of the i-th event of this kind of a message */
void feedevent_eid(char out[FEEDEVENT_EID_LEN + 1], const struct feedevent *,
    const char *kind, size_t i);

#endif
