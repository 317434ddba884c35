/*
 * queue-inject - put parcels into a queue, durably
 *
 * Descriptor 0 or the connections of a socket -> lib/queue/intake ->
 * files.  What has arrived when the loop would wait is one batch, with one
 * sync; then the log, then the receipts, then queue-run's FIFO.
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "net/event.h"
#include "net/listen.h"
#include "net/wire.h"
#include "queue/intake.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNS_MAX = 1000,         /* connections in all */
	CONNS_STRANGER_MAX = 20,  /* of one user that is not trusted */
	TRUSTED_MAX = 16,         /* -t */
	HELD_BYTES_MAX = 256 << 20, /* read and not yet whole, in all */
	STALL_TICKS = 20,         /* without a byte in mid-parcel: the end */
	TICK_MS = 30000,
	ACCEPT_AGAIN_MS = 1000,   /* after EMFILE and the like */
	GATHER_BYTES = 32 << 10,  /* of one round: then another, */
	GATHER_MS = 20,           /* at most so long, before the sync */
	PIPE_SIZE = 256 << 10,
	SIZE_MAX_DEFAULT = 1 << 30,
	RECORD_MAX = PARCEL_ENVELOPE_MAX + 2 * WIRE_READ
};

static const char usage[] = "queue-inject [-fw] [-i INODES] [-l SOCKET] "
    "[-n RECIPIENTS] [-r BYTES] [-s BYTES] [-t USER] QUEUE";

struct conn {
	struct wire wire;
	struct intake_stream stream;
	struct conn *next;
	size_t held;
	unsigned tick;
	unsigned closing : 1, dead : 1;
};

static struct intake in;
static struct conn *conns;
static unsigned n_conns, tick;
static size_t held;
static int status = EXIT_OK, serving, ending;
static int64_t batch_ms; /* when the first of the batch came */
static uid_t trusted[TRUSTED_MAX];
static unsigned n_trusted;
static int listen_fd = -1, fifo = -1;
static struct buf ids;
static struct loop_io listen_io;
static struct loop_timer tick_timer, accept_timer, kick;
static struct loop_hook hook;
static struct loop_signal sigterm;

/* queue-run learns of new messages; when it is not there or its FIFO is
 * full it finds them by itself */
static void
tell_queue_run(void)
{
	enum { PIECE = PIPE_BUF - PIPE_BUF % (NAME_LEN + 1) };
	size_t n;

	if (buf_len(&ids) == 0)
		return;
	if (fifo == -1)
		fifo = openat(in.commit.root, "trigger",
		    O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	while (fifo != -1 && (n = buf_len(&ids)) > 0) {
		if (n > PIECE)
			n = PIECE;
		if (write(fifo, buf_data(&ids), n) == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN) {
				close(fifo);
				fifo = -1;
			}
			break;
		}
		buf_consume(&ids, n);
	}
	buf_clear(&ids);
}

static void
log_accepted(const struct intake_done *d)
{
	static const char *const labels[] = { "client", "client-name", "helo",
		"proto", "user", "uid", "tls", "tenant", "prio", "key", "tag",
		"hold-until", NULL };
	const char *p = buf_data(&in.env) + d->env_at, *end = p + d->env_len;
	struct ltsv_field from = { "from", "", 4, 0 }, to = { "to", "", 2, 0 },
	    f;
	const char *start = p;
	struct parcel_line l;
	unsigned i;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "from")) {
			from.value = l.value;
			from.value_len = l.value_len;
		} else if (parcel_is(&l, "to")) {
			to.value = l.value;
			to.value_len = parcel_address(l.value, l.value_len);
			if (d->rcpts > 1)
				break;
		}
	}
	event_begin("accepted");
	event_puts("id", d->id);
	event_copy(&from);
	if (d->rcpts == 1)
		event_copy(&to);
	event_num("rcpts", d->rcpts);
	event_num("size", d->size);
	for (p = start; p < end && parcel_next(&p, end, &l) == 1;) {
		for (i = 0; labels[i] != NULL && !parcel_is(&l, labels[i]); i++)
			;
		if (labels[i] == NULL)
			continue;
		f = (struct ltsv_field){ l.key, l.value, l.key_len,
			l.value_len };
		event_copy(&f);
	}
	event_end();
}

static void
answer(const struct intake_done *d)
{
	struct conn *c = d->owner;

	if (d->kind == RECEIPT_OK &&
	    (buf_put(&ids, d->id, NAME_LEN) == -1 || buf_putc(&ids, '\n') == -1))
		die(EXIT_TEMP, "out of memory");
	if (c == NULL || c->wire.wfd == -1)
		return;
	if (receipt_put(&c->wire.out, d->kind,
		d->kind == RECEIPT_OK ? d->id : d->text) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&c->wire);
	if (wire_full(&c->wire))
		wire_pause(&c->wire);
}

