#ifndef CHAIN_STARTER_H
#define CHAIN_STARTER_H

#include "chain/handover.h"

/*
 * Next links of a program that gives up to start any (base/jail) and yet has to
 * start them anew when they end: a process of its own, forked before, starts
 * them, and nothing but what it was told when it was forked.  The pipes are
 * made by who asks and go there over a socket, so that the links are heard as if
 * they had been started here.
 *
 * One for a process, as what it gives up is.  Without starter_open() all is done
 * here, by base/spawn.
 */

/*
 * starter_open - fork it, if any of the commands has to be run at all
 *
 * command  argv of each, as for spawn_next(), NULL behind the last; they must
 *          stay where they are
 *
 * It keeps nothing open but descriptor 2 and what is handed down to links, so
 * that nobody waits for the end of a connection because of it, and ends when
 * we do.  Returns 0, or -1 with errno.
 */
int starter_open(char *const *const command[]);

/* in a process that was forked for such a thing, before it begins: it keeps
 * nothing open but this socket, by which it is asked, 2 and what is handed down,
 * and signals that a terminal sends to all do not end it */
void starter_apart(int socket);

/* as spawn_next() for one of these commands, by its address; any other has
 * errno EPERM.  Ends the program with EXIT_TEMP when the process is gone: it
 * could start nothing from then on */
pid_t starter_next(char *const argv[], int *to, int *from);
/* SIGKILL to what starter_next() has started */
void starter_kill(pid_t);
/* as spawn_bury() */
void starter_bury(pid_t *pid, pid_t *old);
/* these, for the chains of a handover */
extern const struct handover_by starter_by;

#endif
