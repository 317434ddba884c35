/* steps of a decision, in words */
#include "route/routingsay.h"
#include "tap.h"
#include <stdio.h>

static char got[2048];

static void
said(void *arg, const char *file, unsigned line, const char *text)
{
	snprintf(got, sizeof got, "%s %s:%u: %s", (const char *)arg, file, line,
	    text);
}

int
main(void)
{
	static struct routing w;
	static char at[] = "at", longer[2 * WORD_ADDRESS_MAX + 300];

	routing_say(&w, "pools", 1, "nobody listens");
	is_str(got, "", "nobody to hear it");
	w.said = said;
	w.said_arg = at;
	routing_say(&w, "pools", 3, "pool %s", "x");
	is_str(got, "at pools:3: pool x", "a step");
	memset(longer, 'a', sizeof longer - 1);
	routing_say(&w, "pools", 3, "%s", longer);
	ok(strlen(got) < sizeof longer, "what is too long is cut");
	return done();
}
