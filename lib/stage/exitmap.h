#ifndef STAGE_EXITMAP_H
#define STAGE_EXITMAP_H

#include <stddef.h>

/*
 * What the exit status of a program means for the message it was given, for
 * filter(8): 0 passes, 100 is refused, everything else is tried again, but
 * for what the site says.
 */
enum exitmap_do {
	EXITMAP_DEFER, /* all zero is that */
	EXITMAP_PASS,
	EXITMAP_REJECT,
	EXITMAP_TAG /* passes, with this tag */
};

struct exitmap {
	struct exitmap_action {
		enum exitmap_do what;
		const char *tag; /* "name=value", points into the rule */
	} action[256];
};

void exitmap_init(struct exitmap *);
/*
 * exitmap_rule - "STATUS=pass", "=reject", "=defer", "=tag:NAME=VALUE"
 *
 * rule must live as long as the map.  Returns NULL, or what is wrong.
 */
const char *exitmap_rule(struct exitmap *, const char *rule);
/* the word for it, for events: a constant */
const char *exitmap_word(enum exitmap_do);

#endif
