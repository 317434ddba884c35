#include "ship/deadfile.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

static char dir[] = "/tmp/deadfile.XXXXXX";

static const char *
content(const char *name)
{
	static char out[1000];
	char path[100], *text;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (fd_slurp(path, sizeof out - 1, &text, &n) == -1)
		return "";
	memcpy(out, text, n + 1);
	free(text);
	return out;
}

static void
events(void)
{
	static const struct {
		const char *line, *want;
	} t[] = {
		{ "dead-at:1\tdead-text:x y\teid:a\tsrc:b", "eid:a\tsrc:b" },
		{ "dead-at:1\tdead-text:\teid:a", "eid:a" },
		{ "dead-at:1\tdead-text:x", "" },
		{ "dead-at:1\teid:a", "" },
		{ "dead-at:1", "" },
		{ "eid:a\tsrc:b", "" },
		{ "dead-at:1\tdead-text:x\tid:a", "" },
		{ "dead-at:1\tdead-text:x\t", "" },
		{ "", "" },
	};
	const char *p;
	char got[100];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = strlen(t[i].line);
		p = deadfile_event(t[i].line, &n);
		snprintf(got, sizeof got, "%.*s", p == NULL ? 0 : (int)n,
		    p == NULL ? "" : p);
		is_str(got, t[i].want, t[i].line);
	}
}

int
main(void)
{
	struct rlimit l = { 6, RLIM_INFINITY };
	char path[100];
	int fd, other;

	if (mkdtemp(dir) == NULL)
		return 1;
	events();
	errno = 0;
	is_num(deadfile_take(dir), -1, "nothing is there");
	is_num(errno, ENOENT, "and that is said");
	is_num(deadfile_put(dir, "one\n", 4), 0, "one");
	is_num(deadfile_put(dir, "two\n", 4), 0, "two");
	is_str(content("dead"), "one\ntwo\n", "both are there");
	/* a disk that is full */
	signal(SIGXFSZ, SIG_IGN);
	l.rlim_cur = 10;
	setrlimit(RLIMIT_FSIZE, &l);
	is_num(deadfile_put(dir, "three\n", 6), -1, "no room");
	l.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &l);
	is_str(content("dead"), "one\ntwo\n", "nothing half is left");
	fd = deadfile_take(dir);
	ok(fd != -1, "taken");
	is_str(content("dead.sending"), "one\ntwo\n", "under another name");
	is_num(deadfile_put(dir, "three\n", 6), 0, "what is dead meanwhile");
	is_str(content("dead"), "three\n", "is in a new file");
	other = deadfile_take(dir);
	is_num(other, -1, "two do not take it");
	is_num(errno, EWOULDBLOCK, "and that is said");
	close(fd);
	fd = deadfile_take(dir);
	ok(fd != -1, "who has died is followed by another");
	is_str(content("dead"), "three\n", "what is new waits");
	is_num(deadfile_done(dir), 0, "done");
	close(fd);
	fd = deadfile_take(dir);
	is_str(content("dead.sending"), "three\n", "now it is its turn");
	deadfile_done(dir);
	close(fd);
	/* what a power cut has left */
	snprintf(path, sizeof path, "%s/dead", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	is_num(write(fd, "dead-at:2026-1", 14), 14, "half a line");
	close(fd);
	is_num(deadfile_put(dir, "four\n", 5), 0, "another one behind it");
	is_str(content("dead"), "dead-at:2026-1\nfour\n", "is a line");
	unlink(path);
	snprintf(path, sizeof path, "%s/dead", dir);
	ok(access(path, F_OK) == -1, "nothing is left");
	is_num(rmdir(dir), 0, "of anything");
	return done();
}
