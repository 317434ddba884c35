#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * How a child of ours begins, and what it gets.  Always: the signals that
 * prog_init() ignores, and SIGTERM, with their defaults, and no signal
 * blocked.  The rest stands here, and what is zero is left out.
 */
struct spawn_env {
	const char *name, *value;
};

struct spawn {
	const char *file; /* what is run, looked for in PATH; NULL: argv[0] */
	char *const *argv;
	/* for its 0, 1 and 2: each that number itself, which it then shares
	 * with us, or above 2 */
	int fd[3];
	int fd3;                     /* the same for its 3; 0: it has none */
	const struct spawn_env *env; /* beside what we have ourselves */
	size_t n_env;
	const char *dir;   /* where it begins; NULL: where we are */
	int parting;       /* the signal that it gets when we die; 0: none */
	unsigned bare : 1; /* its environment is env, and nothing of ours */
	/* no descriptors but those: libraries keep some without close-on-exec,
	 * and who reads a stranger's bytes could talk to their threads */
	unsigned alone : 1;
	/* it is the site's own, and none of ours: a process group for itself,
	 * no files for others (umask 077), and alone */
	unsigned apart : 1;
	unsigned beside : 1; /* argv[0] is a program that stands beside us */
	/* it is not waited for until it runs: what cannot be run shows by its
	 * end with EXIT_TEMP */
	unsigned unheard : 1;
};

/*
 * spawn_start - a child
 *
 * All descriptors stay the caller's.  Returns the process id, or -1 with
 * errno, also when argv[0] cannot be run.
 */
pid_t spawn_start(const struct spawn *);

/* the signals as a program expects them: for who runs another in his place */
void spawn_signals(void);

/*
 * spawn_piped - run argv as a child with its descriptors 0 and 1 on pipes
 *
 * *to is our end of its 0, *from our end of its 1; both non-blocking and
 * close-on-exec.  Descriptor 2 is shared, and what else is open without
 * close-on-exec is handed down (chain/record.h).  Result as spawn_start.
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
 * spawn_status - how a child ended, as an exit status of ours
 *
 * 0, EXIT_STOP and EXIT_PERM stay, everything else is EXIT_TEMP.
 */
int spawn_status(int wait_status);

/*
 * spawn_wait - until a child ends
 *
 * Returns 0 with *wait_status as of waitpid(2), -1 with errno.
 */
int spawn_wait(pid_t pid, int *wait_status);

/*
 * spawn_collect - how a child ended that is about to
 *
 * For a child whose answers have ended: one that closes its descriptor 1
 * and lives on keeps nobody waiting longer than ms milliseconds.  Returns as
 * spawn_status; -1 when the child has not ended by then.
 */
int spawn_collect(pid_t pid, int64_t ms);

/* the same; one that has not ended by then, ms milliseconds, is killed */
int spawn_end(pid_t pid, int64_t ms);

/*
 * spawn_bury - a child that has hung up, and is not to be waited for
 *
 * It ends soon: it is collected when the one after it is given here, and
 * killed should it live then.  *old: the one before, 0: none; afterwards *pid,
 * if it still lives.  *pid becomes 0.
 */
void spawn_bury(pid_t *pid, pid_t *old);

#endif
