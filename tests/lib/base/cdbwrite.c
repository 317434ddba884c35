/* what cdbwrite makes, table_get and table_ref find */
#include "base/cdbwrite.h"
#include "base/table.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/cdbwrite.XXXXXX";

static void
save(struct cdbwrite *c)
{
	char temp[64];
	int fd;

	snprintf(temp, sizeof temp, "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ok(write(fd, buf_data(&c->out), buf_len(&c->out)) ==
		(ssize_t)buf_len(&c->out),
	    "written");
	close(fd);
	rename(temp, path);
	cdbwrite_free(c);
}

static void
make(unsigned n)
{
	struct cdbwrite c = { 0 };
	char key[32], data[32];
	unsigned i;
	int e = 0;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof key, "key%u", i);
		snprintf(data, sizeof data, "data %u", i * 7);
		e |= cdbwrite_add(&c, key, strlen(key), data, strlen(data));
	}
	e |= cdbwrite_add(&c, "twice", 5, "a", 1);
	e |= cdbwrite_add(&c, "twice", 5, "b", 1);
	e |= cdbwrite_add(&c, "", 0, "empty key", 9);
	e |= cdbwrite_add(&c, "no data", 7, "", 0);
	e |= cdbwrite_add(&c, "a\0b", 3, "\0", 1);
	e |= cdbwrite_finish(&c);
	is_num(e, 0, "made");
	save(&c);
}

static void
check(unsigned n)
{
	struct table t;
	struct buf b = { 0 };
	char key[32], data[32];
	const char *p;
	size_t len;
	unsigned i, bad = 0;

	is_num(table_open(&t, path), 0, "opened");
	for (i = 0; i < n; i++) {
		snprintf(key, sizeof key, "key%u", i);
		snprintf(data, sizeof data, "data %u", i * 7);
		if (table_ref(&t, key, strlen(key), &p, &len) != 1 ||
		    len != strlen(data) || memcmp(p, data, len) != 0 ||
		    table_get(&t, key, strlen(key), 0, &b) != 1 ||
		    strcmp(buf_data(&b), data) != 0)
			bad++;
	}
	is_num(bad, 0, "each key is found");
	is_num(table_ref(&t, "key", 3, &p, &len), 0, "no other key is");
	is_num(table_get(&t, "twice", 5, 0, &b), 1, "the first of two");
	is_str(buf_data(&b), "a", "its data");
	is_num(table_get(&t, "twice", 5, 1, &b), 1, "the second");
	is_str(buf_data(&b), "b", "its data");
	is_num(table_get(&t, "twice", 5, 2, &b), 0, "no third");
	is_num(table_ref(&t, "", 0, &p, &len), 1, "an empty key");
	is_num(table_ref(&t, "no data", 7, &p, &len), 1, "no data");
	is_num((long long)len, 0, "is found as such");
	is_num(table_ref(&t, "a\0b", 3, &p, &len), 1, "NUL in a key");
	table_close(&t);
	buf_free(&b);
}

static void
damaged(void)
{
	struct cdbwrite c = { 0 };
	struct table t;
	const char *p;
	size_t len;
	long size;

	cdbwrite_add(&c, "k", 1, "data", 4);
	cdbwrite_finish(&c);
	size = (long)buf_len(&c.out);
	/* the record's length of data: reaches beyond the file */
	buf_data(&c.out)[2048 + 6] = 1;
	save(&c);
	is_num(table_open(&t, path), 0, "opened");
	is_num(table_ref(&t, "k", 1, &p, &len), -1, "data beyond the end");
	table_close(&t);
	ok(truncate(path, size - 1) == 0, "cut");
	table_open(&t, path);
	is_num(table_ref(&t, "k", 1, &p, &len), -1, "a file cut short");
	table_close(&t);
	ok(truncate(path, 0) == 0, "cut");
	table_open(&t, path);
	is_num(table_ref(&t, "k", 1, &p, &len), -1, "an empty file");
	table_close(&t);
}

int
main(void)
{
	struct cdbwrite c = { 0 };
	struct table t;
	const char *p;
	size_t len;
	int fd = mkstemp(path);

	close(fd);
	cdbwrite_finish(&c);
	is_num((long long)buf_len(&c.out), 2048, "an empty table");
	save(&c);
	table_open(&t, path);
	is_num(table_ref(&t, "k", 1, &p, &len), 0, "has nothing");
	table_close(&t);
	make(1);
	check(1);
	make(5000);
	check(5000);
	damaged();
	unlink(path);
	return done();
}
