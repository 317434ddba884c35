#include "tap.h"
#include "queue/commit.h"
#include "queue/layout.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost.XXXXXX";
static struct commit c;
static char ids[COMMIT_FILES_MAX + 1][NAME_LEN + 1];

/* n files into the batch; 0, or -1 */
static int
fill(unsigned n)
{
	struct commit_file f;
	unsigned i;

	for (i = 0; i < n; i++) {
		if (commit_full(&c) || commit_start(&c, &f) == -1 ||
		    write(f.fd, "x", 1) != 1 || commit_name(&c, &f) == -1 ||
		    commit_link(&c, &f) == -1 || f.fd != -1)
			return -1;
		strcpy(ids[i], f.id);
	}
	return 0;
}

/* how many of n files are there, all with names and one link */
static unsigned
there(unsigned n)
{
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	unsigned i, k = 0;

	for (i = 0; i < n; i++) {
		name_path(path, ids[i]);
		k += fstatat(c.root, path, &st, 0) == 0 && st.st_size == 1 &&
		    st.st_nlink == 1;
	}
	return k;
}

static unsigned
open_files(void)
{
	unsigned i, n = 0;

	for (i = 0; i < 2000; i++)
		n += fcntl(i, F_GETFD) != -1;
	return n;
}

static void
batches(const char *name)
{
	static const unsigned sizes[] = { 1, 2, 3, 4, 5, 150 };
	unsigned i, k, before, d, good;

	fill(1);
	commit_sync(&c);
	for (d = 0; d < NAME_DIRS; d++) { /* every directory open once */
		fill(1);
		commit_sync(&c);
	}
	before = open_files();
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		d = c.dir;
		is_num(fill(sizes[i]), 0, name);
		is_num(commit_sync(&c), 0, "sync");
		is_num(there(sizes[i]), sizes[i], "all there");
		for (k = good = 0; k < sizes[i]; k++)
			good += name_dir(ids[k]) == d &&
			    (k == 0 || strcmp(ids[k - 1], ids[k]) < 0);
		is_num(good, sizes[i], "in one directory, ids go up");
		is_num(c.dir, d, "the next stays there");
		is_num(open_files(), before, "no descriptor is left open");
	}
	is_num(commit_sync(&c), 0, "an empty batch");

	/* so many files, then the next directory */
	while (c.in_dir != 0) {
		fill(1);
		commit_sync(&c);
	}
	d = c.dir;
	for (i = 0; i < 5; i++) {
		fill((COMMIT_DIR_FILES - 1) / 5);
		commit_sync(&c);
	}
	is_num(c.dir, d, "one file less than it takes: stays");
	fill(1);
	commit_sync(&c);
	is_num(c.dir, (d + 1) % NAME_DIRS, "enough: the next directory");
}

static void
drops(void)
{
	struct commit_file a, b;

	ok(commit_start(&c, &a) == 0 && commit_start(&c, &b) == 0, "two files");
	commit_drop(&c, &a);
	fill(1);
	commit_sync(&c);
	ok(write(b.fd, "x", 1) == 1 && commit_name(&c, &b) == 0 &&
		commit_link(&c, &b) == 0,
	    "begun in an earlier batch");
	strcpy(ids[0], b.id);
	is_num(name_dir(b.id), c.dir, "it goes where its batch goes");
	is_num(commit_sync(&c), 0, "sync");
	is_num(there(1), 1, "it is there");
}

static void
fills(unsigned max)
{
	is_num(fill(max - 1), 0, "one below the limit");
	ok(!commit_full(&c), "not full");
	is_num(fill(1), 0, "the limit");
	ok(commit_full(&c), "full");
	commit_sync(&c);
	ok(!commit_full(&c), "empty");
}

static void
rooms(void)
{
	c.reserve_inodes = 0;
	c.reserve_bytes = 0;
	ok(commit_room(&c, 1), "room");
	c.free_bytes = 100 * 4096;
	c.reserve_bytes = 90 * 4096;
	ok(commit_room(&c, 10 * 4096 - 1), "exactly the reserve is left");
	ok(!commit_room(&c, 1), "and no more");
	ok(!commit_room(&c, UINT64_MAX - 4096), "nothing overflows");
	c.reserve_bytes = 0;
	c.no_inodes = 0;
	c.free_inodes = 11;
	c.reserve_inodes = 10;
	ok(commit_room(&c, 1), "an inode above the reserve");
	ok(!commit_room(&c, 1), "and no more");
	c.reserve_at_ms = 0;
	c.reserve_inodes = 0;
	ok(commit_room(&c, 1), "asked again");
}

/* a directory that is gone: an error, nothing left */
static void
failing(void)
{
	struct commit_file f;
	unsigned i;

	for (i = 0; i < NAME_DIRS; i++) {
		close(c.mess[i]);
		c.mess[i] = -1;
	}
	i = c.root;
	c.root = open("/", O_RDONLY | O_DIRECTORY);
	is_num(commit_start(&c, &f), -1, "no directory");
	is_num(f.fd, -1, "no file");
	close(c.root);
	c.root = i;
}

int
main(void)
{
	static const char *const names[] = { "linkat", "rename",
		"linkat, old kernel", "linkat, short cuts in the journal" };
	const char *what;
	char tmp[64];
	unsigned m;
	int bad;

	if (mkdtemp(dir) == NULL)
		return 1;
	is_num(commit_open(&c, dir, COMMIT_TRY), -1, "no queue");
	commit_close(&c);
	if (layout_make(dir, &what) == -1)
		return 1;
	for (m = 0; m < sizeof names / sizeof names[0]; m++) {
		is_num(commit_open(&c, dir,
			   m == 1 ? COMMIT_RENAME : COMMIT_TRY),
		    0, names[m]);
		if (m == 2)
			c.durable = (struct durable){ .names = 1 };
		if (m == 3)
			c.durable = (struct durable){ .all = 1, .flush = 1 };
		batches(names[m]);
		drops();
		if (m < 2)
			fills(m == 1 || !c.durable.all ? COMMIT_KEPT_MAX
						       : COMMIT_FILES_MAX);
		if (m == 0)
			rooms();
		failing();
		commit_close(&c);
	}
	snprintf(tmp, sizeof tmp, "%s/tmp", dir);
	is_num(rmdir(tmp), 0, "tmp is empty");
	bad = done();
	fflush(stdout);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return bad;
}
