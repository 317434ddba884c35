#include "base/in.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"

/* read to the end, and say how much came */
static void
all(const void *arg)
{
	const int *fd = arg;
	struct buf b = { 0 };

	dup2(*fd, 0);
	while (in_more(&b))
		;
	dprintf(2, "%.*s", (int)buf_len(&b), buf_data(&b));
}

int
main(void)
{
	int p[2], none = -1, status;

	if (fd_pipe(p) == -1 || fd_write_all(p[1], "abc", 3) == -1)
		return 111;
	close(p[1]);
	is_str(says(all, &p[0], &status), "abc", "what comes");
	is_num(status, 0, "until its end");
	close(0);
	is_str(says(all, &none, &status),
	    "rohrpost: fatal: unable to read: Bad file descriptor\n",
	    "nothing to read from");
	is_num(status, EXIT_TEMP, "is temporary");
	return done();
}
