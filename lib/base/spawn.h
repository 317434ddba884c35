#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

/*
 * spawn_piped - run argv as a child with its descriptors 0 and 1 on pipes
 *
 * *to is our end of its 0, *from our end of its 1; both non-blocking and
 * close-on-exec.  Descriptor 2 is shared, everything else is closed on
 * exec.  Signals that prog_init() ignores are back to their defaults in the
 * child.  Returns the process id, or -1 with errno (also when argv[0] cannot
 * be run).
 */
pid_t spawn_piped(char *const argv[], int *to, int *from);

/*
 * spawn_next - start the next link of a chain, in any of its forms
 *
 * argv is a command to run, or the single word unix:PATH: connect to a
 * link that serves there.  Result as spawn_piped; pid is 0 for a socket
 * and *to and *from are then two descriptors of it.
 */
pid_t spawn_next(char *const argv[], int *to, int *from);

/*
 * spawn_beside - become a program that stands beside this one
 *
 * argv[0] is its name without a path.  Returns only with an errno.
 */
void spawn_beside(char *const argv[]);

/*
 * spawn_status - how a child ended, as an exit status of ours
 *
 * 0, EXIT_STOP and EXIT_PERM stay, everything else is EXIT_TEMP.
 */
int spawn_status(int wait_status);

/*
 * spawn_collect - how a child ended that is about to
 *
 * For a child whose answers have ended: one that closes its descriptor 1
 * and lives on keeps nobody waiting longer than this.  Returns as
 * spawn_status; -1 when the child has not ended by then.
 */
int spawn_collect(pid_t pid, int64_t ms);

#endif
