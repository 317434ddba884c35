/* warnings and expiry by the clock; what is done when the clock goes wrong */
#include "runqueue.h"
#include "tap.h"

enum { DAY = 86400, WARN = 4 * 3600, LIFE = 5 * DAY };

static const char one[] = "from a@a.example\nto b@b.example\n";

/* seconds until it is looked at, -1: never */
static int64_t
watched(const struct runqueue *q, uint32_t x)
{
	uint32_t at = q->r.s.rcpt[x].watch_s;

	return at == SCHEDULE_WATCH_NONE ? -1 : at - clock_wall_s();
}

/* all slices of a pass */
static void
pass(struct runqueue *q)
{
	runqueue_pass(2000);
	while (lifetime_slice(&q->r))
		;
}

/* when is there something to do for a new one */
static void
due(struct runqueue *q)
{
	static const struct {
		const char *name, *env;
		int can_report;
		int64_t want;
	} cases[] = {
		{ "a warning first", one, 1, WARN },
		{ "nobody to warn: its end, and time for a last attempt", one,
		    0, LIFE + 2 },
		{ "no sender is not warned", "from \nto b@b.example\n", 1,
		    LIFE + 2 },
		{ "an end of its own",
		    "from a@a.example\nexpire 1790000100\n"
		    "to b@b.example\n",
		    1, 102 },
		{ "a later one is none",
		    "from a@a.example\nexpire 1799999999\nto b@b.example\n", 0,
		    LIFE + 2 },
		{ "by a time, or back with it",
		    "from a@a.example\ndeliver-by 1790000100 R\n"
		    "to b@b.example\n",
		    1, 102 },
		{ "by a time, or be told",
		    "from a@a.example\ndeliver-by 1790000100 N\n"
		    "to b@b.example\n",
		    1, 100 },
		{ "later than others are",
		    "from a@a.example\ndeliver-by 1790100000 NT\n"
		    "to b@b.example\n",
		    1, WARN },
		{ "in vain, with no bounce command",
		    "from a@a.example\ndeliver-by 1790000100 N\n"
		    "to b@b.example\n",
		    0, LIFE + 2 },
		{ "or no sender",
		    "from\ndeliver-by 1790000100 N\nto b@b.example\n", 1,
		    LIFE + 2 },
		{ "when it has passed: now",
		    "from a@a.example\ndeliver-by 1789999990 N\n"
		    "to b@b.example\n",
		    1, -10 },
		{ "its sender holds it: from the end of that",
		    "from a@a.example\nhold-until 1790864000\n"
		    "to b@b.example\n",
		    1, 10 * DAY + WARN },
		{ "and then its end",
		    "from a@a.example\nhold-until 1790864000\n"
		    "to b@b.example\n",
		    0, 10 * DAY + LIFE + 2 },
		{ "a hold that is over is none",
		    "from a@a.example\nhold-until 1789000000\n"
		    "to b@b.example\n",
		    0, LIFE + 2 },
		{ "the end may come first",
		    "from a@a.example\nhold-until 1790864000\n"
		    "expire 1790000100\nto b@b.example\n",
		    1, 102 },
	};
	uint32_t m;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		q->r.can_report = cases[i].can_report;
		m = runqueue_load(q, cases[i].env);
		is_num(watched(q, q->r.s.message[m].first), cases[i].want,
		    cases[i].name);
		schedule_forget(&q->r.s, m);
	}
	q->r.can_report = 1;
	q->r.first_scan = 1;
	m = runqueue_load(q,
	    "from a@a.example\nexpire 1790000010\nto b@b.example\n");
	is_num(watched(q, q->r.s.message[m].first), 30,
	    "after a start each gets a chance");
	q->r.first_scan = 0;
	schedule_forget(&q->r.s, m);
}

