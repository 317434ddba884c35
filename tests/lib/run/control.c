/* the control socket: made, served, full; and the flag that holds everything */
#include "runcontrol.h"
#include "tap.h"
#include <sys/un.h>

static const char env[] = "from a@a.example\nto b@b.example\n";

/* somebody connects; his end, -1: nobody listens */
static int
reach(const struct runqueue *q)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof sa.sun_path, "%s/ctl", q->dir);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == -1) {
		close(fd);
		return -1;
	}
	runqueue_turn();
	return fd;
}

static unsigned
used(const struct runqueue *q)
{
	unsigned i, n = 0;

	for (i = 0; i < CONTROL_CONNS_MAX; i++)
		n += q->r.control->conn[i].used;
	return n;
}

static void
serves(struct runqueue *q)
{
	struct stat st;
	int fd;

	is_num(fstatat(q->r.qfd, "ctl", &st, 0), 0, "the socket");
	is_num(st.st_mode, S_IFSOCK | 0660, "is not for all");
	fd = reach(q);
	is_num(used(q), 1, "somebody comes");
	is_num(q->r.control->conn[0].uid, geteuid(), "and it is known who");
	is_num(q->r.control->conn[0].wire.record_max, CTLREQUEST_LINE_MAX,
	    "he may say so much");
	ok(strncmp(runcontrol_ask(q, fd, "cmd:status\n"), "messages:0\t", 11) ==
		0,
	    "he asks");
	close(fd);
	runqueue_turn();
	runqueue_turn();
	runqueue_fire(&q->r.control->flag_timer);
	is_num(used(q), 0, "and goes");
}

/* orders and questions are done beside each other */
static void
slices(struct runqueue *q)
{
	int order = reach(q), question = reach(q);

	runqueue_load(q, env);
	runqueue_tell(order, "cmd:hold\tsel:domain\targ:b.example\n");
	runqueue_tell(question, "cmd:status\n");
	is_num(control_slice(&q->r), 0, "one round for both");
	ok(strncmp(runqueue_got(order), "ok:1\tcount:1\t", 13) == 0,
	    "the order");
	ok(strncmp(runqueue_got(question), "messages:1\t", 11) == 0,
	    "the question");
	is_num(control_slice(&q->r), 0, "then there is nothing to do");
	close(order);
	close(question);
	runqueue_turn();
	runqueue_turn();
	runqueue_fire(&q->r.control->flag_timer);
}

static void
full(struct runqueue *q)
{
	int fd[CONTROL_CONNS_MAX], more;
	unsigned i;

	for (i = 0; i < CONTROL_CONNS_MAX; i++) {
		fd[i] = reach(q);
		q->r.control->conn[i].busy = 1;
	}
	is_num(used(q), CONTROL_CONNS_MAX, "as many as there may be");
	more = reach(q);
	is_str(runqueue_got(more), "ok:0\ttext:too many at work, try again\n",
	    "one above is told so");
	is_num(read(more, &i, 1), 0, "and sent away");
	close(more);
	q->r.control->conn[5].busy = 0;
	more = reach(q);
	ok(q->r.control->conn[5].turn > q->r.control->conn[31].turn,
	    "or has the place of one who is idle");
	is_num(read(fd[5], &i, 1), 0, "who is sent away");
	for (i = 0; i < CONTROL_CONNS_MAX; i++) {
		control_close_conn(&q->r.control->conn[i]);
		close(fd[i]);
	}
	close(more);
}

/* the flag may come and go without us */
static void
flag(struct runqueue *q)
{
	struct control *ctl = q->r.control;

	is_num(q->r.held, 0, "no flag");
	close(openat(q->r.qfd, "held", O_CREAT, 0600));
	is_num(q->r.held, 0, "it is not seen at once");
	is_num(runqueue_fire(&ctl->flag_timer), 0, "but soon");
	is_num(q->r.held, 1, "all is held");
	unlinkat(q->r.qfd, "held", 0);
	q->r.chain.due_set_ms = 0;
	q->r.chain.gone = 0;
	q->r.s.window = 0; /* nothing can go down */
	retries_wait(&q->r, 0, clock_wall_us() / 1000 + 1000, 0);
	runqueue_fire(&ctl->flag_timer);
	is_num(q->r.held, 0, "or no more");
	ok(q->r.chain.due_set_ms != 0, "and what waited is looked at");
	q->r.chain.gone = 1;
}

/* no descriptors: who comes waits */
static void
exhausted(struct runqueue *q)
{
	struct rlimit all, few;
	int fd, next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &all);
	few = all;
	few.rlim_cur = next + 1; /* for our own end */
	setrlimit(RLIMIT_NOFILE, &few);
	fd = reach(q);
	is_num(used(q), 0, "he cannot be taken");
	setrlimit(RLIMIT_NOFILE, &all);
	runqueue_turn();
	is_num(used(q), 0, "nor is it tried all the time");
	is_num(runqueue_fire(&q->r.control->acceptors.again), 0, "but later");
	runqueue_turn();
	is_num(used(q), 1, "with success");
	control_close_conn(&q->r.control->conn[0]);
	close(fd);
}

/* where there can be no socket all else goes on */
static void
no_socket(struct runqueue *q)
{
	int fd;

	mkdirat(q->r.qfd, "ctl", 0700);
	control_start(&q->r);
	ok(runqueue_heard("unable to listen on "), "a folder in its place");
	is_num(reach(q), -1, "nobody listens");
	is_num(runqueue_fire(&q->r.control->again_timer), 0, "tried again");
	ok(runqueue_heard("/ctl: Address already in use; tried again"),
	    "and said again");
	unlinkat(q->r.qfd, "ctl", AT_REMOVEDIR);
	runqueue_fire(&q->r.control->again_timer);
	is_str(runqueue_said(), "", "until there is none");
	fd = reach(q);
	ok(fd != -1, "somebody listens");
	is_num(used(q), 1, "to him");
	close(fd);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	/* one that a run before has left */
	close(openat(q.r.qfd, "ctl", O_CREAT, 0600));
	control_start(&q.r);
	serves(&q);
	slices(&q);
	full(&q);
	flag(&q);
	exhausted(&q);
	no_socket(&other);
	is_num(used(&q), 0, "another queue has a socket of its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
