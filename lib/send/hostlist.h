#ifndef SEND_HOSTLIST_H
#define SEND_HOSTLIST_H

#include <stddef.h>

/*
 * The order in a list of words with single blanks between, as in the label mx
 * of job(5).
 *
 * hostlist_up - a word to an earlier place; the others keep their order
 *
 * to    where a word of the list begins, before word
 * word  where the one to be moved begins, len bytes of it
 *
 * Returns where the words behind it begin now: behind its blank.
 */
char *hostlist_up(char *to, char *word, size_t len);

#endif