/* one of each kind comes to the time of its warning, and to its end */
static void
ends(struct runqueue *q)
{
	uint32_t m = runqueue_load(q,
		     "from a@a.example\nto b@b.example\nto c@b.example\n"
		     "to d@d.example\n"),
		 x = runqueue_rcpt(q, m, 0), held = runqueue_rcpt(q, m, 1),
		 down = runqueue_rcpt(q, m, 2);
	char id[NAME_LEN + 1];

	memcpy(id, q->id, sizeof id);
	q->r.s.rcpt[held].state = MESSAGE_HELD;
	schedule_idle(&q->r.s, held);
	schedule_claim(&q->r.s, down);
	runqueue_pass((WARN - 1) * 1000);
	q->r.stopping = 1;
	is_num(lifetime_slice(&q->r), 0, "nothing while it stops");
	q->r.stopping = 0;
	q->r.stalled = 1;
	pass(q);
	is_num(q->r.s.rcpt[x].mark, '-', "nor while the journal is stuck");
	q->r.stalled = 0;
	pass(q);
	is_str(runqueue_line(q, id, 0), "Q w 00000 0000000000",
	    "a warning is owed");
	is_num(q->r.s.rcpt[held].mark, 'w', "for one that is held, too");
	is_num(watched(q, down), 30, "one that is down is looked at again");
	is_num(q->r.s.message[m].flags & RUN_OWES, RUN_OWES, "in line");
	is_num(watched(q, x), LIFE + 2 - WARN - 3, "then its end");
	is_str(runqueue_said(), "", "of which nothing is said yet");

	runqueue_pass((LIFE - WARN) * 1000LL);
	pass(q);
	is_str(runqueue_line(q, id, 0),
	    "X w 00000 1790432005 4.4.7 - its time was over before it could "
	    "be tried",
	    "expired");
	is_num(q->r.s.rcpt[held].state, MESSAGE_EXPIRED, "held or not");
	is_num(q->r.s.rcpt[down].state, MESSAGE_QUEUED, "but not what is down");
	ok(runqueue_heard("ev:expired n:0 try:0 esc:4.4.7 text:its time was"),
	    "and it is said");
	is_num(watched(q, x), -1, "there is no more to do");
	schedule_back(&q->r.s, down);
	schedule_forget(&q->r.s, m);
}

/* its sender is to hear that it is late, once, and it is tried on */
static void
late(struct runqueue *q)
{
	char env[128], id[NAME_LEN + 1];
	uint32_t m, x;

	snprintf(env, sizeof env,
	    "from a@a.example\ndeliver-by %lld N\nto b@b.example\n",
	    (long long)clock_wall_s() + 100);
	m = runqueue_load(q, env);
	x = q->r.s.message[m].first;
	memcpy(id, q->id, sizeof id);
	runqueue_pass(97000);
	schedule_watch_all(&q->r.s);
	pass(q);
	is_str(runqueue_line(q, id, 0), "Q - 00000 0000000000", "not yet");
	pass(q);
	is_str(runqueue_line(q, id, 0), "Q w 00000 0000000000", "it is late");
	is_num(watched(q, x), LIFE + 2 - 101, "then its end");
	schedule_forget(&q->r.s, m);
}

/* one that its sender holds for longer than others live */
static void
held_by_sender(struct runqueue *q)
{
	char env[128], id[NAME_LEN + 1];
	uint32_t m, x;

	snprintf(env, sizeof env,
	    "from a@a.example\nhold-until %lld\nto b@b.example\n",
	    (long long)clock_wall_s() + 10 * DAY);
	m = runqueue_load(q, env);
	x = q->r.s.message[m].first;
	memcpy(id, q->id, sizeof id);
	runqueue_pass((10 * DAY + WARN - 3) * 1000LL);
	schedule_watch_all(&q->r.s);
	pass(q);
	is_str(runqueue_line(q, id, 0), "Q - 00000 0000000000",
	    "it is neither warned of nor expired before its time");
	pass(q);
	is_str(runqueue_line(q, id, 0), "Q w 00000 0000000000",
	    "the warning comes");
	is_num(watched(q, x), LIFE + 2 - WARN - 1, "which counts from then");
	runqueue_pass((LIFE - WARN - 2) * 1000LL);
	pass(q);
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "a second before the end");
	runqueue_pass(3000);
	pass(q);
	is_num(q->r.s.rcpt[x].state, MESSAGE_EXPIRED, "and behind it");
	runqueue_said();
	schedule_forget(&q->r.s, m);
}

/* what a pass meets: no file, another file, an order of a run before */
static void
met(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;

	heads_drop(&q->r, m);
	runqueue_unwritable(q, q->id);
	runqueue_pass(WARN * 1000);
	pass(q);
	is_num(watched(q, x), 30, "unreadable: tried again");
	is_num(q->r.s.rcpt[x].mark, '-', "and no more");
	runqueue_writable(q, q->id);
	q->r.s.rcpt[x].n = 1;
	runqueue_pass(30000);
	pass(q);
	is_num(watched(q, x), -1, "not in its file: left alone");
	q->r.s.rcpt[x].n = 0;
	q->r.s.rcpt[x].flags = RUN_DELETE;
	schedule_watch(&q->r.s, x, clock_wall_s());
	pass(q);
	is_str(runqueue_journal(q), "0K ", "an order of a run before is done");
	ok(runqueue_heard("ev:deleted n:0"), "and said");
}

