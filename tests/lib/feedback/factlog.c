/* events safe on disk before anybody is told: what a start finds, full disks,
 * segments, marks */
#include "feedback/factlog.h"
#include "base/fd.h"
#include "chain/event.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/factlog.XXXXXX", path[64], old[80];
static int log_fd, stderr_fd;

/* what was logged since the last call */
static const char *
logged(void)
{
	static char text[1 << 20];
	off_t n = lseek(log_fd, 0, SEEK_END);

	n = pread(log_fd, text, sizeof text - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	ftruncate(log_fd, 0);
	lseek(log_fd, 0, SEEK_SET);
	return text;
}

static const char *
file(const char *name)
{
	static char *text;
	size_t n;

	free(text);
	text = NULL;
	return fd_slurp(name, 1 << 20, &text, &n) == -1 ? "(none)" : text;
}

static void
put(struct factlog *f, const char *line)
{
	char t[200];
	int n = snprintf(t, sizeof t, "ts:1\tev:x\tto:%s\n", line);

	ok(factlog_put(f, t, (size_t)n) == 0, "a line is put");
}

static void
begins(void)
{
	struct factlog f, g;
	struct stat st;

	ok(factlog_open(&f, path, 0) == 0, "a new folder");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700, "its mode");
	is_str(logged(), "", "nothing to log again");
	ok(factlog_open(&g, path, 0) == -1 && errno == EWOULDBLOCK,
	    "one program only");
	ok(factlog_sync(&f, 0) == 0, "nothing to sync");
	put(&f, "a");
	put(&f, "b");
	is_str(logged(), "", "not logged before it is safe");
	ok(factlog_sync(&f, 0) == 0, "two lines at once");
	is_str(logged(), "ts:1\tev:x\tto:a\nts:1\tev:x\tto:b\n", "logged");
	factlog_close(&f);
	is_str(file(old),
	    "#base 0\n#logged 0\nts:1\tev:x\tto:a\n"
	    "ts:1\tev:x\tto:b\n",
	    "on disk");
}

static void
goes_on(void)
{
	struct factlog f;
	int fd = open(old, O_WRONLY | O_APPEND);

	ok(fd != -1 && fd_write_all(fd, "ts:1\tev:cu", 10) == 0, "a cut line");
	close(fd);
	ok(factlog_open(&f, path, 0) == 0, "opened again");
	is_str(logged(),
	    "ts:1\tev:x\tto:a\treplay:1\n"
	    "ts:1\tev:x\tto:b\treplay:1\n",
	    "its lines are logged again, but not the cut one");
	/* time goes by: the log has them for good */
	factlog_tick(&f, FACTLOG_MARK_MS);
	factlog_tick(&f, 2 * FACTLOG_MARK_MS - 1);
	ok(strstr(file(old) + 9, "\n#logged 0\n") == NULL, "no mark too early");
	put(&f, "c");
	ok(factlog_sync(&f, FACTLOG_LOGGED_MS) == 0, "one line more");
	factlog_tick(&f, FACTLOG_LOGGED_MS + FACTLOG_MARK_MS);
	factlog_tick(&f, FACTLOG_LOGGED_MS + 2 * FACTLOG_MARK_MS);
	factlog_close(&f);
	logged();
	ok(factlog_open(&f, path, 0) == 0, "and again");
	is_str(logged(), "ts:1\tev:x\tto:c\treplay:1\n",
	    "what was marked as logged is not logged a third time");
	factlog_tick(&f, FACTLOG_MARK_MS);
	factlog_tick(&f, 2 * FACTLOG_MARK_MS);
	factlog_tick(&f, 3 * FACTLOG_MARK_MS);
	factlog_close(&f);
	ok(factlog_open(&f, path, 0) == 0, "a last time");
	is_str(logged(), "", "nothing is left");
	factlog_close(&f);
}

static void
turns(void)
{
	struct factlog f;
	char name[80], text[FACTLOG_LINE_MAX + 1];

	ok(factlog_open(&f, path, 0) == 0, "opened");
	f.bytes_max = f.size + 40;
	put(&f, "first");
	ok(factlog_sync(&f, 0) == 0, "it still has room");
	put(&f, "second, in a new one");
	ok(factlog_sync(&f, 0) == 0, "a full segment");
	snprintf(name, sizeof name, "%s/facts.old", path);
	ok(strstr(file(name), "first") != NULL, "is the old one");
	ok(strstr(file(old), "second") != NULL &&
		strncmp(file(old), "#base ", 6) == 0 &&
		strncmp(file(old), "#base 0\n", 8) != 0,
	    "the new one says where it begins");
	logged();
	factlog_close(&f);
	ok(factlog_open(&f, path, 0) == 0, "opened again");
	is_str(logged(),
	    "ts:1\tev:x\tto:first\treplay:1\n"
	    "ts:1\tev:x\tto:second, in a new one\treplay:1\n",
	    "both are read, in order");
	memset(text, 'x', sizeof text);
	ok(factlog_put(&f, text, FACTLOG_LINE_MAX) == 0, "a line of the limit");
	ok(factlog_put(&f, text, FACTLOG_LINE_MAX + 1) == -1 &&
		errno == EMSGSIZE,
	    "and one byte more");
	factlog_close(&f);
}

static void
full(void)
{
	struct factlog f;
	struct rlimit old_limit, few;
	off_t size;
	struct stat st;

	signal(SIGXFSZ, SIG_IGN);
	ok(factlog_open(&f, path, 0) == 0, "opened");
	logged();
	size = (off_t)f.size;
	getrlimit(RLIMIT_FSIZE, &old_limit);
	few = old_limit;
	few.rlim_cur = (rlim_t)size + 10;
	setrlimit(RLIMIT_FSIZE, &few);
	put(&f, "no room for this");
	ok(factlog_sync(&f, 0) == -1, "a full disk is told");
	setrlimit(RLIMIT_FSIZE, &old_limit);
	is_str(logged(), "", "nothing is logged");
	ok(stat(old, &st) == 0 && st.st_size == size, "nothing of it is there");
	put(&f, "but for this");
	ok(factlog_sync(&f, 0) == 0, "it goes on");
	is_str(logged(), "ts:1\tev:x\tto:but for this\n", "with the next");
	factlog_close(&f);
}

static void
clean(void)
{
	char cmd[120];

	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	ok(system(cmd) == 0, "removed");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/f", dir);
	snprintf(old, sizeof old, "%s/facts", path);
	stderr_fd = dup(2);
	log_fd = memfd_create("log", 0);
	dup2(log_fd, 2);
	begins();
	goes_on();
	turns();
	full();
	dup2(stderr_fd, 2);
	clean();
	return done();
}
