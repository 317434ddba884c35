#ifndef IMPORT_POSIXRE_H
#define IMPORT_POSIXRE_H

#include "conf/word.h"

/*
 * Regular expressions as Perl and others have them in those of POSIX, which
 * conf-replies(5) takes: \d and its like, groups that count for nothing,
 * quantifiers that are lazy, and counts, which are written out.
 */
enum {
	POSIXRE_COUNT_MAX = 10,   /* {N,M}: N and M */
	POSIXRE_BYTES_MAX = 1024, /* that come out */
	POSIXRE_DEPTH_MAX = 16    /* groups in groups */
};

/* append what is taken of re; NULL, or why it cannot be said */
const char *posixre_put(struct buf *, struct slice re);

/* the same as phrases of conf-classes(5), "a b | c": for words and what is
 * between them alone */
const char *posixre_phrases(struct buf *, struct slice re);

#endif
