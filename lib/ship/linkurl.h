#ifndef SHIP_LINKURL_H
#define SHIP_LINKURL_H

#include "ship/shipurl.h"

/*
 * The PLACE of a link of log-ship that is an URL; where it is none the program
 * ends with EXIT_PERM.
 */
void linkurl(struct shipurl *, const char *text);
/* the same, and it must have a host */
void linkurl_host(struct shipurl *, const char *text);
/* for whoever wants more of it */
void linkurl_none(const char *text) __attribute__((noreturn));

#endif
