#include "base/fd.h"
#include "chain/receipt.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct receipt t;

/* what comes on a pipe, whole or byte by byte; then its end, unless open */
static enum receipt_wait
wait_for(const char *in, size_t n, int bytewise, int open)
{
	enum receipt_wait r;
	int p[2];
	size_t i;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(p) == -1)
		exit(111);
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		for (i = 0; bytewise && i < n; i++)
			if (write(p[1], in + i, 1) != 1)
				break;
		if (!bytewise)
			fd_write_all(p[1], in, n);
		_exit(0);
	}
	if (!open)
		close(p[1]);
	r = receipt_await(&t, p[0], open ? 200 : 10000);
	if (open)
		close(p[1]);
	close(p[0]);
	waitpid(pid, NULL, 0);
	return r;
}

int
main(void)
{
	static char large[RECEIPT_MAX + 64];
	int b;

	for (b = 0; b < 2; b++) {
		is_num(wait_for("4:Kabc,", 7, b, 0), RECEIPT_CAME, "taken");
		ok(t.kind == RECEIPT_OK && t.len == 3 &&
			memcmp(t.text, "abc", 3) == 0,
		    "its text");
		is_num(wait_for("12:Z4.3.1 full.,", 16, b, 1), RECEIPT_CAME,
		    "one without the end");
		is_num(t.kind, RECEIPT_TEMP, "its kind");
		is_num(wait_for("4:Kab", 5, b, 0), RECEIPT_NONE, "cut short");
		is_num(wait_for("4:Kab", 5, b, 1), RECEIPT_LATE, "not whole");
		is_num(wait_for("hello\n", 6, b, 0), RECEIPT_NONSENSE,
		    "nonsense");
	}
	is_num(wait_for("", 0, 0, 0), RECEIPT_NONE, "nothing");
	memset(large, 'x', sizeof large);
	memcpy(large, "1024:K", 6);
	large[5 + RECEIPT_MAX] = ',';
	is_num(wait_for(large, 6 + RECEIPT_MAX, 0, 0), RECEIPT_CAME,
	    "at the limit");
	memcpy(large, "1025:K", 6);
	is_num(wait_for(large, sizeof large, 0, 0), RECEIPT_NONSENSE,
	    "one above");
	return done();
}
