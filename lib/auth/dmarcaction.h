#ifndef AUTH_DMARCACTION_H
#define AUTH_DMARCACTION_H

#include "auth/auth.h"
#include "auth/authresult.h"
#include "base/table.h"

/*
 * What is done with a message that fails DMARC, by the table of the file
 * auth, conf(5).  All zero: there is none, and it is empty.
 */
struct dmarcaction {
	struct table table;
};

/* the table in this directory, which need not be there; dies when it cannot
 * be read, or when there is a text and no table */
void dmarcaction_open(struct dmarcaction *, const char *confdir);

/*
 * dmarcaction_decide - of a judgement that is at its end
 *
 * end     what is said of it afterwards
 * hold_s  how long AUTH_HOLD puts it off
 *
 * Whatever does not fail, or whose domain asks for nothing, is AUTH_REPORT;
 * so is everything while the table is damaged, which is said.  A From that
 * names no one domain is what the table says of it; else the strictest
 * policy of the domains that it mentions and that nobody vouches for.
 */
enum auth_action dmarcaction_decide(struct dmarcaction *, const struct judge *,
    struct authresult_end *end, unsigned *hold_s);

#endif
