/* heads of message files: read, kept while there is use and room for them */
#include "runqueue.h"
#include "tap.h"
#include <errno.h>

static const char env[] = "from a@a.example\nexpire 1790000500\n"
			  "to b@b.example\n";

static struct jobhead *
make(struct runqueue *q)
{
	int fd = heads_open(&q->r, q->id);
	struct jobhead *c = heads_make(&q->r, fd, q->id);

	close(fd);
	return c;
}

/* a file of this text */
static void
put(struct runqueue *q, const char *text, size_t n)
{
	char path[NAME_PATH_LEN + 1];
	int fd;

	name_path(path, q->id);
	fd = openat(q->r.qfd, path, O_WRONLY | O_TRUNC);
	if (fd == -1 || fd_write_all(fd, text, n) == -1)
		exit(111);
	close(fd);
}

static void
reading(struct runqueue *q)
{
	char text[4096], want[200];
	struct buf job = { 0 };
	struct jobhead *c;
	ssize_t n;
	int fd;

	runqueue_file(q, env, "x\n");
	c = make(q);
	snprintf(want, sizeof want, "\tfile:%s/mess/%.2s/%s\t", q->dir,
	    q->id + NAME_LEN - 2, q->id);
	jobhead_job(c, 0, q->id, 0, 0, &job);
	buf_putc(&job, '\0');
	ok(strstr(buf_data(&job), want) != NULL, "a job names its file");
	is_num(c->birth_ms, 1790000000000, "from its id");
	is_num(c->expire, 1790000500, "and its end");
	free(c);

	/* the clock has stepped forwards since */
	q->r.age.n = 1;
	q->r.age.step[0].at_ms = 1790000000000;
	q->r.age.step[0].by_ms = 100000;
	runqueue_pass(100000);
	c = make(q);
	is_num(c->birth_ms, 1790000100000, "it is as old as it is");
	is_num(c->expire, 1790000600, "and its end is as far");
	free(c);
	q->r.age.n = 0;

	fd = heads_open(&q->r, q->id);
	n = fd_read_all(fd, text, sizeof text);
	close(fd);
	put(q, text, n - 3);
	errno = 0;
	ok(make(q) == NULL && errno == EINVAL, "a head without its end");
	text[0] = 'x';
	put(q, text, n);
	errno = 0;
	ok(make(q) == NULL && errno == EINVAL, "no head");
	put(q, "", 0);
	errno = 0;
	ok(make(q) == NULL && errno == EINVAL, "nothing");
	buf_free(&job);
}

/* one that came while the clock was a day ahead, and has been put right since:
 * its sender's times are as far away as they were then */
static void
from_the_future(struct runqueue *q)
{
	struct jobhead *c;

	runqueue_clock.wall_us += 86400 * INT64_C(1000000);
	runqueue_file(q,
	    "from a@a.example\nhold-until 1790086600\n"
	    "deliver-by 1790087000 N\nexpire 1790088400\n"
	    "to b@b.example\n",
	    "x\n");
	runqueue_clock.wall_us -= 86400 * INT64_C(1000000);
	q->r.age.start_ms = clock_wall_us() / 1000;
	c = make(q);
	is_num(c->birth_ms, clock_wall_us() / 1000, "born in the future");
	is_num(c->hold_until - clock_wall_s(), 100, "held as long");
	is_num(c->notify_at - clock_wall_s(), 500, "told of a delay as late");
	is_num(c->expire - clock_wall_s(), 1900, "and over as late");
	free(c);
	q->r.age.start_ms = 0;
}

/* the memory for reading is not kept when it was much */
static void
large(struct runqueue *q)
{
	struct buf b = { 0 };
	unsigned i;

	buf_puts(&b, "from a@a.example\n");
	for (i = 0; i < 1000; i++)
		buf_printf(&b, "to u%u@b.example\n", i);
	buf_putc(&b, '\0');
	runqueue_file(q, buf_data(&b), "x\n");
	free(make(q));
	ok(q->r.heads.read.cap <= BUF_KEEP, "a large head");
	buf_free(&b);
}

static void
taking(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env);
	struct schedule_message *x = &q->r.s.message[m];
	struct jobhead *c = x->head;

	ok(c != NULL, "what goes out at once is kept");
	is_num(q->r.heads.kept, c->bytes, "and counted");
	runqueue_unlink(q, q->id);
	ok(heads_take(&q->r, m) == c, "taken, its file is not needed");
	is_num(q->r.heads.kept, 0, "and counted no more");
	errno = 0;
	ok(heads_take(&q->r, m) == NULL && errno == ENOENT, "twice: no file");
	heads_release(&q->r, m, c);
	ok(x->head == c, "given back");
	heads_drop(&q->r, m);
	is_num(x->head != NULL || q->r.heads.kept != 0, 0, "dropped");
	heads_drop(&q->r, m);
	is_num(q->r.heads.kept, 0, "twice");

	m = runqueue_load(q, env);
	heads_drop(&q->r, m);
	runqueue_unwritable(q, q->id);
	errno = 0;
	ok(heads_take(&q->r, m) == NULL && errno == EISDIR, "unreadable");
	runqueue_writable(q, q->id);
}

/* what becomes of it when it is given back, or was just read */
static void
keeping(struct runqueue *q)
{
	static const struct {
		const char *name;
		unsigned flags, lane;
		size_t room; /* less than it takes, from HEADS_BYTES */
		int kept;
	} cases[] = {
		{ "more of it may be tried", 0, 1, 0, 1 },
		{ "nothing of it", 0, 0, 0, 0 },
		{ "an order for it is under way", RUN_ORDERED, 0, 0, 1 },
		{ "it leaves", RUN_LEAVING, 1, 0, 0 },
		{ "it leaves in spite of an order", RUN_LEAVING | RUN_ORDERED,
		    1, 0, 0 },
		{ "no room", 0, 1, 1, 0 },
	};
	uint32_t m = runqueue_load(q, env);
	struct schedule_message *x = &q->r.s.message[m];
	struct jobhead *c;
	size_t i, start;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		q->r.heads.kept = x->head == NULL ? 0 : q->r.heads.kept;
		c = heads_take(&q->r, m);
		x->flags = cases[i].flags;
		x->n_lane = cases[i].lane;
		start = HEADS_BYTES - c->bytes + cases[i].room;
		q->r.heads.kept = start;
		heads_release(&q->r, m, c);
		is_num(x->head != NULL, cases[i].kept, cases[i].name);
		is_num(q->r.heads.kept > start, cases[i].kept, "counted");
	}
	x->flags = 0;
	x->n_lane = 1;
	for (i = 0; i < 2; i++) {
		c = make(q);
		q->r.heads.kept = HEADS_BYTES / 4 * 3 - c->bytes + i;
		is_num(heads_keep(&q->r, m, c), i == 0,
		    "a new one, at three quarters of the room, and above");
		if (i == 0)
			heads_drop(&q->r, m);
		else
			free(c);
	}
	x->n_lane = 0;
	q->r.heads.kept = 0;
	c = make(q);
	is_num(heads_keep(&q->r, m, c), 0, "a new one that waits");
	x->n_lane = 1;
	heads_keep(&q->r, m, c);
	heads_release(&q->r, m, make(q));
	ok(x->head == c, "one is enough");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	reading(&q);
	from_the_future(&q);
	large(&q);
	taking(&q);
	keeping(&q);
	runqueue_load(&other, env);
	is_num(other.r.heads.kept,
	    ((struct jobhead *)other.r.s.message[0].head)->bytes,
	    "another queue counts for itself");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
