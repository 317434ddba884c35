#ifndef ACCOUNT_ACCOUNTEDIT_H
#define ACCOUNT_ACCOUNTEDIT_H

#include "account/accountdb.h"
#include "account/accountwire.h"
#include "base/buf.h"

/*
 * Changes of organisations, users and keys, and lists of them, account-socket(5):
 * whether he who asks may, and the change itself.
 *
 *	accountedit_run(&e);
 *	if (e.open) {
 *		log it;
 *		accountedit_end(&e);
 *	}
 */
enum { ACCOUNTEDIT_WHAT_ROOM = 160 };

/* who asks */
struct account_actor {
	int local; /* of this machine, who may all */
	enum account_role role;
	unsigned scopes;
	char org[ACCOUNTWIRE_ORG_MAX + 1];
	/* ORG/NAME, or "": a key that is nobody's */
	char user[ACCOUNTWIRE_USER_MAX + 1];
	/* for the log and `by': of this machine, his name; else user, or the
	 * number of the key */
	char name[ACCOUNTWIRE_USER_MAX + 1];
};

struct accountedit {
	/* the caller's */
	struct accountdb *db;
	const struct account_actor *actor;
	const struct accountwire_question *q;
	const char *hash; /* of q's secret; NULL where there is none */
	int64_t now_s;
	int lines;    /* 1: out has lines of labels, 0: JSON that fits */
	int make_org; /* 1: a key makes its organisation */
	/* what comes of it: status, text and next of a; what is shown; and what
	 * of the log */
	struct accountwire_answer *a;
	struct buf out;
	char what[ACCOUNTEDIT_WHAT_ROOM];
	int open;     /* done, when accountedit_end() says so */
	int made_org; /* so it did */
	/* private */
	struct slice org;
	enum account_role role;
	unsigned scopes;
	int own; /* of his organisation alone */
};

/* all of *e zero but what is the caller's */
void accountedit_run(struct accountedit *);
/* it is safe on the disk then; or not done, which a says */
void accountedit_end(struct accountedit *);
void accountedit_undo(struct accountedit *);
/* does this act set a password, which takes long to hash? */
int accountedit_hashes(const struct accountwire_question *);

#endif
