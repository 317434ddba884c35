/* the journal of greylisting: shared, torn, damaged, full, rewritten */
#include "grey/file.h"
#include "grey/greytext.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct greylist_conf conf = { 300, 86400, 3000000, 2 };
static char dir[] = "/tmp/greyfile.XXXXXX";
static char state[64], path[80];

struct one {
	struct greylist list;
	struct greyfile file;
};

static int
open_one(struct one *o)
{
	greylist_init(&o->list, &conf, (uintptr_t)o);
	return greyfile_open(&o->file, state, &o->list, 0);
}

static void
close_one(struct one *o)
{
	greyfile_close(&o->file);
	greylist_clear(&o->list);
}

/* an attempt, as a link makes it: its verdict, -1 for no journal */
static int
attempt(struct one *o, const char *key, int64_t now)
{
	struct buf b = { 0 };
	enum greylist_verdict v;
	size_t who = strcspn(key, "\t");
	int64_t s;
	int r;

	if (greyfile_begin(&o->file) == -1)
		return -1;
	v = greylist_look(&o->list, key, strlen(key), who, now, &s);
	greylist_happened(&o->list, v, key, strlen(key), who, now);
	greytext_put(&b, v, key, strlen(key), who, now);
	r = greyfile_end(&o->file, &b, NULL);
	buf_free(&b);
	return r == -1 ? -1 : (int)v;
}

static off_t
size(void)
{
	struct stat st;

	return stat(path, &st) == -1 ? -1 : st.st_size;
}

static void
add_raw(const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	if (write(fd, p, n) != (ssize_t)n)
		abort();
	close(fd);
}

static void
shared(void)
{
	static struct one a, b;
	struct stat st;

	is_num(open_one(&a), 0, "made where nothing was");
	ok(stat(state, &st) == 0 && (st.st_mode & 0777) == 0700,
	    "for the owner alone");
	is_num(open_one(&b), 0, "a second one");
	is_num(attempt(&a, "n\ta\tb", 1000), GREYLIST_FIRST, "first");
	is_num(attempt(&b, "n\ta\tb", 1001), GREYLIST_EARLY,
	    "known to the other");
	is_num(attempt(&b, "n\ta\tb", 1300), GREYLIST_RETRIED, "retried");
	is_num(attempt(&a, "n\ta\tb", 1301), GREYLIST_AGAIN,
	    "known to the first");
	close_one(&a);
	is_num(open_one(&a), 0, "opened again");
	is_num(attempt(&a, "n\ta\tb", 1302), GREYLIST_AGAIN, "as it was");
	is_num(a.list.sums.again, 2, "with all sums");
	unlink(path);
	is_num(attempt(&b, "n\ta\tb", 1303), GREYLIST_FIRST,
	    "the journal removed: from the beginning");
	is_num(attempt(&a, "n\ta\tb", 1304), GREYLIST_EARLY, "for both");
	is_num(truncate(path, 0), 0, "emptied");
	is_num(attempt(&a, "n\ta\tb", 1305), GREYLIST_FIRST, "the same");
	close_one(&a);
	close_one(&b);
}

static void
torn(void)
{
	static struct one a, b;
	static char junk[100000];
	off_t was;

	unlink(path);
	open_one(&a);
	attempt(&a, "n\ta\tb", 1000);
	open_one(&b);
	/* who was killed while it wrote */
	add_raw("0123abcd\tf\t10", 13);
	is_num(attempt(&a, "n\ta\tc", 1000), GREYLIST_FIRST, "behind a tear");
	is_num(attempt(&b, "n\ta\tc", 1001), GREYLIST_EARLY,
	    "the other reads on");
	is_num(a.file.damaged, 1, "one line is damaged");
	is_num(b.file.damaged, 1, "for the other too");
	memset(junk, 'x', sizeof junk);
	add_raw(junk, sizeof junk);
	is_num(attempt(&b, "n\ta\td", 1001), GREYLIST_FIRST,
	    "behind much junk");
	is_num(attempt(&a, "n\ta\td", 1002), GREYLIST_EARLY,
	    "the other finds it");
	memset(junk, '\0', sizeof junk);
	add_raw(junk, sizeof junk);
	close_one(&a);
	is_num(open_one(&a), 0, "NULs at the end, as after a crash");
	is_num(attempt(&a, "n\ta\td", 1003), GREYLIST_EARLY, "all is known");
	is_num(attempt(&b, "n\ta\te", 1003), GREYLIST_FIRST, "and goes on");
	was = size();
	attempt(&a, "n\ta\te", 1004);
	ok(size() > was && size() < was + 64, "by a line");
	close_one(&a);
	close_one(&b);
}

