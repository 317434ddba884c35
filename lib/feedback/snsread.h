#ifndef FEEDBACK_SNSREAD_H
#define FEEDBACK_SNSREAD_H

#include "feedback/feedreport.h"

/*
 * Notices in JSON that a mail service writes as the text of a mail: an object
 * with notificationType or eventType, and in it bouncedRecipients,
 * complainedRecipients or, of a delivery, recipients.
 */
enum snsread_kind {
	SNSREAD_NONE, /* no such notice */
	SNSREAD_BOUNCE,
	SNSREAD_COMPLAINT,
	SNSREAD_DELIVERY
};

/* which is it? */
enum snsread_kind snsread_kind(struct slice text);
/* adds its recipients; 0, or -1 with ENOMEM */
int snsread(struct feedreport *, struct slice text);

#endif
