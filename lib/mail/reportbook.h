#ifndef MAIL_REPORTBOOK_H
#define MAIL_REPORTBOOK_H

#include "base/hash.h"

/*
 * What books of events have in common, of which reports are made
 * (mail/reportmail.h): the domains that they are about, and when the first and
 * the last event was.  All zero is an empty book.
 */
enum {
	REPORTBOOK_NAME_MAX = 255, /* bytes of the name of a domain */
	REPORTBOOK_DOMAINS_MAX = 20000
};

/* first in the structure that a book has for a domain */
struct reportbook_domain {
	struct hash_node node;
	char name[REPORTBOOK_NAME_MAX + 1];
};

struct reportbook {
	struct hash hash;
	size_t n;            /* domains */
	int64_t first, last; /* when: of what was added; last 0: nothing was */
	uint64_t left_out;   /* there was no room */
};

/*
 * reportbook_find - the domain of this name, which is made if it is new
 *
 * size  bytes of the book's structure, all zero behind the name when it is new
 *
 * NULL: there is no room (errno 0), or no memory.
 */
void *reportbook_find(struct reportbook *, const char *name, size_t size);
/* an event of then was added */
void reportbook_time(struct reportbook *, int64_t then);

/* all n nodes of a table, sorted, as an array of pointers to them; NULL with
 * ENOMEM */
void *reportbook_sorted(const struct hash *, size_t n,
    int (*by)(const void *, const void *));
/* for it: domains by name */
int reportbook_by_name(const void *, const void *);
/* a before b?  Texts with their lengths, as memcmp() and then the shorter */
int reportbook_compare(const char *a, size_t a_len, const char *b,
    size_t b_len);

#endif
