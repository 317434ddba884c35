#include "chain/record.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "base/num.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* whoever set the variable: only what can do no harm is written to */
static int
is_record(int fd)
{
	int f = fcntl(fd, F_GETFL);
	struct stat st;

	return f != -1 && (f & O_ACCMODE) == O_WRONLY && (f & O_APPEND) &&
	    fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

int
record_inherited(void)
{
	const char *s = getenv(RECORD_ENV);
	uint64_t u;

	if (s == NULL || num_scans(s, 3, INT_MAX, &u) == -1 || !is_record(u))
		return -1;
	return u;
}

int
record_take(void)
{
	int fd = record_inherited();

	unsetenv(RECORD_ENV);
	if (fd != -1 && fd_cloexec(fd) == -1)
		return -1;
	return fd;
}

void
record_receive(int socket)
{
	char byte, text[16];
	int fd;

	unsetenv(RECORD_ENV);
	/* not close-on-exec: it is for the program that is run here */
	fdpass_receive(socket, &byte, 1, MSG_PEEK, &fd, 1);
	if (fd == -1)
		return;
	snprintf(text, sizeof text, "%d", fd);
	if (!is_record(fd) || setenv(RECORD_ENV, text, 1) == -1)
		close(fd);
}
