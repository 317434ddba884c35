/* the log of acts: where it is, its files, a cut line, what cannot be written */
#include "act/actlog.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/actlog.XXXXXX";

static void
sh(const char *command)
{
	ok(system(command) == 0, command);
}

static const char *
file(const char *name)
{
	static char *text;
	size_t n;

	free(text);
	text = NULL;
	return fd_slurp(name, 8 << 20, &text, &n) == -1 ? "(none)" : text;
}

static int
put(const char *instance, const char *line, int64_t now_us)
{
	struct buf b = { 0 };
	int r, saved;

	buf_puts(&b, line);
	r = actlog_write(instance, &b, now_us);
	saved = errno;
	buf_free(&b);
	errno = saved;
	return r;
}

static void
places(void)
{
	struct stat st;

	ok(put("nowhere", "a\n", 0) == 0, "no folder is no instance");
	sh("mkdir half half/log && touch file");
	ok(put("half", "a\n", 0) == 0 && access("half/log/acts", F_OK) == -1,
	    "nor is one without services");
	ok(put("file", "a\n", 0) == 0, "nor is a file");
	sh("mkdir one one/log one/service two two/log two/service");
	umask(077);
	ok(put("one", "a\n", 0) == 1 && put("two", "b\n", 0) == 1 &&
		put("one", "c\nd\n", 0) == 1,
	    "two instances");
	umask(022);
	is_str(file("one/log/acts/current"), "a\nc\nd\n", "the first");
	is_str(file("two/log/acts/current"), "b\n", "the second");
	ok(stat("one/log/acts/current", &st) == 0 &&
		(st.st_mode & 0777) == 0640,
	    "the log's group reads it under any umask");
	ok(stat("one/log/acts", &st) == 0 && (st.st_mode & 0777) == 0750,
	    "and enters the folder");
}

static void
cut(void)
{
	sh("printf cut >>one/log/acts/current");
	ok(put("one", "e\n", 0) == 1, "behind a line without its end");
	is_str(file("one/log/acts/current"), "a\nc\nd\ncut\ne\n",
	    "it gets one");
}

static void
troubles(void)
{
	struct rlimit few = { 20, RLIM_INFINITY }, any;
	int fd;

	getrlimit(RLIMIT_FSIZE, &any);
	signal(SIGXFSZ, SIG_IGN);
	few.rlim_max = any.rlim_max;
	setrlimit(RLIMIT_FSIZE, &few);
	ok(put("one", "a long line\n", 0) == -1 && errno == EFBIG,
	    "a disk that is full amid a line");
	setrlimit(RLIMIT_FSIZE, &any);
	is_str(file("one/log/acts/current"), "a\nc\nd\ncut\ne\n",
	    "nothing of it is there");
	sh("mkdir elsewhere && mv one/log/acts/current elsewhere/ && ln -s ../../../elsewhere/current one/log/acts/current");
	ok(put("one", "f\n", 0) == -1 && errno == ELOOP,
	    "a link is not followed");
	sh("rm one/log/acts/current && mkfifo one/log/acts/current");
	ok(put("one", "f\n", 0) == -1, "nor is a pipe waited for");
	sh("rm one/log/acts/current && mv elsewhere/current one/log/acts/");
	sh("mv one/log/acts elsewhere/ && ln -s ../../elsewhere/acts one/log/acts");
	ok(put("one", "f\n", 0) == -1 && (errno == ENOTDIR || errno == ELOOP),
	    "nor is a folder's");
	sh("rm one/log/acts && mv elsewhere/acts one/log/");
	fd = open("one/log/acts", O_RDONLY);
	ok(flock(fd, LOCK_EX) == 0, "somebody who does not end");
	ok(put("one", "f\n", 0) == -1 && errno == ETIMEDOUT,
	    "is not waited for long");
	close(fd);
	ok(put("one", "f\n", 0) == 1, "and when he has gone it works");
}

static void
files(void)
{
	char name[ACTLOG_NAME_ROOM], path[80], command[200];
	int i;

	actlog_name(name, 1790000000123456);
	is_str(name, "@400000006ab13b8a075bca00.s",
	    "a name as svlogd gives it");
	sh("rm one/log/acts/current && truncate -s 1048575 one/log/acts/current && printf '\\n' | dd of=one/log/acts/current bs=1 seek=1048574 conv=notrunc 2>/dev/null");
	ok(put("one", "g\n", 1790000000123456) == 1,
	    "one byte below the size of a file");
	snprintf(path, sizeof path, "one/log/acts/%s", name);
	ok(access(path, F_OK) == -1, "and it is gone on with");
	ok(put("one", "h\n", 1790000000123456) == 1, "above");
	ok(access(path, F_OK) == 0, "it gets its name");
	is_str(file("one/log/acts/current"), "h\n", "another is begun");
	sh("truncate -s 1048576 one/log/acts/current");
	ok(put("one", "i\n", 1790000000123456) == 1 &&
		strlen(file("one/log/acts/current")) < 10,
	    "a name that is taken");
	snprintf(command, sizeof command,
	    "test $(stat -c %%s one/log/acts/current) = 1048579");
	sh(command);
	for (i = 1; i < ACTLOG_FILES_MAX; i++) {
		actlog_name(name, 1790000000123456 + i * INT64_C(1000000));
		snprintf(path, sizeof path, "one/log/acts/%s", name);
		close(open(path, O_WRONLY | O_CREAT, 0600));
	}
	sh("test $(ls one/log/acts | grep -c @) = 100");
	ok(put("one", "k\n", 1790001000000000) == 1,
	    "one file more than are kept");
	sh("test $(ls one/log/acts | grep -c @) = 100");
	actlog_name(name, 1790000000123456);
	snprintf(path, sizeof path, "one/log/acts/%s", name);
	ok(access(path, F_OK) == -1, "the oldest is gone");
	actlog_name(name, 1790001000000000);
	snprintf(path, sizeof path, "one/log/acts/%s", name);
	ok(access(path, F_OK) == 0, "the newest is there");
}

int
main(void)
{
	char command[80];

	ok(mkdtemp(dir) != NULL && chdir(dir) == 0, "a folder");
	umask(022);
	places();
	cut();
	troubles();
	files();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(chdir("/") == 0, "leave");
	sh(command);
	return done();
}
