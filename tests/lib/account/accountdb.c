/* the file: made, opened again, refused; changes that others see */
#include "account/accountdb.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/accountdb.XXXXXX";
static char path[64];

/* "": it opens */
static const char *
opened(int looks)
{
	static struct accountdb d;

	memset(&d, 0, sizeof d);
	d.looks = looks;
	if (accountdb_open(&d, path) == -1)
		return d.fault;
	accountdb_close(&d);
	return "";
}

static void
overwrite(off_t at, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY);

	ok(pwrite(fd, p, n, at) == (ssize_t)n, "overwritten");
	close(fd);
}

static int64_t
count(struct accountdb *d)
{
	static const char sql[] = "SELECT count(*) FROM org";
	int64_t n = -1;

	accountdb_use(d, sql);
	if (accountdb_step(d) == 1)
		n = accountdb_num(d, 0);
	accountdb_end(d);
	return n;
}

static int
insert(struct accountdb *d, const char *name)
{
	static const char sql[] =
	    "INSERT INTO org (name, tenant, senders, suspended, made)"
	    " VALUES (?1, ?1, '*', 0, 1)";

	accountdb_use(d, sql);
	accountdb_puts(d, name);
	return accountdb_run(d);
}

static void
changes(void)
{
	static struct accountdb a, b;

	is_num(accountdb_open(&a, path), 0, "one");
	is_num(accountdb_open(&b, path), 0, "and another one");
	is_num(accountdb_begin(&a, 1), 0, "a change");
	is_num(insert(&a, "acme"), 0, "of one");
	is_num(count(&b), 0, "that others do not see yet");
	is_num(accountdb_commit(&a), 0, "ends");
	is_num(count(&b), 1, "and they do");
	accountdb_begin(&b, 0);
	is_num(insert(&b, "ACME"), -1, "a name in capitals");
	is_num(b.result, ACCOUNTDB_TAKEN, "is the same name");
	accountdb_undo(&b);
	accountdb_begin(&b, 1);
	insert(&b, "other");
	accountdb_undo(&b);
	is_num(count(&a), 1, "what is undone is not there");
	accountdb_begin(&b, 1);
	insert(&b, "third");
	/* as a kill leaves it */
	accountdb_close(&b);
	is_num(count(&a), 1, "nor what did not come to its end");
	accountdb_use(&a, "SELECT nothing FROM nowhere");
	is_num(accountdb_step(&a), -1, "a statement that is none");
	is_num(a.result, ACCOUNTDB_FAILED, "fails");
	accountdb_close(&a);
}

static void
others(void)
{
	struct stat st;

	stat(path, &st);
	is_num(st.st_mode & 0777, 0600, "it is its user's alone");
	chmod(path, 0640);
	is_str(opened(0), "others may read it: chmod it to 0600",
	    "one that others may read");
	chmod(path, 0600);
	is_str(opened(1), "", "looked through");
	overwrite(60, "\0\0\0\2", 4);
	is_str(opened(0),
	    "it is of a later version: its form is 2, and 1 is known here",
	    "one of a later version");
	overwrite(60, "\0\0\0\1", 4);
	overwrite(68, "else", 4);
	is_str(opened(0), "it is another program's", "one of others");
	overwrite(68, "rohr", 4);
	is_str(opened(1), "", "whole again");
	overwrite(4096 + 100, "xxxxxxxx", 8);
	overwrite(4096, "\x55\x55\x55\x55", 4);
	is_str(opened(1),
	    "it is damaged: Page 2: btreeInitPage() returns error code 11",
	    "one that is damaged");
	overwrite(0, "no database of SQLite", 21);
	is_str(opened(0), "file is not a database", "another file");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	umask(0);
	snprintf(path, sizeof path, "%s/db", dir);
	is_str(opened(1), "", "made");
	is_str(opened(1), "", "and opened again");
	changes();
	others();
	unlink(path);
	symlink("/dev/null", path);
	ok(opened(0)[0] != '\0', "a link");
	unlink(path);
	snprintf(path, sizeof path, "%s/db-wal", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/db-shm", dir);
	unlink(path);
	is_num(rmdir(dir), 0, "nothing else is left");
	snprintf(path, sizeof path, "%s/none/db", dir);
	is_str(opened(0), "No such file or directory", "no folder");
	return done();
}
