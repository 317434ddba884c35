#ifndef ACCOUNT_ACCOUNTCHANGE_H
#define ACCOUNT_ACCOUNTCHANGE_H

#include "account/accountedit.h"
#include "account/accountrow.h"

/*
 * The inside of accountedit: each act, by one who may, with words that were looked
 * at.  What fails says so in the answer, and is undone by accountedit_run().
 */
enum { ACCOUNTEDIT_RATE_MAX = 1000000 };

/* not OK, and why */
void accountchange_say(struct accountedit *, enum accountwire_status,
    const char *text);
/* a statement failed */
void accountchange_failed(struct accountedit *);
/* the number of e's organisation; 0: there is none, or no name, and said */
int64_t accountchange_org(struct accountedit *);
/* the statement that is in use: 1, or 0 and said */
int accountchange_run(struct accountedit *);
/* the row of it, into out; the same */
int accountchange_show(struct accountedit *, enum accountrow,
    const char *whole);
/* its next place: what the question says, or that it says nothing */
void accountchange_put(struct accountedit *, enum accountwire_label);
/* for the log: fmt has two %.*s */
void accountchange_what(struct accountedit *, const char *fmt, struct slice,
    struct slice) __attribute__((format(printf, 2, 0)));

void accountorgs_add(struct accountedit *);
void accountorgs_set(struct accountedit *);
void accountorgs_del(struct accountedit *);
/* a key's organisation, which is not there: 1, or 0 and said */
int accountorgs_make(struct accountedit *);
void accountusers_add(struct accountedit *);
void accountusers_set(struct accountedit *);
void accountusers_del(struct accountedit *);
void accountkeys_add(struct accountedit *);
void accountkeys_revoke(struct accountedit *);
void accountlist_orgs(struct accountedit *);
void accountlist_users(struct accountedit *);
void accountlist_keys(struct accountedit *);

#endif
