#ifndef FIX_RULES_H
#define FIX_RULES_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/rules.h"
#include "conf/rulesearch.h"
#include "conf/word.h"

/*
 * The file `fix`, conf-fix(5): what is changed in messages of our own people;
 * rules in order, one a line: conditions, then actions.  All lines that
 * match apply.
 *
 * Each rule stands in one record, under the condition that tells most
 * apart, so that a table of any length costs a few look-ups a message:
 *
 *   key   a letter and what it stands for:
 *           F from:USER@DOMAIN  e from:@DOMAIN  q from:@.DOMAIN
 *           v from:USER@  n tenant  g tag  o user  * no such condition
 *   data  the rules under this key in order, a line each: line number,
 *         conditions and actions as LABEL:VALUE, TAB between; labels of
 *         conditions begin with ?
 *   key   "=kinds": the letters that occur
 */
extern const struct conffile conffile_fix;

enum {
	FIXRULES_RULES_MAX = 100000,
	FIXRULES_KEY_MAX = 1000, /* rules under one key: that may all match */
	FIXRULES_TEXT_MAX = 400  /* bytes of reject: */
};

/* what a rule may look at */
struct fixrules_mail {
	const struct address *from; /* len 0: null sender */
	struct slice tenant, user;  /* n 0: none */
	const struct slice *tag;    /* NAME=VALUE */
	unsigned n_tag;
	const struct buf *env; /* with its recipients */
	const char *header;    /* as it came, LF */
	size_t header_len;
	/* of the From field: its domain is the sender's, or one is below the
	 * other */
	unsigned aligned : 1;
	unsigned unaligned : 1; /* it is not; neither for the null sender */
};

enum fixrules_do {
	FIXRULES_ADD,
	FIXRULES_SET,
	FIXRULES_DEFAULT,
	FIXRULES_REMOVE,
	FIXRULES_MESSAGE_ID,
	FIXRULES_TAG,
	FIXRULES_TENANT,
	FIXRULES_PRIO,
	FIXRULES_KEY,
	FIXRULES_RETURN_PATH,
	FIXRULES_VERP, /* belongs to the one before */
	FIXRULES_RETURN_PATH_HEADER,
	FIXRULES_LIST_UNSUBSCRIBE,
	FIXRULES_MAILTO,    /* belongs to the one before */
	FIXRULES_ONE_CLICK, /* the same */
	FIXRULES_FEEDBACK_ID,
	FIXRULES_PIXEL,
	FIXRULES_SEVEN_BIT,
	FIXRULES_REJECT,
	FIXRULES_ALLOW_FROM,
	FIXRULES_CHECK_FROM,
	FIXRULES_DOS
};

struct fixrules_action {
	enum fixrules_do what;
	struct slice name;  /* ADD, SET, DEFAULT, TAG, RETURN_PATH_HEADER */
	struct slice value; /* behind name, or all */
};

/* a rule that matched; slices are valid until the table is replaced */
struct fixrules_rule {
	unsigned line;
	struct fixrules_action action[RULES_FIELDS_MAX];
	unsigned n;
};

/*
 * fixrules_find - the first rule below line `after` that matches
 * Returns 1, 0 when there is none, -1 when the table is damaged.
 */
int fixrules_find(const struct rulesearch *, const struct lookup *,
    const struct fixrules_mail *, unsigned after, struct fixrules_rule *);

/* is a (in lower case) one of a list like
 * joe@a.example,@b.example,@.c.example? */
int fixrules_listed(struct slice list, const struct address *a);

#endif