/* after an attempt; with a table that has lifetimes by class */
static void
tried(struct runqueue *q)
{
	static const struct retry_case connect = { .class = { "connect", 7 } },
				       other = { .class = { "x", 1 } },
				       full = { .class = { "connect", 7 },
					       .failure = {
						   "mailbox-full", 12 } };
	struct run_job job = { .from_ms = clock_wall_us() / 1000 };
	uint32_t m;

	runqueue_retry(q,
	    "lifetime=2h warn=0\nclass:connect lifetime=1h "
	    "intervals=6h\ndomain:c.example lifetime=3h\n"
	    "failure:mailbox-full lifetime=30m\n"
	    "failure:tls class:mail lifetime=4h\n");
	runqueue_fire(&q->r.lifetime.timer);
	is_num(q->r.lifetime.by_case, 1, "the table knows of classes");
	m = runqueue_load(q,
	    "from a@a.example\nto b@b.example\n"
	    "to c@c.example\n");
	job.rcpt = q->r.s.message[m].first;
	job.message = m;
	is_num(watched(q, job.rcpt), 7202, "before an attempt the table's");
	is_num(watched(q, runqueue_rcpt(q, m, 1)), 3 * 3600 + 2,
	    "that of the domain");
	lifetime_tried(&q->r, &job, &connect);
	is_num(watched(q, job.rcpt), 3602, "after one that of its class");
	lifetime_tried(&q->r, &job, &other);
	is_num(watched(q, job.rcpt), 7202, "unless nobody knows of it");
	lifetime_tried(&q->r, &job, &full);
	is_num(watched(q, job.rcpt), 1802, "or by what the failure is called");
	q->r.s.rcpt[job.rcpt].class = FAILKIND_UNKNOWN;
	q->r.s.rcpt[job.rcpt].tries = 1;
	lifetime_back(&q->r, &job);
	is_num(watched(q, job.rcpt), 4 * 3600 + 2,
	    "one of which that is not known has the longest");
	lifetime_tried(&q->r, &job, &other);
	is_num(lifetime_back(&q->r, &job), 0, "it need not wait");
	job.from_ms -= 7203 * 1000;
	is_num(lifetime_back(&q->r, &job), 2000,
	    "but when its end is due: until a pass has seen it");

	is_num(lifetime_cap(&q->r, job.rcpt, clock_wall_s() - 5),
	    clock_wall_s() - 5, "a next attempt that is due");
	is_num(lifetime_cap(&q->r, job.rcpt, clock_wall_s() + 9 * 3600),
	    clock_wall_s() + 9 * 3600, "at the longest interval and its half");
	is_num(lifetime_cap(&q->r, job.rcpt, clock_wall_s() + 9 * 3600 + 1),
	    clock_wall_s() + 9 * 3600, "one above");

	runqueue_retry(q, "lifetime=20s warn=0\n");
	is_num(runqueue_fire(&q->r.lifetime.timer), 0, "another table");
	is_num(q->r.s.watching, 2, "all are looked at");
	pass(q);
	is_num(watched(q, job.rcpt), 20, "and have its lifetime");
	is_num(q->r.lifetime.by_case, 0, "which knows of no classes");
	schedule_forget(&q->r.s, m);
}

/* the clock goes on by itself, forwards and back */
static void
steps(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;
	int64_t at = watched(q, x);
	uint32_t late;

	/* one from the future is as old as the program */
	q->r.age.start_ms = clock_wall_us() / 1000;
	runqueue_clock.wall_us += DAY * INT64_C(1000000);
	runqueue_file(q, one, "x\n");
	runqueue_clock.wall_us -= DAY * INT64_C(1000000);
	load_message(&q->r, q->id, 0);
	late = q->r.s.message[schedule_find(&q->r.s, q->id)].first;
	is_num(watched(q, late), at, "one from the future");
	runqueue_said();
	runqueue_clock.wall_us += 59999000;
	runqueue_fire(&q->r.lifetime.timer);
	is_str(runqueue_said(), "", "59.999 seconds are no step");
	is_num(q->r.s.watching, 0, "and change nothing");
	runqueue_pass(1000);
	runqueue_clock.wall_us += 60000000;
	runqueue_fire(&q->r.lifetime.timer);
	ok(runqueue_heard("the clock has gone from"), "60 are one");
	pass(q);
	is_num(watched(q, x), at - 60 - 3, "it is as old as it was");
	is_num(watched(q, late), at - 60 - 3, "the other one, too");
	runqueue_clock.wall_us -= 3600 * INT64_C(1000000);
	runqueue_fire(&q->r.lifetime.timer);
	ok(runqueue_heard("the clock has gone from"), "back");
	pass(q);
	ok(watched(q, x) > 0 && watched(q, x) <= at, "it is not younger");
}

