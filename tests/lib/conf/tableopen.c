#include "conf/tableopen.h"
#include "base/exit.h"
#include "base/cdbwrite.h"
#include "conf/tablelookup.h"
#include "says.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/tmp/tableopen.XXXXXX";

static void
file(const char *name, const void *p, size_t n)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd_write_all(fd, p, n);
	close(fd);
}

static void
table(const char *name)
{
	struct cdbwrite w = { { 0 }, { 0 }, 0 };

	cdbwrite_add(&w, "key", 3, "data", 4);
	cdbwrite_finish(&w);
	file(name, buf_data(&w.out), buf_len(&w.out));
	cdbwrite_free(&w);
}

/* what is found in it: 1, 0, -1 */
static int
found(struct table *t)
{
	const char *data;
	size_t n;

	return tablelookup_get_open(t, "key", 3, &data, &n);
}

static void
try(const void *name)
{
	struct table t = { .path = NULL };

	tableopen(&t, dir, name);
	dprintf(2, "%d", found(&t));
}

static void
is_said(const char *name, const char *want, int code)
{
	char text[256];
	int status;

	snprintf(text, sizeof text, want, dir, dir);
	is_str(says(try, name, &status), text, name);
	is_num(status, code, "and ends so");
}

int
main(void)
{
	char path[64];

	if (mkdtemp(dir) == NULL)
		return 1;
	is_said("none", "0", EXIT_OK);
	file("text", "x\n", 2);
	is_said("text",
	    "rohrpost: fatal: %s/text is not compiled: run conf-build %s\n",
	    EXIT_TEMP);
	file("both", "x\n", 2);
	table("both.cdb");
	is_said("both", "1", EXIT_OK);
	table("alone.cdb");
	is_said("alone", "1", EXIT_OK);
	snprintf(path, sizeof path, "%s/folder.cdb", dir);
	mkdir(path, 0700);
	is_said("folder",
	    "rohrpost: fatal: unable to open %s/folder.cdb: "
	    "Invalid argument\n",
	    EXIT_TEMP);
	snprintf(path, sizeof path, "rm -r %s", dir);
	ok(system(path) == 0, "and nothing is left");
	return done();
}
