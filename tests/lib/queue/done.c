#include "queue/done.h"
#include "queue/journal.h"
#include "queue/name.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/done.XXXXXX";
static int fd;
static unsigned seen;
static char log_text[4096];

static int
line(void *arg, const struct journal_line *l, uint32_t segment)
{
	size_t len = strlen(log_text);

	(void)arg;
	seen++;
	if (l == NULL)
		snprintf(log_text + len, sizeof log_text - len, "- ");
	else
		snprintf(log_text + len, sizeof log_text - len, "%u%c%u ", l->n,
		    (char)l->state, segment);
	return 0;
}

static const char *
reopen(struct done *d, uint64_t max)
{
	if (d->fd > 0)
		close(d->fd);
	free(d->segment);
	seen = 0;
	log_text[0] = '\0';
	return done_open(d, fd, max, line, NULL) == 0 ? log_text : "failed";
}

static int
put(struct done *d, unsigned n)
{
	struct buf b = { 0 };
	char id[NAME_LEN + 1];
	int r;

	name_make(id, 1790000000000000, 1, 3);
	journal_put(&b, id, n, MESSAGE_SENT, 0);
	r = done_append(d, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

static void
limit(rlim_t bytes)
{
	struct rlimit l = { bytes, RLIM_INFINITY };

	setrlimit(RLIMIT_FSIZE, &l);
}

int
main(void)
{
	struct done d = { 0 };
	char path[64];
	int f;

	signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return 1;
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	is_str(reopen(&d, 60), "", "an empty journal");
	is_num(done_oldest_free(&d), 0, "has nothing to remove");
	ok(put(&d, 0) == 0 && put(&d, 1) == 0 && put(&d, 2) == 0,
	    "three lines");
	is_num(done_current(&d), 1, "in one segment, which is full then");
	put(&d, 3);
	is_num(done_current(&d), 2, "the next begins another");
	is_str(reopen(&d, 60), "0S1 1S1 2S1 3S2 ", "all are found again");
	put(&d, 4);
	is_num(done_current(&d), 3, "a new start begins a new segment");
	done_pin(&d, 2);
	is_num(done_oldest_free(&d), 1, "the oldest may go");
	is_num(done_oldest_free(&d), 0, "once");
	unlinkat(fd, "0000000001", 0);
	done_removed(&d, 1);
	is_num(done_oldest_free(&d), 0, "a pinned one may not");
	done_unpin(&d, 2);
	is_num(done_oldest_free(&d), 2, "until it is unpinned");
	unlinkat(fd, "0000000002", 0);
	done_removed(&d, 2);
	is_num(done_oldest_free(&d), 0, "the open one stays");
	is_num(done_oldest_crowded(&d), 0, "and is no crowd");

	/* a write that fails in the middle counts for nothing */
	limit(35);
	ok(put(&d, 5) == -1, "a cut write fails");
	ok(put(&d, 5) == -1, "again");
	limit(RLIM_INFINITY);
	ok(put(&d, 6) == 0, "the next is whole");
	is_str(reopen(&d, 60), "4S3 6S3 ", "and the cut one has left nothing");

	/* garbage is skipped */
	snprintf(path, sizeof path, "%s/0000000004", dir);
	f = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	ok(write(f, "garbage\n\n1j0qcho4p7000000011c 9 S\n1j0qc", 40) == 40,
	    "garbage");
	close(f);
	is_str(reopen(&d, 60), "4S3 6S3 - 9S4 ", "is skipped");

	/* a number that is missing is no end */
	snprintf(path, sizeof path, "%s/0000000009", dir);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	reopen(&d, 60);
	is_num(done_after(&d, 3), 4, "the next segment");
	is_num(done_after(&d, 4), 9, "over a gap");
	is_num(done_after(&d, 9), 0, "none");
	done_pin(&d, 9);
	done_pin(&d, 5);
	is_num(done_oldest_free(&d), 3, "the oldest of three may go");
	unlink(path);

	/* no new segment can be made: the last goes on, whole */
	snprintf(path, sizeof path, "%s/0000000005", dir);
	is_str(reopen(&d, 60), "4S3 6S3 - 9S4 ", "before");
	mkdir(path, 0700);
	d.n = 2; /* it is no segment */
	d.last = 4;
	is_num(put(&d, 11), 0, "an old segment goes on");
	is_num(done_current(&d), 4, "the last");
	close(d.fd);
	d.fd = -1;
	rmdir(path);
	is_str(reopen(&d, 60), "4S3 6S3 - 9S4 11S4 ", "behind what was cut");
	snprintf(path, sizeof path, "%s/0000000003", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/0000000004", dir);
	unlink(path);
	rmdir(dir);
	free(d.segment);
	return done();
}
