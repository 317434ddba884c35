/* doubts that a message's file does not say: kept, and settled later */
#include "base/die.h"
#include "base/fd.h"
#include "run/run.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct run r = { .toline.fd = -1, .resultfile.own = -1 };
static char dir[] = "/tmp/doubts.XXXXXX";
static char id[NAME_LEN + 1], path[NAME_PATH_LEN + 1];

/* what stands in the file of results since the last time */
static const char *
noted(void)
{
	static char t[1024];
	ssize_t n = pread(r.resultfile.fd, t, sizeof t - 1, 0);

	t[n < 0 ? 0 : n] = '\0';
	if (ftruncate(r.resultfile.fd, 0) == -1)
		return "(?)";
	return t;
}

static void
setup(void)
{
	uint32_t m;
	unsigned i;

	r.qfd = open(dir, O_RDONLY | O_DIRECTORY);
	r.resultfile.fd =
	    openat(r.qfd, "results", O_RDWR | O_APPEND | O_CREAT, 0600);
	if (r.resultfile.fd == -1 || schedule_init(&r.s, 10) == -1)
		_exit(111);
	name_make(id, 1790000000000000, 1, 0);
	name_path(path, id);
	mkdirat(r.qfd, "mess", 0700);
	path[strlen("mess/00")] = '\0';
	mkdirat(r.qfd, path, 0700);
	path[strlen("mess/00")] = '/';
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	for (i = 0; i < 3; i++) {
		schedule_rcpt(&r.s, m, i, "b.example", 9);
		r.s.rcpt[i].state = MESSAGE_QUEUED;
		r.s.rcpt[i].mark = '-';
		r.s.rcpt[i].tries = 4;
	}
}

/* nobody can write to it, not even root */
static void
unwritable(void)
{
	toline_close(&r);
	unlinkat(r.qfd, path, 0);
	mkdirat(r.qfd, path, 0700);
}

static void
writable(void)
{
	static const char text[] = "to Q - 00004 ";
	int fd;

	toline_close(&r);
	unlinkat(r.qfd, path, AT_REMOVEDIR);
	fd = openat(r.qfd, path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || fd_write_all(fd, text, sizeof text - 1) == -1)
		_exit(111);
	close(fd);
}

static char
mark(void)
{
	char c = '!';
	int fd = openat(r.qfd, path, O_RDONLY);

	if (fd == -1 || pread(fd, &c, 1, MESSAGE_TO_MARK) != 1)
		c = '!';
	close(fd);
	return c;
}

static void
doubts(void)
{
	char want[256];

	is_num(doubts_left(&r), 0, "no doubts");
	doubts_rcpt(&r, 1, 4);
	snprintf(want, sizeof want,
	    "\nid:%s\tn:1\ttry:4\tstatus:later\tdoubt:1\n", id);
	is_str(noted(), want, "written down");
	doubts_rcpt(&r, 1, 4);
	noted();
	is_num(doubts_again(&r), 0, "once more");
	is_str(noted(), want, "one for a recipient");

	unwritable();
	doubts_settle(&r, 0, 0);
	is_num(r.s.rcpt[0].flags, 0, "of another recipient: nothing");
	doubts_settle(&r, 1, 0);
	is_num(r.s.rcpt[1].flags, RUN_DOUBT, "it is in doubt in memory");
	is_num(doubts_again(&r), 0, "its file cannot say it");
	is_str(noted(), want, "so it stays written down");
	writable();
	doubts_settle(&r, 1, 0);
	is_num(mark(), '?', "its file says it");
	noted();
	is_num(doubts_again(&r), 0, "settled");
	is_str(noted(), "", "it is not written down again");
	is_num(doubts_left(&r), 0, "nor kept");
}

/* its head, as if it had been read */
static void
know_head(void)
{
	struct jobhead *h = calloc(1, sizeof *h + 1);

	h->rcpt = calloc(3, sizeof *h->rcpt);
	h->n_rcpt = 3;
	r.s.message[0].head = h;
}

static void
again(void)
{
	char gone[NAME_LEN + 1];

	unwritable();
	r.s.rcpt[0].flags = RUN_DOUBT;
	doubts_rcpt(&r, 0, 4);
	doubts_rcpt(&r, 2, 4);
	name_make(gone, 1790000000000001, 1, 0);
	doubts_add(&r, gone, 0, 4);
	r.s.rcpt[2].state = MESSAGE_BOUNCED;
	noted();
	know_head();
	doubts_retry(&r);
	doubts_again(&r);
	ok(strstr(noted(), gone) == NULL, "no file: no doubt");
	is_num(doubts_left(&r), 1, "one that cannot be written is kept");
	ok(buf_len(&r.doubts.list) == sizeof(struct doubt),
	    "one that has failed meanwhile is not");
	writable();
	/* tried once more meanwhile, with the same end */
	r.s.rcpt[0].tries = 5;
	know_head();
	doubts_retry(&r);
	is_num(mark(), '?', "written at last");
	is_num(doubts_left(&r), 0, "and forgotten");
	doubts_rcpt(&r, 1, 4);
	r.s.rcpt[1].tries = 5;
	doubts_settle(&r, 1, 0);
	is_num(doubts_left(&r), 0, "its file knows of a later try");
}

int
main(void)
{
	static char *args[] = { "doubts", NULL };

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	setup();
	doubts();
	again();
	toline_close(&r);
	unlinkat(r.qfd, path, 0);
	unlinkat(r.qfd, "results", 0);
	path[strlen("mess/00")] = '\0';
	unlinkat(r.qfd, path, AT_REMOVEDIR);
	unlinkat(r.qfd, "mess", AT_REMOVEDIR);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
