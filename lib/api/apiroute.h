#ifndef API_APIROUTE_H
#define API_APIROUTE_H

#include "base/slice.h"

/*
 * Which call a method and a path are, http-api(7).  Pure.
 */
enum apiroute {
	APIROUTE_RAW,      /* POST /v1/mail/send */
	APIROUTE_MESSAGES, /* POST /v1/messages */
	/* as other systems have them */
	APIROUTE_ONE,        /* POST /sendemail */
	APIROUTE_SEVERAL,    /* POST /sendmultiemails, /sendmultimails */
	APIROUTE_KUMO,       /* POST /api/inject/v1 */
	APIROUTE_POSTAL_RAW, /* POST /api/v1/send/raw */
	APIROUTE_POSTAL,     /* POST /api/v1/send/message */
	APIROUTE_SES,        /* POST /v2/email/outbound-emails */
	/* whoever asks */
	APIROUTE_HEALTH,  /* GET /healthz */
	APIROUTE_OPENAPI, /* GET /v1/openapi.json */
	/* in no table: what http-admin(8) has to know */
	APIROUTE_ONWARD,
	APIROUTES
};

struct apiroute_entry {
	const char *method, *path;
	enum apiroute route;
};
/* all there are */
extern const struct apiroute_entry apiroute_table[];
extern const size_t apiroute_count;

/*
 * apiroute_find - 0 with *route; 404: there is no such path; 405: not by this
 * method, *allow receives those that it has.  HEAD is where GET is.
 */
unsigned apiroute_find(struct slice method, struct slice path,
    enum apiroute *route, const char **allow);
/* does it hand in mail, which wants a credential? */
static inline int
apiroute_sends(enum apiroute r)
{
	return r < APIROUTE_HEALTH;
}

#endif
