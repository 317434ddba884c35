#ifndef RECV_OWNFIX_H
#define RECV_OWNFIX_H

#include "base/table.h"
#include "fix/fix.h"
#include "recv/incoming.h"

/*
 * What mail-fix does without rules, done to a message of our own people
 * where it is received: a link of its own would cost more than all that
 * smtp-recv does.  With rules, or for a message that is in a file, the link
 * is needed.
 */
struct ownfix {
	struct table table; /* CONFDIR/fix.cdb */
	char *path;
	struct rulesearch rules;
	struct fix_site site;
	int64_t looked_ms; /* at the table */
	unsigned has_rules : 1;
};

/* me must live as long */
void ownfix_open(struct ownfix *, const char *confdir, const char *me);

enum ownfix_result {
	OWNFIX_DONE, /* whatever was to be done */
	OWNFIX_LINK, /* mail-fix is to see it */
	OWNFIX_FULL  /* no memory; nothing was changed */
};
/* a letter that is whole, with its envelope */
enum ownfix_result ownfix_letter(struct ownfix *, struct incoming *);

#endif
