/* logs read into the books: files, folders, each file once, what has grown */
#include "base/die.h"
#include "base/exit.h"
#include "queue/auditlogs.h"
#include "audittest.h"
#include "says.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ACCEPTED "ts:x\tev:accepted\tid:" A "\trcpts:2\n"
#define SENT "ts:x\tev:sent\tid:" A "\tn:0\n"
#define BOUNCED "ts:x\tev:bounced\tid:" A "\tn:1\n"

static char dir[] = "/dev/shm/auditlogs.XXXXXX";
static struct audit books;
static struct auditlogs logs;

static const char *
path_of(const char *name)
{
	static char path[4][100];
	static int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof path[i], "%s/%s", dir, name);
	return path[i];
}

static void
put(const char *name, int flags, const char *text)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | flags, 0600);

	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text), name);
	close(fd);
}

static void
begin(void)
{
	audit_free(&books);
	auditlogs_free(&logs);
	memset(&books, 0, sizeof books);
	logs.books = &books;
	auditlogs_begin(&logs);
}

/* accepted, sent, bounced; and what could not be read */
static void
is_so(unsigned accepted, unsigned sent, unsigned bounced, unsigned unread,
    const char *what)
{
	struct audit_balance b;
	char got[100], want[100];

	audit_balance(&books, &b, NULL, NULL);
	snprintf(got, sizeof got, "%u %u %u %u", (unsigned)b.accepted,
	    (unsigned)b.sent, (unsigned)b.bounced, logs.unread);
	snprintf(want, sizeof want, "%u %u %u %u", accepted, sent, bounced,
	    unread);
	is_str(got, want, what);
}

static void
files(void)
{
	begin();
	put("a", 0, ACCEPTED SENT);
	auditlogs_read(&logs, path_of("a"));
	is_so(2, 1, 0, 0, "a file");
	audit_again(&books);
	auditlogs_begin(&logs);
	put("a", O_APPEND, BOUNCED);
	auditlogs_read(&logs, path_of("a"));
	is_so(2, 1, 1, 0, "once more, when it has grown");
}

static void
twice(const void *arg)
{
	(void)arg;
	auditlogs_read(&logs, path_of("log"));
	auditlogs_read(&logs, path_of("log/current"));
	_exit(books.events == 3 && logs.unread == 0 ? 0 : 1);
}

static void
folders(void)
{
	const char *said;
	int status;

	mkdir(path_of("log"), 0700);
	put("log/@1.s", 0, ACCEPTED);
	put("log/@2.u", 0, SENT "ts:x\tev:bou");
	put("log/current", 0, BOUNCED);
	begin();
	auditlogs_read(&logs, path_of("log"));
	is_so(2, 1, 1, 0, "a folder");
	is_num((long long)books.bad_lines, 0, "half a line where it broke off");
	begin();
	said = says(twice, NULL, &status);
	is_num(status, 0, "a file given twice is read once");
	ok(strstr(said, "/current: given twice, read once") != NULL, "says so");
}

static void
nowhere(const void *arg)
{
	auditlogs_read(&logs, arg);
}

static void
no_current(const void *arg)
{
	(void)arg;
	unlink(path_of("log/current"));
	auditlogs_read(&logs, path_of("log"));
	auditlogs_begin(&logs);
	auditlogs_read(&logs, path_of("log"));
	_exit(logs.unread == 1 && books.events == 2 ? 0 : 1);
}

/* a line of n bytes */
static void
long_line(size_t n)
{
	char *text = malloc(n + 2);

	memset(text, 'x', n);
	memcpy(text + n, "\n", 2);
	put("long", O_TRUNC, text);
	free(text);
	begin();
	auditlogs_read(&logs, path_of("long"));
}

static void
too_long(const void *arg)
{
	(void)arg;
	long_line(AUDIT_LINE_BYTES + 1);
	_exit(logs.unread == 1 ? 0 : 1);
}

static void
trouble(void)
{
	char *name[] = { "test", NULL };
	const char *said;
	int status;

	prog_init(name);
	begin();
	says(nowhere, path_of("none"), &status);
	is_num(status, EXIT_TEMP, "a log that is not there");
	said = says(no_current, NULL, &status);
	is_num(status, 0, "a folder without current: counted in one pass");
	ok(strstr(said, "unable to open ") != NULL, "says so");
	long_line(AUDIT_LINE_BYTES);
	is_num(logs.unread, 0, "a line at the limit");
	said = says(too_long, NULL, &status);
	is_num(status, 0, "a byte more");
	ok(strstr(said, "/long: a line is too long\n") != NULL, "says so");
}

int
main(void)
{
	static const char *const left[] = { "a", "long", "log/@1.s",
		"log/@2.u" };
	size_t i;

	ok(mkdtemp(dir) != NULL, "a folder");
	files();
	folders();
	trouble();
	audit_free(&books);
	auditlogs_free(&logs);
	for (i = 0; i < sizeof left / sizeof left[0]; i++)
		unlink(path_of(left[i]));
	rmdir(path_of("log"));
	ok(rmdir(dir) == 0, "nothing is left");
	return done();
}
