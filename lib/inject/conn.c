#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include "inject/inject.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void
conn_dead(struct inject_conn *c)
{
	struct inject *j = c->inject;

	if (c->dead)
		return;
	c->dead = 1;
	intake_end(&j->in, &c->stream);
	intake_forget(&j->in, c);
	j->held -= c->held;
	wire_close(&c->wire);
}

/* free what is dead, and what has got its last receipt */
static void
reap(struct inject *j)
{
	struct inject_conn **p = &j->conns, *c;

	while ((c = *p) != NULL) {
		if (c->closing && wire_waiting(&c->wire) == 0)
			conn_dead(c);
		if (!c->dead) {
			p = &c->next;
			continue;
		}
		*p = c->next;
		free(c);
		j->n_conns--;
	}
}

/* the stream of this one is useless, or over */
static void
conn_over(struct inject_conn *c, int code)
{
	struct inject *j = c->inject;

	intake_end(&j->in, &c->stream);
	wire_pause(&c->wire);
	c->closing = 1;
	if (j->serving)
		return;
	j->status = code;
	loop_stop();
}

static size_t
held_max(const struct inject_conn *c)
{
	return c->stream.stranger ? INJECT_HELD_MAX - INJECT_HELD_OURS
				  : INJECT_HELD_MAX;
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	struct inject_conn *c = arg;
	struct inject *j = c->inject;
	long used;

	if (c->closing)
		return n;
	c->tick = j->tick;
	if (intake_full(&j->in))
		inject_commit(j);
	used = intake_feed(&j->in, &c->stream, p, n);
	if (used == -1) {
		warn("no parcel: connection ended");
		conn_over(c, EXIT_PERM);
		return n;
	}
	inject_arrived(j);
	j->held += (used == 0 ? n : 0) - c->held;
	c->held = used == 0 ? n : 0;
	if (j->serving && j->held > held_max(c)) {
		warn("too many unfinished parcels: connection ended");
		conn_over(c, EXIT_TEMP);
		return n;
	}
	return used;
}

static void
on_ended(void *arg, int err)
{
	struct inject_conn *c = arg;
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
	struct inject_conn *c = arg;

	(void)err;
	if (c->inject->serving) {
		conn_dead(c);
		return;
	}
	/* nobody hears the receipts, but what is committed is to be sent */
	event_flush();
	inject_tell(c->inject);
	_exit(EXIT_TEMP);
}

static void
on_drained(void *arg)
{
	struct inject_conn *c = arg;

	if (!c->closing)
		wire_resume(&c->wire);
}

static const struct wire_ops ops = { on_record, on_ended, on_gone, on_drained };

static struct inject_conn *
conn_open(struct inject *j, int rfd, int wfd)
{
	struct inject_conn *c = calloc(1, sizeof *c);

	if (c == NULL)
		die(EXIT_TEMP, "out of memory");
	wire_open(&c->wire, rfd, wfd, &ops, c);
	c->wire.record_max = INJECT_RECORD_MAX;
	c->inject = j;
	c->stream.owner = c;
	c->stream.file.fd = -1;
	c->tick = j->tick;
	return c;
}

static int
is_trusted(const struct inject *j, uid_t uid)
{
	unsigned i;

	for (i = 0; i < j->n_trusted; i++)
		if (j->trusted[i] == uid)
			return 1;
	return uid == 0 || uid == geteuid();
}

static unsigned
conns_of(const struct inject *j, uid_t uid)
{
	struct inject_conn *c;
	unsigned n = 0;

	for (c = j->conns; c != NULL; c = c->next)
		n += !c->dead && c->stream.uid == uid;
	return n;
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct inject *j = arg;
	struct ucred peer;
	socklen_t n = sizeof peer;
	struct inject_conn *c;
	int stranger;

	(void)ss;
	(void)port;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == -1) {
		close(fd);
		return;
	}
	stranger = !is_trusted(j, peer.uid);
	if (j->n_conns >=
		INJECT_CONNS_MAX - (stranger ? INJECT_CONNS_OURS : 0) ||
	    (stranger && conns_of(j, peer.uid) >= INJECT_CONNS_STRANGER_MAX)) {
		close(fd);
		return;
	}
	c = conn_open(j, fd, fd);
	c->stream.has_uid = 1;
	c->stream.uid = peer.uid;
	c->stream.stranger = stranger;
	c->next = j->conns;
	j->conns = c;
	j->n_conns++;
}

static void
on_tick(void *arg)
{
	struct inject *j = arg;
	struct inject_conn *c;

	j->tick++;
	for (c = j->conns; c != NULL; c = c->next)
		if (!c->dead && j->tick - c->tick >= INJECT_STALL_TICKS &&
		    (c->closing ||
			intake_midway(&c->stream, buf_len(&c->wire.in)))) {
			warn("parcel stalled: connection ended");
			conn_dead(c);
		}
	loop_timer_set(&j->tick_timer, INJECT_TICK_MS, on_tick, j);
}

static void
on_term(void *arg)
{
	(void)arg;
	loop_stop();
}

void
inject_serve(struct inject *j, int fd)
{
	j->serving = 1;
	j->settled = reap;
	j->acceptors.accepted = on_accepted;
	j->acceptors.arg = j;
	acceptor_add(&j->acceptors, fd);
	loop_timer_set(&j->tick_timer, INJECT_TICK_MS, on_tick, j);
	loop_signal_start(&j->sigterm, SIGTERM, on_term, NULL);
	event_begin("started");
	event_num("pid", getpid());
	event_end();
	loop_run();
	j->ending = 1;
	inject_before_wait(j);
	event_begin("stopped");
	event_num("pid", getpid());
	event_end();
	event_flush();
}

void
inject_chain(struct inject *j)
{
	struct inject_conn *c;

	fd_nonblock(0);
	fd_nonblock(1);
	c = conn_open(j, 0, 1);
	fd_pipe_size(0, INJECT_PIPE_SIZE); /* where it is one */
	loop_run();
	j->ending = 1;
	inject_before_wait(j);
	/* the last receipts may block: there is nothing else to do */
	fd_block(1);
	if (c->wire.wfd != -1 &&
	    fd_write_all(1, buf_data(&c->wire.out), buf_len(&c->wire.out)) ==
		-1)
		j->status = EXIT_TEMP;
}
