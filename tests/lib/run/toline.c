/* the line of a recipient in its message's file, in place */
#include "base/die.h"
#include "base/fd.h"
#include "run/run.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OFFSET = 5 };

static char dir[] = "/tmp/toline.XXXXXX";
static struct run r = { .toline.fd = -1 };
static char id[NAME_LEN + 1], path[NAME_PATH_LEN + 1];

/* the whole file, blanks at its end and in a row are one */
static const char *
file(void)
{
	static char t[1024], out[1024];
	int fd = openat(r.qfd, path, O_RDONLY);
	ssize_t n = fd == -1 ? 0 : fd_read_all(fd, t, sizeof t - 1);
	char *o = out;
	ssize_t i;

	if (fd != -1)
		close(fd);
	for (i = 0; i < n; i++)
		if (t[i] != ' ' || (o > out && o[-1] != ' '))
			*o++ = t[i];
	*o = '\0';
	return out;
}

static void
make(void)
{
	struct message_rcpt m = { .state = MESSAGE_QUEUED, .mark = '-' };
	char record[MESSAGE_RECORD_LEN];
	int fd;

	message_record(record, &m);
	mkdirat(r.qfd, "mess", 0700);
	path[strlen("mess/00")] = '\0';
	mkdirat(r.qfd, path, 0700);
	path[strlen("mess/00")] = '/';
	fd = openat(r.qfd, path, O_WRONLY | O_CREAT, 0600);
	if (fd == -1 || fd_write_all(fd, "head\nto ", 8) == -1 ||
	    fd_write_all(fd, record, sizeof record) == -1 ||
	    fd_write_all(fd, " b@b.example\n", 13) == -1)
		_exit(111);
	close(fd);
}

static void
written(struct schedule_rcpt *p)
{
	is_str(file(), "head\nto Q - 00000 0000000000 b@b.example\n",
	    "as it came");
	p->tries = 3;
	is_num(toline_write(&r, 0, OFFSET, 1790000000, "4.0.0 mx no", 11), 0,
	    "all of it");
	is_str(file(),
	    "head\nto Q - 00003 1790000000 4.0.0 mx no b@b.example\n",
	    "is written");
	p->state = MESSAGE_HELD;
	p->flags = RUN_DOUBT;
	is_num(toline_write(&r, 0, OFFSET, 0, NULL, 0), 0, "no reply");
	is_str(file(),
	    "head\nto H ? 00003 0000000000 4.0.0 mx no b@b.example\n",
	    "leaves it as it is");
	p->mark = 'w';
	p->state = MESSAGE_QUEUED;
	is_num(toline_mark(&r, 0, OFFSET), 0, "the mark alone");
	is_num(toline_next(&r, 0, OFFSET, 42), 0, "the next attempt alone");
	is_str(file(),
	    "head\nto H v 00003 0000000042 4.0.0 mx no b@b.example\n",
	    "and nothing else");
	is_num(toline_sync(&r), 0, "on the disk");
}

static void
opened(void)
{
	int fd = r.toline.fd;

	ok(fd != -1, "the file stays open");
	toline_leave(&r, 1);
	is_num(r.toline.fd, fd, "when another leaves");
	toline_leave(&r, 0);
	is_num(r.toline.fd, -1, "not when it leaves itself");
	is_num(toline_sync(&r), 0, "nothing to sync");
	is_num(unlinkat(r.qfd, path, 0), 0, "somebody removes it");
	is_num(toline_mark(&r, 0, OFFSET), -1, "that is said");
	is_num(errno, ENOENT, "and why");
}

int
main(void)
{
	static char *args[] = { "toline", NULL };
	uint32_t m;

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	r.qfd = open(dir, O_RDONLY | O_DIRECTORY);
	name_make(id, 1790000000000000, 1, 0);
	name_path(path, id);
	make();
	if (schedule_init(&r.s, 10) == -1)
		return 111;
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	schedule_rcpt(&r.s, m, 0, "b.example", 9);
	r.s.rcpt[0].state = MESSAGE_QUEUED;
	r.s.rcpt[0].mark = '-';
	written(&r.s.rcpt[0]);
	opened();
	path[strlen("mess/00")] = '\0';
	unlinkat(r.qfd, path, AT_REMOVEDIR);
	unlinkat(r.qfd, "mess", AT_REMOVEDIR);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
