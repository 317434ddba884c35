#ifndef LOCAL_SHELLCOMMAND_H
#define LOCAL_SHELLCOMMAND_H

#include "base/buf.h"
#include "base/child.h"
#include "base/errpipe.h"
#include "base/loop.h"
#include <stdint.h>

/*
 * Run a command on a message from within an event loop: the message on its
 * descriptor 0 through a pipe, what it says on 1 and 2 logged line by line
 * and its beginning kept, a time limit, never waiting for it.
 */
enum {
	SHELLCOMMAND_READ = 32768,
	SHELLCOMMAND_TIMED_OUT = -1 /* as status */
};

struct shellcommand {
	struct child child; /* or, with server_fd, a server's */
	struct loop_io in, answer;
	struct loop_timer timer;
	int in_fd, server_fd, file;
	int timed_out;
	struct buf pending; /* for its descriptor 0 */
	uint64_t at, left;
	struct errpipe says;
	/* status: of waitpid, or SHELLCOMMAND_TIMED_OUT.  The structure is free
	 * for use again when this is called */
	void (*done)(struct shellcommand *, int status);
	void *arg;
};

struct shellcommand_run {
	const char *command; /* for sh -c */
	const char *name;    /* in the log */
	/* names and values; the rest of the environment is gone */
	const struct spawn_env *env;
	size_t n_env;
	const char *dir;  /* to be there; NULL: stay */
	const char *path; /* the file with the message */
	uint64_t off, len;
	const char *before; /* comes first */
	size_t before_len;
	int64_t timeout_ms;
	/* NULL, or the socket of command-run(8), which runs it: as its own
	 * user, where it is, and with a PATH, SHELL and HOME of its own */
	const char *server;
	const char *spool; /* then: a folder for the whole message */
};

/* 0, or -1 with errno and nothing started; done and arg are set before */
int shellcommand_start(struct shellcommand *, const struct shellcommand_run *);
/* end it and all of its process group now; done() is not called */
void shellcommand_kill(struct shellcommand *);

/*
 * What an exit status means for mail.  esc receives an enhanced status
 * code.  0 and 99 are success; 65 67 68 77 100 112 are permanent; all else
 * is temporary, and so is death by a signal.
 */
enum shellcommand_verdict {
	SHELLCOMMAND_SENT,
	SHELLCOMMAND_TEMP,
	SHELLCOMMAND_PERM
};
enum shellcommand_verdict shellcommand_verdict(int status, const char **esc);

#endif
