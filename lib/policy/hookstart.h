#ifndef POLICY_HOOKSTART_H
#define POLICY_HOOKSTART_H

#include "policy/hookpool.h"

/*
 * Connections to policy servers for a program that may make none (base/jail): a
 * process of its own, forked before, makes them, and starts the programs of
 * run:COMMAND.  It is told a number, and what it does for that stands in
 * hooks.cdb, which it reads itself: so whoever speaks through us reaches nothing
 * but what the site has named.
 *
 * One for a process, as what it gives up is.
 */
enum { HOOKSTART_CHILDREN_MAX = 4096 /* programs at once */ };

/* fork it.  confdir must stay.  It ends when we do, and what it has started
 * hears SIGTERM.  0, or -1 with errno */
int hookstart_open(const char *confdir);

/* connections by it.  Without hookstart_open(), and when it has ended, they fail
 * with EPIPE */
extern const struct hookpool_by hookstart_by;

#endif
