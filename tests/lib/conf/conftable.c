#include "base/clock.h"
#include "base/fd.h"
#include "conf/conftable.h"
#include "sign/signers.h"
#include "sign/signersfile.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-conftable.XXXXXX", text[64], cdb[64];

static void
put(const char *path, const char *p, size_t n)
{
	char temp[80];
	int fd;

	snprintf(temp, sizeof temp, "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd_write_all(fd, p, n) == -1)
		abort();
	close(fd);
	rename(temp, path);
}

static void
put_table(const char *selector)
{
	struct cdbwrite w = { .n = 0 };
	char rec[100];

	snprintf(rec, sizeof rec, "1\ta.org\t%s\tk\t0\t1\t1\t0\t-\t-\t-\n",
	    selector);
	cdbwrite_add(&w, "fa.org", 6, rec, strlen(rec));
	cdbwrite_finish(&w);
	put(cdb, buf_data(&w.out), buf_len(&w.out));
	cdbwrite_free(&w);
}

static const char *
selector(struct conftable *t)
{
	static struct signers_found f;
	struct lookup l = conftable_lookup(t);

	conftable_check(t);
	f.n = 0;
	if (signers_find(&l, SIGNERS_FROM, "x@a.org", 7, &f) == -1)
		return "trouble";
	return f.n == 0 ? "none" : f.rule[0].selector;
}

static void
texts(void)
{
	static const char good[] = "# none\n\na.org domain=a.org selector=s "
				   "key=k\n";
	static const char bad[] = "a.org domain=a.org selector=s key=k\nx\n";
	struct conftable t;

	is_num(conftable_open(&t, text, &conffile_dkim), -1, "no such text");
	is_num(errno, ENOENT, "is why");
	put(text, good, strlen(good));
	is_num(conftable_open(&t, text, &conffile_dkim), 0, "a text");
	is_str(selector(&t), "s", "is looked up in");
	unlink(text);
	poll(NULL, 0, TABLE_CHECK_MS + 1);
	is_str(selector(&t), "s", "and not read again");
	conftable_close(&t);
	put(text, bad, strlen(bad));
	is_num(conftable_open(&t, text, &conffile_dkim), -1, "a faulty text");
	is_num(errno, EINVAL, "is why");
	put(text, "", 0);
	is_num(conftable_open(&t, text, &conffile_dkim), 0, "an empty text");
	is_str(selector(&t), "none", "has nothing");
	conftable_close(&t);
	put(text, "a.org\0\n", 7);
	is_num(conftable_open(&t, text, &conffile_dkim), -1, "a NUL in it");
}

static void
tables(void)
{
	struct conftable t;

	is_num(conftable_open(&t, cdb, &conffile_dkim), -1, "no such table");
	is_str(selector(&t), "trouble", "is not an empty one");
	put_table("one");
	poll(NULL, 0, TABLE_CHECK_MS + 1);
	is_str(selector(&t), "one", "until it is there");
	put_table("two");
	poll(NULL, 0, TABLE_CHECK_MS + 1);
	is_str(selector(&t), "two", "another one is in force");
	put(cdb, "garbage", 7);
	poll(NULL, 0, TABLE_CHECK_MS + 1);
	is_str(selector(&t), "trouble", "a damaged one");
	conftable_close(&t);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	snprintf(text, sizeof text, "%s/dkim", dir);
	snprintf(cdb, sizeof cdb, "%s/dkim.cdb", dir);
	texts();
	tables();
	unlink(text);
	unlink(cdb);
	rmdir(dir);
	return done();
}
