/* what route says is in tests/cmd/sendmail.t */
#include "sendmail/verifyrcpt.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	static struct verifyaddr_conf c;
	enum verifyaddr v;
	char address[] = "a@me.example", other[] = "a@b.example";
	char none[] = "/nonexistent", line[200] = "";
	int p[2], out = fcntl(1, F_DUPFD_CLOEXEC, 10);

	/* that there are no Maildirs is not of interest here */
	if (out == -1 || freopen("/dev/null", "w", stderr) == NULL ||
	    pipe(p) == -1)
		return 111;
	verifyaddr_open(&c, none, none, "me.example");
	dup2(p[1], 1);
	ok(verifyrcpt(&c, none, address, &v) == NULL, "an address of ours");
	dup2(out, 1);
	is_num(v, VERIFYADDR_LATER, "who is there cannot be known");
	is_num(read(p[0], line, sizeof line - 1) > 0, 1, "a line");
	ok(strncmp(line, "a@me.example... not now: ", 25) == 0, "says so");
	is_str(verifyrcpt(&c, none, other, &v), "run route",
	    "none stands beside this test");
	is_num(errno, ENOENT, "why not");
	return done();
}
