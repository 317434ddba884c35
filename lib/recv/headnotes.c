#include "recv/headnotes.h"
#include "recv/headlook.h"
#include "route/headernote.h"
#include <errno.h>
#include <stdio.h>

static int
note(void *arg, struct slice what)
{
	char tag[sizeof HEADERNOTE_TAG + HEADERNOTE_VALUE_MAX];
	int n = snprintf(tag, sizeof tag, HEADERNOTE_TAG "%.*s", (int)what.n,
	    what.p);

	if (n >= (int)sizeof tag)
		return -1;
	return incoming_line(arg, "tag", tag, (size_t)n);
}

int
headnotes_put(struct access *a, struct incoming *l, struct buf *room)
{
	const struct lookup *routes = &a->rcpt.conf.routes;
	struct slice header;
	int r;

	if (routes->get == NULL)
		return 0; /* nothing is configured */
	access_look(a);
	r = headernote_any(routes);
	/* no header is read for nothing */
	if (r != 1)
		return r;
	if (headlook_open(l, room, &header) == -1)
		return errno == E2BIG ? 0 : -1;
	return headernote_find(routes, header, note, l);
}