static void
rewritten(void)
{
	static struct one a, b;
	struct buf none = { 0 };
	off_t was = 0;
	unsigned n;
	int w = 0;

	unlink(path);
	open_one(&a);
	open_one(&b);
	attempt(&a, "n\ta\tb", 1000);
	attempt(&a, "n\ta\tb", 1300);
	for (n = 0; n < 100000 && w == 0; n++) {
		attempt(&a, "n\ta\tb", 1300);
		w = size() < was;
		was = size();
	}
	ok(n > GREYFILE_SLACK_BYTES / 64 && n < 100000,
	    "written anew when it has grown");
	is_num(attempt(&b, "n\ta\tb", 1301), GREYLIST_AGAIN,
	    "the other goes on with the new one");
	is_num(b.list.sums.again, n + 1, "with all sums");
	is_num(attempt(&a, "n\ta\tb", 1301), GREYLIST_AGAIN, "so does who did");
	is_num(a.list.sums.again, n + 2, "with all sums");
	/* where no new one can be made */
	n = 0;
	unlink(path);
	close_one(&a);
	open_one(&a);
	strcpy(path + strlen(path), ".new");
	mkdir(path, 0700);
	path[strlen(path) - 4] = '\0';
	a.file.base = 0;
	while (size() <= GREYFILE_SLACK_BYTES)
		attempt(&a, "n\ta\tb", 1400);
	greyfile_begin(&a.file);
	a.file.base = 0;
	is_num(greyfile_end(&a.file, &none, &w), 0, "no new one to be made");
	is_num(w, -1, "is said");
	is_num(attempt(&a, "n\ta\tb", 1401), GREYLIST_EARLY, "it goes on");
	ok(size() > GREYFILE_SLACK_BYTES, "as it was");
	strcpy(path + strlen(path), ".new");
	rmdir(path);
	path[strlen(path) - 4] = '\0';
	close_one(&a);
	close_one(&b);
}

static void
trouble(void)
{
	static struct one a, b;
	struct rlimit all, small;
	off_t was;
	int fd;

	unlink(path);
	open_one(&a);
	attempt(&a, "n\ta\tb", 1000);
	was = size();
	getrlimit(RLIMIT_FSIZE, &all);
	small = all;
	small.rlim_cur = (rlim_t)was + 10;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(attempt(&a, "n\ta\tc", 1000), -1, "the disk is full");
	is_num(size(), was, "nothing of the line stays");
	setrlimit(RLIMIT_FSIZE, &all);
	is_num(attempt(&a, "n\ta\td", 1000), GREYLIST_FIRST,
	    "there is room again");
	is_num(a.file.damaged, 0, "nothing is damaged");

	open_one(&b);
	fd = open("/dev/null", O_RDONLY);
	is_num(greyfile_begin(&a.file), 0, "locked");
	is_num(greyfile_begin(&b.file), -1, "not by two");
	is_num(errno, ETIMEDOUT, "within a time");
	is_num(greyfile_begin(&b.file), -1, "at once the second time");
	flock(a.file.lock, LOCK_UN);
	is_num(attempt(&b, "n\ta\td", 1001), GREYLIST_EARLY, "freed");
	close(fd);
	close_one(&b);

	unlink(path);
	mkdir(path, 0700);
	is_num(attempt(&a, "n\ta\td", 1001), -1, "no file");
	rmdir(path);
	is_num(attempt(&a, "n\ta\td", 1001), GREYLIST_FIRST, "once more");
	close_one(&a);

	greylist_init(&b.list, &conf, 0);
	is_num(greyfile_open(&b.file, "/no/such/place", &b.list, 0), -1,
	    "no directory can be made");
	is_num(errno, ENOENT, "errno");
	is_num(greyfile_open(&b.file, path, &b.list, 1), -1, "a file");
	is_num(errno, ENOTDIR, "errno");
	is_num(greyfile_open(&b.file, state, &b.list, 1), 0, "only to look");
	is_num(b.list.list[GREYLIST_WAITS].n, 1, "what is there");
	close_one(&b);
	unlink(path);
	greylist_init(&b.list, &conf, 0);
	is_num(greyfile_open(&b.file, state, &b.list, 1), 0,
	    "where nothing is");
	is_num(size(), -1, "makes nothing");
	close_one(&b);
}

int
main(void)
{
	char cmd[128];

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	snprintf(state, sizeof state, "%s/state", dir);
	snprintf(path, sizeof path, "%s/journal", state);
	shared();
	torn();
	rewritten();
	trouble();
	if (chdir("/") == -1)
		return 1;
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (system(cmd) != 0)
		return 1;
	return done();
}
