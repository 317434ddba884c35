#ifndef LOCAL_COMMANDSOCK_H
#define LOCAL_COMMANDSOCK_H

#include "format/ltsv.h"

/*
 * A command that another process runs, as another user: command-run(8)
 * behind a Unix socket.
 *
 * A request is one LTSV line: `command`, and the variables of its
 * environment with small letters.  With its first byte come two
 * descriptors: what the command has as 0, and what it has as 1 and 2.  The
 * answer is one line, `exit:N` or `signal:N`.  Who asks hangs up to have
 * the command ended.
 */

/* what was asked for; in and out belong to who took it */
struct commandsock_request {
	char line[LTSV_LINE_MAX];
	struct ltsv fields;
	int in, out;
};

/*
 * commandsock_ask - connect to path and send a request
 *
 * line, n  the LTSV line
 * in, out  the descriptors; they stay ours
 *
 * Returns the connection, non-blocking and close-on-exec, or -1 with errno.
 */
int commandsock_ask(const char *path, const char *line, size_t n, int in,
    int out);
/*
 * commandsock_status - the answer, when the connection is readable
 *
 * Returns 1 with *status as of waitpid(2), 0 when it is not there yet, -1
 * when there will be none.
 */
int commandsock_status(int fd, int *status);
/*
 * commandsock_take - the request on a connection, waiting for it
 *
 * Returns NULL, or what is wrong; with errno when it is a system call.
 */
const char *commandsock_take(int fd, struct commandsock_request *);
/* the answer: 0, or -1 with errno */
int commandsock_answer(int fd, int status);

#endif
