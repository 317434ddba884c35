#ifndef FAILURE_CONDITION_H
#define FAILURE_CONDITION_H

#include "conf/conffile.h"
#include "conf/rules.h"
#include "conf/word.h"
#include "failure/failurefile.h"

/*
 * The conditions of a line about a reply, as the files `classes` and `replies`
 * have them: LABEL:VALUE,... and then text: with phrases, or text~/RE/, which
 * take the rest of the line.  A line becomes one record for each phrase, or for
 * each value of its most telling condition, under that condition's letter:
 *
 *   h e s o p f v c i k   host, esc, site, provider, phase, failure, event,
 *                         code, via, for
 *   *                     none of them
 */
enum condition {
	/* the most telling first */
	CONDITION_HOST,
	CONDITION_ESC,
	CONDITION_SITE,
	CONDITION_PROVIDER,
	CONDITION_PHASE,
	CONDITION_FAILURE,
	CONDITION_EVENT,
	CONDITION_CODE,
	CONDITION_VIA,
	CONDITION_FOR,
	CONDITION_REGEX, /* text~/RE/ */
	CONDITIONS
};

enum {
	CONDITION_REGEX_MAX = 200 /* bytes of a regular expression */
};

struct conditions {
	/* as they stand; p NULL: none.  Of a regular expression what is
	 * between the slashes */
	struct slice value[CONDITIONS];
	struct slice phrases;
};

/* what a file may have */
struct condition_set {
	unsigned allowed;    /* bits 1 << CONDITION_HOST ... */
	const char *unknown; /* the fault of all other words */
	const char *order;   /* letters of keys, the most telling first */
};

/* the next word up to a blank; 0 at the end */
int condition_next(const char **p, const char *end, struct slice *);
/* is the word LABEL WITH and then something?  If so, that is left */
int condition_starts(struct slice *word, const char *label, char with);
/* letters, digits, - _ . in lower case, at most FAILURE_CLASS_MAX */
int condition_name(struct slice);
/* all words from p on; NULL, or what is wrong */
const char *condition_read(struct conditions *, const struct condition_set *,
    const char *p, const char *end);
/*
 * condition_keep - the records of a line
 *
 * phrase  the letter of those that stand under a word of a phrase
 * says    what the line says: its label, beginning with =, and a value
 *
 * NULL, or what is wrong.
 */
const char *condition_keep(struct rules *, const struct condition_set *,
    const struct conditions *, char phrase, const char *says,
    struct slice value, unsigned lineno);
/* what stands behind the word version; versions: how many there were.  0, or
 * what the sink returns, to which the fault is told */
int condition_version(int shipped, int *versions, struct slice,
    const struct conffile_sink *);

#endif
