/* the list of suspended domains: kept in a file, bounded */
#include "base/die.h"
#include "base/fd.h"
#include "run/run.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-suspend.XXXXXX";
static struct run r;

static void
put(const char *text)
{
	int fd = openat(r.qfd, "suspended", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || fd_write_all(fd, text, strlen(text)) == -1)
		_exit(111);
	close(fd);
}

static const char *
file(void)
{
	static char t[4096];
	int fd = openat(r.qfd, "suspended", O_RDONLY);
	ssize_t n = fd == -1 ? 0 : fd_read_all(fd, t, sizeof t - 1);

	if (fd != -1)
		close(fd);
	t[n] = '\0';
	return t;
}

static unsigned
listed(void)
{
	unsigned at = 0, count = 0;
	size_t n;

	while (suspend_name(&r, &at, &n) != NULL)
		count++;
	return count;
}

/* each in a process of its own: the list is the program's.  Returns what
 * one() has for it, or the exit status of a program that gives up */
static int
apart(int (*one)(void))
{
	int st;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		_exit(one());
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static int
count_them(void)
{
	suspend_start(&r);
	return listed() > 250 ? 250 : (int)listed();
}

static int
one_more(void)
{
	int held;

	suspend_start(&r);
	held = (int)(listed() - (RUN_SUSPENDED_MAX - 1)) * 16;
	held += (suspend_set(&r, "one.more", 8, 1) == 0) * 8;
	held +=
	    (suspend_set(&r, "two.more", 8, 1) == -1 && errno == ENOSPC) * 4;
	held += (suspend_set(&r, "one.more", 8, 1) == 0) * 2;
	return held + (listed() == RUN_SUSPENDED_MAX);
}

static void
limits(void)
{
	char longest[JOBHEAD_DOMAIN_MAX + 2];
	struct buf b = { 0 };
	unsigned n, i;

	for (n = RUN_SUSPENDED_MAX - 1; n <= RUN_SUSPENDED_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "d%u.example\n", i);
		buf_putc(&b, '\0');
		put(buf_data(&b));
		if (n < RUN_SUSPENDED_MAX) {
			is_num(apart(one_more), 15, "one more and no other");
			continue;
		}
		is_num(apart(count_them), n == RUN_SUSPENDED_MAX ? 250 : 111,
		    "domains in the file");
	}
	buf_free(&b);
	memset(longest, 'a', sizeof longest);
	longest[JOBHEAD_DOMAIN_MAX + 1] = '\0';
	put(longest);
	is_num(apart(count_them), 0, "a name that is too long");
	longest[JOBHEAD_DOMAIN_MAX] = '\0';
	put(longest);
	is_num(apart(count_them), 1, "one that is not");
	unlinkat(r.qfd, "suspended", 0);
	is_num(apart(count_them), 0, "no file");
	mkdirat(r.qfd, "suspended", 0700);
	is_num(apart(count_them), 111, "a folder in its place");
	unlinkat(r.qfd, "suspended", AT_REMOVEDIR);
}

static void
add_rcpt(unsigned i, const char *domain)
{
	int fresh;

	r.s.rcpt[i].domain =
	    nametable_get(&r.s.domains, domain, strlen(domain), &fresh);
}

static void
list(void)
{
	unsigned at = 0;
	size_t n;

	put("a.example\n\nb.example\na.example\nc.example");
	suspend_start(&r);
	is_num(listed(), 3, "each once, the last without its line's end");
	is_num(suspend_is(&r, 0), 1, "a recipient's domain is");
	is_num(suspend_is(&r, 1), 0, "one below is not");
	is_num(suspend_set(&r, "a.example", 9, 0), 0, "resume");
	is_num(suspend_is(&r, 0), 0, "it is not any more");
	is_str(file(), "b.example\nc.example\n", "nor in the file");
	is_num(suspend_set(&r, "x.a.example", 11, 1), 0, "suspend");
	is_num(suspend_is(&r, 1), 1, "now it is");
	is_num(suspend_set(&r, "x.a.example", 11, 1), 0, "twice");
	is_num(suspend_set(&r, "nobody", 6, 0), 0, "resume what is not");
	is_num(listed(), 3, "three again");
	is_num(suspend_name(&r, &at, &n) != NULL && n > 0, 1, "names");
	ok(faccessat(r.qfd, "suspended.new", F_OK, 0) == -1, "no file is left");
	/* what cannot be written has not happened */
	mkdirat(r.qfd, "suspended.new", 0700);
	is_num(suspend_set(&r, "d.example", 9, 1), -1, "unwritable");
	is_num(suspend_set(&r, "b.example", 9, 0), -1, "either way");
	is_num(listed(), 3, "as it was");
	unlinkat(r.qfd, "suspended.new", AT_REMOVEDIR);
	is_num(suspend_set(&r, "b.example", 9, 0), 0, "and then it can");
	suspend_set(&r, "c.example", 9, 0);
	suspend_set(&r, "x.a.example", 11, 0);
	is_str(file(), "", "none");
	is_num(suspend_is(&r, 1), 0, "nobody is");
	unlinkat(r.qfd, "suspended", 0);
}

int
main(void)
{
	static char *args[] = { "suspend", NULL };

	prog_init(args);
	if (mkdtemp(dir) == NULL)
		return 111;
	r.queue = dir;
	r.qfd = open(dir, O_RDONLY | O_DIRECTORY);
	r.s.rcpt = calloc(2, sizeof *r.s.rcpt);
	add_rcpt(0, "a.example");
	add_rcpt(1, "x.a.example");
	limits();
	list();
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
