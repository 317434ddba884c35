#ifndef API_APIADAPT_H
#define API_APIADAPT_H

#include "api/apiroute.h"
#include "base/buf.h"
#include <jansson.h>

/*
 * Requests in JSON as other systems have them, as ones of ours: mail-json(5), or a
 * message that is there already.  Only what is said in http-api(7) is taken; what
 * asks for something else is refused, never left out.  Pure.
 */
enum {
	API_KEY_MAX = 200,        /* bytes of Idempotency-Key */
	API_MESSAGES_MAX = 10000, /* of a request */
	APIADAPT_WHY_MAX = 200    /* of a text, with NUL */
};

/* all zero: nothing */
struct apiadapt {
	json_t *mail;               /* mail-json(5), or NULL: */
	struct buf text;            /* the message, */
	struct buf from;            /* its sender, with a NUL, */
	json_t *to;                 /* and recipients: a list of strings */
	unsigned each : 1;          /* each of them gets one of his own */
	char why[APIADAPT_WHY_MAX]; /* what is wrong */
};

/* 0, or -1: why says so; "" is out of memory.  The request stays the caller's */
int apiadapt(struct apiadapt *, enum apiroute, json_t *request);
void apiadapt_free(struct apiadapt *);

#endif