/* the order is the promise: sync, log, receipts */
static void
commit(void)
{
	unsigned i;

	if (in.n_done == 0)
		return;
	loop_timer_stop(&kick);
	if (intake_commit(&in) == -1)
		warn("unable to sync, batch given up: %m");
	for (i = 0; i < in.n_done; i++)
		if (in.done[i].kind == RECEIPT_OK)
			log_accepted(&in.done[i]);
	event_flush();
	for (i = 0; i < in.n_done; i++)
		answer(&in.done[i]);
	intake_clear(&in);
}

static void
nothing(void *arg)
{
	(void)arg;
}

static void
conn_dead(struct conn *c)
{
	if (c->dead)
		return;
	c->dead = 1;
	intake_end(&in, &c->stream);
	intake_forget(&in, c);
	held -= c->held;
	wire_close(&c->wire);
}

/* free what is dead, and what has got its last receipt */
static void
reap(void)
{
	struct conn **p = &conns, *c;

	while ((c = *p) != NULL) {
		if (c->closing && wire_waiting(&c->wire) == 0)
			conn_dead(c);
		if (!c->dead) {
			p = &c->next;
			continue;
		}
		*p = c->next;
		free(c);
		n_conns--;
	}
}

/* much came just now: there may be more, and it can go with this batch */
static int
more_may_come(void)
{
	static uint64_t seen;
	uint64_t bytes = in.bytes + buf_len(&in.env);

	if (in.n_done > 0 && bytes >= seen + GATHER_BYTES &&
	    !intake_full(&in) && clock_mono_ms() - batch_ms < GATHER_MS) {
		seen = bytes;
		loop_timer_set(&kick, 0, nothing, NULL);
		return 1;
	}
	seen = 0;
	return 0;
}

static void
before_wait(void *arg)
{
	(void)arg;
	if (!ending && more_may_come())
		return;
	do {
		commit();
		wire_flush_all();
	} while (in.n_done > 0);
	tell_queue_run();
	if (serving)
		reap();
}

/* the stream of this one is useless, or over */
static void
conn_over(struct conn *c, int code)
{
	intake_end(&in, &c->stream);
	wire_pause(&c->wire);
	c->closing = 1;
	if (serving)
		return;
	status = code;
	loop_stop();
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	struct conn *c = arg;
	long used;

	if (c->closing)
		return n;
	c->tick = tick;
	if (intake_full(&in))
		commit();
	used = intake_feed(&in, &c->stream, p, n);
	if (used == -1) {
		warn("no parcel: connection ended");
		conn_over(c, EXIT_PERM);
		return n;
	}
	if (in.n_done == 1 && !loop_timer_active(&kick)) {
		batch_ms = clock_mono_ms();
		loop_timer_set(&kick, 0, nothing, NULL);
	}
	held += (used == 0 ? n : 0) - c->held;
	c->held = used == 0 ? n : 0;
	if (held > HELD_BYTES_MAX && serving) {
		warn("too many unfinished parcels: connection ended");
		conn_over(c, EXIT_TEMP);
		return n;
	}
	return used;
}

static void
on_ended(void *arg, int err)
{
	struct conn *c = arg;
	int code = EXIT_OK;

	if (err != 0 || intake_midway(&c->stream, buf_len(&c->wire.in))) {
		errno = err;
		warn(err == 0 ? "parcel cut short by end of input"
			      : "unable to read parcels: %m");
		code = EXIT_TEMP;
	}
	if (!c->closing)
		conn_over(c, code);
}

static void
on_gone(void *arg, int err)
{
	(void)err;
	if (serving) {
		conn_dead(arg);
		return;
	}
	/* nobody hears the receipts, but what is committed is to be sent */
	event_flush();
	tell_queue_run();
	_exit(EXIT_TEMP);
}

static void
on_drained(void *arg)
{
	struct conn *c = arg;

	if (!c->closing)
		wire_resume(&c->wire);
}

static const struct wire_ops ops = { on_record, on_ended, on_gone,
	on_drained };

static struct conn *
conn_open(int rfd, int wfd)
{
	struct conn *c = calloc(1, sizeof *c);

	if (c == NULL)
		die(EXIT_TEMP, "out of memory");
	wire_open(&c->wire, rfd, wfd, &ops, c);
	c->wire.record_max = RECORD_MAX;
	c->stream.owner = c;
	c->stream.file.fd = -1;
	c->tick = tick;
	return c;
}

static int
is_trusted(uid_t uid)
{
	unsigned i;

	for (i = 0; i < n_trusted; i++)
		if (trusted[i] == uid)
			return 1;
	return uid == 0 || uid == geteuid();
}

static unsigned
conns_of(uid_t uid)
{
	struct conn *c;
	unsigned n = 0;

	for (c = conns; c != NULL; c = c->next)
		n += !c->dead && c->stream.uid == uid;
	return n;
}

static void
welcome(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	struct conn *c;
	int stranger;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == -1 ||
	    n_conns >= CONNS_MAX) {
		close(fd);
		return;
	}
	stranger = !is_trusted(peer.uid);
	if (stranger && conns_of(peer.uid) >= CONNS_STRANGER_MAX) {
		close(fd);
		return;
	}
	c = conn_open(fd, fd);
	c->stream.has_uid = 1;
	c->stream.uid = peer.uid;
	c->stream.stranger = stranger;
	c->next = conns;
	conns = c;
	n_conns++;
}

