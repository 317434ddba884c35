#ifndef CONFBUILD_PLAINFILES_H
#define CONFBUILD_PLAINFILES_H

#include "confbuild/faults.h"

/*
 * The files of a configuration folder of which no table is made, looked at in
 * time: no program starts with a wrong one.  What is wrong goes to faults; a
 * file that is not there is good.  One that cannot be read ends the program
 * with EXIT_TEMP.
 */

/* me: the name of this host.  One that other servers may not like is warned
 * of, and counts as no fault where programs start with it */
void plainfiles_me(const char *dir, struct conffaults *);
/* resolver: the name servers, and the files of keys that it names */
void plainfiles_resolver(const char *dir, struct conffaults *);
/* doublebounce: the address for mail that cannot be returned */
void plainfiles_doublebounce(const char *dir, struct conffaults *);
/* names that nobody reads, often a typing error: doubts */
void plainfiles_names(const char *dir, struct conffaults *);

#endif
