#ifndef CONF_WORD_H
#define CONF_WORD_H

#include "base/buf.h"
#include "base/slice.h"
#include "conf/conffile.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What the parsers of several configuration files share. */
enum {
	WORD_LINE_MAX = 4096,   /* conf(5): one line of a file */
	WORD_ADDRESS_MAX = 512, /* user@domain */
	WORD_DOMAIN_MAX = 253,
	WORD_NAME_MAX = 64 /* names of pools and the like */
};

/*
 * An address as address_plain() has it, cut at its last @, in lower case, for
 * looking up.  Without @ the domain is empty.
 */
struct address {
	char key[WORD_ADDRESS_MAX + 1]; /* NUL behind it */
	size_t len, user_len;           /* user_len: bytes before the @ */
	const char *domain;             /* in key; empty string if none */
	size_t domain_len;
};

/* 0, or -1 when it is too long, has control bytes, or no user */
int address_set(struct address *, const char *, size_t);

/* is it a host name or domain: letters, digits, - and _, and bytes >= 0x80? */
int word_domain(const char *, size_t);
/* is it a name: letters, digits, - _ . ? */
int word_name(const char *, size_t);
/* an IP address without brackets: 4, 6, or 0 when it is none */
int word_ip(const char *, size_t);

/* is it this word?  Here, because rules are read with it and the word is mostly
 * a constant */
static inline int
word_is(struct slice s, const char *z)
{
	return s.n == strlen(z) && (s.n == 0 || memcmp(s.p, z, s.n) == 0);
}

/* the value of the first tag NAME=VALUE of a job that has this name, whatever its
 * case; n 0: there is none */
struct slice word_tag(const struct slice *tag, unsigned n, struct slice name);
/*
 * word_next - the next blank-separated word of a line
 *
 * A word may have parts in double quotes, in which blanks count and \" and
 * \\ stand for the byte itself.  The word, quotes undone, goes to out,
 * NUL behind it, which has room for the line.
 * Returns 1, 0 at the end of the line, -1 when a quote is not closed or a
 * control byte stands in it.
 */
int word_next(const char **p, const char *end, char *out, size_t *n);

/*
 * word_value - a WORD=VALUE cut in two
 *
 * word  a NUL comes in place of its first =
 *
 * Returns the value with its length in *n_value, or NULL: it has no =.
 */
static inline char *
word_value(char *word, size_t n, size_t *n_value)
{
	char *value = n == 0 ? NULL : memchr(word, '=', n);

	if (value == NULL)
		return NULL;
	*value++ = '\0';
	*n_value = (size_t)(word + n - value);
	return value;
}

/*
 * word_twice - is a word of this line there twice?
 *
 * p, end  the line, of at most WORD_LINE_MAX bytes
 * names   what words begin with, NULL behind the last: of "weight=" one word
 *         says something, whatever it says; of "=host:" ("=", and then what
 *         words begin with) only the same word again says nothing new
 * why     receives "weight= stands twice", or the whole word of the second
 *         kind
 *
 * For the text alone: tables made by an earlier version stay readable.
 * Returns why, or NULL.
 */
enum { WORD_TWICE_MAX = 100 };
const char *word_twice(const char *p, const char *end, const char *const *names,
    char why[WORD_TWICE_MAX]);

/* the next piece of a list up to sep; 0 when none is left */
int word_piece(struct slice *rest, char sep, struct slice *piece);
/* the next piece up to a comma, which must be LETTER=VALUE: an attribute as
 * SCRAM has them (RFC 5802 section 5.1).  0 with its value, which may be empty,
 * or -1 */
int word_attribute(struct slice *rest, char letter, struct slice *value);

/* a 64-bit hash, the same everywhere: for choices that must be stable */
uint64_t word_hash(uint64_t seed, const char *, size_t);
/* spread a seed over all bits */
uint64_t word_mix(uint64_t);

/*
 * A set of strings with the line each stands in, for parsers that complain
 * of what is there twice.  All zero is an empty one.
 */
struct wordset {
	struct buf bytes;
	struct wordset_slot {
		size_t at, n;
		unsigned line;
	} * slot;
	size_t cap, used;
};
/* 0 new, the line where it stood before, or -1 with ENOMEM */
long wordset_add(struct wordset *, const char *, size_t, unsigned line);
/* to the sink, unless it is new: 0, or -1 */
int wordset_once(struct wordset *, const char *, size_t, unsigned line,
    const struct conffile_sink *);
void wordset_free(struct wordset *);
/* finish, conf/conffile.h, of a subject whose state is a set alone: 0 */
int wordset_finish(void *state, const struct conffile_sink *);

#endif
