/* what queue-clean is asked for, what it answers, what is asked again */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n";

/* a program of that name that ends at once; the test plays its part */
static int
start(struct runqueue *q)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s:%s", q->dir, getenv("PATH"));
	symlinkat("/bin/true", q->r.qfd, "queue-clean");
	setenv("PATH", buf_data(&path), 1);
	cleaning_start(&q->r);
	setenv("PATH", buf_data(&path) + strlen(q->dir) + 1, 1);
	buf_free(&path);
	return runqueue_peer(&q->r.cleaning.helper.wire);
}

static void
line_of(char out[NAME_LEN + 2], const char *id)
{
	memcpy(out, id, NAME_LEN);
	memcpy(out + NAME_LEN, "\n", 2);
}

/* a line that names the message comes into the journal */
static void
put(struct runqueue *q, uint32_t m)
{
	final_journal(&q->r, m, 0, MESSAGE_SENT, 0);
}

static void
messages(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, env), other;
	char line[NAME_LEN + 2];

	line_of(line, q->id);
	other = runqueue_load(q, env);
	ok(q->r.s.message[m].head != NULL, "its head is kept");
	final_drop(&q->r, q->r.s.message[m].first);
	is_str(runqueue_got(peer), line, "a message that is done with");
	is_num(q->r.cleaning.n_leaving, 1, "leaves");
	ok(q->r.s.message[m].head == NULL, "without its head");
	runqueue_tell(peer, "0123456789abcdefgh00\n");
	line_of(line, q->id);
	runqueue_tell(peer, line);
	is_num(q->r.s.message[other].used, 1, "one that does not leave stays");
	line_of(line, q->r.s.message[m].id);
	runqueue_tell(peer, "01234");
	is_num(q->r.cleaning.n_leaving, 1, "half of an answer");
	runqueue_tell(peer, "56789abcdefgh00\n");
	runqueue_tell(peer, line);
	is_num(q->r.cleaning.n_leaving, 0, "it is gone");
	is_num(schedule_find(&q->r.s, line), SCHEDULE_NONE, "from memory, too");
	is_str(runqueue_said(), "", "of which nothing is said");
	schedule_forget(&q->r.s, other);
}

static void
syncs(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, env);

	is_num(runqueue_fire(&q->r.cleaning.sync_timer), -1, "all is synced");
	put(q, m);
	is_str(runqueue_got(peer), "", "not at once");
	is_num(runqueue_fire(&q->r.cleaning.sync_timer), 0, "after a while");
	is_str(runqueue_got(peer), "sync 0000000001\n", "a sync");
	put(q, m);
	is_num(runqueue_fire(&q->r.cleaning.sync_timer), -1,
	    "one after the other");
	runqueue_tell(peer, "sync 0000000001\n");
	is_num(q->r.cleaning.syncing, 0, "answered");
	q->r.done.max = 1;
	put(q, m);
	is_num(runqueue_fire(&q->r.cleaning.sync_timer), 0, "the next");
	is_str(runqueue_got(peer), "sync 0000000001\nsync 0000000002\n",
	    "and the segment that was begun");
	runqueue_tell(peer, "sync 0000000001\n");
	is_num(q->r.cleaning.syncing, 1, "the last is not answered");
	put(q, m);
	runqueue_pass(9999);
	runqueue_fire(&q->r.cleaning.again_timer);
	is_str(runqueue_got(peer), "", "a sync may take some time");
	runqueue_pass(1);
	runqueue_fire(&q->r.cleaning.again_timer);
	is_str(runqueue_got(peer), "sync 0000000002\nsync 0000000003\n",
	    "but is not waited for any longer");
	runqueue_tell(peer, "sync 0000000003\n");
	is_num(q->r.cleaning.syncing + q->r.done.dirty, 0, "all is synced");
	q->r.sync_ms = 0;
	put(q, m);
	is_num(runqueue_fire(&q->r.cleaning.sync_timer), -1,
	    "none where none is wanted");
	q->r.sync_ms = 1000;
	final_drop(&q->r, q->r.s.message[m].first);
	runqueue_got(peer);
}

/* segments that nothing holds go, one after the other */
static void
segments(struct runqueue *q, int peer)
{
	char line[NAME_LEN + 2];

	line_of(line, q->id);
	q->r.first_scan = 1;
	runqueue_tell(peer, line);
	is_num(q->r.cleaning.n_leaving, 0, "nothing is left");
	is_str(runqueue_got(peer), "", "but not before all is known");
	q->r.first_scan = 0;
	cleaning_segments(&q->r);
	is_str(runqueue_got(peer), "drop 0000000001\n", "the oldest");
	cleaning_segments(&q->r);
	is_str(runqueue_got(peer), "", "once");
	runqueue_fire(&q->r.cleaning.again_timer);
	ok(strncmp(runqueue_got(peer), "drop 0000000001\n", 16) == 0,
	    "once more when it is not answered");
	runqueue_tell(peer, "drop 0000000001\n");
	is_str(runqueue_got(peer), "drop 0000000002\n", "then the next");
	runqueue_tell(peer, "drop 0000000001\n");
	is_str(runqueue_got(peer), "", "twice: nothing");
	runqueue_tell(peer, "drop 0000000002\n");
	is_str(runqueue_got(peer), "drop 0000000003\n", "and the next");
	runqueue_tell(peer, "drop 0000000003\n");
	is_str(runqueue_got(peer), "", "the one that is written to stays");
	is_num(q->r.done.n, 1, "alone");
}

