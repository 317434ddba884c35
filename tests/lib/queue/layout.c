/* what a queue consists of, made anew or completed */
#include "queue/layout.h"
#include "queue/name.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-layout.XXXXXX";

static const struct {
	const char *path;
	mode_t mode;
} parts[] = {
	{ ".", S_IFDIR | 0750 },
	{ "mess", S_IFDIR | 0750 },
	{ "done", S_IFDIR | 0750 },
	{ "tmp", S_IFDIR | 0750 },
	{ "mess/00", S_IFDIR | 0750 },
	{ "mess/0v", S_IFDIR | 0750 },
	{ "mess/10", S_IFDIR | 0750 },
	{ "mess/1v", S_IFDIR | 0750 },
	{ "trigger", S_IFIFO | 0600 },
	{ "lock", S_IFREG | 0600 },
};

static void
look(void)
{
	char path[64];
	struct stat st;
	size_t i, n = 0;

	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		snprintf(path, sizeof path, "q/%s", parts[i].path);
		is_num(lstat(path, &st) == 0 ? st.st_mode : 0, parts[i].mode,
		    path);
	}
	stat("q/mess", &st);
	is_num(st.st_nlink == 1 ? NAME_DIRS + 2 : st.st_nlink, NAME_DIRS + 2,
	    "directories of messages");
	for (i = 0; layout_dirs[i] != NULL; i++) {
		snprintf(path, sizeof path, "q/%s", layout_dirs[i]);
		n += stat(path, &st) == 0;
	}
	is_num(n, i, "all that it names are there");
}

int
main(void)
{
	static const char *const gone[] = { "q/mess/0a", "q/done", "q/tmp",
		"q/trigger", "q/lock" };
	const char *what = NULL;
	struct stat st;
	size_t i;
	int fd;

	umask(0);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 111;
	is_num(layout_make("q", &what), 0, "a new queue");
	look();
	/* what is there stays as it is */
	fd = open("q/mess/0b/x", O_WRONLY | O_CREAT, 0600);
	close(fd);
	chmod("q/done", 0700);
	fd = open("q/lock", O_WRONLY);
	if (fd == -1 || write(fd, "x", 1) != 1 || close(fd) == -1)
		return 111;
	is_num(layout_make("q", &what), 0, "once more");
	ok(access("q/mess/0b/x", F_OK) == 0, "a message stays");
	is_num(stat("q/done", &st) == 0 ? st.st_mode & 0777 : 0, 0700,
	    "a mode stays");
	is_num(stat("q/lock", &st) == 0 ? st.st_size : -1, 1, "the lock stays");
	chmod("q/done", 0750);
	for (i = 0; i < sizeof gone / sizeof *gone; i++)
		is_num(remove(gone[i]), 0, gone[i]);
	is_num(layout_make("q", &what), 0, "what is missing is made");
	look();
	/* what cannot be made is named */
	errno = 0;
	is_num(layout_make("no/q", &what), -1, "no parent");
	ok(errno == ENOENT && strcmp(what, "no/q") == 0, "says the queue");
	fd = open("file", O_WRONLY | O_CREAT, 0600);
	close(fd);
	is_num(layout_make("file", &what), -1, "a file");
	ok(errno == ENOTDIR && strcmp(what, "file") == 0, "says the queue");
	mkdir("bad", 0700);
	fd = open("bad/mess", O_WRONLY | O_CREAT, 0600);
	close(fd);
	is_num(layout_make("bad", &what), -1, "a file in a folder's place");
	ok(errno == ENOTDIR && strcmp(what, "mess/00") == 0,
	    "says which folder");
	if (chdir("/") == 0 && fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return done();
}
