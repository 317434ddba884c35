#ifndef RECV_RCPTFILE_H
#define RECV_RCPTFILE_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `rcpt`, conf(5): how the recipients of a local domain are known, one
 * domain a line:
 *
 *   DOMAIN users | any | next | program [unsure=later|take]
 *
 * Record: key the domain in lower case, data the words behind it.
 */
extern const struct conffile conffile_rcpt;

enum rcptfile_how {
	RCPTFILE_UNSAID, /* no line: as users, and what goes elsewhere is taken */
	RCPTFILE_USERS,
	RCPTFILE_ANY,
	RCPTFILE_NEXT,
	RCPTFILE_PROGRAM
};

struct rcptfile_rule {
	enum rcptfile_how how;
	unsigned take : 1; /* when it cannot be known now */
};

/* the word of it */
const char *rcptfile_word(enum rcptfile_how);
/* what is said of a domain, in lower case: 1, 0 nothing, -1: the table is
 * missing or damaged */
int rcptfile_find(const struct lookup *, struct slice domain,
    struct rcptfile_rule *);

#endif
