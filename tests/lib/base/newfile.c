#include "base/newfile.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-newfile.XXXXXX";

/* how many names are in it */
static unsigned
names(void)
{
	char command[100];
	FILE *f;
	unsigned n = 99;

	snprintf(command, sizeof command, "ls -A %s | wc -l", dir);
	f = popen(command, "r");
	if (f != NULL && fscanf(f, "%u", &n) != 1)
		n = 99;
	if (f != NULL)
		pclose(f);
	return n;
}

static int
holds(const char *path, const char *text)
{
	char *p = NULL;
	size_t n = 0;
	int same = fd_slurp(path, 1 << 20, &p, &n) == 0 && n == strlen(text) &&
	    memcmp(p, text, n) == 0;

	free(p);
	return same;
}

static void
put(struct buf *b, const char *text)
{
	buf_clear(b);
	if (buf_puts(b, text) == -1)
		exit(111);
}

int
main(void)
{
	struct rlimit one = { 1, RLIM_INFINITY }, all;
	struct buf b = { 0 };
	char path[100], link[100], name[257];
	struct stat st;

	if (mkdtemp(dir) == NULL)
		return 111;
	umask(022);
	signal(SIGXFSZ, SIG_IGN);
	snprintf(path, sizeof path, "%s/a", dir);
	put(&b, "first");
	ok(newfile_put(dir, "a", &b) == 0 && holds(path, "first"), "a file");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644,
	    "as new files are");
	put(&b, "then");
	ok(newfile_put(dir, "a", &b) == 0 && holds(path, "then"),
	    "another in its place");
	buf_clear(&b);
	ok(newfile_put(dir, "b", &b) == 0, "an empty one");
	is_num(names(), 2, "and nothing beside them");
	put(&b, "no room");
	getrlimit(RLIMIT_FSIZE, &all);
	one.rlim_max = all.rlim_max;
	setrlimit(RLIMIT_FSIZE, &one);
	ok(newfile_put(dir, "a", &b) == -1 && errno == EFBIG,
	    "what does not fit");
	setrlimit(RLIMIT_FSIZE, &all);
	ok(holds(path, "then"), "leaves what was there");
	is_num(names(), 2, "and nothing half written");
	/* a link of somebody else, under the name that a file has meanwhile */
	snprintf(link, sizeof link, "%s/.a", dir);
	put(&b, "not there");
	ok(symlink("b", link) == 0 && newfile_put(dir, "a", &b) == 0 &&
		holds(path, "not there"),
	    "beside a link");
	snprintf(path, sizeof path, "%s/b", dir);
	ok(holds(path, ""), "to a file that stays as it is");
	unlink(link);
	memset(name, 'x', 255);
	name[255] = '\0';
	ok(newfile_put(dir, name, &b) == 0, "the longest name");
	name[255] = 'x';
	name[256] = '\0';
	ok(newfile_put(dir, name, &b) == -1 && errno == ENAMETOOLONG,
	    "one that is too long");
	is_num(names(), 3, "and nothing beside them");
	ok(newfile_put("/nonexistent", "a", &b) == -1 && errno == ENOENT,
	    "no folder");
	buf_free(&b);
	snprintf(path, sizeof path, "rm -r %s", dir);
	is_num(system(path), 0, "is removed");
	return done();
}
