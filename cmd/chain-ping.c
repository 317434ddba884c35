/*
 * chain-ping - does a receiving chain take mail?  See chain-ping(8).
 *
 * Hands down one parcel with the line `probe`, parcel(5), and judges its
 * receipt.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "base/spawn.h"
#include "chain/receipt.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "chain-ping [-f ADDRESS] [-r ADDRESS] [-t SECONDS] next...";

enum {
	PROBE_WAIT_DEFAULT_S = 10,
	PROBE_WAIT_MAX_S = 3600,
	PROBE_COLLECT_MS = 1000, /* for a child that has answered to end */
	PROBE_ADDRESS_MAX = 320
};

static uint64_t timeout_s = PROBE_WAIT_DEFAULT_S;

/* an empty sender cannot stand in a From field */
static int
make_parcel(struct buf *out, const char *from, const char *rcpt)
{
	struct buf env = { 0 }, message = { 0 };
	int e;

	e = parcel_puts(&env, "from", from);
	e |= parcel_puts(&env, "to", rcpt);
	e |= parcel_puts(&env, "proto", "local");
	e |= parcel_puts(&env, "probe", "1");
	e |= buf_printf(&message,
	    "From: <%s>\nTo: <%s>\nSubject: probe\n\n"
	    "Would a message be taken?  Nobody should ever see this.\n",
	    *from == '\0' ? rcpt : from, rcpt);
	if (e == 0) {
		e = parcel_head(out, &env, buf_len(&message));
		e |= buf_put(out, buf_data(&message), buf_len(&message));
		e |= buf_putc(out, ',');
	}
	buf_free(&env);
	buf_free(&message);
	return e;
}

static void
judge(const struct receipt *t)
{
	int n = (int)t->len;

	if (t->kind != RECEIPT_OK)
		die(EXIT_TEMP, "the chain said: %.*s", n, t->text);
	/* a queue-inject that does not know probes has taken a message */
	if (n != 5 || memcmp(t->text, "probe", 5) != 0)
		die(EXIT_TEMP, "the chain took the probe for a message: %.*s",
		    n, t->text);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* a socket whose queue of connections is full makes connect() wait */
static pid_t
reach(char *const next[], int *to, int *from)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	pid_t pid;

	sigaction(SIGALRM, &sa, NULL);
	alarm(timeout_s);
	pid = spawn_next(next, to, from);
	alarm(0);
	if (pid == -1 && errno == EINTR)
		errno = ETIMEDOUT;
	if (pid == -1)
		die(EXIT_TEMP, "unable to reach %s: %m", next[0]);
	return pid;
}

static void
ask(char *const next[], const struct buf *parcel)
{
	struct receipt t;
	int to, from;
	pid_t pid = reach(next, &to, &from);

	/* a chain that has ended already has no receipt to be read, either */
	if ((fd_block(to) == -1 ||
		fd_write_all(to, buf_data(parcel), buf_len(parcel)) == -1) &&
	    errno != EPIPE)
		die(EXIT_TEMP, "unable to write to %s: %m", next[0]);
	switch (receipt_await(&t, from, (int64_t)timeout_s * 1000)) {
	case RECEIPT_CAME: break;
	case RECEIPT_NONSENSE: die(EXIT_TEMP, "%s answers nonsense", next[0]);
	case RECEIPT_LATE:
		die(EXIT_TEMP, "no receipt in %u seconds", (unsigned)timeout_s);
	case RECEIPT_NONE:
		die(EXIT_TEMP, "%s has ended without a receipt", next[0]);
	}
	judge(&t);
	close(to);
	if (pid > 0)
		spawn_end(pid, PROBE_COLLECT_MS);
}

/* what may stand in an envelope line and between angle brackets */
static const char *
address(const char *s)
{
	if (strpbrk(s, " \t\r\n<>\"") != NULL || strlen(s) > PROBE_ADDRESS_MAX)
		die(EXIT_PERM, "%s: must be a plain address", s);
	return s;
}

int
main(int argc, char **argv)
{
	const char *from = "", *rcpt = "postmaster";
	struct buf parcel = { 0 };
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+f:r:t:")) != -1) {
		if (c == 'f')
			from = address(optarg);
		else if (c == 'r')
			rcpt = address(optarg);
		else if (c == 't')
			timeout_s = opt_num(c, optarg, 1, PROBE_WAIT_MAX_S);
		else
			die_usage(usage);
	}
	if (optind == argc)
		die_usage(usage);
	if (make_parcel(&parcel, from, rcpt) == -1)
		die(EXIT_TEMP, "out of memory");
	ask(argv + optind, &parcel);
	return EXIT_OK;
}
