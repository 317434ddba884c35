/* orders, done for the recipients of one message */
#include "base/die.h"
#include "base/fd.h"
#include "run/controlparts.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RCPTS = 3 };

static char dir[] = "/tmp/controlact.XXXXXX";
static struct run r = { .toline.fd = -1 };
static char id[NAME_LEN + 1], folder[NAME_FOLDER_LEN + 1],
    path[NAME_PATH_LEN + 1];
static struct buf file;
static struct jobhead *head;
static struct control_conn c = { .r = &r };

/* the message's file, its head, and its recipients in the index */
static void
make(void)
{
	static const char env[] = "from a@a.x\nto b@b.x\nto c@b.x\nto d@d.x\n";
	uint32_t m, x, i;
	int fd;

	name_make(id, 1790000000000000, 1, 0);
	name_path(path, id);
	name_folder(folder, 0);
	if (message_format(&file, env, sizeof env - 1, 0, NULL) == -1 ||
	    mkdirat(r.qfd, "mess", 0700) == -1 ||
	    mkdirat(r.qfd, folder, 0700) == -1 ||
	    (fd = openat(r.qfd, path, O_WRONLY | O_CREAT, 0600)) == -1 ||
	    fd_write_all(fd, buf_data(&file), buf_len(&file)) == -1 ||
	    close(fd) == -1 || schedule_init(&r.s, 10) == -1)
		_exit(111);
	head = jobhead_make(buf_data(&file), buf_len(&file), id, path);
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	for (i = 0; i < RCPTS; i++) {
		x = schedule_rcpt(&r.s, m, i, "b.x", 3);
		r.s.rcpt[x].state = MESSAGE_QUEUED;
		r.s.rcpt[x].mark = '-';
	}
}

/* state and mark of a recipient in the file, and where it is: "Q- lane" */
static const char *
seen(unsigned i)
{
	static const char *const wheres[] = { "free", "idle", "timer", "lane",
		"again", "out", "late" };
	static char t[40];
	char two[3] = "";
	int fd = openat(r.qfd, path, O_RDONLY);

	if (pread(fd, two, 1, head->rcpt[i].offset + MESSAGE_TO_STATE) != 1 ||
	    pread(fd, two + 1, 1, head->rcpt[i].offset + MESSAGE_TO_MARK) != 1)
		return "unreadable";
	close(fd);
	snprintf(t, sizeof t, "%s %s", two, wheres[r.s.rcpt[i].where]);
	return t;
}

/* the order, and what came of it: "COUNT OUT FAILED" */
static const char *
order(enum ctlrequest_verb verb, unsigned i)
{
	static char t[40];

	memset(&c.work, 0, sizeof c.work);
	c.order.verb = verb;
	control_act(&c, i, head);
	toline_close(&r);
	snprintf(t, sizeof t, "%u %u %u", (unsigned)c.work.count,
	    (unsigned)c.work.out, (unsigned)c.work.failed);
	return t;
}

/* one that waits */
static void
waiting(void)
{
	schedule_wait(&r.s, 0, INT64_MAX, 0, 0);
	is_str(order(CTLREQUEST_RELEASE, 0), "0 0 0", "nothing to release");
	is_str(order(CTLREQUEST_HOLD, 0), "1 0 0", "held");
	is_str(seen(0), "H- idle", "it stands in its file, and waits no more");
	is_str(order(CTLREQUEST_HOLD, 0), "0 0 0", "not once more");
	is_str(order(CTLREQUEST_RETRY, 0), "0 0 0", "nor tried");
	is_str(order(CTLREQUEST_RELEASE, 0), "1 0 0", "released");
	is_str(seen(0), "Q- lane", "it may be tried");
	is_str(order(CTLREQUEST_RETRY, 0), "0 0 0", "which it would be anyway");
	schedule_wait(&r.s, 0, INT64_MAX, 0, 0);
	is_str(order(CTLREQUEST_RETRY, 0), "1 0 0",
	    "one that waits for a time");
	is_str(seen(0), "Q- lane", "is tried now");
}

/* one that is down the chain: when it is back, or when we come again */
static void
down(void)
{
	schedule_claim(&r.s, 1);
	is_str(order(CTLREQUEST_HOLD, 1), "1 1 0", "held when it is back");
	is_str(seen(1), "H- out", "in its file already");
	ok(r.s.rcpt[1].state == MESSAGE_QUEUED && r.s.rcpt[1].flags == RUN_HOLD,
	    "and here it is known");
	is_str(order(CTLREQUEST_RELEASE, 1), "1 0 0", "or not");
	is_str(seen(1), "Q- out", "as before");
	is_num(r.s.rcpt[1].flags, 0, "with no order");
	is_str(order(CTLREQUEST_BOUNCE, 1), "1 1 0",
	    "returned when it is back");
	is_str(seen(1), "Qb out", "which its file says by a mark");
	is_str(order(CTLREQUEST_BOUNCE, 1), "0 0 0", "not once more");
	is_str(order(CTLREQUEST_DELETE, 1), "1 1 0", "deleted when it is back");
	is_str(seen(1), "Qk out", "which is the stronger one");
	is_num(r.s.rcpt[1].flags, RUN_DELETE | RUN_BOUNCE, "both are known");
}

/* its file is gone: said, and not forgotten */
static void
failing(void)
{
	unlinkat(r.qfd, path, 0);
	schedule_wait(&r.s, 2, 0, 0, 0);
	is_str(order(CTLREQUEST_HOLD, 2), "1 0 1",
	    "its file cannot be written");
	is_num(r.s.rcpt[2].state, MESSAGE_HELD, "yet it is held");
	r.s.rcpt[2].state = MESSAGE_BOUNCED;
	is_num(control_is_pending(&r.s.rcpt[2]), 0, "one at its end");
	is_str(order(CTLREQUEST_DELETE, 2), "0 0 0", "is left alone");
}

int
main(void)
{
	static char *args[] = { "controlact", NULL };

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	r.qfd = open(dir, O_RDONLY | O_DIRECTORY);
	r.done.fd = -1;
	r.can_report = 1;
	make();
	waiting();
	down();
	failing();
	unlinkat(r.qfd, folder, AT_REMOVEDIR);
	unlinkat(r.qfd, "mess", AT_REMOVEDIR);
	is_num(rmdir(dir), 0, "nothing is left");
	schedule_free(&r.s);
	free(head);
	buf_free(&file);
	return done();
}
