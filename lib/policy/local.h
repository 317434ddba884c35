#ifndef POLICY_LOCAL_H
#define POLICY_LOCAL_H

#include "policy/lookup.h"
#include "policy/subject.h"

/*
 * The file `local`, conf(5): the domains whose mail is delivered here, one
 * a line.  Record: key the domain in lower case, data the line's number.
 */
extern const struct subject subject_local;

/* is the domain (lower case) local?  1, 0, or -1: table missing or damaged */
int local_has(const struct lookup *, const char *domain, size_t n);

#endif
