#include "queue/idemfiles.h"
#include "queue/layout.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY "P 948f85cab181ee05ba1ec7faf70230e3 1j1hucd7h0em0231690j -\n"

static char dir[] = "/tmp/rohrpost.XXXXXX";
static int root;
static struct idemstore s;

static void
fresh(void)
{
	idemtable_close(&s.table);
	idemstore_init(&s, root);
	if (idemfiles_open(&s) == -1 || idemtable_open(&s.table, 100) == -1)
		exit(1);
}

static void
append(const char *name, const char *text)
{
	int fd = openat(s.dir, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(1);
	close(fd);
}

static long long
size(const char *name)
{
	struct stat st;

	return fstatat(s.dir, name, &st, 0) == -1 ? -1 : st.st_size;
}

/* one writes, the other has read before and follows, over segments */
static void
follow(void)
{
	struct idemstore_pending p;

	fresh();
	is_num(idemfiles_read(&s), 0, "no segment");
	is_num(idemfiles_turn(&s, 0), 0, "the first is made");
	is_num(size("0000000001"), 0, "and empty");
	append("0000000001", KEY "C\n");
	append("0000000002", KEY "C\n" KEY);
	append("0000000003", "X\n" KEY "C\n");
	is_num(idemfiles_read(&s), 0, "others have gone on");
	is_num(s.table.n, 3, "what they wrote is known");
	is_num(s.n_segments, 3, "in three segments");
	is_num(idemfiles_line(&s, &s.table.entry[0], &p), 1, "a line");
	is_num(memcmp(p.id, "1j1hucd7h0em0231690j", NAME_LEN), 0, "its id");
	unlinkat(s.dir, "0000000001", 0);
	is_num(idemfiles_line(&s, &s.table.entry[0], &p), 0,
	    "its segment has been removed");
}

/* what a death has cut is no part of the next line */
static void
cut(void)
{
	append("0000000003", "P 948f");
	is_num(idemfiles_read(&s), 0, "half a line");
	is_num(idemfiles_write(&s, KEY, sizeof KEY - 1), 0, "a line behind it");
	is_num(s.n_pending, 1, "counts");
	is_num(size("0000000003"), 2 + 2 * (sizeof KEY - 1) + 2,
	    "in the place of the half one");
	is_num(idemfiles_clean(&s), 0, "it has no mark");
	idemfiles_write(&s, "C\n", 2);
	is_num(idemfiles_clean(&s), 1, "and then it has");
	fresh();
	is_num(idemfiles_read(&s), 0, "all of it again");
	is_num(s.table.n, 3, "as it was, less a segment");
	is_num(s.n_pending, 0, "all marked");
}

/* something long without an end of a line */
static void
nonsense(void)
{
	static char x[200000];

	memset(x, 'x', sizeof x - 1);
	append("0000000003", x);
	append("0000000003", "\n" KEY "C\n");
	fresh();
	is_num(idemfiles_read(&s), 0, "200,000 bytes of nonsense");
	ok(s.table.n >= 3, "harm nothing that stands before");
}

int
main(void)
{
	const char *what;
	char command[64];

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1)
		return 1;
	root = open(dir, O_RDONLY | O_DIRECTORY);
	idemstore_init(&s, root);
	is_num(idemfiles_clean(&s), 1, "no folder is clean");
	follow();
	cut();
	nonsense();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(system(command) == 0, "the folder is removed");
	return done();
}
