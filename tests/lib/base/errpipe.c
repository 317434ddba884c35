#include "base/errpipe.h"
#include "base/fd.h"
#include "says.h"
#include "tap.h"
#include <fcntl.h>

static struct errpipe e;
static int p[2];

static void
begin(void)
{
	memset(&e, 0, sizeof e);
	if (fd_pipe(p) == -1 || fd_nonblock(p[0]) == -1)
		_exit(111);
	errpipe_start(&e, p[0], "x", 7);
}

/* as it comes, until the other end is closed */
static void
in_the_loop(const void *arg)
{
	(void)arg;
	begin();
	fd_write_all(p[1], "one\nno end", 10);
	close(p[1]);
	loop_run();
	dprintf(2, "%d ", e.fd);
	errpipe_close(&e);
	dprintf(2, "%.*s\n", (int)e.log.kept_len, e.log.kept);
}

/* somebody else holds the pipe: he is not waited for */
static void
drained(const void *arg)
{
	(void)arg;
	begin();
	fd_write_all(p[1], "one\ntwo", 7);
	errpipe_drain(&e);
	errpipe_close(&e);
	errpipe_close(&e);
	dprintf(2, "%d\n", e.fd);
}

/* what is in the pipe when it is closed is not read any more */
static void
closed(const void *arg)
{
	(void)arg;
	begin();
	fd_write_all(p[1], "one\n", 4);
	errpipe_close(&e);
	errpipe_drain(&e);
	dprintf(2, "%d %d\n", e.fd, fcntl(p[0], F_GETFD));
}

int
main(void)
{
	int status;

	is_str(says(in_the_loop, NULL, &status),
	    "rohrpost: info: x[7]: one\n"
	    "-1 rohrpost: info: x[7]: no end\none\nno end\n",
	    "line by line, to its end");
	is_num(status, 0, "and the loop ends");
	is_str(says(drained, NULL, &status),
	    "rohrpost: info: x[7]: one\nrohrpost: info: x[7]: two\n-1\n",
	    "what is there");
	is_str(says(closed, NULL, &status), "-1 -1\n", "nothing after that");
	return done();
}
