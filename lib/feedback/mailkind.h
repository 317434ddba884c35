#ifndef FEEDBACK_MAILKIND_H
#define FEEDBACK_MAILKIND_H

#include "feedback/mailparts.h"

/*
 * What a message that comes to a feedback address is: by its parts where they
 * say it (RFC 3464, 5965, 8098), by Auto-Submitted (RFC 3834) and the fields
 * that mailers and list managers agree on, and else by who wrote it, its
 * subject and its words, of which several must speak for it.
 */
enum mailkind {
	MAILKIND_OTHER, /* somebody wrote */
	MAILKIND_BOUNCE,
	MAILKIND_COMPLAINT,
	MAILKIND_VACATION,  /* "I am out of office" */
	MAILKIND_CHALLENGE, /* "prove that you are human" */
	MAILKIND_AUTOREPLY, /* another machine's answer */
	MAILKINDS
};

/* null_sender: it came with an empty return path; -1: not known */
enum mailkind mailkind(const struct mailparts *, int null_sender);

#endif
