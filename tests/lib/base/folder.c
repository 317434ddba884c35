#include "base/folder.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OTHER = 65534 };

/* the same file? */
static int
same(int fd, const char *path)
{
	struct stat a, b;

	return fd != -1 && fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

static void
ways(void)
{
	static const struct {
		const char *path, *want;
		int err;
	} way[] = {
		{ ".", ".", 0 },
		{ "a", "a", 0 },
		{ "a/", "a", 0 },
		{ "./a//b/", "a/b", 0 },
		{ "a/../a/b", "a/b", 0 },
		{ "link", "a/b", 0 },
		{ "link/..", "a", 0 },
		{ "far/a/b", "a/b", 0 },
		{ "/", "/", 0 },
		{ "/tmp/..", "/", 0 },
		{ "", NULL, ENOENT },
		{ "none", NULL, ENOENT },
		{ "a/none/b", NULL, ENOENT },
		{ "f", NULL, ENOTDIR },
		{ "f/x", NULL, ENOTDIR },
		{ "round", NULL, ELOOP },
	};
	char here[200], text[300];
	size_t i;
	int fd;

	mkdir("a", 0755);
	mkdir("a/b", 0755);
	close(open("f", O_WRONLY | O_CREAT, 0600));
	if (symlink("a/b", "link") == -1 || symlink("round", "round") == -1 ||
	    getcwd(here, sizeof here) == NULL || symlink(here, "far") == -1)
		return;
	for (i = 0; i < sizeof way / sizeof way[0]; i++) {
		fd = folder_open(way[i].path);
		snprintf(text, sizeof text, "folder_open(\"%s\")", way[i].path);
		if (way[i].want != NULL)
			ok(same(fd, way[i].want), text);
		else
			ok(fd == -1 && errno == way[i].err, text);
		if (fd != -1)
			close(fd);
	}
}

static void
names(void)
{
	static const struct {
		const char *path, *dir, *name;
	} way[] = {
		{ "x", ".", "x" },
		{ "a/x", "a", "x" },
		{ "a/b", "a", "b" },
		{ "/x", "/", "x" },
		{ "link/x", "a/b", "x" },
		{ "a/", NULL, NULL },
		{ "", NULL, NULL },
		{ "none/x", NULL, NULL },
	};
	const char *name;
	char text[300];
	size_t i;
	int fd;

	for (i = 0; i < sizeof way / sizeof way[0]; i++) {
		fd = folder_open_of(way[i].path, &name);
		snprintf(text, sizeof text, "folder_open_of(\"%s\")",
		    way[i].path);
		ok(way[i].dir == NULL ? fd == -1
				      : same(fd, way[i].dir) &&
			    strcmp(name, way[i].name) == 0,
		    text);
		if (fd != -1)
			close(fd);
	}
}

/* a name of 255 bytes, a way too long, and links without an end */
static void
limits(void)
{
	char s[PATH_MAX + 2], link[16], to[16];
	int i, fd;

	memset(s, 'x', sizeof s);
	s[256] = '\0';
	ok(folder_open(s) == -1 && errno == ENAMETOOLONG, "256 bytes");
	memset(s, '/', sizeof s);
	s[PATH_MAX] = '\0';
	ok(folder_open(s) == -1 && errno == ENAMETOOLONG, "PATH_MAX bytes");
	s[PATH_MAX - 1] = '\0';
	fd = folder_open(s);
	ok(same(fd, "/"), "one less");
	close(fd);
	for (i = 0; i <= FOLDER_LINKS_MAX; i++) {
		snprintf(link, sizeof link, "l%d", i);
		snprintf(to, sizeof to, "l%d", i - 1);
		if (symlink(i == 0 ? "a" : to, link) == -1)
			return;
	}
	snprintf(link, sizeof link, "l%d", FOLDER_LINKS_MAX - 1);
	fd = folder_open(link);
	ok(same(fd, "a"), "the most links");
	close(fd);
	snprintf(link, sizeof link, "l%d", FOLDER_LINKS_MAX);
	ok(folder_open(link) == -1 && errno == ELOOP, "one more");
	for (i = 0; i <= FOLDER_LINKS_MAX; i++) {
		snprintf(link, sizeof link, "l%d", i);
		unlink(link);
	}
}

/* what root does for another user, and no longer does */
static void
as_root(void)
{
	gid_t had[] = { 1, 7 }, now[8];
	struct stat st;
	int fd, file;

	if (setgroups(2, had) == -1 || mkdir("his", 0700) == -1 ||
	    mkdir("third", 0700) == -1 || chown("third", 1, 1) == -1 ||
	    chown("his", OTHER, OTHER) == -1 ||
	    symlink("../a", "his/l") == -1 ||
	    lchown("his/l", OTHER, OTHER) == -1 || chmod(".", 0755) == -1)
		return;
	ok(folder_open("his/l") == -1 && errno == ELOOP, "his link");
	ok(folder_open("his/l/b") == -1 && errno == ELOOP, "and through it");
	is_num(lchown("his/l", 0, 0), 0, "the same link, root's");
	fd = folder_open("his/l");
	ok(same(fd, "a"), "a link of root's");
	close(fd);
	unlink("his/l");

	fd = folder_open("his");
	is_num(folder_enter(fd), 0, "enter");
	is_num(getgroups(8, now), 0, "without root's groups");
	ok(open("f", O_RDONLY) == -1 && errno == EACCES,
	    "a file of root's is not to be read");
	ok(chmod("f", 0666) == -1 && errno == EPERM, "nor changed");
	ok(open("a/x", O_WRONLY | O_CREAT, 0600) == -1 && errno == EACCES,
	    "nothing is made elsewhere");
	file = openat(fd, "x", O_WRONLY | O_CREAT | O_EXCL, 0600);
	ok(file != -1 && fstat(file, &st) == 0 && st.st_uid == OTHER &&
		st.st_gid == OTHER,
	    "what is made there is his");
	errno = EXDEV;
	folder_leave();
	is_num(errno, EXDEV, "leave; errno stays");
	is_num(getgroups(8, now), 2, "with the groups again");
	close(file);
	file = open("f", O_RDONLY);
	ok(file != -1, "root is root");
	close(file);
	close(fd);

	fd = folder_open("a");
	is_num(folder_enter(fd), 0, "a folder of root's");
	file = openat(fd, "x", O_WRONLY | O_CREAT | O_EXCL, 0600);
	ok(file != -1 && fstat(file, &st) == 0 && st.st_uid == 0, "is root's");
	folder_leave();
	close(file);
	close(fd);
	file = folder_file("his/y", O_WRONLY | O_CREAT, 0600);
	ok(file != -1 && fstat(file, &st) == 0 && st.st_uid == OTHER,
	    "a file made in his folder is his");
	close(file);
	ok(symlink("../f", "his/z") == 0 &&
		folder_file("his/z", O_WRONLY, 0) == -1 && errno == EACCES,
	    "a link there leads no further than he may go");
	unlink("his/y");
	unlink("his/z");
	is_num(folder_file("his/", O_WRONLY, 0), -1, "a folder is no file");
	is_num(folder_settle_of("none/x"), -1, "settle nowhere");
	is_num(folder_settle("none"), -1, "settle nowhere");
	is_num(folder_settle_of("his/none"), 0, "settle");
	ok(open("f", O_RDONLY) == -1 && errno == EACCES, "it stays so");
	fd = folder_open("third");
	is_num(folder_enter(fd), 0, "enter another's from there");
	file = openat(fd, "x", O_WRONLY | O_CREAT | O_EXCL, 0600);
	ok(file != -1 && fstat(file, &st) == 0 && st.st_uid == 1, "as he");
	folder_leave();
	file = open("his/y", O_WRONLY | O_CREAT | O_EXCL, 0600);
	ok(file != -1 && fstat(file, &st) == 0 && st.st_uid == OTHER,
	    "and leave");
}

/* as whom the tests end is not who can tidy up */
static int
tidy(pid_t pid, const char *dir)
{
	char line[200];
	int st, r;

	if (waitpid(pid, &st, 0) != pid)
		return 1;
	snprintf(line, sizeof line, "%s", dir);
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", line, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, &r, 0);
	return !WIFEXITED(st) || WEXITSTATUS(st) != 0 || r != 0;
}

int
main(void)
{
	char dir[] = "/tmp/folder.XXXXXX";
	pid_t pid;

	umask(022);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1 || (pid = fork()) == -1)
		return 1;
	if (pid > 0)
		return tidy(pid, dir);
	ways();
	names();
	limits();
	if (geteuid() == 0)
		as_root();
	else
		ok(1, "(the rest needs root)");
	return done();
}
