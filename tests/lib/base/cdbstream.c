/* what cdbstream makes, table_ref and cdbscan find; small in memory */
#include "base/cdbscan.h"
#include "base/cdbstream.h"
#include "base/cdbwrite.h"
#include "base/table.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char dir[] = "/tmp/cdbstream.XXXXXX", path[64];

static int
new_file(void)
{
	return open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static int
make(unsigned n)
{
	struct cdbstream c;
	char key[32], data[32];
	unsigned t, i;
	int fd = new_file(), e = cdbstream_begin(&c, fd, dir);

	for (t = 0; t < CDBSTREAM_TABLES; t++)
		for (i = 0; i < n; i++) {
			snprintf(key, sizeof key, "key%u", i);
			if ((cdbwrite_hash(key, strlen(key)) & 255) != t)
				continue;
			snprintf(data, sizeof data, "data %u", i * 7);
			e |= cdbstream_add(&c, key, strlen(key), data,
			    strlen(data));
		}
	is_num(c.n, n, "as many records");
	e |= cdbstream_finish(&c);
	cdbstream_free(&c);
	close(fd);
	return e;
}

static void
check(unsigned n)
{
	struct table t;
	char key[32], data[32];
	const char *p;
	size_t len;
	unsigned i, bad = 0;

	is_num(table_open(&t, path), 0, "opened");
	for (i = 0; i < n; i++) {
		snprintf(key, sizeof key, "key%u", i);
		snprintf(data, sizeof data, "data %u", i * 7);
		bad += table_ref(&t, key, strlen(key), &p, &len) != 1 ||
		    len != strlen(data) || memcmp(p, data, len) != 0;
		snprintf(key, sizeof key, "other%u", i);
		bad += table_ref(&t, key, strlen(key), &p, &len) != 0;
	}
	is_num(bad, 0, "all records found, and no others");
	table_close(&t);
}

static void
scan(unsigned n)
{
	static char all[1 << 20];
	struct cdbscan s;
	const char *key, *data;
	size_t kn, dn;
	unsigned found = 0;
	int fd = open(path, O_RDONLY), r;
	ssize_t len = read(fd, all, sizeof all);

	close(fd);
	is_num(cdbscan_begin(&s, all, (size_t)len), 0, "a cdb");
	while ((r = cdbscan_next(&s, &key, &kn, &data, &dn)) == 1)
		found++;
	is_num(r, 0, "whole");
	is_num(found, n, "all of them scanned");
}

/* one whose table is filled already is refused */
static void
order(void)
{
	struct cdbstream c;
	int fd = new_file();
	const char *low = "key0", *high = "key1";

	if ((cdbwrite_hash(low, 4) & 255) > (cdbwrite_hash(high, 4) & 255)) {
		low = "key1";
		high = "key0";
	}
	is_num(cdbstream_begin(&c, fd, dir), 0, "begun");
	is_num(cdbstream_add(&c, high, 4, "", 0), 0, "one of a later table");
	is_num(cdbstream_add(&c, low, 4, "", 0), -1, "one of an earlier one");
	is_num(errno, EINVAL, "is out of order");
	c.at = UINT32_MAX - 49;
	is_num(cdbstream_add(&c, high, 4, "123456", 6), -1, "above 4 GB");
	is_num(errno, EFBIG, "too large");
	c.at = UINT32_MAX - 50;
	is_num(cdbstream_add(&c, high, 4, "123456", 6), 0, "4 GB");
	cdbstream_free(&c);
	close(fd);
}

/* a full disk is seen */
static void
full(void)
{
	struct rlimit old, small;

	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 5000;
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(make(1000), -1, "a full disk");
	setrlimit(RLIMIT_FSIZE, &old);
}

int
main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/table", dir);
	is_num(make(0), 0, "an empty one");
	check(0);
	scan(0);
	is_num(make(1), 0, "one record");
	check(1);
	is_num(make(20000), 0, "many");
	check(20000);
	scan(20000);
	order();
	full();
	unlink(path);
	rmdir(dir);
	return done();
}
