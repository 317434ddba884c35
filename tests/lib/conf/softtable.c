/* tables that come and go */
#include "base/cdbwrite.h"
#include "base/clock.h"
#include "base/fd.h"
#include "conf/softtable.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/softtable.XXXXXX", path[64], temp[64];

static void
put(const char *p, size_t n)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || fd_write_all(fd, p, n) == -1 || close(fd) == -1 ||
	    rename(temp, path) == -1)
		exit(111);
}

static void
put_table(const char *key)
{
	struct cdbwrite w = { .n = 0 };

	if (key != NULL)
		cdbwrite_add(&w, key, strlen(key), "", 0);
	cdbwrite_finish(&w);
	put(buf_data(&w.out), buf_len(&w.out));
	buf_free(&w.out);
}

static int
find(struct softtable *t, const char *key)
{
	struct lookup l = softtable_lookup(t);
	const char *p;
	size_t n;

	return lookup_get(&l, key, strlen(key), &p, &n);
}

/* until it is another one, or for long enough */
static int
renewed(struct softtable *t)
{
	const int64_t end = clock_mono_ms() + 5000;

	while (!softtable_check(t) && clock_mono_ms() < end)
		usleep(10000);
	return clock_mono_ms() < end;
}

int
main(void)
{
	struct softtable t, u;

	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/x.cdb", dir);
	snprintf(temp, sizeof temp, "%s/new", dir);
	ok(softtable_open(&t, dir, "x") == -1 && errno == ENOENT, "none");
	is_num(t.state, 0, "is no fault");
	is_num(find(&t, "a"), 0, "and has nothing");
	ok(softtable_empty(&t), "so it is empty");
	put_table(NULL);
	ok(renewed(&t), "it comes");
	is_num(t.state, 1, "is in force");
	ok(softtable_empty(&t), "and has no record");
	put_table("a");
	ok(renewed(&t), "another comes");
	is_num(find(&t, "a"), 1, "has a record");
	is_num(find(&t, "b"), 0, "no such record");
	ok(!softtable_empty(&t), "so it is not empty");
	unlink(path);
	is_num(softtable_check(&t), 0, "it goes");
	is_num(find(&t, "a"), 0, "and has nothing");
	put("damaged", 7);
	is_num(softtable_open(&u, dir, "x"), 0, "a damaged one is opened");
	is_num(find(&u, "a"), -1, "and not nothing");
	ok(!softtable_empty(&u), "nor empty");
	unlink(path);
	rmdir(dir);
	return done();
}
