#include "ship/loglist.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE "ts:2026-11-30T09:00:01.500000Z\tev:x\n"
#define NAME(n) "@4000000000000000000000" n

static char dir[] = "/tmp/loglist.XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF)
		ok(0, path);
}

static void
begins(const char *path)
{
	struct cursor_at at = { .head_len = 20 };

	cursor_sum(LINE, 20, at.head);
	is_num(loglist_alike(path, &at), 1, "it begins so");
	is_num(loglist_first_us(path), 1796029201500000,
	    "with a line of that time");
	at.head_len = 21;
	is_num(loglist_alike(path, &at), 0, "and not otherwise");
	at.head_len = 500;
	is_num(loglist_alike(path, &at), 0, "nor is it so long");
}

/* a read of its first bytes is an input/output error, and one of a folder is
 * another */
static void
unread(void)
{
	const struct cursor_at at = { .head_len = 20 };

	is_num(loglist_alike("/proc/self/mem", &at), -1, "it cannot be read");
	is_num(errno, EIO, "and why");
	is_num(loglist_first_us("/proc/self/mem"), LOGLIST_UNREAD,
	    "nor can its first line");
	is_num(errno, EIO, "and why");
	is_num(loglist_alike(dir, &at), -1, "so it is behind its beginning");
	is_num(errno, EISDIR, "and why");
}

int
main(void)
{
	char command[300];
	const struct cursor_at none = { .head_len = 20, .head = "0" };
	struct loglist x;

	if (mkdtemp(dir) == NULL)
		return 1;
	put(NAME("02") ".s", LINE LINE);
	put(NAME("01") ".u", "no time\n" LINE);
	put(NAME("01") "0.s", "another length");
	put("@4.s", "no name");
	put("config", "n10\n");
	put("current", "x\n");
	is_num(loglist_open(&x, dir), 0, "a folder");
	is_num((long long)x.n, 2, "its files");
	is_str(x.file[0].name, NAME("01"), "by their names");
	is_num((long long)x.file[1].bytes, 2 * (sizeof LINE - 1), "their size");
	ok(x.file[0].ino != 0 && x.ino != 0 && x.file[0].ino != x.ino,
	    "and what tells them apart");
	is_num((long long)x.bytes, 2, "`current`");
	ok(loglist_path(&x, NAME("03")) == NULL, "one that is not there");
	is_num(loglist_first_us(loglist_path(&x, NAME("01"))), -1,
	    "a first line without a time");
	begins(loglist_path(&x, NAME("02")));
	snprintf(command, sizeof command,
	    "cd %s && gzip -c " NAME("02") ".s >x && mv x " NAME("02") ".s",
	    dir);
	if (system(command) != 0)
		ok(0, "compressed");
	begins(loglist_path(&x, NAME("02")));
	unread();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(system(command) == 0, "the folder goes");
	is_num(loglist_first_us(loglist_path(&x, NAME("02"))), -1,
	    "a file that is gone");
	is_num(loglist_alike(loglist_path(&x, NAME("02")), &none), 0,
	    "is another one");
	loglist_close(&x);
	is_num(loglist_open(&x, dir), -1, "no folder");
	return done();
}