static void
unknown(int peer)
{
	static const char *const lines[] = { "\n", "hello\n", "sync 1\n",
		"sync 0000000000\n", "drop 4294967295\n", "sync 00000000012\n",
		"drop 000000000x\n", "0123456789ABCDEFGH00\n" };
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		runqueue_tell(peer, lines[i]);
		is_str(runqueue_said(),
		    "warning: unknown answer of queue-clean ignored\n",
		    lines[i]);
	}
}

/* files that could not be removed are asked for again, and all by a new one */
static void
again(struct runqueue *q, int peer)
{
	char line[NAME_LEN + 2];
	unsigned i;

	is_num(cleaning_slice(&q->r), 0, "nothing leaves");
	final_drop(&q->r, runqueue_load_first(q, env));
	line_of(line, q->id);
	is_str(runqueue_got(peer), line, "asked for");
	for (i = 0; i < 3; i++) {
		runqueue_fire(&q->r.cleaning.again_timer);
		while (cleaning_slice(&q->r))
			;
		ok((strstr(runqueue_got(peer), line) != NULL) == (i > 0),
		    i == 0 ? "a moment ago" : "again");
	}
	put(q, runqueue_load(q, env));
	runqueue_fire(&q->r.cleaning.sync_timer);
	runqueue_got(peer);
	q->r.cleaning.helper.ops->started(&q->r);
	ok(strncmp(runqueue_got(peer), line, NAME_LEN + 1) == 0,
	    "a new one is asked for all");
	q->r.cleaning.helper.up = 0;
	final_drop(&q->r, runqueue_load_first(q, env));
	cleaning_segments(&q->r);
	runqueue_fire(&q->r.cleaning.again_timer);
	while (cleaning_slice(&q->r))
		;
	is_str(runqueue_got(peer), "", "while there is none nobody is asked");
	is_num(q->r.cleaning.n_leaving, 2, "which is not forgotten");
	q->r.cleaning.helper.up = 1;
	line_of(line, q->id);
	q->r.cleaning.helper.ops->started(&q->r);
	ok(strstr(runqueue_got(peer), line) != NULL, "until there is one");
}

/* too many segments: what holds the oldest is written home */
static void
crowded(struct runqueue *q, int peer)
{
	uint32_t m;
	unsigned i;

	q->r.done.max = 1;
	m = runqueue_load(q, env);
	put(q, m);
	for (i = 0; i < DONE_SEGMENTS_MAX; i++)
		put(q, m);
	is_num(fold_wanted(&q->r), 1, "too many");
	while (cleaning_slice(&q->r))
		;
	ok(strstr(runqueue_got(peer), "drop 0000000001\n") != NULL,
	    "the oldest may go");
	is_str(runqueue_line(q, q->id, 0), "S - 00000 0000000000",
	    "what it said stands in the file");
}

/* no new segment could be made: one of the run before has gone on */
static void
goes_on(void)
{
	static struct runqueue first, q;
	uint32_t m;
	int peer;

	runqueue_open(&first);
	put(&first, runqueue_load(&first, env));
	runqueue_next(&q, &first);
	q.r.first_scan = 1; /* no segment may go yet */
	mkdirat(q.r.done_fd, "0000000002", 0700);
	peer = start(&q);
	m = runqueue_load(&q, env);
	put(&q, m);
	is_num(done_current(&q.r.done), 1, "the old segment goes on");
	is_num(runqueue_fire(&q.r.cleaning.sync_timer), 0, "and after a while");
	is_str(runqueue_got(peer), "sync 0000000001\n", "is synced");
	cleaning_stop(&q.r);
	runqueue_close(&q);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	int peer, second;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	peer = start(&q);
	second = start(&other);
	is_str(q.r.cleaning.helper.argv[1], q.dir, "each has its queue");
	is_str(other.r.cleaning.helper.argv[1], other.dir, "of two");
	messages(&q, peer);
	syncs(&q, peer);
	segments(&q, peer);
	unknown(peer);
	again(&q, peer);
	is_str(runqueue_got(second), "", "the other one was asked for nothing");
	crowded(&other, second);
	cleaning_stop(&q.r);
	cleaning_stop(&other.r);
	goes_on();
	is_str(runqueue_got(peer), "", "no more is asked");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
