/* after a crash: is a file what was written? */
#include "runqueue.h"
#include "tap.h"

enum { SLICE = 262144 }; /* of one file in a round */

static const char env[] = "from a@a.example\nto b@b.example\n";

static int
in(const struct runqueue *q, const char *folder, const char *id)
{
	char path[64];
	struct stat st;

	if (*folder == '\0')
		name_path(path, id);
	else
		snprintf(path, sizeof path, "%s/%s", folder, id);
	return fstatat(q->r.qfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* one byte of it becomes another */
static void
spoil(struct runqueue *q, off_t at)
{
	char path[NAME_PATH_LEN + 1];
	int fd;

	name_path(path, q->id);
	fd = openat(q->r.qfd, path, O_WRONLY);
	if (fd == -1 || pwrite(fd, "!", 1, at) != 1)
		exit(111);
	close(fd);
}

/* nothing is asked but in the first scan after a crash */
static void
when(struct runqueue *q)
{
	static const struct {
		unsigned crashed, first, want;
	} cases[] = { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 }, { 1, 1, 1 } };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		q->r.crashed = cases[i].crashed;
		q->r.first_scan = cases[i].first;
		runqueue_file(q, env, "good\n");
		spoil(q, 58);
		is_num(verify_begin(&q->r, q->id), -(int)cases[i].want,
		    "a wrong one");
		is_num(in(q, "aside", q->id), cases[i].want, "set aside");
		is_num(in(q, "", q->id), !cases[i].want, "or left there");
	}
	runqueue_said();
}

/* what may be wrong, and where nothing can be told */
static void
kinds(struct runqueue *q)
{
	char path[NAME_PATH_LEN + 1], other[NAME_PATH_LEN + 1];
	char first[NAME_LEN + 1];
	struct jobhead *c;
	int fd;

	runqueue_file(q, env, "good\n");
	is_num(verify_begin(&q->r, q->id), 0, "a right one");
	fd = heads_open(&q->r, q->id);
	c = heads_make(&q->r, fd, q->id);
	close(fd);
	spoil(q, c->rcpt[0].offset + MESSAGE_TO_STATE);
	is_num(verify_begin(&q->r, q->id), 0, "what is updated in place");
	spoil(q, c->off);
	is_num(verify_begin(&q->r, q->id), -1, "a byte of the message");
	ok(runqueue_heard("has a wrong checksum; set aside as aside/"), "said");
	free(c);
	runqueue_file(q, env, "good\n");
	spoil(q, 59);
	is_num(verify_begin(&q->r, q->id), -1, "a byte of the envelope");

	runqueue_file(q, env, "good\n");
	spoil(q, MESSAGE_SUM_AT);
	is_num(verify_begin(&q->r, q->id), 0, "no head: another judges");
	runqueue_file(q, env, "good\n");
	name_path(path, q->id);
	fd = openat(q->r.qfd, path, O_WRONLY);
	is_num(pwrite(fd, "--------", 8, MESSAGE_SUM_AT), 8, "no checksum");
	close(fd);
	is_num(verify_begin(&q->r, q->id), 0, "nor can that be told");
	is_num(verify_begin(&q->r, "0123456789abcdefgh00"), 0, "no file");

	/* the file of one message under the name of another */
	runqueue_file(q, env, "good\n");
	memcpy(first, q->id, sizeof first);
	name_path(path, first);
	runqueue_file(q, env, "good\n");
	runqueue_unlink(q, q->id);
	name_path(other, q->id);
	linkat(q->r.qfd, path, q->r.qfd, other, 0);
	runqueue_said();
	is_num(verify_begin(&q->r, q->id), -1, "another message's file");
	ok(runqueue_heard("checksum and is another message's file; set"),
	    "known by its links");
	is_num(in(q, "", first), 1, "which has its own");
}

/* long ones, in slices; and one beside another */
static void
slices(struct runqueue *q)
{
	static char text[2 * SLICE + 1000];
	char good[NAME_LEN + 1];
	struct jobhead *c;
	uint64_t off;
	int fd, k;

	memset(text, 'x', sizeof text - 1);
	runqueue_file(q, env, text);
	memcpy(good, q->id, sizeof good);
	fd = heads_open(&q->r, q->id);
	c = heads_make(&q->r, fd, q->id);
	close(fd);
	off = c->off;
	free(c);
	is_num(verify_begin(&q->r, good), 1, "more to read");
	is_num(q->r.verify.on, 1, "which is known");
	runqueue_file(q, env, text);
	spoil(q, off + 2 * SLICE + 500);
	is_num(verify_now(&q->r, q->id), -1, "another one at once");
	is_num(in(q, "aside", q->id), 1, "is set aside");
	is_num(q->r.verify.on, 1, "beside the first");
	is_num(verify_more(&q->r), 1, "which goes on");
	is_num(verify_more(&q->r), 0, "and is right");
	is_num(q->r.verify.on, 0, "at its end");

	/* at the bound of a slice, and one byte above */
	for (k = 0; k < 2; k++) {
		text[SLICE - off + k] = '\0';
		runqueue_file(q, env, text);
		text[SLICE - off + k] = 'x';
		fd = verify_begin(&q->r, q->id);
		while (fd == 1)
			fd = verify_more(&q->r);
		is_num(fd, 0, "right at the bound");
	}
}

/* what cannot be set aside is not loaded either */
static void
refused(struct runqueue *q)
{
	struct stat st;

	/* a file stands where the folder should */
	if (fstatat(q->r.qfd, "aside", &st, 0) == -1)
		close(openat(q->r.qfd, "aside", O_CREAT | O_WRONLY, 0600));
	runqueue_file(q, env, "good\n");
	is_num(verify_refused(&q->r, q->id), 0, "not yet");
	verify_aside(&q->r, q->id, "is odd");
	ok(runqueue_heard("is odd and cannot be set aside: Not a directory; "
			  "not delivered"),
	    "said");
	is_num(verify_refused(&q->r, q->id), 1, "refused");
	is_num(verify_refused(&q->r, "0123456789abcdefgh00"), 0, "no other");
	load_message(&q->r, q->id, 1);
	is_num(schedule_find(&q->r.s, q->id), SCHEDULE_NONE, "not loaded");
	is_num(in(q, "", q->id), 1, "it is there");
	runqueue_file(q, env, "good\n");
	verify_aside(&q->r, q->id, "is odd");
	is_num(verify_refused(&q->r, q->id), 1, "more than one");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	other.r.crashed = other.r.first_scan = 1;
	refused(&other);
	when(&q);
	kinds(&q);
	slices(&q);
	is_num(verify_refused(&q.r, other.id), 0, "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