static void
listen_again(void *arg)
{
	(void)arg;
	loop_io_want(&listen_io, LOOP_READ);
}

static void
on_connection(void *arg, int events)
{
	int fd;

	(void)arg;
	(void)events;
	while ((fd = accept4(listen_fd, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1)
		welcome(fd);
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
		return;
	warn("unable to accept: %m");
	loop_io_want(&listen_io, 0);
	loop_timer_set(&accept_timer, ACCEPT_AGAIN_MS, listen_again, NULL);
}

static void
on_tick(void *arg)
{
	struct conn *c;

	(void)arg;
	tick++;
	for (c = conns; c != NULL; c = c->next)
		if (!c->dead && tick - c->tick >= STALL_TICKS &&
		    intake_midway(&c->stream, buf_len(&c->wire.in))) {
			warn("parcel stalled: connection ended");
			conn_dead(c);
		}
	loop_timer_set(&tick_timer, TICK_MS, on_tick, NULL);
}

static void
on_term(void *arg)
{
	(void)arg;
	loop_stop();
}

/* one before us may have died between its sync and its telling: an empty
 * line in the FIFO asks queue-run to look */
static void
ask_for_scan(void)
{
	if (buf_putc(&ids, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
	tell_queue_run();
}

/* the path of a socket, or "-": a listening one is on descriptor 0 */
static void
serve(const char *path, int everybody)
{
	struct buf address = { 0 };

	serving = 1;
	fd_limit_raise();
	if (buf_printf(&address, "unix:%s", path) == -1)
		die(EXIT_TEMP, "out of memory");
	if (strcmp(path, "-") == 0)
		listen_fd = fd_nonblock(0);
	else
		listen_fd = listen_open(buf_data(&address),
		    everybody ? 0666 : 0600);
	if (listen_fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", path);
	loop_io_start(&listen_io, listen_fd, LOOP_READ, on_connection, NULL);
	loop_timer_set(&tick_timer, TICK_MS, on_tick, NULL);
	loop_signal_start(&sigterm, SIGTERM, on_term, NULL);
	loop_run();
	if (listen_fd > 0)
		listen_unlink(buf_data(&address), listen_fd);
	buf_free(&address);
	ending = 1;
	before_wait(NULL);
}

static void
chain(void)
{
	struct conn *c;

	fd_nonblock(0);
	fd_nonblock(1);
	c = conn_open(0, 1);
	fcntl(0, F_SETPIPE_SZ, PIPE_SIZE); /* where it is one */
	loop_run();
	ending = 1;
	before_wait(NULL);
	/* the last receipts may block: there is nothing else to do */
	fd_block(1);
	if (c->wire.wfd != -1 && fd_write_all(1, buf_data(&c->wire.out),
				     buf_len(&c->wire.out)) == -1)
		status = EXIT_TEMP;
}

static void
trust(const char *user)
{
	struct passwd *pw;
	uint64_t uid;

	if (n_trusted == TRUSTED_MAX)
		die(EXIT_PERM, "more than %d times -t", TRUSTED_MAX);
	if (num_scans(user, 0, UINT32_MAX - 1, &uid) == -1) {
		pw = getpwnam(user);
		if (pw == NULL)
			die(EXIT_TEMP, "unable to find user %s", user);
		uid = pw->pw_uid;
	}
	trusted[n_trusted++] = uid;
}

static uint64_t
number(const char *s, uint64_t max)
{
	uint64_t u;

	if (num_scans(s, 0, max, &u) == -1)
		die_usage(usage);
	return u;
}

int
main(int argc, char **argv)
{
	uint64_t bytes = COMMIT_RESERVE_BYTES, inodes = COMMIT_RESERVE_INODES;
	enum commit_method method = COMMIT_TRY;
	const char *path = NULL;
	int o, everybody = 0;

	prog_init(argv);
	opterr = 0;
	signal(SIGXFSZ, SIG_IGN);
	in.size_max = SIZE_MAX_DEFAULT;
	in.rcpts_max = MESSAGE_RCPTS_MAX;
	while ((o = getopt(argc, argv, "+fi:l:n:r:s:t:w")) != -1)
		switch (o) {
		case 'f': method = COMMIT_RENAME; break;
		case 'i': inodes = number(optarg, UINT32_MAX); break;
		case 'l': path = optarg; break;
		case 'n': in.rcpts_max = number(optarg, MESSAGE_RCPTS_MAX); break;
		case 'r': bytes = number(optarg, INT64_MAX); break;
		case 's': in.size_max = number(optarg, INT64_MAX); break;
		case 't': trust(optarg); break;
		case 'w': everybody = 1; break;
		default: die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
	if (commit_open(&in.commit, argv[optind], method) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", argv[optind]);
	in.commit.reserve_bytes = bytes;
	in.commit.reserve_inodes = inodes;
	event_gather();
	loop_hook_start(&hook, before_wait, NULL);
	ask_for_scan();
	if (path != NULL)
		serve(path, everybody);
	else
		chain();
	return status;
}
