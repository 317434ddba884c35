#ifndef FEEDBACK_MAILREAD_H
#define FEEDBACK_MAILREAD_H

#include "feedback/arfread.h"
#include "feedback/mailkind.h"
#include "feedback/feedreport.h"

/* A message that came back, read: its kind, and what a report in it says. */
struct mailread {
	enum mailkind kind;
	struct mailparts parts;
	struct feedreport report; /* of a bounce; n 0: nobody is named */
	struct arf arf;           /* of a complaint */
	unsigned structured : 1;  /* the bounce has fields for programs */
};

/* all zero before; message as in mailparts.h, null_sender as in mailkind.h.
 * 0, or -1 with ENOMEM */
int mailread(struct mailread *, const char *message, size_t n, int null_sender);
void mailread_free(struct mailread *);

#endif
