#ifndef SHIP_HTTPREQUEST_H
#define SHIP_HTTPREQUEST_H

#include "ship/httplink.h"

/* One request of a destination over HTTP: its URL, its fields, its body. */

/* where it goes */
struct httprequest_to {
	const char *url;    /* NULL: that of the destination */
	const char *tenant; /* for {tenant} in the URL */
	const char *secret; /* text of a secret-file, NULL: none */
};

/*
 * httprequest_send - n events from one on, and what came of it
 *
 * The answer is in *a, and what it means in l->verdict, kind K where none of the
 * events is for this receiver.
 * 0, or -1: no memory.
 */
int httprequest_send(struct httplink *l, const struct httprequest_to *,
    const struct ship_event *ev, size_t n, struct https_answer *a);
/* a question for the last one: is what it had safe?  1, 0 not yet */
int httprequest_acked(struct httplink *l, const struct httprequest_to *);

#endif
