#ifndef SIGN_SIGNERS_H
#define SIGN_SIGNERS_H

#include "conf/lookup.h"
#include "conf/word.h"
#include "sign/dkimmake.h"

/*
 * Who signs what by the file `dkim`, sign/signersfile.h.
 */
enum {
	SIGNERS_EXPIRE_MAX = 366 * 86400, /* seconds; see expire= */
	SIGNERS_MATCH_MAX = WORD_ADDRESS_MAX
};

/* what signs a message; the rules point into text */
struct signers_found {
	struct dkimmake_rule rule[DKIMMAKE_RULES_MAX];
	unsigned n;
	struct buf text[2]; /* by enum signers_by */
};

enum signers_by { SIGNERS_FROM, SIGNERS_ENVELOPE };

/*
 * signers_find - the signatures for an address, added to what was found;
 * at most once for each `by`
 *
 * address  user@domain, any case, the domain as DNS has it or in UTF-8; may be
 *          empty: only * matches
 *
 * Of the MATCHes in the table the most specific decides: user@domain,
 * domain, .domain, .parent and so on, *.  What is more than
 * DKIMMAKE_RULES_MAX in all is left out.  Returns 0, or -1 when the table is
 * missing or damaged, or with ENOMEM.
 */
int signers_find(const struct lookup *, enum signers_by, const char *address,
    size_t n, struct signers_found *);
void signers_clear(struct signers_found *);

#endif