/* a pass comes before the tick that would see the step */
static void
before_tick(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;
	int64_t at = watched(q, x);

	runqueue_clock.wall_us += (LIFE + DAY) * INT64_C(1000000);
	pass(q);
	ok(runqueue_heard("the clock has gone from"), "it is seen");
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "and nothing expires");
	is_num(watched(q, x), at - 2, "it is as old as it was");
	schedule_forget(&q->r.s, m);
}

static void
put_clock(struct runqueue *q, const char *text)
{
	int fd = openat(q->r.qfd, "clock", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || fd_write_all(fd, text, strlen(text)) == -1)
		exit(111);
	close(fd);
}

static void
forget(struct runqueue *q)
{
	loop_timer_stop(&q->r.lifetime.timer);
	memset(&q->r.lifetime, 0, sizeof q->r.lifetime);
	memset(&q->r.age, 0, sizeof q->r.age);
}

/* start again, with a clock file as the run before has left it */
static int
start(struct runqueue *q, int64_t seen_s, const char *heard)
{
	char text[64];

	forget(q);
	snprintf(text, sizeof text, "%015lld\n",
	    (long long)(clock_wall_us() / 1000 + seen_s * 1000));
	put_clock(q, text);
	lifetime_start(&q->r);
	return *heard == '\0' ? *runqueue_said() == '\0'
			      : runqueue_heard(heard);
}

static void
starts(struct runqueue *q)
{
	char text[AGE_TEXT_MAX + 2], path[64];
	struct stat st;

	ok(start(q, -(DAY - 1), ""), "away for less than a day");
	ok(start(q, -DAY, "while nobody looked"), "for a day: said");
	is_num(q->r.age.away_ms, 0, "which moves no attempt");
	ok(start(q, 59, ""), "the clock went back a little");
	ok(start(q, 60, "while nobody looked"), "a minute: said");
	is_num(q->r.age.away_ms, -60000, "and attempts are moved with it");
	ok(q->r.lifetime.unsure_ms > clock_mono_ms(),
	    "and times in results of the run before are not believed");

	memset(text, '1', sizeof text);
	text[AGE_TEXT_MAX + 1] = '\0';
	put_clock(q, text);
	lifetime_start(&q->r);
	ok(runqueue_heard("unable to read "), "a file that is too long");
	unlinkat(q->r.qfd, "clock", 0);
	forget(q);
	lifetime_start(&q->r);
	is_str(runqueue_said(), "", "none is no fault");
	snprintf(path, sizeof path, "%s/clock", q->dir);
	is_num(stat(path, &st) == 0 && st.st_size == 16, 1, "it is written");
	unlinkat(q->r.qfd, "clock", 0);
	mkdirat(q->r.qfd, "clock", 0700);
	lifetime_alive(&q->r);
	ok(runqueue_heard("/clock: Is a directory"), "or that it cannot be");
}

/* more than one slice looks at, and each once */
static void
many(struct runqueue *q)
{
	struct buf env = { 0 };
	unsigned i, slices = 1;
	uint32_t m;

	buf_puts(&env, "from a@a.example\n");
	for (i = 0; i < 600; i++)
		buf_printf(&env, "to u%u@b.example\n", i);
	buf_putc(&env, '\0');
	m = runqueue_load(q, buf_data(&env));
	runqueue_pass(WARN * 1000);
	while (lifetime_slice(&q->r))
		slices++;
	is_num(slices, 600 / 256 + 1, "256 in a slice");
	for (i = 0; i < 600; i++)
		if (q->r.s.rcpt[runqueue_rcpt(q, m, i)].mark != 'w')
			break;
	is_num(i, 600, "all are warned of");
	buf_free(&env);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	uint32_t m;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	lifetime_start(&q.r);
	lifetime_start(&other.r);
	due(&q);
	ends(&q);
	held_by_sender(&q);
	met(&q);
	late(&q);
	tried(&q);
	runqueue_fire(&other.r.lifetime.timer);
	runqueue_retry(&other, "warn=3h\n");
	runqueue_fire(&other.r.lifetime.timer);
	pass(&other);
	m = runqueue_load(&other, one);
	is_num(watched(&other, other.r.s.message[m].first), 3 * 3600,
	    "another queue has a table of its own");
	many(&other);
	before_tick(&other);
	steps(&other);
	starts(&q);
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
