#include "base/memdir.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static void
refused(int root, const char *name, int want, const char *what)
{
	int make, fd;

	for (make = 0; make < 2; make++) {
		fd = memdir_open(root, name, make);
		ok(fd == -1 && errno == want, what);
	}
}

/* what others may have put where our folder is to stand */
static void
foreign(int root)
{
	symlinkat("ours", root, "link");
	refused(root, "link", EPERM, "a link to our own");
	close(openat(root, "file", O_WRONLY | O_CREAT, 0600));
	refused(root, "file", EPERM, "a file");
	mkdirat(root, "open", 0700);
	fchmodat(root, "open", 0710, 0);
	refused(root, "open", EPERM, "a folder that is open to the group");
	fchmodat(root, "open", 0701, 0);
	refused(root, "open", EPERM, "or to everybody");
	if (geteuid() != 0)
		return;
	fchmodat(root, "open", 0700, 0);
	fchownat(root, "open", NOBODY, NOBODY, 0);
	refused(root, "open", EPERM, "another user's, closed to all others");
}

static void
roots(const char *dir)
{
	int fd;

	chmod(dir, 0777);
	ok(memdir_root(dir) == -1 && errno == EPERM,
	    "others could replace what we make");
	chmod(dir, 0770);
	ok(memdir_root(dir) == -1 && errno == EPERM, "the group could");
	chmod(dir, 01777);
	fd = memdir_root(dir);
	ok(fd != -1, "but not in a sticky folder");
	close(fd);
	if (geteuid() == 0) {
		is_num(chown(dir, NOBODY, NOBODY), 0, "another's");
		ok(memdir_root(dir) == -1 && errno == EPERM, "its owner could");
		is_num(chown(dir, 0, 0), 0, "root's again");
	}
}

int
main(void)
{
	static const char *const made[] = { "link", "file" };
	char dir[] = "/dev/shm/memdir.XXXXXX";
	struct stat st;
	int root, fd;
	size_t i;

	ok(memdir_root("/dev/shm/nothing.here") == -1 && errno == ENOENT,
	    "no such folder");
	ok(memdir_root("/proc") == -1 && errno == ENOTSUP, "no tmpfs");
	root = mkdtemp(dir) == NULL ? -1 : memdir_root(dir);
	if (root == -1) {
		rmdir(dir);
		printf("ok 3 # SKIP /dev/shm is no tmpfs here\n1..3\n");
		return 0;
	}
	ok(memdir_open(root, "ours", 0) == -1 && errno == ENOENT,
	    "not made when it is only looked for");
	fd = memdir_open(root, "ours", 1);
	ok(fd != -1 && fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0700,
	    "made, closed to others");
	close(fd);
	fd = memdir_open(root, "ours", 0);
	ok(fd != -1, "and found again");
	close(fd);
	fd = memdir_open(root, "ours", 1);
	ok(fd != -1, "also by who would make it");
	close(fd);
	foreign(root);
	roots(dir);
	for (i = 0; i < sizeof made / sizeof *made; i++)
		unlinkat(root, made[i], 0);
	unlinkat(root, "ours", AT_REMOVEDIR);
	unlinkat(root, "open", AT_REMOVEDIR);
	rmdir(dir);
	return done();
}
