#ifndef SIGN_SIGNERSEDIT_H
#define SIGN_SIGNERSEDIT_H

#include "sign/signers.h"

/*
 * Changes to the text of the file `dkim`: when a domain gets another key, its
 * selector and key are exchanged, and nothing else is touched.
 */

/* a word of the file that names a key */
struct signersedit_key {
	char selector[WORD_DOMAIN_MAX + 1];
	char key[SIGNING_KEY_MAX + 1];
};

/*
 * the selector and key of the first line with this domain= and algorithm;
 * 1, or 0 when there is none
 */
int signersedit_find(const char *text, size_t n, const char *domain,
    enum signing_algorithm, struct signersedit_key *);
/* do all lines with this domain= and algorithm have that selector? */
int signersedit_only(const char *text, size_t n, const char *domain,
    enum signing_algorithm, const char *selector);
/*
 * what still names a key: 2 a line with this domain=, algorithm and k's
 * selector, else 1 any line, with k's file, 0 none
 */
int signersedit_uses(const char *text, size_t n, const char *domain,
    enum signing_algorithm, const struct signersedit_key *k);
/*
 * signersedit_switch - the text with another key
 *
 * Each line with this domain=, algorithm and selector old gets the selector
 * and key of `new`.  Returns how many lines, or -1 with ENOMEM.
 */
long signersedit_switch(struct buf *out, const char *text, size_t n,
    const char *domain, enum signing_algorithm, const char *old,
    const struct signersedit_key *new);

#endif
