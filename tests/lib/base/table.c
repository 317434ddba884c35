#include "base/table.h"
#include "tap.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cdb_make.h>

static char path[] = "/tmp/table.XXXXXX";

static void
put(struct cdb_make *c, const char *k, const char *v)
{
	cdb_make_add(c, (const unsigned char *)k, strlen(k),
	    (const unsigned char *)v, strlen(v));
}

/* a table in place of the one that is there: k has the values a, v and a
 * long one */
static void
make(const char *v)
{
	static char big[100000];
	char tmp[64];
	struct cdb_make c;
	int fd;

	memset(big, 'b', sizeof big - 1);
	snprintf(tmp, sizeof tmp, "%s.new", path);
	fd = open(tmp, O_RDWR | O_CREAT | O_TRUNC, 0600);
	cdb_make_start(&c, fd);
	put(&c, "k", "a");
	put(&c, "k", v);
	put(&c, "k", big);
	put(&c, "", "empty key");
	put(&c, "empty", "");
	cdb_make_finish(&c);
	close(fd);
	rename(tmp, path);
}

static int
fds(void)
{
	int i, n = 0;

	for (i = 0; i < 256; i++)
		n += fcntl(i, F_GETFD) != -1;
	return n;
}

static void
wait_check(void)
{
	poll(NULL, 0, TABLE_CHECK_MS + 20);
}

/* each prefix of a good file, and each with one byte changed */
static void
damage(void)
{
	static char good[200000];
	struct table t;
	struct buf b = { 0 };
	size_t len, i;
	int fd, r, bad = 0, open_fds = fds();

	fd = open(path, O_RDONLY);
	len = read(fd, good, sizeof good);
	close(fd);
	for (i = 0; i < len; i += i < 3000 ? 13 : 7919) {
		fd = open(path, O_WRONLY | O_TRUNC);
		if (write(fd, good, i) == -1)
			bad++;
		close(fd);
		if (table_open(&t, path) == -1)
			continue;
		r = table_get(&t, "k", 1, 1, &b);
		if (r == 1 && strcmp(buf_data(&b), "one") != 0)
			bad++;
		if (r == 0 && i >= 2048)
			bad++;
		table_close(&t);
	}
	is_num(bad, 0, "a cut file: an error or the truth");
	for (i = 0; i < len; i += i < 3000 ? 1 : 97) {
		fd = open(path, O_WRONLY | O_TRUNC);
		if (write(fd, good, len) == -1 ||
		    pwrite(fd, "\xff", 1, i) == -1)
			bad++;
		close(fd);
		table_open(&t, path);
		table_get(&t, "k", 1, 1, &b);
		table_get(&t, "k", 1, 2, &b);
		table_get(&t, "none", 4, 0, &b);
		table_close(&t);
	}
	ok(1, "changed bytes: no crash");
	is_num(fds(), open_fds, "no descriptor is lost");
	buf_free(&b);
}

int
main(void)
{
	struct table t;
	struct buf b = { 0 };
	int fd = mkstemp(path), n;

	close(fd);
	unlink(path);
	is_num(table_open(&t, path), -1, "no file");
	is_num(table_get(&t, "k", 1, 0, &b), -1, "is no 'not there'");
	make("one");
	is_num(table_check(&t), 0, "not looked at yet");
	wait_check();
	is_num(table_check(&t), 1, "a table appears");
	is_num(table_check(&t), 0, "once");
	is_num(t.generation, 1, "first generation");
	is_num(table_get(&t, "k", 1, 0, &b), 1, "found");
	is_str(buf_data(&b), "a", "first");
	is_num(table_get(&t, "k", 1, 1, &b), 1, "found");
	is_str(buf_data(&b), "one", "second");
	is_num(table_get(&t, "k", 1, 2, &b), 1, "found");
	is_num(buf_len(&b), 99999, "long value");
	is_num(table_get(&t, "k", 1, 3, &b), 0, "no fourth");
	is_num(buf_len(&b), 0, "nothing left in the buffer");
	is_num(table_get(&t, "", 0, 0, &b), 1, "empty key");
	is_num(table_get(&t, "empty", 5, 0, &b), 1, "empty value");
	is_num(buf_len(&b), 0, "is empty");
	is_str(buf_data(&b), "", "with its NUL");
	is_num(table_get(&t, "kk", 2, 0, &b), 0, "not there");

	n = fds();
	make("two");
	wait_check();
	is_num(table_check(&t), 1, "replaced: noticed");
	table_get(&t, "k", 1, 1, &b);
	is_str(buf_data(&b), "two", "the new value");
	is_num(t.generation, 2, "second generation");
	is_num(fds(), n, "no descriptor is lost");
	unlink(path);
	wait_check();
	is_num(table_check(&t), 0, "removed: the old one stays");
	is_num(table_get(&t, "k", 1, 1, &b), 1, "and answers");
	make("three");
	wait_check();
	is_num(table_check(&t), 1, "back again");
	/* damaged: an empty file takes its place */
	make("four");
	is_num(truncate(path, 0), 0, "empty");
	wait_check();
	is_num(table_check(&t), 1, "a damaged one");
	is_num(table_get(&t, "k", 1, 0, &b), -1, "is an error");
	is_num(table_get(&t, "none", 4, 0, &b), -1, "for every key");
	make("five");
	wait_check();
	is_num(table_check(&t), 1, "mended");
	is_num(table_get(&t, "k", 1, 0, &b), 1, "found again");
	table_close(&t);
	is_num(table_get(&t, "k", 1, 0, &b), -1, "closed");
	table_close(&t);
	is_num(fds(), n, "no descriptor is lost");
	make("one");
	damage();
	unlink(path);
	buf_free(&b);
	return done();
}
