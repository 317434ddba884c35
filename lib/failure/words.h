#ifndef FAILURE_WORDS_H
#define FAILURE_WORDS_H

#include "conf/word.h"

/*
 * The words of a reply, as the table of failures compares them: runs of
 * letters, digits and bytes above 0x7f, letters small, apostrophes left out.
 * All else stands between words, so that blanks, hyphens and line ends are the
 * same; an address is the one word "@".
 *
 * A phrase of the table is words in a row.  One that ends in * is the beginning
 * of a word, and a * by itself any WORDS_GAP_MAX words or fewer.
 */
enum {
	WORDS_TEXT_MAX = 4096, /* bytes of a reply that are looked at */
	WORDS_MAX = 512,       /* its words */
	WORDS_PHRASE_MAX = 16, /* words of a phrase */
	WORDS_GAPS_MAX = 3,    /* of them a * by itself */
	WORDS_GAP_MAX = 8      /* words that one of those stands for */
};

struct words {
	size_t n;
	struct slice word[WORDS_MAX];
	char text[WORDS_TEXT_MAX + 1]; /* where they are */
};

/* what is more than the limits is left out; p may have any bytes */
void words_of(struct words *, const char *p, size_t n);

/*
 * words_phrase - a phrase as it is kept: words with one blank between
 *
 * out  receives it, room for n + 1 bytes, NUL behind it
 * key  receives that word of it by which it is found: whole, and the longest
 *
 * Returns NULL, or what is wrong with it.
 */
const char *words_phrase(const char *p, size_t n, char *out, struct slice *key);
/* does a phrase, as it is kept, stand in the words? */
int words_have(const struct words *, struct slice phrase);

/*
 * words_codes - the codes in a reply's text
 *
 * code  receives the first that is a reply code 4yz or 5yz (RFC 5321 section
 *       4.2.1); 0: none
 * esc   the first enhanced one (RFC 3463 section 2); empty: none
 */
void words_codes(const char *p, size_t n, unsigned *code, struct slice *esc);

#endif
