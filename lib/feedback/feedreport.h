#ifndef FEEDBACK_FEEDREPORT_H
#define FEEDBACK_FEEDREPORT_H

#include "conf/word.h"
#include <stddef.h>

/*
 * What a report about our mail says, whatever its form: who could not be
 * reached, and why.
 */
enum {
	FEEDREPORT_RCPTS_MAX = 1000, /* recipients of one report; more are not
				    * looked at, which is told */
	FEEDREPORT_ADDRESS_MAX =
	    320, /* bytes of an address; a longer one is cut */
	FEEDREPORT_TEXT_MAX = 900, /* of a reason; the rest is cut */
	FEEDREPORT_WORD_MAX = 40,  /* of an action */
	FEEDREPORT_HOST_MAX = 255  /* of a host's name */
};

struct feedreport_rcpt {
	char address[FEEDREPORT_ADDRESS_MAX +
	    1]; /* who it could not be given to */
	char
	    orcpt[FEEDREPORT_ADDRESS_MAX + 1]; /* who it was sent to, if that is
					       * said apart */
	char action[FEEDREPORT_WORD_MAX + 1]; /* failed, delayed, ...: a word in
					       * lower case */
	char esc[12];                         /* status; empty: not said */
	char host[FEEDREPORT_HOST_MAX + 1];   /* who refused it */
	char phase[12];                       /* class of job(5), where a text
					       * says it */
	char text[FEEDREPORT_TEXT_MAX + 1];   /* why: UTF-8, one line */
	size_t text_len;
	unsigned proven : 1; /* of other modules: our token names it */
};

struct feedreport {
	struct feedreport_rcpt
	    *rcpt; /* n of them, in the order of the report */
	size_t n, cap;
	unsigned more : 1; /* there were more than FEEDREPORT_RCPTS_MAX */
	char host[FEEDREPORT_HOST_MAX + 1]; /* who reports */
	char arrival[64];                   /* when it had got our message */
};

/* a new recipient, all empty; NULL: no memory, or too many (more is set) */
struct feedreport_rcpt *feedreport_add(struct feedreport *);
/* the one of this address, letter case apart; NULL: none */
struct feedreport_rcpt *feedreport_find(const struct feedreport *, const char *,
    size_t n);
void feedreport_free(struct feedreport *);

/* text into room for cap bytes: one line, blanks at its ends and doubled ones
 * gone, cut between two characters; NUL behind it.  Its length */
size_t feedreport_line(char *out, size_t cap, const char *, size_t n);

#endif
