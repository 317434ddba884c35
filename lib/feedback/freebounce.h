#ifndef FEEDBACK_FREEBOUNCE_H
#define FEEDBACK_FREEBOUNCE_H

#include "feedback/feedreport.h"

/*
 * Bounces of systems that follow no standard: who was not reached, and why,
 * from what they write for people.  By rules of general form: an address that
 * stands alone in its line, or in front of a colon, or in a transcript of
 * SMTP behind RCPT TO or a reply's code, counts more than one in a sentence;
 * one that the returned message went to counts more; who is asked to be
 * written to, and who sent the message, do not count.  The reason is the
 * reply of SMTP that stands with it, else the words behind it.
 */
enum {
	FREEBOUNCE_LINES_MAX = 2000, /* of text; the rest is not looked at */
	FREEBOUNCE_LINE_MAX = 4000,  /* bytes of one; the same */
	FREEBOUNCE_FOUND_MAX = 4000, /* addresses in it; the same */
	FREEBOUNCE_FIELDS_MAX = 300, /* addresses in fields; the same */
	FREEBOUNCE_NEAR = 200 /* bytes around an address that say whose it
			       * is */
};

struct freebounce {
	struct slice text;     /* for people: UTF-8, LF */
	struct slice header;   /* of the report itself */
	struct slice original; /* the returned message; empty: none */
};

/* adds recipients; 0, or -1 with ENOMEM */
int freebounce(struct feedreport *, const struct freebounce *);
/* why for recipients who are known, where the report's fields do not say it:
 * text, phase and host.  0, or -1 with ENOMEM */
int freebounce_reasons(struct feedreport *, const struct freebounce *);
/* is it only late, and still being tried? */
int freebounce_delayed(struct slice subject, struct slice text);

/* inside: freercpt.c and freereason.c */

struct freeline {
	struct slice s;  /* without LF, CR and blanks at the end */
	unsigned weight; /* how much it looks like the reply that refused */
};

/* the lines of a text; how many */
size_t freebounce_lines(struct freeline *, size_t max, struct slice text);
/*
 * the reason that stands in lines from..to, for this address, should it have
 * none; and who said so when
 *
 * alone  there is no other recipient: then it may stand anywhere
 */
void freebounce_why(struct feedreport_rcpt *r, const struct freeline *,
    size_t n, size_t from, size_t to, int alone);
/* a reply's code at the front of p: 400 to 599, no digit behind; 0: none */
unsigned freebounce_code(const char *p, const char *end);

#endif
