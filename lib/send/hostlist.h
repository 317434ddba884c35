#ifndef SEND_HOSTLIST_H
#define SEND_HOSTLIST_H

#include <stddef.h>

/*
 * The order in a list of words with single blanks between, as in the label mx
 * of job(5), and which of them are as good as each other: a tier for each word,
 * 0 the best, from the label mx-groups.  tiers NULL: all are.
 */

/* what has no group of its own is of the last */
enum { HOSTLIST_TIERS_MAX = 255 };

/*
 * hostlist_tiers - from the label mx-groups, numbers with commas between
 *
 * list    the words
 * groups  how many of them are of each tier, n bytes; what is malformed ends it
 * tiers   receives one for each word
 */
void hostlist_tiers(const char *list, const char *groups, size_t n,
    unsigned char *tiers);
/* words that begin in the first n bytes of a list, SIZE_MAX: in all of it */
size_t hostlist_words(const char *list, size_t n);

/*
 * hostlist_up - a word to an earlier place; the others keep their order
 *
 * list   with its tiers, which go with their words
 * to     where a word of the list begins, before word
 * word   where the one to be moved begins, len bytes of it
 *
 * Returns where the words behind it begin now: behind its blank.
 */
char *hostlist_up(const char *list, unsigned char *tiers, char *to, char *word,
    size_t len);

#endif
