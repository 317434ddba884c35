#ifndef CONF_RULES_H
#define CONF_RULES_H

#include "base/buf.h"
#include "conf/conffile.h"
#include "conf/word.h"

/*
 * The text of files of rules, one a line: conditions, then actions.  For
 * what they become and how it is searched see conf/rulesearch.h.
 */
enum {
	RULES_FIELDS_MAX = 32 /* conditions and actions of a rule */
};

/* a rule while it is read */
struct rules_draft {
	const char *order; /* letters of keys, the most telling first */
	struct buf rec;
	char key[WORD_LINE_MAX + 1]; /* the most telling one so far */
	size_t key_len;
	unsigned rank, fields;
};

/* all rules of a file; all zero: none yet */
struct rules {
	struct buf bytes, list;
	size_t n;
};

/* order lives on, and ends with '*', the key of a rule that has no other */
void rules_begin(struct rules_draft *, const char *order);
void rules_drop(struct rules_draft *);
/* let it stand under this condition if none so far tells more */
void rules_offer(struct rules_draft *, char kind, const char *, size_t n);
/* LABEL:VALUE as it stands in the record; NULL, or what is wrong */
const char *rules_put(struct rules_draft *, const char *label, const char *v,
    size_t n);
/* the same for a condition that wants just this value */
const char *rules_put_exact(struct rules_draft *, char kind, const char *label,
    const char *v, size_t n);

/* USER@DOMAIN, @DOMAIN, @.DOMAIN or USER@, in lower case; 0, or -1: none of
 * them */
int rules_pattern(struct address *, const char *, size_t n);
/* kinds: the letters of these four */
void rules_offer_pattern(struct rules_draft *, const char *kinds,
    const struct address *);

/* "WORD: fault" to the sink; -1 */
int rules_wrong(const struct conffile_sink *, const char *word,
    const char *fault);

/* the rule is whole; 0, or -1 with ENOMEM */
int rules_keep(struct rules *, const struct rules_draft *, unsigned lineno);
/*
 * rules_finish - one record a key, and "=kinds"
 *
 * key_max  rules that one key may have; more are a fault
 *
 * The rules are freed.  0, or -1: told to the sink, or it returned -1.
 */
int rules_finish(struct rules *, unsigned key_max,
    const struct conffile_sink *);

#endif
