#ifndef STS_STSCACHE_H
#define STS_STSCACHE_H

#include "base/seldom.h"
#include "sts/stskept.h"
#include <stdint.h>

/*
 * The folder in which policies are kept, a file for each domain, with its name;
 * the policy before it has a ~ behind the name.  A file appears whole or not at
 * all, also after a power cut.
 */
enum { STSCACHE_TELL_MS = 60000 /* between two warnings of no room */ };

struct stscache {
	const char *path; /* the caller's */
	int dir;
	struct buf file;
	struct seldom told;
};

/* all zero at first; 0, or -1 with errno */
int stscache_open(struct stscache *, const char *dir);
/* all that is there goes into the book; what is damaged is told of */
void stscache_load(struct stscache *, struct stsbook *, int64_t now_s);
/* as stsbook_ops have them; what fails is told of */
int stscache_keep(struct stscache *, const struct stsbook_domain *,
    int changed);
void stscache_drop(struct stscache *, const struct stsbook_domain *);

#endif
